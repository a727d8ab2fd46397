import dataclasses
import io

import numpy as np
import pytest
import torch
from PIL import Image

from autoencoders import insides
from autoencoders.config import TrainConfig
from autoencoders.metrics import PCA
from autoencoders.registry import load
from autoencoders.training import fit
from tests import tiny

IMAGES = tiny.digits(60).images
LINEAR = dataclasses.replace(
    tiny.MODEL,
    family="linear",
    encoder_channels=(),
    encoder_hidden=(),
    decoder_hidden=(),
    code_range="free",
    output="linear",
)


def engine_of(folder, config, *, seed=0):
    return load(tiny.save_network(folder / "tiny-x", config, seed=seed), device="cpu")


def inside_of(engine, training=tiny.TRAINING):
    pca = PCA.fit(IMAGES, components=engine.code_size)
    return insides.inside_of(engine, training, IMAGES, pca=pca), pca


def pixels(data):
    return np.asarray(Image.open(io.BytesIO(data)))


@pytest.mark.parametrize("angle", [0.0, 20.0, 90.0])
def test_angles_between_planes(angle):
    radians = np.radians(angle)
    one = np.array([[1.0, 0, 0, 0], [0, 1.0, 0, 0]])
    # One axis shared, the other turned out of the plane; the rows are mixed and stretched.
    other = np.array([[1.0, 0, 0, 0], [0, np.cos(radians), np.sin(radians), 0]])
    mixed = np.array([[2.0, 1.0], [-1.0, 3.0]]) @ other
    assert insides.principal_angles(one, mixed) == pytest.approx([0.0, angle], abs=1e-5)


def test_a_linear_models_components_in_the_order_of_a_pictures_numbers(tmp_path):
    engine = engine_of(tmp_path, dataclasses.replace(LINEAR, height=4, width=6, channels=3))
    found = insides.drawn_by(engine)
    decoder = engine.network.decoder
    with torch.inference_mode():
        steps = decoder(torch.eye(2)) - decoder(torch.zeros(1, 2))
    assert found == pytest.approx(steps.permute(0, 2, 3, 1).reshape(2, -1).numpy(), abs=1e-5)


def test_the_card_of_a_linear_model_shows_both_planes(tmp_path):
    engine = engine_of(tmp_path, LINEAR)
    found, pca = inside_of(engine)
    drawn = pixels(found.pictures["components.png"])
    assert drawn.shape == (2 * 2 * 28, 2 * 2 * 28)
    below = drawn[56::2, ::2].reshape(28, 2, 28).transpose(1, 0, 2)
    for picture, component in zip(below, pca.components, strict=True):
        expected = 127.5 + 127.5 * component.reshape(28, 28) / np.abs(component).max()
        assert np.abs(picture - expected).max() <= 0.5
    angles = insides.principal_angles(insides.drawn_by(engine), pca.components)
    assert f"{angles[0]:.1f}, {angles[1]:.1f} degrees" in found.text
    assert "(components.png)" in found.text


def test_the_card_of_a_sparse_model_counts_and_draws_its_units(tmp_path):
    config = dataclasses.replace(
        tiny.MODEL, family="sparse", code_size=12, activation="relu", code_range="activated",
        decoder_hidden=(),
    )  # fmt: skip
    engine = engine_of(tmp_path, config, seed=4)
    codes = engine.encode(IMAGES)
    assert 0 < insides.active(codes, above=0.0).mean() < 12
    found, _ = inside_of(engine)
    counts = [sum(1 for number in code if number > 0) for code in codes]
    assert f"Of the 12 numbers {np.median(counts):.0f} are above 0" in found.text
    never = sum(1 for unit in codes.T if not (unit > 0).any())
    assert f"; {never} are never used" in found.text
    drawn = pixels(found.pictures["units.png"])
    assert drawn.shape == (4 * 56, 3 * 56)
    most = int(np.argmax((codes > 0).mean(axis=0)))
    alone = np.zeros((2, 12), np.float32)
    alone[1, most] = np.percentile(codes[codes[:, most] > 0, most], 90)
    blank, unit = engine.decode(alone).astype(float)[..., 0]
    expected = 127.5 + 127.5 * (unit - blank) / np.abs(unit - blank).max()
    assert np.abs(drawn[:56:2, :56:2] - expected).max() <= 0.5


def test_a_unit_of_a_logistic_code_is_active_above_one_half(tmp_path):
    config = dataclasses.replace(
        tiny.MODEL, family="sparse", code_size=12, code_range="logistic", decoder_hidden=()
    )
    engine = engine_of(tmp_path, config, seed=4)
    found, _ = inside_of(engine)
    counts = (engine.encode(IMAGES) > 0.5).sum(axis=1)
    assert 0 < counts.mean() < 12
    assert f"Of the 12 numbers {np.median(counts):.0f} are above 0.5 on a test" in found.text


def test_the_card_of_a_stacked_model_tells_the_error_after_each_stage(tmp_path):
    engine = load(tiny.save_model(tmp_path / "tiny-2"), device="cpu")  # one with a history
    assert engine.history is not None
    two = [float(loss) for loss in engine.history.validation_loss]
    training = dataclasses.replace(tiny.TRAINING, epochs=2, greedy=1)
    found, _ = inside_of(engine, training)
    assert f"| all layers, end to end | {two[1]:.5f} |" in found.text
    assert f"| 784 to 8 and back | {two[0]:.5f} |" in found.text
    assert not found.pictures


def test_other_families_have_nothing_more_to_show(tmp_path):
    assert inside_of(engine_of(tmp_path, tiny.MODEL))[0] == insides.Inside()


def test_a_trained_linear_model_spans_the_plane_of_pca(tmp_path):
    # Pictures in a plane and a little beside it, two directions plainly the largest.
    random = np.random.default_rng(3)
    axes = np.linalg.qr(random.normal(size=(64, 64)))[0][:6]
    spread = np.array([250.0, 180.0, 40.0, 30.0, 25.0, 20.0])
    flat = 127.0 + (random.normal(size=(256, 6)) * spread) @ axes
    images = np.clip(np.rint(flat), 0, 255).astype(np.uint8).reshape(-1, 8, 8, 1)
    data = dataclasses.replace(
        tiny.digits(256, split="train"), images=images, ids=np.arange(256), labels=None
    )
    training = TrainConfig(
        dataset="mnist", epochs=150, batch_size=32, learning_rate=1e-1, weight_decay=0.0,
        average=0.0, snapshots=1,
    )  # fmt: skip
    result = fit(
        dataclasses.replace(LINEAR, height=8, width=8), training, train=data,
        validation=data, run=tmp_path, device="cpu", progress="silent",
    )  # fmt: skip
    found = result.network.decoder[0].weight.detach().numpy().T
    pca = PCA.fit(images, components=2)
    assert insides.principal_angles(found, pca.components).max() < 3.0
    assert result.history.validation_loss[-1] < 1.02 * pca.errors(images).mean()
