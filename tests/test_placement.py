"""Squares of a photo are cut out and put back: pure geometry, no face needed."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from scipy import ndimage

from autoencoders.faces import TRAINING_BOX
from autoencoders.placement import (
    Placement,
    centre_of,
    crop,
    cut_centre,
    paste_back,
    paste_difference,
)
from tests.photos import slopes, soft

CORNERS = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0.5, 0.5]], float)


# Placements ------------------------------------------------------------------------------------


def test_points_map_where_they_should():
    placement = Placement(100, 50, 40, 90, 200, 100)  # a quarter clockwise: up points right
    upper_left, upper_right, *_, middle = placement.to_photo(CORNERS)
    assert upper_left == pytest.approx((120, 30))
    assert upper_right == pytest.approx((120, 70))
    assert middle == pytest.approx((100, 50))


placements = st.builds(
    Placement,
    x=st.floats(0, 90),
    y=st.floats(0, 70),
    side=st.floats(1, 180),
    angle=st.floats(-180, 180),
    width=st.just(90),
    height=st.just(70),
)


@given(placements)
def test_points_map_back(placement):
    assert np.allclose(placement.to_crop(placement.to_photo(CORNERS)), CORNERS, atol=1e-9)


@pytest.mark.parametrize(
    ("x", "y", "side", "angle"),
    [
        (-1, 5, 5, 0),
        (5, 11, 5, 0),
        (5, 5, 0.5, 0),
        (5, 5, 41, 0),
        (math.nan, 5, 5, 0),
        (5, 5, math.inf, 0),
        (5, 5, 5, math.nan),
    ],
)
def test_an_impossible_placement_is_refused(x, y, side, angle):
    with pytest.raises(ValueError, match=r"^A crop of a 20x10 photo has its centre inside it"):
        Placement(x, y, side, angle, 20, 10)


# Cutting out -----------------------------------------------------------------------------------


def test_an_upright_crop_is_made_as_the_training_pictures_are():
    photo = soft(250, 250, sigma=0.7)
    placement = Placement(125, 122, 134, 0, 250, 250)
    expected = photo.crop(TRAINING_BOX).resize((64, 64), Image.Resampling.BICUBIC)
    assert np.array_equal(crop(photo, placement), np.asarray(expected))


def test_a_turned_crop_shows_what_lies_there():
    photo = slopes(200, 180)
    placement = Placement(100, 90, 60, 30, 200, 180)
    pixels = crop(photo, placement, side=30)
    for down, right in ((2, 2), (2, 27), (15, 15), (27, 3)):
        ((x, y),) = placement.to_photo(np.array([[(right + 0.5) / 30, (down + 0.5) / 30]]))
        # A colour is its pixel's number: that pixel's centre lies half a pixel further.
        assert pixels[down, right, :2] == pytest.approx((x - 0.5, y - 0.5), abs=1)


def test_a_strongly_shrunk_crop_is_anti_aliased():
    stripes = np.zeros((1600, 1600, 3), np.uint8)
    stripes[:, ::2] = 255
    for angle in (0, 17):
        pixels = crop(Image.fromarray(stripes), Placement(800, 800, 1000, angle, 1600, 1600))
        assert np.abs(pixels.astype(float) - 127.5).max() < 6


def test_beyond_the_edge_the_edge_is_repeated():
    halves = np.zeros((40, 40, 3), np.uint8)
    halves[:, 20:] = 200
    pixels = crop(Image.fromarray(halves), Placement(20, 20, 80, 0, 40, 40), side=40)
    assert np.all(pixels[:, :17] == 0)
    assert np.all(pixels[:, 23:] == 200)


# Putting back ----------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(
    x=st.floats(0, 200),
    y=st.floats(0, 150),
    side=st.floats(20, 150),
    angle=st.floats(-180, 180),
    feather=st.floats(0, 0.5),
)
def test_what_was_cut_out_fits_where_it_was(x, y, side, angle, feather):
    photo = soft(200, 150)
    placement = Placement(x, y, side, angle, 200, 150)
    again = paste_back(photo, crop(photo, placement), placement, feather=feather)
    assert again.size == photo.size
    change = np.abs(np.asarray(again, int) - np.asarray(photo, int))
    assert change.mean() < 1
    assert np.percentile(change, 99) <= 8  # a photo's edge is repeated: there it may differ


def test_pasting_changes_the_square_and_nothing_else():
    photo = Image.new("RGB", (100, 80), (50, 50, 50))
    placement = Placement(50, 40, 40, 45, 100, 80)
    white = np.full((64, 64, 3), 255, np.uint8)
    pasted = np.asarray(paste_back(photo, white, placement, feather=0))
    down, right = np.mgrid[:80, :100] + 0.5
    away = np.abs(right - 50) + np.abs(down - 40)  # a square on its corner: a diamond
    assert np.all(pasted[away < 27] == 255)
    assert np.all(pasted[away > 29.5] == 50)


def test_a_feathered_border_cannot_be_seen():
    photo = Image.new("RGB", (200, 200), (50, 50, 50))
    white = np.full((64, 64, 3), 255, np.uint8)
    row = np.asarray(paste_back(photo, white, Placement(100, 100, 100, 0, 200, 200)))[100, :, 0]
    assert row[100] == 255
    assert row[49] == 50
    assert np.abs(np.diff(row.astype(int))).max() < 25  # of 205, over 15 pixels
    assert row[57] == pytest.approx((50 + 255) / 2, abs=8)  # half way through the feather


@pytest.mark.parametrize("side", [10, 64, 300])
def test_a_difference_of_nothing_changes_nothing(side):
    photo = soft(400, 300, sigma=0.5)
    same = np.asarray(soft(64, 64, seed=1))
    again = paste_difference(photo, same, same, Placement(200, 150, side, 20, 400, 300))
    assert np.array_equal(np.asarray(again), np.asarray(photo))


@pytest.mark.parametrize("turn", [0, 90])
def test_nothing_fades_where_the_photo_ends(turn):
    photo = Image.new("RGB", (100, 40), (50, 50, 50))
    white = np.full((64, 64, 3), 255, np.uint8)
    middle = np.asarray(paste_back(photo, white, Placement(50, 20, 40, turn, 100, 40)))[..., 0]
    assert np.all(middle[:, 50] == 255)  # as high as the photo: up to its edges
    assert middle[20, 30] < 60 and middle[20, 69] < 60  # within the photo it fades
    assert np.all(middle[:, :30] == 50) and np.all(middle[:, 70:] == 50)
    corner = np.asarray(paste_back(photo, white, Placement(10, 10, 40, turn, 100, 40)))[..., 0]
    assert corner[0, 0] == 255 and corner[0, 29] < 60 and corner[29, 0] < 60
    whole = paste_back(photo, white, Placement(50, 20, 100, turn, 100, 40))
    assert np.all(np.asarray(whole) == 255)


def test_a_leaning_square_beyond_the_edge_keeps_to_itself():
    photo = Image.new("RGB", (100, 80), (50, 50, 50))
    white = np.full((64, 64, 3), 255, np.uint8)
    placement = Placement(12, 40, 40, 30, 100, 80)
    pasted = np.asarray(paste_back(photo, white, placement))[..., 0]
    down, right = np.mgrid[:80, :100] + 0.5
    places = placement.to_crop(np.stack([right.ravel(), down.ravel()], axis=1))
    outside = (np.abs(places - 0.5).max(axis=1) > 0.5).reshape(80, 100)
    assert np.all(pasted[outside] == 50)
    assert pasted[40, 12] == 255


def test_the_middle_of_a_picture():
    assert centre_of(slopes(30, 20)) == Placement(15, 10, 20, 0, 30, 20)
    middle = cut_centre(slopes(30, 20), shape=(20, 20, 3))
    assert np.array_equal(middle, np.asarray(slopes(30, 20))[:, 5:25])
    wide = cut_centre(slopes(30, 20), shape=(5, 15, 1))
    assert wide.shape == (5, 15, 1) and wide.dtype == np.uint8
    tall = cut_centre(slopes(20, 60), shape=(30, 10, 3))
    assert tall[0, 0, 1] <= 2 and tall[-1, 0, 1] >= 57  # all of it: 20x60 has these proportions


def test_a_difference_keeps_the_photos_own_detail():
    photo = soft(400, 300, sigma=0.5)
    grey = np.full((64, 64, 3), 100, np.uint8)
    brighter = grey + np.array([30, 0, 0], np.uint8)
    placement = Placement(200, 150, 200, 20, 400, 300)
    change = np.asarray(paste_difference(photo, brighter, grey, placement), int) - np.asarray(photo)
    middle = np.asarray(photo)[110:190, 160:240, 0] <= 225
    assert np.all(change[110:190, 160:240, 0][middle] == 30)
    assert np.all(change[:, :, 1:] == 0)
    assert change[:20].any() == 0


def test_a_spot_comes_back_to_its_place_in_a_turned_face():
    photo = Image.new("RGB", (400, 300))
    pixels = np.zeros((64, 64, 3), np.uint8)
    pixels[16, 40] = 255
    placement = Placement(210, 140, 180, 25, 400, 300)
    light = np.asarray(paste_difference(photo, pixels, 0 * pixels, placement), float)[..., 0]
    down, right = ndimage.center_of_mass(light)
    ((x, y),) = placement.to_photo(np.array([[40.5, 16.5]]) / 64)
    assert (right + 0.5, down + 0.5) == pytest.approx((x, y), abs=0.1)


def test_bad_pixels_photos_and_feathers_are_refused():
    photo = Image.new("L", (30, 20))
    placement = Placement(15, 10, 10, 0, 30, 20)
    good = np.zeros((8, 8, 3), np.uint8)
    for bad in (good[:4], good[..., 0], good.astype(float), good[:0, :0], "face", good[..., :2]):
        with pytest.raises(ValueError, match=r"^Expected a square colour picture, uint8 \(S, S, 3"):
            paste_back(photo, bad, placement)
    with pytest.raises(ValueError, match="must be equally large"):
        paste_difference(photo, good, good[:4, :4], placement)
    with pytest.raises(ValueError, match="photo of 30x20 pixels, got 20x30"):
        paste_back(photo.rotate(90, expand=True), good, placement)
    with pytest.raises(ValueError, match="photo of 30x20 pixels, got 20x30"):
        crop(photo.rotate(90, expand=True), placement)
    with pytest.raises(ValueError, match=r"from 0 to 0\.5, got 0\.6"):
        paste_back(photo, good, placement, feather=0.6)
    with pytest.raises(ValueError, match="at least 1 pixel, got 0"):
        crop(photo, placement, side=0)
