import dataclasses
import io
import os
import platform

import numpy as np
import pytest
from PIL import Image

from autoencoders import checkpoint, listing
from autoencoders.config import Recipe
from autoencoders.data import DATASETS
from autoencoders.publish import publish
from autoencoders.registry import load
from autoencoders.training import fit
from tests import tiny


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    place = tmp_path_factory.mktemp("published")
    train = tiny.digits(64, split="train", seed=1)
    training = dataclasses.replace(tiny.TRAINING, epochs=1)
    recipe = Recipe(title="Tiny digits", summary="For tests.", model=tiny.MODEL, training=training)
    result = fit(
        tiny.MODEL, training, train=train, validation=tiny.digits(30, split="validation"),
        run=place / "run", device="cpu", progress="silent",
    )  # fmt: skip
    evaluation, problems = publish(
        place / "tiny-2", recipe, result, train=train, test=tiny.digits(64),
        validation=tiny.digits(30, split="validation"), source=DATASETS["mnist"],
        command="python -m autoencoders train tiny-2", device="cpu",
    )  # fmt: skip
    assert problems == ()
    return place / "tiny-2", result, evaluation


def test_the_folder_is_whole(published):
    folder = published[0]
    checkpoint.verify(folder)
    assert {path.name for path in folder.iterdir()} == {
        "config.json", "model.safetensors", "latents.npz", "history.npz", "preview.png",
        "pca.npz", "README.md",
    }  # fmt: skip
    assert load(folder, device="cpu").principal.codes.shape == (64, 2)
    assert listing.list_models([folder])[0].problem is None


def test_codes_and_errors_are_those_of_the_shipped_weights(published):
    folder, _, evaluation = published
    engine, data = load(folder, device="cpu"), tiny.digits(64)
    assert np.array_equal(engine.latents.codes, engine.encode(data.images))
    assert np.array_equal(engine.latents.mse, engine.score(data.images).mse)
    assert evaluation.quality.mse == pytest.approx(engine.latents.mse.mean(), rel=1e-6)
    assert engine.description.metrics["test"] == evaluation.to_dict()


def test_the_card_says_how_it_was_made_and_how_good_it_is(published):
    folder, result, evaluation = published
    card = (folder / "README.md").read_text()
    assert "python -m autoencoders train tiny-2" in card
    assert f"{evaluation.quality.mse:.5f}" in card
    assert f"{evaluation.pca.mse:.5f}" in card
    assert f"{result.history.validation_loss[-1]:.5f}" in card
    assert "free to use" in card
    # How many threads torch has while it is published says nothing about the training.
    hardware = f"{os.cpu_count()} cores, {platform.machine()}"
    assert f" minutes ({hardware}); validation" in card
    assert checkpoint.describe(folder).about["hardware"] == hardware


def test_the_preview_is_a_grid_over_the_plane(published):
    preview = Image.open(io.BytesIO((published[0] / "preview.png").read_bytes()))
    assert preview.size == (12 * 28, 12 * 28)


def test_a_stop_on_the_way_leaves_no_model(published, tmp_path, monkeypatch):
    def stop(*_args, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr("autoencoders.publish.evaluate", stop)
    recipe = Recipe(title="", summary="", model=tiny.MODEL, training=tiny.TRAINING)
    data = tiny.digits(64)
    with pytest.raises(KeyboardInterrupt):
        publish(
            tmp_path / "tiny-2", recipe, published[1], train=data, validation=data, test=data,
            source=DATASETS["mnist"], command="", device="cpu",
        )  # fmt: skip
    assert list(tmp_path.iterdir()) == []


# -- every family, end to end -------------------------------------------------------------------


def make(place, name, model, *, base=None, **training):
    """Train and publish a tiny model in ``place``; return its engine and what publish said."""
    config = dataclasses.replace(tiny.TRAINING, epochs=2, snapshots=3, **training)
    parts = {
        split: tiny.with_attributes(tiny.digits(count, split=split, seed=seed))
        for seed, (split, count) in enumerate(
            {"train": 160, "validation": 60, "test": 60}.items(), start=1
        )
    }
    network = None if base is None else checkpoint.load_network(base)[0]
    result = fit(
        model, config, train=parts["train"], validation=parts["validation"],
        run=place / f"run-{name}", base=network, device="cpu", progress="silent",
    )  # fmt: skip
    published = publish(
        place / name, Recipe(title=name, summary="For tests.", model=model, training=config),
        result, **parts, source=DATASETS["mnist"], command="", device="cpu", base=base,
    )  # fmt: skip
    return load(place / name, device="cpu"), published, parts


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    place = tmp_path_factory.mktemp("families")
    make(place, "base-6", tiny.BASE)
    return place / "base-6"


@pytest.mark.parametrize("family", tiny.FAMILIES)
def test_every_family_is_trained_published_and_used(base, family):
    more = {
        "variational": {"beta": 0.1},
        "denoising": {"noise": ("gaussian",), "noise_level": 0.5},
    }.get(family, {})
    own_base = base if family == "stacked" else None
    engine, published, parts = make(
        base.parent, f"tiny-{family}-2", tiny.FAMILIES[family], base=own_base, **more
    )
    test = parts["test"]
    assert listing.list_models([engine.folder])[0].problem is None
    assert np.array_equal(engine.latents.codes, engine.encode(test.images))
    assert engine.latents.ids.tolist() == test.ids.tolist()
    assert engine.attribute_names == ("high", "never_known")
    assert np.array_equal(engine.latents.attributes, test.attributes, equal_nan=True)
    assert published.problems == (
        "never_known has 0 examples on one side; a direction needs at least 5.",
    )
    (direction,) = engine.directions
    assert direction.name == "high" and direction.vector.shape == (engine.base_size,)
    card = (engine.folder / "README.md").read_text()
    assert "| high |" in card
    measured = published.evaluation.to_dict()
    assert (len(measured.get("denoised", ())) == 3) == (family == "denoising")
    assert ("Gaussian noise" in card) == (family == "denoising")
    edited = engine.edit(engine.encode_base(test.images), {"high": 0.5})
    assert engine.decode_base(edited).shape == test.images.shape


def test_a_stacked_folder_knows_its_base(base):
    engine = make(base.parent, "tiny-stacked-2", tiny.FAMILIES["stacked"], base=base)[0]
    assert engine.has_detail
    assert engine.latents.base is not None and engine.latents.base.shape == (60, 6)
    assert "of base-6" in engine.card
    # Its own weights only: the base's lie in the base's folder.
    assert not any(name.startswith("base.") for name in stored_weights(engine.folder))


def stored_weights(folder):
    from safetensors import safe_open

    with safe_open(folder / "model.safetensors", framework="pt") as file:
        return list(file.keys())
