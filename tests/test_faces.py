"""Faces are found, cut out and put back: the geometry always, real photographs where they are."""

import math
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from scipy import ndimage

from autoencoders import faces
from autoencoders.faces import TRAINING_BOX, find_faces, prepare_face
from autoencoders.placement import Placement, crop, paste_back, paste_difference

CORNERS = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0.5, 0.5]], float)


def soft(width, height, *, seed=0, sigma=6.0):
    """A colourful picture without fine detail."""
    noise = np.random.default_rng(seed).normal(0, 1, (height, width, 3))
    smooth = ndimage.gaussian_filter(noise, (sigma, sigma, 0), mode="nearest")
    return Image.fromarray(np.clip(128 + 50 * smooth / smooth.std(), 0, 255).astype(np.uint8))


def slopes(width, height):
    """Red grows by one to the right, green downwards: a pixel's colour is its place."""
    down, right = np.mgrid[:height, :width]
    return Image.fromarray(np.stack([right, down, 0 * down], axis=2).astype(np.uint8))


def drawn_face(*, size=(300, 300), middle=(150, 150), head=60, skin=205):
    """A head from the front as a cascade sees one: brow, eyes, nose and mouth darker than skin."""
    image = Image.new("RGB", size, (90, 100, 110))
    draw = ImageDraw.Draw(image)

    def ellipse(right, down, wide, high, level):
        x, y = middle[0] + right * head, middle[1] + down * head
        box = (x - wide * head, y - high * head, x + wide * head, y + high * head)
        draw.ellipse(box, fill=(level, level - 10, level - 20))

    ellipse(0, -0.1, 1.05, 1.4, 50)  # hair
    ellipse(0, 0.1, 0.9, 1.2, skin)
    for way in (-1, 1):
        ellipse(way * 0.38, -0.36, 0.26, 0.06, 70)
        ellipse(way * 0.38, -0.14, 0.25, 0.13, 110)
        ellipse(way * 0.38, -0.14, 0.1, 0.1, 30)
        ellipse(way * 0.12, 0.38, 0.08, 0.05, 110)
    ellipse(0, 0.25, 0.12, 0.3, min(255, skin + 25))
    ellipse(0, 0.72, 0.34, 0.1, 100)
    pixels = ndimage.gaussian_filter(np.asarray(image, float), (head / 25, head / 25, 0))
    return Image.fromarray(pixels.astype(np.uint8))


def assert_at(face, centre, side, angle):
    assert math.hypot(face.centre[0] - centre[0], face.centre[1] - centre[1]) < 0.04 * side
    assert abs(face.side / side - 1) < 0.08
    assert abs(face.angle - angle) < 4


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


# Finding ---------------------------------------------------------------------------------------


def test_a_drawn_face_is_found_wherever_it_is():
    (plain,) = find_faces(drawn_face())
    assert plain.centre[0] == pytest.approx(150, abs=3)
    assert abs(plain.angle) < 4
    (moved,) = find_faces(drawn_face(size=(700, 400), middle=(500, 230), head=60))
    assert_at(moved, (plain.centre[0] + 350, plain.centre[1] + 80), plain.side, plain.angle)
    (large,) = find_faces(drawn_face().resize((1500, 1500)))
    assert_at(large, np.array(plain.centre) * 5, plain.side * 5, plain.angle)
    (grey,) = find_faces(drawn_face().convert("LA"))
    assert_at(grey, plain.centre, plain.side, plain.angle)


@pytest.mark.parametrize("turn", [-36, -25, -10, 10, 25, 36])
def test_a_turned_face_is_found_and_its_angle_told(turn):
    image = drawn_face()
    (upright,) = find_faces(image)
    turned = image.rotate(-turn, Image.Resampling.BICUBIC, fillcolor=(90, 100, 110))
    (found,) = find_faces(turned)  # clockwise by turn, round the middle
    down = upright.centre[1] - 150
    radians = math.radians(turn)
    centre = 150 - down * math.sin(radians), 150 + down * math.cos(radians)
    assert_at(found, centre, upright.side, upright.angle + turn)


def test_the_best_face_comes_first_and_the_others_are_counted():
    image = drawn_face(size=(600, 300), middle=(420, 150), head=70)
    image.paste(drawn_face(size=(200, 300), middle=(100, 150), head=40))
    large, small = find_faces(image)
    assert large.centre[0] == pytest.approx(420, abs=5)
    assert small.centre[0] == pytest.approx(100, abs=5)
    (note,) = prepare_face(image).prepared.notes
    assert note == "1 other face was left out: the largest was taken."


def test_a_face_seen_in_every_scan_is_one_face(monkeypatch):
    monkeypatch.setattr(faces, "SURE", 1e9)  # so that turned copies are searched too
    turned = drawn_face().rotate(10, Image.Resampling.BICUBIC, fillcolor=(90, 100, 110))
    assert len(find_faces(turned)) == 1


def test_what_lies_beyond_a_turned_photos_edge_is_no_face():
    class InTheCorner:
        def detectMultiScale2(self, pixels, **options):
            return [(0, 0, 30, 30), (100, 100, 30, 30)], [9, 9]

    grey = Image.new("L", (200, 200))
    assert len(faces._scan(InTheCorner(), grey, turn=0.0)) == 2
    assert len(faces._scan(InTheCorner(), grey, turn=20.0)) == 1


def test_an_opencv_without_cascades_says_what_to_install(monkeypatch):
    cv2 = pytest.importorskip("cv2")
    monkeypatch.setattr(cv2, "CascadeClassifier", lambda file: cv2_cascade())
    cv2_cascade = type("Empty", (), {"empty": lambda self: True})
    with pytest.raises(RuntimeError, match="install opencv-python-headless below 5"):
        faces._load_cascade()


def test_threads_get_the_same_answer_at_once():
    image = drawn_face()
    expected = find_faces(image)
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(find_faces(image))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [expected] * 4
    assert 1 <= len(faces._idle) <= 5


def test_no_two_threads_hold_one_cascade():
    with faces._borrowed_cascade():
        pass  # one at least is idle
    with faces._borrowed_cascade() as one, faces._borrowed_cascade() as other:
        assert one is not other
    with faces._borrowed_cascade() as again:
        assert again is one  # the last one that was given back


def test_opencv_is_not_imported_before_it_is_needed():
    source = Path(faces.__file__).read_text().splitlines()
    assert not [line for line in source if line.startswith(("import cv2", "from cv2"))]


# Preparing -------------------------------------------------------------------------------------


def test_a_turned_face_is_prepared_upright():
    upright = prepare_face(drawn_face())
    turned = prepare_face(drawn_face().rotate(-20, Image.Resampling.BICUBIC, fillcolor="grey"))
    assert upright.prepared.pixels.shape == (64, 64, 3)
    assert upright.prepared.pixels.dtype == np.uint8
    inner = (slice(12, 52), slice(12, 52))
    one, other = (it.prepared.pixels[inner].ravel().astype(float) for it in (upright, turned))
    assert np.corrcoef(one, other)[0, 1] > 0.9
    assert [step.title for step in turned.prepared.steps] == [
        "Face found",
        "Turned upright",
        "Cropped",
    ]
    assert "to the left" in turned.prepared.steps[1].note
    assert turned.prepared.foreign is None
    assert turned.prepared.notes == ()
    again = crop(
        drawn_face().rotate(-20, Image.Resampling.BICUBIC, fillcolor="grey"), turned.placement
    )
    assert np.array_equal(again, turned.prepared.pixels)


def test_the_marked_step_is_a_small_copy_with_a_box():
    image = drawn_face(size=(900, 600), middle=(450, 300), head=90)
    shown = prepare_face(image).prepared.steps[0].image
    assert shown.size == (320, 213)
    yellow = (np.asarray(shown) == (255, 255, 0)).all(axis=2)
    assert yellow.sum() > 200
    assert not (np.asarray(image) == (255, 255, 0)).all(axis=2).any()


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_picture_of_the_models_size_is_taken_as_it_is(mode):
    image = soft(64, 64).convert(mode)
    found = prepare_face(image)
    assert np.array_equal(found.prepared.pixels, np.asarray(image.convert("RGB")))
    assert found.placement == Placement(32, 32, 64, 0, 64, 64)
    assert found.prepared.foreign is None
    assert "as it is" in found.prepared.notes[0]


def test_without_a_face_the_centre_is_taken_with_a_word():
    image = soft(300, 200, sigma=30)
    found = prepare_face(image)
    assert found.faces == ()
    assert found.placement == Placement(150, 100, 200, 0, 300, 200)
    assert found.prepared.foreign == "no face was found in it"
    assert "may not work well" in found.prepared.notes[0]
    assert [step.title for step in found.prepared.steps] == ["No face found", "Cropped"]


def test_a_picture_framed_like_the_training_ones_gets_their_very_crop():
    (face,) = find_faces(drawn_face(size=(250, 250), middle=(125, 120), head=47))
    assert abs(face.side - 134) > 0.2  # found, but for the finder's error
    image = drawn_face(size=(250, 250), middle=(125, 120), head=47)
    found = prepare_face(image)
    assert found.placement == Placement(125, 122, 134, 0, 250, 250)
    assert "their crop was taken" in found.prepared.notes[0]
    aside = prepare_face(drawn_face(size=(250, 250), middle=(160, 120), head=47))
    assert aside.placement.x > 150
    blank = prepare_face(Image.new("RGB", (250, 250)))
    assert blank.placement == found.placement
    assert blank.prepared.foreign is not None


def test_a_tiny_face_is_said_to_lack_detail():
    found = prepare_face(drawn_face(size=(90, 90), middle=(45, 45), head=12))
    assert found.faces
    assert "lacks detail" in found.prepared.notes[0]


@pytest.mark.parametrize(
    "size", [(1, 1), (2, 3), (5000, 1), (1, 70_000), (40_000, 30), (64, 65), (7, 900)]
)
@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "CMYK"])
def test_any_picture_gets_an_answer(size, mode):
    found = prepare_face(Image.new(mode, size))
    assert found.prepared.pixels.shape == (64, 64, 3)
    assert len(found.prepared.steps) <= 6
    pasted = paste_back(Image.new(mode, size), found.prepared.pixels, found.placement)
    assert pasted.size == size


def test_the_models_size_is_the_callers():
    assert prepare_face(soft(90, 90), side=32).prepared.pixels.shape == (32, 32, 3)
    with pytest.raises(ValueError, match="at least 1 pixel, got 0"):
        prepare_face(soft(90, 90), side=0)


# Real photographs ------------------------------------------------------------------------------


# What was measured on 200 test people stands in the module's docstring.
def test_real_faces_are_found_as_the_training_pictures_frame_them(data_root):
    files = sorted((data_root / "lfw/lfw-deepfunneled").glob("Z*/*_0001.jpg"))[:8]
    if not files:
        pytest.skip("the photographs of faces are not on this disk")
    photos = [Image.open(file).convert("RGB") for file in files]
    found = [face for photo in photos for face in find_faces(photo)[:1]]
    assert len(found) >= 7
    places = np.array([face.centre for face in found])
    assert np.median(np.hypot(*(places - (125, 122)).T)) * 64 / 134 < 1.5
    assert np.median([abs(face.side / 134 - 1) for face in found]) < 0.1
    turned = [photo.rotate(-20, Image.Resampling.BICUBIC) for photo in photos]
    angles = [face.angle for photo in turned for face in find_faces(photo)[:1]]
    assert np.median(angles) == pytest.approx(20, abs=3)
