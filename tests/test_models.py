import dataclasses

import pytest
import torch

from autoencoders.models import UnitRange, build, count_parameters
from tests import tiny


@pytest.mark.parametrize("decoder_channels", [(), (6,), (8, 6, 4)])
@pytest.mark.parametrize(("height", "width", "channels"), [(28, 28, 1), (16, 24, 3)])
def test_a_picture_comes_back_in_its_own_shape(decoder_channels, height, width, channels):
    config = dataclasses.replace(
        tiny.MODEL,
        height=height,
        width=width,
        channels=channels,
        code_size=3,
        decoder_channels=decoder_channels,
    )
    network = build(config).eval()
    images = torch.rand(2, channels, height, width)
    code = network.encode(images)
    assert code.shape == (2, 3)
    decoded = network.decode(code)
    assert decoded.shape == images.shape
    assert decoded.min() >= 0 and decoded.max() <= 1
    assert torch.equal(network(images), decoded)


def test_the_seed_alone_decides_the_weights():
    torch.manual_seed(5)
    first = build(tiny.MODEL, seed=1).state_dict()
    torch.manual_seed(6)
    same, other = build(tiny.MODEL, seed=1).state_dict(), build(tiny.MODEL, seed=2).state_dict()
    assert all(torch.equal(first[name], same[name]) for name in first)
    assert not torch.equal(first["encoder.0.weight"], other["encoder.0.weight"])


def test_building_leaves_the_callers_random_numbers_alone():
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    build(tiny.MODEL, seed=1)
    assert torch.equal(torch.rand(1), expected)


def test_unit_range_makes_gaussian_numbers_even():
    layer = UnitRange(1)
    values = torch.randn(20_000, 1, generator=torch.Generator().manual_seed(0)) * 7 + 3
    squashed = layer(values)
    # Even on -1..1: mean 0, variance a third (the uniform distribution's).
    assert squashed.mean().abs() < 0.02
    assert (squashed.var() - 1 / 3).abs() < 0.01


def test_the_count_of_parameters_is_the_sum_by_hand():
    # encoder: 1*4*9 + 2*4 (norm), 4*4*9 + 2*4, 4*14*14*8 + 8, 8*2 + 2
    # decoder: 2*8 + 8, 8*784 + 784
    by_hand = 36 + 8 + 144 + 8 + 6272 + 8 + 18 + 24 + 7056
    assert count_parameters(build(tiny.MODEL)) == by_hand


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "gelu", "silu"])
def test_every_activation_is_used(activation):
    network = build(dataclasses.replace(tiny.MODEL, activation=activation))
    kinds = {type(layer).__name__.lower() for layer in network.modules()}
    assert activation.replace("_", "") in kinds


def test_the_gain_is_taken_before_the_decoder():
    plain = build(tiny.MODEL).eval()
    quick = build(dataclasses.replace(tiny.MODEL, code_gain=3.0)).eval()
    codes = torch.rand(4, 2) - 0.5
    assert torch.allclose(quick.decode(codes), plain.decode(3 * codes))
    assert not torch.allclose(quick.decode(codes), plain.decode(codes))
