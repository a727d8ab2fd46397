import dataclasses

import numpy as np
import pytest
import stand_in

from autoencoders.directions import Direction
from autoencoders.ui.colourings import NO, YES, colourings


def direction(name):
    axis = np.array([1, 0], np.float32)
    return Direction(name, axis, axis, 0.5, 1.0, "means", 5, 5)


def faces(known, *, base=None, directions=()):
    codes = np.array([[0, 0], [1, 0], [0, 9], [1, 9]], np.float32)
    latents = dataclasses.replace(
        stand_in.latents(4), codes=codes, labels=None, base=base,
        attributes=np.array(known, np.float32)[:, None],
    )  # fmt: skip
    return stand_in.StandIn(
        latents=latents, attribute_names=("smiling",), directions=directions, label_names=()
    )


def test_labels_come_first_and_keep_their_own_colours():
    (way,) = colourings(stand_in.StandIn())
    assert way.header() == {
        "title": "label",
        "names": list("0123456789"),
        "tones": list(range(10)),
        "faint": [False] * 10,
    }
    assert np.array_equal(way.values, stand_in.latents().labels)


def test_labels_without_a_name_are_their_numbers():
    (way,) = colourings(stand_in.StandIn(label_names=("zero",)))
    assert way.names[:3] == ("zero", "1", "2")


def test_what_is_known_is_told_apart_from_what_is_scored():
    nan = float("nan")
    (way,) = colourings(faces([1, 0, nan, nan], directions=(direction("smiling"),)))
    assert way.title == "smiling"
    assert way.values.tolist() == [0, 1, 3, 2]
    assert way.names == ("smiling", "not smiling", "smiling, by its score",
                         "not smiling, by its score")  # fmt: skip
    assert way.tones == (YES, NO, YES, NO)
    assert way.faint == (False, False, True, True)


def test_a_stacked_model_is_scored_in_its_base():
    nan = float("nan")
    base = np.array([[0, 0], [0, 0], [9, 0], [-9, 0]], np.float32)
    (way,) = colourings(faces([1, 0, nan, nan], base=base, directions=(direction("smiling"),)))
    assert way.values.tolist() == [0, 1, 2, 3]


def test_without_a_direction_the_rest_is_not_known():
    (way,) = colourings(faces([1, 0, float("nan"), 1]))
    assert way.values.tolist() == [0, 1, 2, 0]
    assert way.names[2] == "not known" and way.faint == (False, False, True)


def test_points_of_which_nothing_is_known_have_one_colour():
    engine = faces([1, 0, 1, 0])
    bare = dataclasses.replace(engine.latents, attributes=None)
    (way,) = colourings(dataclasses.replace(engine, latents=bare))
    assert way.names == ("test picture",)
    assert set(way.values.tolist()) == {0}


@pytest.mark.parametrize("name", ["hat", "curly_hair"])
def test_every_attribute_has_words(name):
    engine = dataclasses.replace(faces([1, 0, 1, 0]), attribute_names=(name,))
    (way,) = colourings(engine)
    assert way.names[0] == name.replace("_", " ")
    assert way.names[0] in way.names[1]


def test_labels_and_attributes_are_both_offered():
    engine = faces([1, 0, 1, 0])
    both = dataclasses.replace(engine.latents, labels=np.array([3, 1, 4, 1]))
    ways = colourings(dataclasses.replace(engine, latents=both))
    assert [way.title for way in ways] == ["label", "smiling"]
    assert YES != NO


def test_another_attributes_direction_says_nothing_of_this_one():
    nan = float("nan")
    (way,) = colourings(faces([1, 0, nan, nan], directions=(direction("hat"),)))
    assert way.values.tolist() == [0, 1, 2, 2]


@pytest.mark.parametrize(
    ("name", "yes", "no"), [("older", "older", "younger"), ("female", "female", "male")]
)
def test_yes_and_no_have_their_own_words(name, yes, no):
    (way,) = colourings(dataclasses.replace(faces([1, 0, 1, 0]), attribute_names=(name,)))
    assert way.names[:2] == (yes, no)
