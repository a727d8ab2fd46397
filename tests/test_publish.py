import dataclasses
import io

import numpy as np
import pytest
from PIL import Image

from autoencoders import checkpoint
from autoencoders.data import DATASETS
from autoencoders.publish import publish
from autoencoders.recipes import Recipe
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
        "README.md",
    }  # fmt: skip
    assert checkpoint.list_models([folder])[0].problem is None


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
