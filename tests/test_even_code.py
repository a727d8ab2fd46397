import dataclasses

import numpy as np
import pytest
import torch

from autoencoders.even_code import can_be_evened, codes_of, even_out
from autoencoders.models import build
from tests import tiny

PLAIN = dataclasses.replace(
    tiny.MODEL, code_range="free", code_size=4, decoder_hidden=(), encoder_hidden=()
)
NETWORKS = {
    "plain": PLAIN,
    "with a linear path": dataclasses.replace(
        PLAIN, linear_path=True, patch=2, decoder_channels=(6, 4), decoder_norm=True
    ),
    "linear": dataclasses.replace(PLAIN, family="linear", encoder_channels=(), output="linear"),
}


def uneven(config):
    """A network whose first code number changes the picture far more than its last."""
    network = build(config).eval()
    images = torch.rand(200, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        for module in network.decoder.modules():
            if isinstance(module, torch.nn.Linear) and module.in_features == 4:
                module.weight *= torch.tensor([9.0, 3.0, 1.0, 0.3])
    return network, images


@pytest.mark.parametrize("name", NETWORKS)
def test_reconstructions_stay_the_same(name):
    network, images = uneven(NETWORKS[name])
    with torch.inference_mode():
        before, codes = network(images), codes_of(network, images)
        even_out(network, codes)
        assert torch.allclose(network(images), before, atol=1e-4)
    assert not np.allclose(codes_of(network, images), codes, atol=1e-3)


def test_a_step_is_as_long_as_the_change_it_makes():
    network, images = uneven(NETWORKS["linear"])
    network.config = dataclasses.replace(network.config, output="sigmoid")  # leave out clipping
    codes = codes_of(network, images)
    even_out(network, codes)
    with torch.inference_mode():
        steps = torch.eye(4)
        changes = (network.decode(steps) - network.decode(torch.zeros(1, 4))).flatten(1)
    lengths = changes.norm(dim=1)
    assert torch.allclose(lengths, lengths.mean().expand(4), rtol=1e-3)
    # Steps in two directions change the picture in two directions, too.
    angles = changes @ changes.T / lengths[:, None] / lengths
    assert torch.allclose(angles, torch.eye(4), atol=1e-3)


def test_a_number_that_no_picture_uses_does_no_harm():
    network, images = uneven(PLAIN)
    codes = codes_of(network, images)
    codes[:, 3] = 0
    with torch.inference_mode():
        before = network(images)
        even_out(network, codes)
        assert torch.allclose(network(images), before, atol=1e-3)


def test_a_network_that_was_just_trained_is_seen_as_it_ships():
    results = []
    for training in (False, True):
        network, images = uneven(NETWORKS["with a linear path"])
        codes = codes_of(network.train(training), images)
        even_out(network.train(training), codes)
        results.append((codes, codes_of(network, images)))
    for one, other in zip(*results, strict=True):
        assert np.allclose(one, other, atol=1e-5)


def test_codes_stay_as_large_as_they_were():
    network, images = uneven(PLAIN)
    before = codes_of(network, images)
    even_out(network, before)
    after = codes_of(network, images)
    assert after.var(axis=0).sum() == pytest.approx(before.var(axis=0).sum(), rel=1e-3)


@pytest.mark.parametrize(
    "change",
    [
        {"code_range": "unit"},
        {"family": "variational"},
        {"code_gain": 2.0},
        {
            "family": "stacked", "base": "base-6", "encoder_channels": (),
            "decoder_channels": (),
        },
    ],
)  # fmt: skip
def test_codes_with_units_of_their_own_are_left_alone(change):
    assert can_be_evened(PLAIN)
    assert can_be_evened(dataclasses.replace(PLAIN, family="denoising"))
    assert not can_be_evened(dataclasses.replace(PLAIN, **change))


def test_too_few_codes_are_refused():
    with pytest.raises(ValueError, match=r"with more than 4 codes \(4 given\)"):
        even_out(build(PLAIN), np.zeros((4, 4)))
    with pytest.raises(ValueError, match="where linear layers"):
        even_out(build(tiny.MODEL), np.zeros((40, 2)))
