"""The UMAP layout, with a package of the tests' own in the place of the real one."""

import numpy as np
import pytest

from autoencoders import neighbour_map

STUB = """
class UMAP:
    def __init__(self, *, n_neighbors, random_state, n_jobs):
        self.neighbours, self.seed = n_neighbors, random_state

    def fit_transform(self, codes):
        return codes[:, :2] * [self.seed, self.neighbours]
"""

CODES = np.array([[0, 0, 5], [4, 0, 5], [0, 1, 5], [4, 1, 5]], np.float32)


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Writes a package ``umap`` that the layout's own process finds."""

    def write(text):
        (tmp_path / "umap.py").write_text(text)
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    return write


def test_a_layout_is_what_the_package_makes_of_codes_and_seed(package):
    package(STUB)
    # x: 0..4 times the seed 2, y: 0..1 times 3 neighbours; the wider of 8 and 3 becomes -1..1.
    expected = [[-1, -0.375], [1, -0.375], [-1, 0.375], [1, 0.375]]
    places = neighbour_map.layout(CODES, seed=2)
    np.testing.assert_allclose(places, expected)
    assert places.dtype == np.float32


@pytest.mark.parametrize(
    "text",
    ["raise ImportError('no numba')", "import sys; sys.exit(3)", STUB.replace("self.seed", "'x'"),
     STUB.replace("codes[:, :2]", "codes")],
)  # fmt: skip
def test_a_package_that_fails_is_one_sentence(package, text):
    package(text)
    with pytest.raises(neighbour_map.LayoutError, match=r"could not be made; choose the principal"):
        neighbour_map.layout(CODES, seed=0)


def test_a_layout_that_takes_too_long_is_given_up(package, monkeypatch):
    package("import time; time.sleep(60)")
    monkeypatch.setattr(neighbour_map, "LONGEST_S", 0.2)
    with pytest.raises(neighbour_map.LayoutError):
        neighbour_map.layout(CODES, seed=0)


def test_places_all_alike_stay_in_the_middle():
    np.testing.assert_array_equal(neighbour_map.fitted(np.full((3, 2), 7.0)), np.zeros((3, 2)))


@pytest.mark.parametrize("places", [np.full((3, 2), np.nan), np.zeros((3, 3)), np.zeros(3)])
def test_a_layout_that_is_none_is_refused(places):
    with pytest.raises(ValueError, match="finite places of shape"):
        neighbour_map.fitted(places)


def test_whether_the_package_is_there(tmp_path, monkeypatch):
    monkeypatch.setattr(neighbour_map, "PACKAGE", "layout_stub_of_a_test")
    assert not neighbour_map.available()
    (tmp_path / "layout_stub_of_a_test.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    assert neighbour_map.available()
