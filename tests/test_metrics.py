import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoencoders.metrics import (
    PCA,
    mean_squared_errors,
    neighbour_accuracy,
    percentiles,
    psnr,
)


def pictures(*values):
    return np.array(values, np.uint8).reshape(len(values), 1, 1, 1)


def test_errors_are_on_the_scale_of_zero_to_one():
    black, white = pictures(0, 0), pictures(255, 51)
    assert mean_squared_errors(black, white).tolist() == pytest.approx([1.0, 0.04])
    assert mean_squared_errors(white, black).tolist() == pytest.approx([1.0, 0.04])


def test_psnr_is_the_dB_of_each_picture():
    values = psnr(pictures(0, 0, 7), pictures(255, 51, 7))
    assert values[:2].tolist() == pytest.approx([0.0, 13.9794], abs=1e-4)
    assert np.isinf(values[2])


def test_pictures_of_other_shapes_are_not_compared():
    with pytest.raises(ValueError, match="cannot be compared"):
        mean_squared_errors(pictures(1), pictures(1, 2))


def test_a_percentile_is_the_share_below():
    among = np.array([0.4, 0.1, 0.3, 0.2], np.float32)
    errors = np.array([0.0, 0.25, 0.4, 9.0], np.float32)
    assert percentiles(errors, among=among).tolist() == [0.0, 50.0, 75.0, 100.0]


def by_hand(codes, labels, neighbours):
    hits = 0
    for index, code in enumerate(codes):
        distances = [(np.square(code - other).sum(), at) for at, other in enumerate(codes)]
        nearest = [at for _, at in sorted(distances) if at != index][:neighbours]
        votes = np.bincount(labels[nearest], minlength=labels.max() + 1)
        hits += int(votes.argmax() == labels[index])
    return hits / len(codes)


@given(st.integers(0, 1000), st.sampled_from([1, 3, 5]), st.sampled_from([4, 7, 100]))
def test_neighbour_accuracy_agrees_with_the_plain_definition(seed, neighbours, chunk):
    random = np.random.default_rng(seed)
    codes = random.normal(size=(20, 2)).astype(np.float32)
    labels = random.integers(0, 3, 20)
    found = neighbour_accuracy(codes, labels, neighbours=neighbours, chunk=chunk)
    assert found == pytest.approx(by_hand(codes, labels, neighbours))


def test_a_point_is_not_its_own_neighbour():
    codes = np.array([[0, 0], [0, 1], [9, 0], [9, 1]], np.float32)
    assert neighbour_accuracy(codes, np.array([0, 1, 0, 1]), neighbours=1) == 0.0
    assert neighbour_accuracy(codes, np.array([0, 0, 1, 1]), neighbours=1) == 1.0


def test_too_few_codes_say_so():
    with pytest.raises(ValueError, match="too few for 15"):
        neighbour_accuracy(np.zeros((15, 2), np.float32), np.zeros(15, np.int64))


def flat_images(seed=0, count=50):
    """Pictures that differ along two directions only."""
    random = np.random.default_rng(seed)
    along = random.uniform(-1, 1, (count, 2)) * [60, 20]
    directions = np.array([[1, 1, 0, 0], [0, 0, 1, -1]])
    return (128 + np.round(along) @ directions).astype(np.uint8).reshape(count, 2, 2, 1)


def test_pca_finds_the_directions_the_pictures_differ_along():
    images = flat_images()
    pca = PCA.fit(images, components=2)
    assert np.abs(pca.components @ pca.components.T - np.eye(2)).max() < 1e-9
    assert np.abs(pca.components[0]).tolist() == pytest.approx([0.5**0.5] * 2 + [0, 0], abs=0.2)
    assert pca.errors(images).max() < 1e-6
    assert pca.encode(images).shape == (50, 2)


def test_pca_error_is_the_variance_left_out():
    images = flat_images(seed=1)
    left_out = PCA.fit(images, components=1).errors(images).mean()
    flat = images.reshape(50, 4) / 255.0
    variances = np.linalg.svd(flat - flat.mean(axis=0), compute_uv=False) ** 2 / 50
    assert left_out == pytest.approx(variances[1:].sum() / 4, rel=1e-4)
