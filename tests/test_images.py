import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autoencoders.images import check_images, to_network, to_pixels

batches = hnp.arrays(
    np.uint8,
    st.tuples(st.integers(1, 3), st.integers(1, 5), st.integers(1, 5), st.sampled_from([1, 3])),
)


@given(batches)
def test_pixels_survive_the_way_in_and_out(images):
    assert np.array_equal(to_pixels(to_network(images)), images)


def test_axes_and_range():
    images = np.zeros((1, 2, 3, 3), np.uint8)
    images[0, 1, 2, 0] = 255
    inside = to_network(images)
    assert inside.shape == (1, 3, 2, 3)
    assert inside[0, 0, 1, 2] == 1.0
    assert inside.sum() == 1.0


def test_output_beyond_the_range_is_clipped_and_rounded():
    values = torch.tensor([-1.0, 0.0, 0.4999 / 255, 0.5001 / 255, 2.0]).reshape(1, 1, 1, 5)
    assert to_pixels(values).ravel().tolist() == [0, 0, 0, 1, 255]


@pytest.mark.parametrize(
    "wrong",
    [
        [[1]],
        np.zeros((2, 3, 1), np.uint8),
        np.zeros((1, 2, 3, 1), np.float32),
        np.zeros((1, 3, 2, 1), np.uint8),
    ],
)
def test_anything_but_the_models_pictures_is_one_sentence(wrong):
    with pytest.raises(ValueError, match=r"Expected uint8 pictures of shape \(B, 2, 3, 1\)"):
        check_images(wrong, shape=(2, 3, 1))


def test_the_right_pictures_pass_through():
    images = np.zeros((4, 2, 3, 1), np.uint8)
    assert check_images(images, shape=(2, 3, 1)) is images
