import numpy as np
import pytest
from PIL import Image, ImageDraw

from autoencoders.digits import prepare_digit
from autoencoders.faces import prepare_face
from autoencoders.preparation import prepare


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


@pytest.mark.parametrize("shape", [(16, 24, 3), (8, 8, 1)])
def test_others_are_resized(shape):
    prepared = prepare(drawing(), dataset="folder", shape=shape)
    assert prepared.pixels.shape == shape and prepared.pixels.dtype == np.uint8
    assert prepared.steps == () and prepared.foreign is None
    assert prepared.pixels.max() > 200 > prepared.pixels.min()
