"""Sharpness between two people: pairs and figures worked out by hand, on stand-ins."""

import dataclasses

import numpy as np
import pytest
from test_quality import faces, missed, values

from benchmarks import midpoints

LINE = np.array([[0, 0], [1, 0], [3, 0], [3.5, 0]], np.float32)


def test_the_nearest_other_person():
    pairs = midpoints.nearest_others(LINE, np.array([7, 7, 8, 9]))
    found = dict(zip(pairs.ones.tolist(), pairs.others.tolist(), strict=True))
    assert found == {0: 2, 1: 2, 2: 3, 3: 2}
    some = midpoints.nearest_others(LINE, np.array([7, 7, 8, 9]), count=3)
    assert len(set(some.ones.tolist())) == 3
    with pytest.raises(ValueError, match="there is one"):
        midpoints.nearest_others(LINE, np.zeros(4, int))


class Chequered:
    """A model whose first number is how far a chessboard's fields are from grey."""

    def __init__(self, name, *, per_detail, error, read):
        self.name, self.per_detail, self.error, self.read = name, per_detail, error, read
        self.has_detail = per_detail > 0

    def encode(self, images):
        return self.read(images[:, 0, 0, :2].astype(np.float32))

    def to_base(self, codes, *, detail=0.0):
        return codes + detail * self.per_detail

    def decode_base(self, codes):
        board = 1 - 2 * (np.indices((64, 64)).sum(axis=0) % 2)
        grey = 128 + codes[:, :1, None] * board
        return np.repeat(grey[..., None], 3, axis=3).astype(np.uint8)

    def score(self, images):
        return type("Scores", (), {"mse": np.full(len(images), self.error, np.float32)})


def test_sharpness_half_way():
    # Laplacian of +-a on a chessboard: +-8 a, a in 255ths; half way between 0 and 2 a is 1.
    model = Chequered("stacked", per_detail=3.0, error=0.1, read=None)
    codes = np.array([[0, 0], [2, 0]], np.float32)
    pairs = midpoints.Pairs(np.array([0]), np.array([1]))
    found = midpoints.sharpness_between(model, codes, pairs)
    assert found == pytest.approx([(8 / 255) ** 2], rel=1e-4)
    assert midpoints.sharpness_between(model, codes, pairs, detail=1.0) == pytest.approx(
        16 * found, rel=1e-4
    )


@pytest.mark.parametrize(
    ("error", "step", "wanted"),
    [(0.0308, 6.0, []), (0.032, 6.0, ["error"]), (0.03, 5.0, ["sharper"])],
)
def test_what_the_map_has_to_reach(error, step, wanted):
    # All codes are 4, so are all half ways; the plain model's are 8.
    stacked = Chequered("stacked", per_detail=step, error=error, read=lambda codes: codes)
    plain = Chequered("plain", per_detail=0, error=0.03, read=lambda codes: codes + 4)
    data = dataclasses.replace(faces(3, split="test"), groups=np.array([0, 1, 1]))
    data.images[:, 0, 0] = 4
    figures = midpoints.measure(stacked, plain, data)
    found = values(figures)
    assert found["pairs"] == 3
    assert found["sharper"] == pytest.approx((4 + step) ** 2 / 64, rel=1e-3)
    assert found["sharpness_0"] == pytest.approx((8 * 4 / 255) ** 2, rel=1e-3)
    assert found["error"] == pytest.approx(error / 0.03)
    assert missed(figures) == wanted
    alone = values(midpoints.measure(stacked, None, data))
    assert set(found) - set(alone) == {"sharpness_plain", "mse_plain", "sharper", "error"}


def test_a_map_without_individuals_or_people():
    plain = Chequered("plain", per_detail=0, error=0.03, read=lambda codes: codes)
    with pytest.raises(ValueError, match="no individuals"):
        midpoints.measure(plain, None, faces(4))
    stacked = Chequered("stacked", per_detail=1, error=0.03, read=lambda codes: codes)
    with pytest.raises(ValueError, match="does not say who"):
        midpoints.measure(stacked, None, dataclasses.replace(faces(4), groups=None))
