import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoencoders import portrait
from autoencoders.drawn import ATTRIBUTES, NAMES, PARAMETERS, changed, draw, labels, sample

SIZE = len(NAMES)
FACES, KNOWN = sample(40, seed=11)  # more than are drawn together
PLAIN = np.zeros(SIZE, np.float32)  # 0 is the middle of everything
BARE = {"hair": -1, "eyeglasses": -1, "beard": -1}

number = st.floats(-1, 1, width=32)


def difference(**values):
    """Largest change of each pixel, int (64, 64), when the faces take two values of something."""
    low, high = ({name: pair[i] for name, pair in values.items()} for i in (0, 1))
    pictures = [draw(changed(FACES, **part)).astype(int) for part in (low, high)]
    return np.abs(pictures[0] - pictures[1]).max(axis=(0, 3))


def span(mask):
    """First and last index where a mask is true."""
    return int(np.flatnonzero(mask)[0]), int(np.flatnonzero(mask)[-1])


def test_pictures_are_colour_and_numbers_have_names():
    pictures = draw(FACES)
    assert pictures.shape == (40, 64, 64, 3) and pictures.dtype == np.uint8
    assert FACES.shape == (40, SIZE) and FACES.dtype == np.float32
    assert KNOWN.shape == (40, len(ATTRIBUTES)) and KNOWN.dtype == np.float32
    assert ATTRIBUTES == ("smiling", "eyeglasses", "hair", "pose", "older", "light")
    assert len(set(NAMES)) == SIZE
    with pytest.raises(dataclasses.FrozenInstanceError):
        PARAMETERS[0].name = "grinning"


def test_numbers_are_the_generators_own():
    values, _ = sample(3, seed=5)
    expected = 2 * np.random.Generator(np.random.PCG64(5)).random((3, SIZE)) - 1
    expected[:, 1] = np.sign(expected[:, 1])
    assert np.abs(values - expected).max() < 1e-6


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_faces():
    assert draw(sample(40, seed=11)[0]).tobytes() == draw(FACES).tobytes()
    assert np.abs(sample(40, seed=12)[0] - FACES).max() > 0.5


def test_a_face_depends_neither_on_how_many_there_are_nor_on_its_neighbours():
    few, many = sample(10, seed=3), sample(1000, seed=3)
    assert np.array_equal(few[0], many[0][:10]) and np.array_equal(few[1], many[1][:10])
    together = draw(FACES)
    for i in (0, 7, 33):
        assert np.array_equal(draw(FACES[i : i + 1])[0], together[i])


def test_everything_is_drawn_evenly_and_independently():
    values, attributes = sample(20_000, seed=0)
    assert np.abs(values).max() <= 1
    assert np.array_equal(attributes, values[:, : len(ATTRIBUTES)])
    assert set(np.unique(attributes[:, 1])) == {-1, 1}
    assert np.abs(values.mean(axis=0)).max() < 0.03
    assert np.delete(values, 1, axis=1).std(axis=0) == pytest.approx(3**-0.5, abs=0.01)
    together = np.corrcoef(values.T) - np.eye(SIZE)
    assert np.abs(together).max() < 0.03


def test_yes_is_above_zero():
    assert labels([[-1.0, 0.0, 0.01, 1.0]]).tolist() == [[False, False, True, True]]


def test_an_outline_covers_its_area():
    place = np.arange(64, dtype=np.float32) - 31.3
    inside = portrait._cover(portrait._ellipse(place[None, :], place[:, None], 20, 25))
    assert inside.sum() == pytest.approx(np.pi * 20 * 25, rel=0.002)
    assert ((inside > 0.05) & (inside < 0.95)).sum() > 80


def test_edges_take_values_in_between():
    face = changed(PLAIN, **BARE, skin=1, backdrop_light=1)
    row = draw(face)[0, 12].astype(int).sum(axis=-1)  # above the ears: ground, head, ground
    ground, head = row[8], row[24]
    between = (row[8:24] < ground - 40) & (row[8:24] > head + 40)
    assert ground - head > 200
    assert between.sum() == 1 or between.sum() == 2


@pytest.mark.parametrize(("name", "axis"), [("across", 2), ("down", 1)])
def test_a_whole_pixel_moves_the_picture_as_it_is(name, axis):
    before, after = draw(changed(FACES, **{name: -0.5})), draw(changed(FACES, **{name: 0.5}))
    assert np.array_equal(
        np.take(before, range(63), axis=axis), np.take(after, range(1, 64), axis=axis)
    )


def test_a_part_of_a_pixel_moves_the_edges_by_that_part():
    places = np.linspace(-0.5, 0.5, 11)
    pictures = draw(changed(changed(PLAIN, **BARE, skin=1), across=places)).astype(int)
    steps = np.abs(np.diff(pictures, axis=0)).max(axis=(1, 2, 3))
    whole = np.abs(pictures[-1] - pictures[0]).max()
    assert whole > 100
    assert (steps > 0).all() and steps.max() < 0.25 * whole


@pytest.mark.parametrize("name", NAMES)
def test_every_number_changes_the_picture_and_never_by_a_jump(name):
    rich = changed(PLAIN, eyeglasses=1, hair=0.1, curls=0.4, beard=0.7, smiling=0.6)
    pictures = draw(changed(rich, **{name: np.linspace(-1, 1, 33)})).astype(int)
    steps = np.abs(np.diff(pictures, axis=0))
    assert steps.sum(axis=0).max() >= 10
    shares = steps.sum(axis=(1, 2, 3)) / steps.sum()
    assert shares.max() < 0.2  # the beard grows on a fifth of its range


@pytest.mark.parametrize("name", NAMES)
def test_a_small_step_changes_a_face_a_little(name):
    nudged = FACES[:6].copy()
    column = nudged[:, NAMES.index(name)]
    column -= np.copysign(np.float32(0.001), column)
    assert np.abs(draw(FACES[:6]).astype(int) - draw(nudged)).max() <= 8


@pytest.mark.parametrize(("name", "place"), [("older", 0), ("curls", 0), ("hair", -0.2)])
def test_nothing_jumps_where_a_rule_changes(name, place):
    assert difference(**{name: (place - 0.0005, place + 0.0005)}).max() <= 8


def test_a_smile_changes_the_mouth_only():
    change = difference(smiling=(-1, 1))
    top, bottom = span(change.any(axis=1))
    left, right = span(change.any(axis=0))
    assert top >= 36 and bottom <= 59 and left >= 12 and right <= 51


@pytest.mark.parametrize(("smiling", "sign"), [(1, 1), (0.5, 1), (-0.5, -1), (-1, -1)])
def test_the_corners_of_a_smile_are_above_its_middle_and_those_of_a_frown_below(smiling, sign):
    face = changed(PLAIN, **BARE, smiling=smiling, teeth=-1, skin=-1)
    green = draw(face)[0, 38:60, :, 1].astype(float)
    weight = np.maximum(120 - green, 0)  # lips are red: their green is low
    rows = (weight * np.arange(22)[:, None]).sum(axis=0) / np.maximum(weight.sum(axis=0), 1)
    middle, corners = rows[31:33].mean(), rows[[26, 37]].mean()
    assert sign * (middle - corners) > 0.5


def test_glasses_change_the_region_of_the_eyes_only():
    change = difference(eyeglasses=(-1, 1))
    top, bottom = span(change.any(axis=1))
    left, right = span(change.any(axis=0))
    assert top >= 20 and bottom <= 38 and left >= 8 and right <= 55
    assert (change > 30).sum() > 100


def test_hair_grows_from_none_over_the_forehead_to_down_beside_the_neck():
    faces = changed(PLAIN, hair=[-1, -0.2, 1], hair_tone=-1, skin=-1, backdrop_light=1, beard=-1)
    dark = draw(faces).max(axis=-1) < 90
    forehead, beside = (
        dark[:, 4:10, 24:40].mean(axis=(1, 2)),
        dark[:, 44:54, 8:12].mean(axis=(1, 2)),
    )
    assert forehead.tolist() == pytest.approx([0, 1, 1], abs=0.02)
    assert beside.tolist() == pytest.approx([0, 0, 1], abs=0.02)


def test_the_eyes_go_where_the_head_turns():
    faces = changed(PLAIN, **BARE, pose=np.linspace(-1, 1, 9), skin=-1)
    pupils = draw(faces).max(axis=-1)[:, 26:32] < 40
    columns = (pupils * np.arange(64)).sum(axis=(1, 2)) / pupils.sum(axis=(1, 2))
    assert (np.diff(columns) > 0.5).all()
    assert columns[4] == pytest.approx(31.5)


def test_old_people_are_grey_and_have_lines():
    faces = changed(PLAIN, older=[-1, 0, 1], hair=-0.1, hair_tone=0.2, fringe=-1)
    pictures = draw(faces).astype(int)
    colourful = np.ptp(pictures, axis=-1)[:, 4:8, 26:38].mean(axis=(1, 2))
    assert colourful[0] == colourful[1] and colourful[1] > 60 and colourful[2] < 15
    lines = np.abs(np.diff(pictures.sum(axis=-1)[:, 14:20, 26:38], axis=1)).max(axis=(1, 2))
    assert lines[2] > 2 * lines[1]


def test_the_lit_side_is_the_brighter_one():
    for light in (-1, -0.3, 0.3, 1):
        pictures = draw(changed(FACES, light=light, pose=0, parting=0)).astype(int)
        balance = pictures[:, 8:, 32:].mean(axis=(1, 2, 3)) - pictures[:, 8:, :32].mean(
            axis=(1, 2, 3)
        )
        assert (np.sign(balance) == np.sign(light)).all()


@settings(max_examples=20, deadline=None)
@given(pose=number, light=number, gaze=number, across=number, smiling=number, older=number)
def test_the_other_way_round_is_the_picture_in_a_mirror(pose, light, gaze, across, **same):
    ways = {"pose": pose, "light": light, "gaze": gaze, "across": across}
    faces = changed(PLAIN, **same, hair=-1, **{name: [v, -v] for name, v in ways.items()})
    one, other = draw(faces).astype(int)
    assert np.abs(one - other[:, ::-1]).max() <= 1


def test_the_most_extreme_faces_are_drawn_without_a_false_number():
    with np.errstate(divide="raise", invalid="raise", over="raise"):
        pictures = draw(np.where(FACES > 0, 1, -1))
    assert (pictures.std(axis=(1, 2)).max(axis=-1) > 15).all()


def test_changing_leaves_the_rest_alone():
    faces = changed(FACES, smiling=0.5, hair=np.linspace(-1, 1, 40))
    assert (faces[:, 0] == 0.5).all() and faces[:, 2] == pytest.approx(np.linspace(-1, 1, 40))
    rest = np.delete(np.arange(SIZE), [0, 2])
    assert np.array_equal(faces[:, rest], FACES[:, rest])
    assert changed(PLAIN, smiling=[-1, 0, 1]).shape == (3, SIZE)


def with_one(value):
    face = PLAIN.copy()
    face[7] = value
    return face[None]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: sample(0, seed=1), "^0 faces cannot be drawn"),
        (lambda: sample(-5, seed=1), "^-5 faces cannot be drawn"),
        (lambda: sample(5, seed=-1), "^-1 is no seed"),
        (lambda: draw(PLAIN), rf"^Faces are numbers of shape \(N, {SIZE}\)"),
        (lambda: draw(np.zeros((0, SIZE))), "with N of at least 1, got"),
        (lambda: draw(np.zeros((2, SIZE - 1))), rf"got \(2, {SIZE - 1}\)"),
        (lambda: draw(with_one(np.nan)), "finite and on -1..1"),
        (lambda: draw(with_one(np.inf)), "finite and on -1..1"),
        (lambda: draw(with_one(-1.01)), "finite and on -1..1"),
        (lambda: changed(PLAIN[:4], smiling=1), "^Faces are numbers of shape"),
        (lambda: changed(PLAIN, moustache=1), "^A face has no 'moustache'; it has smiling, "),
        (lambda: changed(FACES, smiling=[0, 1, 0]), "^Give one number for all faces or one for"),
        (lambda: changed(PLAIN, smiling=2), "finite and on -1..1"),
    ],
)
def test_bad_input_gets_one_clear_sentence(wrong, message):
    with pytest.raises(ValueError, match=message):
        wrong()
