import pytest
import torch

from autoencoders.losses import LOSSES, mean_squared_error, squared_error_per_image


def test_mean_squared_error_is_the_mean_over_everything():
    output = torch.tensor([[[[0.0, 1.0]]], [[[0.5, 0.5]]]])
    target = torch.tensor([[[[0.0, 0.0]]], [[[0.5, 0.0]]]])
    assert mean_squared_error(output, target) == pytest.approx((0 + 1 + 0 + 0.25) / 4)
    assert squared_error_per_image(output, target).tolist() == pytest.approx([0.5, 0.125])


def test_half_precision_is_compared_in_float32():
    output = torch.full((1, 1, 1, 1), 0.5, dtype=torch.bfloat16)
    assert mean_squared_error(output, torch.zeros(1, 1, 1, 1)).dtype == torch.float32


def test_every_loss_has_a_name_and_is_zero_for_a_perfect_copy():
    image = torch.rand(2, 1, 3, 3)
    assert {name: float(loss(image, image)) for name, loss in LOSSES.items()} == {"mse": 0.0}
