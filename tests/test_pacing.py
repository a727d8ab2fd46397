"""How fast the picture changes, and sliders on which it changes evenly."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from autoencoders.pacing import change, even, length
from autoencoders.paths import straight


def test_change_of_a_worked_example():
    # Differences (3, 4) and (0, 0): root mean square sqrt((9 + 16) / 2), then 0.
    pictures = np.array([[0.0, 0], [3, 4], [3, 4]])
    np.testing.assert_allclose(change(pictures), [np.sqrt(12.5), 0], rtol=1e-6)
    assert length(pictures) == pytest.approx(np.sqrt(12.5))


def test_bytes_are_measured_on_0_to_1_and_do_not_wrap_around():
    pictures = np.zeros((2, 4, 4, 3), np.uint8)
    pictures[0] = 255
    assert change(pictures).tolist() == [1.0]
    assert change(pictures[:1]).shape == (0,)


def test_a_cubic_decoder_is_made_even():
    # The picture is x cubed, so even steps of it stand at the cube roots of even steps.
    path = straight([[0.0], [2.0]], 4001)
    paced = even(path, path.astype(np.float64) ** 3, 9)
    np.testing.assert_allclose(paced.codes[:, 0], np.cbrt(np.linspace(0, 8, 9)), atol=2e-3)
    assert paced.codes.dtype == np.float32


def test_marks_move_with_the_slider():
    path = straight([[0.0], [1.0], [3.0]], 401)  # the waypoint in the middle is frame 200
    paced = even(path, np.abs(path.astype(np.float64)), 7, marked=[0, 200, 400])
    np.testing.assert_allclose(paced.marks, [0, 1 / 3, 1], atol=1e-6)
    np.testing.assert_allclose(paced.codes[:, 0], np.linspace(0, 3, 7), atol=1e-5)


def test_bytes_are_paced_by_the_way_and_not_by_their_rounding():
    # First half: the grey level climbs by 10, an eighth of a level a step; second half: by 100.
    # Steps alone would say sqrt(1/8) and sqrt(..) a step, so that the first half looks long.
    level = np.concatenate([np.linspace(0, 10, 81), np.linspace(10, 110, 81)[1:]])
    tilt = np.linspace(0, 1, 64, endpoint=False)  # every pixel is rounded at another time
    pictures = np.floor(level[:, None] + tilt).astype(np.uint8)
    paced = even(np.arange(161.0)[:, None], pictures, 12, marked=[80])
    assert paced.marks[0] == pytest.approx(10 / 110, abs=0.01)
    assert length(pictures[:81]) > 2 * 10 / 255  # what the steps alone would say


def test_a_slider_does_not_dwell_where_nothing_changes():
    x = np.linspace(0, 3, 301)[:, None]
    height = np.clip(x, 1, 2)  # flat, then climbing, then flat
    codes = even(x, height, 5).codes[:, 0]
    np.testing.assert_allclose(codes, [0, 1.25, 1.5, 1.75, 3], atol=1e-5)


def test_where_nothing_changes_at_all_the_path_keeps_its_spacing():
    paced = even(straight([[0.0, 0], [1, 2]], 41), np.ones((41, 3)), 5, marked=[0, 20])
    np.testing.assert_allclose(paced.codes[:, 1], [0, 0.5, 1, 1.5, 2], atol=1e-6)
    np.testing.assert_allclose(paced.marks, [0, 0.5])


pictures = st.integers(2, 12).flatmap(
    lambda count: st.one_of(
        arrays(np.uint8, (count, 2, 2, 1)),
        arrays(np.float32, (count, 3), elements=st.floats(0, 1, width=32)),
    )
)


@settings(deadline=None)
@given(pictures, st.integers(2, 30))
def test_any_pictures_give_a_finite_path_with_its_ends(shots, frames):
    path = np.arange(2.0 * len(shots)).reshape(-1, 2)
    paced = even(path, shots, frames, marked=np.arange(len(path)))
    assert paced.codes.shape == (frames, 2)
    assert np.isfinite(paced.codes).all() and np.isfinite(paced.marks).all()
    assert paced.codes[0].tolist() == path[0].tolist()
    assert paced.codes[-1].tolist() == path[-1].tolist()
    assert (np.diff(paced.codes[:, 0]) >= 0).all()
    assert (np.diff(paced.marks) >= 0).all()
    assert (paced.marks[0], paced.marks[-1]) == (0, 1)


@pytest.mark.parametrize(
    ("path", "shots", "frames", "marked", "part"),
    [
        (np.zeros((1, 2)), np.zeros((1, 2)), 4, None, "at least two finite codes"),
        (np.full((2, 2), np.nan), np.zeros((2, 2)), 4, None, "at least two finite codes"),
        (np.zeros((3, 2)), np.zeros((2, 2)), 4, None, "3 codes need as many pictures, got 2"),
        (np.zeros((2, 2)), np.zeros((2, 2)), 1, None, "2 to 4096 frames, not 1"),
        (np.zeros((2, 2)), np.zeros((2, 2), int), 4, None, "int64 of shape (2, 2)"),
        (np.zeros((2, 2)), np.zeros((2, 0)), 4, None, "(2, 0)"),
        (np.zeros((2, 2)), np.full((2, 2), np.nan), 4, None, "finite"),
        (np.zeros((2, 2)), np.zeros((2, 2)), 4, [2], "path's 2 codes"),
        (np.zeros((2, 2)), np.zeros((2, 2)), 4, [0.5], "path's 2 codes"),
    ],
)
def test_what_cannot_be_paced_is_refused(path, shots, frames, marked, part):
    with pytest.raises(ValueError, match=r"\.$|from 0") as caught:
        even(path, shots, frames, marked=marked)
    assert part in str(caught.value)
