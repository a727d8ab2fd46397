"""Faces are found and prepared: drawn ones always, real photographs where they are."""

import math
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from autoencoders import faces
from autoencoders.faces import find_faces, prepare_face
from autoencoders.placement import Placement, crop, paste_back
from tests.photos import drawn_face, soft


def assert_at(face, centre, side, angle):
    assert math.hypot(face.centre[0] - centre[0], face.centre[1] - centre[1]) < 0.04 * side
    assert abs(face.side / side - 1) < 0.08
    assert abs(face.angle - angle) < 4


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
