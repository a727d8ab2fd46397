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
    sharpness,
    ssim,
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


def noise(*shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def test_ssim_is_one_for_a_copy_and_symmetric():
    images, others = noise(3, 16, 20, 3), noise(3, 16, 20, 3, seed=1)
    assert ssim(images, images) == pytest.approx(1.0)
    assert ssim(images, others) == pytest.approx(ssim(others, images), abs=1e-6)
    assert (ssim(images, others) < 0.2).all()


def test_ssim_of_flat_pictures_is_the_comparison_of_their_light():
    one, other = np.full((1, 11, 11, 1), 51, np.uint8), np.full((1, 11, 11, 1), 102, np.uint8)
    # Means 0.2 and 0.4, no variance: (2 * 0.08 + C1) / (0.04 + 0.16 + C1), C1 = 0.0001.
    assert ssim(one, other)[0] == pytest.approx((0.16 + 1e-4) / (0.2 + 1e-4), abs=1e-5)


def test_ssim_by_the_definition_at_one_place():
    images, others = noise(1, 11, 11, 1), noise(1, 11, 11, 1, seed=1)
    away = np.arange(-5, 6)
    row = np.exp(-(away**2) / (2 * 1.5**2))
    window = np.outer(row, row) / row.sum() ** 2
    x, y = images[0, ..., 0] / 255, others[0, ..., 0] / 255
    mx, my = (window * x).sum(), (window * y).sum()
    vx, vy = (window * (x - mx) ** 2).sum(), (window * (y - my) ** 2).sum()
    both = (window * (x - mx) * (y - my)).sum()
    expected = (2 * mx * my + 1e-4) * (2 * both + 9e-4) / (mx**2 + my**2 + 1e-4) / (vx + vy + 9e-4)
    assert ssim(images, others)[0] == pytest.approx(expected, abs=1e-4)


def test_ssim_refuses_what_it_cannot_compare():
    for one, other in (
        (noise(1, 10, 20, 1), noise(1, 10, 20, 1)),
        (noise(1, 16, 16, 1), noise(2, 16, 16, 1)),
    ):
        with pytest.raises(ValueError, match="11 pixels a side or more"):
            ssim(one, other)


def test_sharpness_is_the_laplacians_variance():
    flat = np.full((1, 5, 5, 3), 90, np.uint8)
    assert sharpness(flat).tolist() == pytest.approx([0.0])
    dot = np.zeros((1, 5, 5, 1), np.uint8)
    dot[0, 2, 2] = 255
    # Inner 3x3 of the Laplacian: -4 in the middle, 1 at its four neighbours, 0 at the corners.
    assert sharpness(dot)[0] == pytest.approx(20 / 9, abs=1e-5)
    red = np.concatenate([dot, 0 * dot, 0 * dot], axis=3)
    assert sharpness(red)[0] == pytest.approx(0.299**2 * 20 / 9, abs=1e-5)


def test_pca_of_large_pictures_is_the_one_of_the_whole_covariance():
    random = np.random.default_rng(0)
    spread = np.repeat(0.7 ** np.arange(12), 1)
    base = random.normal(0, 1, (12, 48 * 48))
    images = 128 + 25 * (random.normal(0, 1, (150, 12)) * spread) @ base / 12
    images = np.clip(images, 0, 255).astype(np.uint8).reshape(150, 48, 48, 1)
    found = PCA.fit(images, components=5)
    flat = images.reshape(150, -1) / 255
    axes = np.linalg.svd(flat - flat.mean(axis=0), full_matrices=False)[2][:5]
    # The same subspace: every axis of one lies in the other's.
    assert np.linalg.norm(axes @ found.components.T, axis=1) == pytest.approx(1.0, abs=1e-3)
    assert found.components @ found.components.T == pytest.approx(np.eye(5), abs=1e-9)
    assert np.abs(np.sum(axes * found.components, axis=1)) == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize("side", [8, 48])
def test_pca_decodes_what_it_encodes(side):
    images = noise(30, side, side, 1)
    pca = PCA.fit(images, components=29)
    decoded = pca.decode(pca.encode(images), shape=(side, side, 1))
    assert np.abs(decoded.astype(int) - images).max() <= 1


def test_pca_has_no_more_components_than_pictures():
    with pytest.raises(ValueError, match="have no 31 components"):
        PCA.fit(noise(30, 8, 8, 1), components=31)


def test_pca_takes_many_pictures_in_parts_as_it_takes_them_at_once():
    images = noise(700, 6, 6, 1)
    pca = PCA.fit(images, components=4)
    rows = images.reshape(700, -1) / 255.0 - pca.mean
    codes = rows @ pca.components.T
    assert np.allclose(pca.encode(images), codes, atol=1e-5)
    left = np.square(rows - codes @ pca.components).mean(axis=1)
    assert np.allclose(pca.errors(images), left, atol=1e-6)


def test_each_colour_counts_in_the_grey_by_its_own_share():
    dot = np.zeros((1, 5, 5, 3), np.uint8)
    dot[0, 2, 2, 1] = 255
    assert sharpness(dot)[0] == pytest.approx(0.587**2 * 20 / 9, abs=1e-5)


def test_many_pictures_are_compared_each_with_its_own():
    images = noise(300, 11, 11, 1)
    assert ssim(images, images) == pytest.approx(1.0)


def test_pca_has_no_more_components_than_numbers():
    with pytest.raises(ValueError, match="have no 10 components"):
        PCA.fit(noise(30, 3, 3, 1), components=10)


def test_pca_of_many_large_pictures_looks_at_all_of_them():
    images = np.zeros((1100, 48, 48, 1), np.uint8)
    images[:1024, 0, 0, 0] = np.arange(1024) % 2 * 40
    images[1024:, 5, 5] = 250  # only behind the first 1024 pictures
    found = PCA.fit(images, components=1)
    assert np.abs(found.components[0]).argmax() == 5 * 48 + 5
