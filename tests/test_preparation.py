import numpy as np
import pytest
from PIL import Image, ImageDraw

from autoencoders.digits import prepare_digit
from autoencoders.faces import prepare_face
from autoencoders.placement import Placement
from autoencoders.preparation import can_be_placed, prepare


def drawing(size=(300, 200)):
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).ellipse((90, 30, 180, 170), outline="black", width=18)
    return image


def test_each_dataset_has_its_own_way():
    digit = prepare(drawing(), dataset="mnist", shape=(28, 28, 1))
    assert np.array_equal(digit.pixels, prepare_digit(drawing()).pixels)
    face = prepare(drawing(), dataset="lfw", shape=(64, 64, 3))
    assert np.array_equal(face.pixels, prepare_face(drawing()).prepared.pixels)
    assert face.foreign == "no face was found in it"
    assert digit.placement is None
    assert face.placement == prepare_face(drawing()).placement


@pytest.mark.parametrize("dataset", ["lfw-photos", "drawn", "folder"])
def test_of_others_the_middle_is_taken(dataset):
    prepared = prepare(drawing(), dataset=dataset, shape=(200, 200, 3))
    assert np.array_equal(prepared.pixels, np.asarray(drawing())[:, 50:250])
    assert prepared.placement == Placement(150, 100, 200, 0, 300, 200)
    assert prepared.steps == () and prepared.foreign is None


@pytest.mark.parametrize("shape", [(16, 24, 3), (8, 8, 1)])
def test_they_are_scaled_and_coloured_as_the_model_wants(shape):
    prepared = prepare(drawing(), dataset="folder", shape=shape)
    assert prepared.pixels.shape == shape and prepared.pixels.dtype == np.uint8
    assert prepared.pixels.max() > 200 > prepared.pixels.min()


def test_what_can_be_put_back():
    for dataset, shape, expected in (
        ("mnist", (28, 28, 1), False), ("lfw", (64, 64, 3), True), ("folder", (8, 8, 1), True),
        ("folder", (8, 9, 1), False),
    ):  # fmt: skip
        assert can_be_placed(dataset, shape) is expected
        assert (prepare(drawing(), dataset=dataset, shape=shape).placement is not None) is expected
