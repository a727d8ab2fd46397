"""A picture's way through a network, packed: numbers, their scale, and how much is sent."""

from types import SimpleNamespace

import numpy as np
import pytest
import tiny
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from autoencoders.activations import Stage, stages_of
from autoencoders.images import to_network
from autoencoders.inference import Engine
from autoencoders.models import build
from autoencoders.recipes import recipe
from autoencoders.sheets import unpack_arrays
from autoencoders.ui.passages import FEW, measures, most_varied, passage, scale_of
from autoencoders.ui.subjects import Subject

NUMBERS = st.floats(-1e6, 1e6, width=32)


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    return Engine(tiny.save_model(tmp_path_factory.mktemp("m") / "tiny-2"), device="cpu")


def stage(values, part="encoder"):
    return Stage(part, "dense", "some numbers", np.asarray(values, np.float32))


def test_every_stage_arrives_as_the_network_gave_it(engine):
    picture = tiny.digits(1).images[0]
    header, arrays = unpack_arrays(passage(engine, Subject(picture, "a blob", ("A note.",))))
    stages = engine.activations(picture[None])
    assert header["name"] == "a blob"
    assert header["notes"] == ["A note."]
    assert np.array_equal(arrays["base"], engine.encode(picture[None])[0])
    assert [told["count"] for told in header["stages"]] == [784, 3136, 784, 8, 2, 8, 784]
    for index, (told, real) in enumerate(zip(header["stages"], stages, strict=True)):
        assert (told["part"], told["name"], told["parameters"]) == (
            real.part, real.name, real.parameters,
        )  # fmt: skip
        assert told["shape"] == list(real.values.shape)
        if real.values.ndim == 1:
            assert np.array_equal(arrays[f"values-{index}"], real.values)
            continue
        low, high = told["low"], told["high"]
        shown = low + arrays[f"maps-{index}"] / 255 * (high - low)
        assert np.abs(shown - np.clip(real.values, low, high)).max() <= 0.51 / 255 * (high - low)
        assert arrays[f"channels-{index}"].tolist() == list(range(len(real.values)))
        for channel, row in zip(real.values, arrays[f"measures-{index}"], strict=True):
            expected = [
                channel.min(), channel.mean(), channel.max(), abs(channel).mean(), channel.std(),
            ]  # fmt: skip
            assert row == pytest.approx(expected, abs=1e-5)


def test_picture_and_reconstruction_arrive_pixel_by_pixel(engine):
    picture = tiny.digits(1).images[0]
    _, arrays = unpack_arrays(passage(engine, Subject(picture, "a blob")))
    assert np.array_equal(arrays["maps-0"][0], picture[..., 0])
    drawn = engine.reconstruct(picture[None])[0]
    assert np.array_equal(arrays["maps-6"][0], drawn[..., 0])


def test_a_large_photo_fits_into_less_than_a_megabyte():
    network = build(recipe("photos-denoising-256").model).eval()
    photo = np.random.default_rng(0).integers(0, 256, (256, 256, 3), dtype=np.uint8)

    def activations(images):
        with torch.inference_mode():
            return stages_of(network, to_network(images))

    engine = SimpleNamespace(
        activations=activations, encode_base=lambda images: np.zeros((1, 256), np.float32)
    )
    packed = passage(engine, Subject(photo, "noise"))
    header, arrays = unpack_arrays(packed)
    assert len(packed) < 1_000_000
    assert all(
        len(arrays[f"maps-{index}"]) == told["shape"][0]
        for index, told in enumerate(header["stages"])
        if len(told["shape"]) == 3
    ), "no map is left out"


@given(arrays_of.arrays(np.float32, st.integers(1, 400), elements=NUMBERS))
def test_a_scale_holds_zero_and_nearly_all_numbers(values):
    low, high = scale_of(stage(values))
    assert low <= 0 <= high
    assert low < high
    inside = ((values >= low) & (values <= high)).mean()
    assert inside >= 0.99
    if len(values) <= FEW and values.any():
        assert inside == 1, "the largest bar is not cut off"


def test_a_rectified_stage_begins_at_black_and_a_signed_one_below():
    assert scale_of(stage([0, 0.5, 2])) == (0, 2)
    assert scale_of(stage([-1, 0.5, 2])) == (-1, 2)
    assert scale_of(stage([-3, -1])) == (-3, 0)
    assert scale_of(stage([0, 0])) == (0, 1)
    picture = np.full((1, 2, 2), 0.25, np.float32)
    assert scale_of(stage(picture, "picture")) == (0, 1)
    assert scale_of(stage(picture, "encoder")) == (0, 0.25)


def test_one_glaring_number_does_not_darken_all_others():
    values = np.linspace(0, 1, 1000).astype(np.float32)
    values[7] = 500
    assert 0.99 < scale_of(stage(values.reshape(10, 10, 10)))[1] <= 1
    assert -1 <= scale_of(stage(-values.reshape(10, 10, 10)))[0] < -0.99


def test_of_too_many_maps_those_go_that_vary_most():
    random = np.random.default_rng(1)
    maps = random.normal(size=(6, 4, 4)) * np.array([1, 9, 2, 8, 7, 3])[:, None, None]
    assert most_varied(maps, 16 * 3).tolist() == [1, 3, 4]
    assert most_varied(maps, 16 * 6).tolist() == [0, 1, 2, 3, 4, 5]
    assert most_varied(maps, 5).tolist() == [1], "one at least"


def test_measures_are_those_of_each_map_alone():
    maps = np.array([[[1, -3]], [[2, 2]]], np.float32)
    assert measures(maps).tolist() == [[-3, -1, 1, 2, 2], [2, 2, 2, 2, 0]]
