"""The principal components that a model folder keeps."""

import numpy as np
import pytest

from autoencoders import principal
from autoencoders.metrics import PCA, mean_squared_errors
from autoencoders.principal import Principal
from tests import tiny

TRAIN, TEST = tiny.digits(80, split="train", seed=1), tiny.digits(40)


@pytest.fixture
def kept():
    found = Principal.fit(PCA.fit(TRAIN.images, components=6), TEST.images)
    assert found is not None
    return found


@pytest.mark.parametrize("size", [1, 2, 6])
def test_the_first_numbers_draw_what_a_smaller_pca_draws(kept, size):
    smaller = PCA.fit(TRAIN.images, components=size)
    expected = smaller.decode(smaller.encode(TEST.images), shape=(28, 28, 1))
    drawn = kept.decode(kept.codes[:, :size])
    # The sign of a component is free, what it draws is not.
    assert np.abs(drawn.astype(int) - expected.astype(int)).max() <= 1


def test_it_survives_its_file(kept, tmp_path):
    (tmp_path / "pca.npz").write_bytes(kept.to_bytes())
    read = Principal.from_file(tmp_path / "pca.npz")
    assert (read.size, read.shape) == (6, (28, 28, 1))
    assert np.abs(read.codes - kept.codes).max() < 0.01
    assert mean_squared_errors(read.decode(read.codes), kept.decode(kept.codes)).max() < 1e-5


def test_a_picture_of_ones_own_is_encoded(kept):
    assert np.allclose(kept.encode(TEST.images[3:5]), kept.codes[3:5], atol=1e-4)


@pytest.mark.parametrize("count", [0, 7])
def test_a_size_that_is_not_there_is_one_sentence(kept, count):
    with pytest.raises(ValueError, match=f"draws from 1 to 6 numbers here; {count} were given"):
        kept.decode(np.zeros((1, count), np.float32))


def test_what_would_be_large_is_not_kept(monkeypatch):
    pca = PCA.fit(TRAIN.images, components=6)
    numbers = 784 + 6 * 784 + 40 * 6
    monkeypatch.setattr(principal, "MOST_BYTES", 2 * numbers)
    assert Principal.fit(pca, TEST.images) is not None
    assert Principal.fit(pca, tiny.digits(41).images) is None
