"""What a run minimises: proposals drawn by chance, and neighbours."""

import dataclasses

import numpy as np
import pytest
import torch

from autoencoders import objective
from autoencoders import training as training_module
from autoencoders.losses import attraction
from autoencoders.objective import Objective, nearest_pictures
from autoencoders.training import fit
from tests import tiny

TRAIN = tiny.digits(64, split="train")
STILL = dataclasses.replace(tiny.TRAINING, rotate=0.0, shift=0.0, scale=0.0)
PROPOSING = dataclasses.replace(tiny.MODEL, proposals=3)
MAP = dataclasses.replace(tiny.MODEL, family="map", code_range="free")
NEAR = dataclasses.replace(STILL, neighbours=4, attraction=0.5)


def made(model, config):
    network = tiny.build(model, seed=3).eval()
    images = torch.from_numpy(TRAIN.images[:32]).permute(0, 3, 1, 2) / 255
    loss = Objective(network, config, images=TRAIN.images, device=torch.device("cpu"))
    return network, images, loss


def error_of(network, codes, images):
    return float((network.decode(codes) - images).square().mean().detach())


def test_the_best_of_the_proposals_is_what_is_trained():
    network, images, loss = made(PROPOSING, dataclasses.replace(STILL, explore=1.0))
    found = float(loss(images, images, through=0.8).detach())
    assert found == pytest.approx(error_of(network, network.encode(images), images), rel=1e-5)


def test_early_on_any_proposal_may_be_trained():
    network, images, loss = made(PROPOSING, dataclasses.replace(STILL, explore=1.0))
    torch.manual_seed(8)
    found = float(loss(images, images, through=0.0).detach())
    torch.manual_seed(8)
    drawn = network.proposed(images)[torch.arange(32), torch.randint(3, (32,))]
    assert found == pytest.approx(error_of(network, drawn, images), rel=1e-5)
    assert found > error_of(network, network.encode(images), images)


def test_half_way_every_other_picture_explores(monkeypatch):
    network, images, loss = made(PROPOSING, dataclasses.replace(STILL, explore=1.0))
    monkeypatch.setattr(torch, "rand", lambda count: torch.linspace(0, 1, count))
    monkeypatch.setattr(torch, "randint", lambda _most, shape: torch.full(shape, 2))
    found = float(loss(images, images, through=0.4).detach())
    codes = network.encode(images)
    codes[:16] = network.proposed(images)[:16, 2]
    assert found == pytest.approx(error_of(network, codes, images), rel=1e-5)


@pytest.mark.parametrize(
    ("through", "weight"), [(0.0, 0.5), (0.35, 0.5 * 0.1**0.5), (0.7, 0.05), (1.0, 0.05)]
)
def test_neighbours_count_less_and_less(through, weight):
    network, images, loss = made(MAP, NEAR)
    found = float(loss(images, images[:16], through=through).detach())
    with torch.inference_mode():
        codes = network.encode(images)
        expected = error_of(network, codes[:16], images[:16]) + weight * float(attraction(codes))
    assert found == pytest.approx(expected, rel=1e-5)


def test_the_nearest_pictures_are_the_nearest():
    flat = TRAIN.images.reshape(64, -1) / 255.0
    distances = np.square(flat[:, None] - flat[None]).sum(axis=2)
    np.fill_diagonal(distances, np.inf)
    expected = np.sort(distances, axis=1)[:, :4]
    near = nearest_pictures(TRAIN.images, count=4)
    found = np.take_along_axis(distances, near, axis=1)
    assert near.shape == (64, 4)
    assert np.allclose(found, expected, atol=1e-3)


def test_a_neighbour_of_each_picture_stands_behind_them(monkeypatch):
    seen = []
    parts = training_module._Run(
        MAP, NEAR, train=TRAIN, validation=tiny.digits(16, split="validation"),
        device=torch.device("cpu"), base=None,
    )  # fmt: skip
    whole = parts.loss

    def noted(given, target, *, through, pair=None):
        seen.append((given, target))
        return whole(given, target, through=through)

    parts.loss = noted
    chosen = torch.tensor([5, 9, 40])
    parts.step(0, 0, chosen)
    given, target = seen[0]
    assert torch.equal(given[:3], target) and len(given) == 6
    pixels = np.round(given[:, 0].numpy() * 255).astype(np.uint8)
    assert np.array_equal(pixels[:3], TRAIN.images[chosen.numpy(), ..., 0])
    near = nearest_pictures(TRAIN.images, count=4)
    for row, beside in zip(chosen.tolist(), pixels[3:], strict=True):
        assert any(np.array_equal(beside, TRAIN.images[k, ..., 0]) for k in near[row])


def test_a_map_is_trained_and_goes_on_where_it_stopped(tmp_path):
    options = {
        "train": TRAIN, "validation": tiny.digits(16, split="validation"), "device": "cpu",
        "progress": "silent",
    }  # fmt: skip
    whole = fit(MAP, NEAR, run=tmp_path / "whole", **options)

    def stop(*_args):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(MAP, NEAR, run=tmp_path / "parts", on_epoch=stop, **options)
    parts = fit(MAP, NEAR, run=tmp_path / "parts", **options)
    for one, other in zip(whole.network.parameters(), parts.network.parameters(), strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize(("model", "config"), [(tiny.MODEL, NEAR), (MAP, STILL)])
def test_neighbours_and_maps_go_together(tmp_path, model, config):
    with pytest.raises(ValueError, match="map models, and only they, draw neighbours together"):
        fit(model, config, train=TRAIN, validation=TRAIN, run=tmp_path, device="cpu")


def test_the_shares_are_those_of_the_text():
    assert (objective.EXPLORED, objective.ATTRACTED, objective.LAST_ATTRACTION) == (0.8, 0.7, 0.1)
