import math

import numpy as np
import pytest
import torch

from autoencoders.losses import (
    LOSSES,
    activity_divergence,
    attraction,
    binary_cross_entropy,
    code_error,
    divergence,
    draw_code,
    edge_error,
    mean_squared_error,
    reconstruction_loss,
    squared_error_per_image,
)


def test_mean_squared_error_is_the_mean_over_everything():
    output = torch.tensor([[[[0.0, 1.0]]], [[[0.5, 0.5]]]])
    target = torch.tensor([[[[0.0, 0.0]]], [[[0.5, 0.0]]]])
    assert mean_squared_error(output, target) == pytest.approx((0 + 1 + 0 + 0.25) / 4)
    assert squared_error_per_image(output, target).tolist() == pytest.approx([0.5, 0.125])


def test_half_precision_is_compared_in_float32():
    output = torch.full((1, 1, 1, 1), 0.5, dtype=torch.bfloat16)
    target = torch.zeros(1, 1, 1, 1, dtype=torch.bfloat16)
    for measure in (mean_squared_error, squared_error_per_image, binary_cross_entropy, divergence):
        assert measure(output, target).dtype == torch.float32


def test_every_loss_has_a_name_and_is_least_for_a_perfect_copy():
    image = torch.rand(2, 1, 3, 3)
    assert {"mse": mean_squared_error, "bce": binary_cross_entropy} == LOSSES
    assert float(LOSSES["mse"](image, image)) == 0.0
    for loss in LOSSES.values():
        assert loss(image, image) < loss((image + 0.1).clamp(0, 1), image)


def test_cross_entropy_is_the_textbooks():
    output, target = torch.full((1, 1, 1, 2), 0.8), torch.tensor([[[[1.0, 0.0]]]])
    assert float(binary_cross_entropy(output, target)) == pytest.approx(
        -(math.log(0.8) + math.log(0.2)) / 2, abs=1e-5
    )
    worst = binary_cross_entropy(torch.ones(1, 1, 1, 1), torch.zeros(1, 1, 1, 1))
    assert float(worst) == pytest.approx(-math.log(1e-6), rel=0.02)


def test_the_edge_error_knows_differences_only():
    image = torch.rand(2, 3, 5, 5)
    assert float(edge_error(image + 0.3, image)) == pytest.approx(0.0, abs=1e-10)
    step = torch.zeros(1, 1, 2, 2)
    step[..., 1] = 1.0  # across: two differences of 1; down: none
    assert float(edge_error(step, torch.zeros(1, 1, 2, 2))) == pytest.approx(1.0)
    down = step.transpose(2, 3).contiguous()
    assert float(edge_error(2 * down, torch.zeros(1, 1, 2, 2))) == pytest.approx(4.0)
    assert float(reconstruction_loss(step, torch.zeros(1, 1, 2, 2), loss="mse", edges=2.0)) == (
        pytest.approx(0.5 + 2.0)
    )


def test_the_divergence_is_zero_at_the_prior_and_known_elsewhere():
    nothing = torch.zeros(3, 4)
    assert divergence(nothing, nothing).tolist() == [0.0, 0.0, 0.0]
    mean, log_variance = torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, math.log(4.0)]])
    # By numbers: 0.5 for the mean; 0.5 (4 - 1 - ln 4) for the variance.
    assert float(divergence(mean, log_variance)) == pytest.approx(0.5 + 0.5 * (3 - math.log(4)))
    assert divergence(2 * torch.ones(1, 3), torch.zeros(1, 3)).tolist() == [6.0]
    normal = torch.distributions.Normal(mean, (0.5 * log_variance).exp())
    prior = torch.distributions.Normal(torch.zeros(1, 2), torch.ones(1, 2))
    expected = torch.distributions.kl_divergence(normal, prior).sum()
    assert float(divergence(mean, log_variance)) == pytest.approx(float(expected))


def test_drawn_codes_have_their_mean_and_spread_and_pass_gradients():
    torch.manual_seed(0)
    mean = torch.full((20_000, 1), 3.0, requires_grad=True)
    log_variance = torch.full((20_000, 1), math.log(4.0), requires_grad=True)
    drawn = draw_code(mean, log_variance)
    assert float(drawn.detach().mean()) == pytest.approx(3.0, abs=0.05)
    assert float(drawn.detach().std()) == pytest.approx(2.0, rel=0.03)
    drawn.square().sum().backward()
    assert mean.grad is not None and mean.grad.abs().min() >= 0
    assert log_variance.grad is not None and float(log_variance.grad.abs().sum()) > 0


def test_the_error_of_codes_is_their_squared_distance():
    one, other = torch.tensor([[0.0, 0.0], [1.0, 1.0]]), torch.tensor([[3.0, 4.0], [1.0, 0.0]])
    assert float(code_error(one, other)) == (25 + 1) / 2
    assert float(code_error(one.half(), one[:1])) == 1.0  # a mean code is compared with each


def test_attraction_is_the_cauchy_contrast_of_neighbours():
    codes = torch.tensor([[0.0, 0.0], [4.0, 0.0], [1.0, 0.0], [4.0, 2.0]])
    distance = np.square(codes.numpy()[:, None] - codes.numpy()[None]).sum(axis=2)
    kernel = 1 / (1 + distance)
    near = [2, 3, 0, 1]
    terms = [
        -np.log(kernel[row, near[row]] / (kernel[row].sum() - kernel[row, row])) for row in range(4)
    ]
    assert float(attraction(codes)) == pytest.approx(np.mean(terms), rel=1e-5)


def test_neighbours_that_come_together_cost_less():
    apart = torch.tensor([[0.0], [9.0], [3.0], [6.0]])
    together = torch.tensor([[0.0], [9.0], [1.0], [8.0]])
    assert attraction(together) < attraction(apart)


def test_the_wanted_activity_costs_nothing_and_a_dead_unit_stays_finite():
    wanted = torch.tensor([[1.0, 0.0], [0.0, 0.5]])
    half = activity_divergence(wanted[:, :1], activity=0.5)
    assert float(half) == pytest.approx(0.0, abs=1e-6)
    # A coin that falls on one side in a quarter of the cases, wanted in a half.
    by_hand = 0.5 * math.log(0.5 / 0.25) + 0.5 * math.log(0.5 / 0.75)
    assert float(activity_divergence(wanted, activity=0.5)) == pytest.approx(by_hand, rel=1e-5)
    assert torch.isfinite(activity_divergence(torch.zeros(4, 3), activity=0.05))
