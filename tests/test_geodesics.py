"""Paths on which the decoded picture changes least."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoencoders import relaxation
from autoencoders.geodesics import geodesic
from autoencoders.latent import grid_codes
from autoencoders.lattice import Lattice
from autoencoders.pacing import change, length
from autoencoders.paths import straight, waypoint_frames


def bump(codes):
    """A plane with a hill of height 3 in the middle; further numbers of the code as they are."""
    height = 3 * np.exp(-2 * np.square(codes).sum(axis=1, keepdims=True))
    return np.concatenate([codes, height], axis=1)


def dome(codes):
    """The unit sphere, of longitude and latitude."""
    east, north = codes.astype(float).T
    return np.stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)], 1)


class Counted:
    def __init__(self, decode):
        self.decode, self.count = decode, 0

    def __call__(self, codes):
        assert codes.dtype == np.float32
        self.count += len(codes)
        return self.decode(codes)


def test_the_path_goes_around_a_hill():
    found = geodesic([[-1.5, 0], [1.5, 0]], 65, bump)
    assert np.hypot(*found.path.T).min() > 0.7
    assert found.length < 0.6 * found.straight_length
    # Measured anew, on what was returned.
    assert length(bump(found.path)) == pytest.approx(found.length, rel=1e-6)
    assert length(bump(straight([[-1.5, 0], [1.5, 0]], 65))) == pytest.approx(found.straight_length)


def test_on_a_sphere_it_is_the_great_circle():
    # From 60 degrees north to the opposite meridian 90 degrees on: the spherical law of cosines.
    ends = np.radians([[0, 60], [90, 60]])
    angle = math.acos(math.sin(math.pi / 3) ** 2)
    found = geodesic(ends, 129, dome)
    assert found.length * math.sqrt(3) == pytest.approx(angle, rel=2e-3)
    assert found.straight_length * math.sqrt(3) == pytest.approx(math.pi / 2 * 0.5, rel=2e-3)
    # Its highest point: tan(60 degrees) = tan(highest) * cos(45 degrees).
    highest = math.atan(math.tan(math.pi / 3) / math.cos(math.pi / 4))
    assert found.path[:, 1].max() == pytest.approx(highest, abs=0.01)
    steps = change(dome(found.path))
    assert steps.max() < 1.1 * steps.min()


def test_with_more_numbers_it_leaves_the_straight_line_too():
    ends = np.array([[-1.5, 0.1, 0, 0], [1.5, 0.1, 0, 0]])
    found = geodesic(ends, 65, bump)
    assert found.length < 0.65 * found.straight_length
    twelve = np.concatenate([ends, np.zeros((2, 8))], axis=1)  # three knots stand for all
    found = geodesic(twelve, 65, bump)
    assert found.length < 0.85 * found.straight_length


def test_a_flat_decoder_leaves_the_line_straight():
    matrix = np.random.default_rng(0).normal(size=(6, 20))
    ends = np.random.default_rng(1).normal(size=(2, 6))
    found = geodesic(ends, 30, lambda codes: codes @ matrix)
    np.testing.assert_allclose(found.path, straight(ends, 30), atol=1e-4)


def test_bytes_serve_as_floats_do():
    def picture(codes):
        shown = np.repeat(bump(codes) + np.array([2, 2, 0]), 100, axis=1) + np.linspace(
            0, 0.02, 300
        )
        return np.clip(shown * 60, 0, 255).round().astype(np.uint8).reshape(-1, 10, 10, 3)

    found = geodesic([[-1.5, 0.1, 0], [1.5, 0.1, 0]], 65, lambda codes: picture(codes[:, :2]))
    assert found.length < 0.65 * found.straight_length


def test_few_frames_are_measured_in_between():
    # The two frames between the ends stand left and right of the hill and do not see it.
    found = geodesic([[-3, 0], [3, 0]], 4, bump)
    assert found.path.shape == (4, 2)
    assert found.length < 0.9 * found.straight_length
    assert found.straight_length > 1.2 * length(bump(straight([[-3, 0], [3, 0]], 4)))


@pytest.mark.parametrize("size", [1, 2, 3, 12])
@settings(deadline=None, max_examples=8)
@given(seed=st.integers(0, 10_000), count=st.integers(2, 4), more=st.integers(0, 40))
def test_it_is_never_longer_and_passes_every_waypoint(size, seed, count, more):
    random = np.random.default_rng(seed)
    points = random.normal(size=(count, size)).astype(np.float32)
    inside, outside = random.normal(size=(size, 8)), random.normal(size=(8, 24))
    decode = Counted(lambda codes: np.tanh(2 * np.tanh(codes @ inside) @ outside))
    frames = count + more
    found = geodesic(points, frames, decode, decodes=1500)
    assert found.path.shape == (frames, size) and found.path.dtype == np.float32
    assert np.isfinite(found.path).all()
    np.testing.assert_array_equal(found.path[waypoint_frames(count, frames)], points)
    assert found.length <= found.straight_length
    assert found.decoded == decode.count <= 1500


@pytest.mark.parametrize("size", [2, 5, 40])
def test_the_budget_is_kept(size):
    ends = np.zeros((2, size))
    ends[:, 0], ends[:, 1] = [-1.5, 1.5], 0.1
    for decodes in (400, 500, 1000, 4000):
        decode = Counted(bump)
        found = geodesic(ends, 33, decode, decodes=decodes)
        assert found.decoded == decode.count <= decodes
    with pytest.raises(ValueError, match=r"decodes is 300; 33 frames .* at least 322\."):
        geodesic(ends, 33, bump, decodes=300)


def test_a_lattice_that_is_there_is_not_decoded_again():
    extent, ends = (-2.0, 2.0, -2.0, 2.0), [[-1.5, 0], [1.5, 0]]
    shown = bump(grid_codes(extent, 24, 30))
    found = geodesic(ends, 65, bump, lattice=Lattice(extent, 24, 30, shown))
    fresh = geodesic(ends, 65, bump)
    assert found.length == pytest.approx(fresh.length, rel=0.02)
    assert found.decoded < fresh.decoded - 500
    with pytest.raises(ValueError, match="24 x 30 nodes has 720 pictures, not 719"):
        geodesic(ends, 65, bump, lattice=Lattice(extent, 24, 30, shown[1:]))
    with pytest.raises(ValueError, match="codes of 2 numbers, not of 3"):
        geodesic(np.eye(3)[:2], 65, bump, lattice=Lattice(extent, 24, 30, shown))


def test_the_lattice_alone_finds_the_way_around(monkeypatch):
    monkeypatch.setattr(relaxation, "ROUNDS", 0)
    found = geodesic([[-1.5, 0], [1.5, 0]], 65, bump)
    assert found.length < 0.65 * found.straight_length


def test_between_codes_of_one_number_there_is_nothing_to_search():
    found = geodesic([[0.0], [1.0]], 33, bump)
    assert found.path.tolist() == straight([[0.0], [1.0]], 33).tolist()
    assert found.decoded == 2 * 33  # both paths measured, no more


def test_equal_waypoints_are_a_rest():
    for size in (2, 3):
        first, last = np.zeros(size), np.ones(size)
        found = geodesic([first, first, last], 21, bump)
        assert (found.path[:11] == 0).all()
        assert (found.path[-1] == 1).all()


def test_a_picture_that_never_changes_leaves_the_line_straight():
    ends = [[0.0, 0], [1, 1]]
    found = geodesic(ends, 9, lambda codes: np.zeros((len(codes), 4, 4, 1), np.uint8))
    np.testing.assert_allclose(found.path, straight(ends, 9), atol=1e-6)
    assert (found.length, found.straight_length) == (0, 0)


def test_the_same_seed_gives_the_same_path():
    ends = np.zeros((2, 100))
    ends[:, 0], ends[:, 1] = [-1.5, 1.5], 0.1
    paths = [geodesic(ends, 20, bump, decodes=600, seed=seed).path for seed in (1, 1, 2)]
    assert paths[0].tobytes() == paths[1].tobytes() != paths[2].tobytes()


@pytest.mark.parametrize(
    ("points", "frames", "decode", "part"),
    [
        ([[0, 0]], 9, bump, "2 to 8 waypoints"),
        ([[0, math.nan], [1, 1]], 9, bump, "NaN"),
        ([[0, 0], [1, 1]], 1, bump, "2 to 4096 frames"),
        ([[0, 0], [1, 1]], 9, lambda codes: codes[1:], "one picture for each code"),
        ([[0, 0], [1, 1]], 9, lambda codes: codes[:, 0], "one picture for each code"),
        ([[0, 0], [1, 1]], 9, lambda codes: codes * np.nan, "finite pictures"),
    ],
)
def test_bad_input_is_one_sentence(points, frames, decode, part):
    with pytest.raises(ValueError, match=r"\.$") as caught:
        geodesic(points, frames, decode)
    assert part in str(caught.value)
