import dataclasses
import itertools

import numpy as np
import pytest
import stand_in

from autoencoders.directions import Direction
from autoencoders.ui.colourings import NO, STEPS, YES, colourings


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


def kinds(engine):
    """The ways that tell kinds of points apart, in their order."""
    return [way for way in colourings(engine) if way.ends is None]


def test_labels_come_first_and_keep_their_own_colours():
    (way,) = kinds(stand_in.StandIn())
    assert way.header() == {
        "title": "label",
        "names": list("0123456789"),
        "tones": list(range(10)),
        "faint": [False] * 10,
    }
    assert np.array_equal(way.values, stand_in.latents().labels)


def test_labels_without_a_name_are_their_numbers():
    (way,) = kinds(stand_in.StandIn(label_names=("zero",)))
    assert way.names[:3] == ("zero", "1", "2")


def test_what_is_known_is_told_apart_from_what_is_scored():
    nan = float("nan")
    (way,) = kinds(faces([1, 0, nan, nan], directions=(direction("smiling"),)))
    assert way.title == "smiling"
    assert way.values.tolist() == [0, 1, 3, 2]
    assert way.names == ("smiling", "not smiling", "smiling, by its score",
                         "not smiling, by its score")  # fmt: skip
    assert way.tones == (YES, NO, YES, NO)
    assert way.faint == (False, False, True, True)


def test_a_stacked_model_is_scored_in_its_base():
    nan = float("nan")
    base = np.array([[0, 0], [0, 0], [9, 0], [-9, 0]], np.float32)
    (way,) = kinds(faces([1, 0, nan, nan], base=base, directions=(direction("smiling"),)))
    assert way.values.tolist() == [0, 1, 2, 3]


def test_without_a_direction_the_rest_is_not_known():
    (way,) = kinds(faces([1, 0, float("nan"), 1]))
    assert way.values.tolist() == [0, 1, 2, 0]
    assert way.names[2] == "not known" and way.faint == (False, False, True)


def test_points_of_which_nothing_is_known_have_one_colour():
    engine = faces([1, 0, 1, 0])
    bare = dataclasses.replace(engine.latents, attributes=None)
    (way,) = kinds(dataclasses.replace(engine, latents=bare))
    assert way.names == ("test picture",)
    assert set(way.values.tolist()) == {0}


@pytest.mark.parametrize("name", ["hat", "curly_hair"])
def test_every_attribute_has_words(name):
    engine = dataclasses.replace(faces([1, 0, 1, 0]), attribute_names=(name,))
    (way,) = kinds(engine)
    assert way.names[0] == name.replace("_", " ")
    assert way.names[0] in way.names[1]


def test_labels_and_attributes_are_both_offered():
    engine = faces([1, 0, 1, 0])
    both = dataclasses.replace(engine.latents, labels=np.array([3, 1, 4, 1]))
    ways = kinds(dataclasses.replace(engine, latents=both))
    assert [way.title for way in ways] == ["label", "smiling"]
    assert YES != NO


def test_another_attributes_direction_says_nothing_of_this_one():
    nan = float("nan")
    (way,) = kinds(faces([1, 0, nan, nan], directions=(direction("hat"),)))
    assert way.values.tolist() == [0, 1, 2, 2]


@pytest.mark.parametrize(
    ("name", "yes", "no"), [("older", "older", "younger"), ("female", "female", "male")]
)
def test_yes_and_no_have_their_own_words(name, yes, no):
    (way,) = kinds(dataclasses.replace(faces([1, 0, 1, 0]), attribute_names=(name,)))
    assert way.names[:2] == (yes, no)


def graded(engine):
    """The ways by a measured number, by title."""
    return {way.title: way for way in colourings(engine) if way.ends is not None}


def measured(mse):
    latents = stand_in.latents(len(mse))
    return stand_in.StandIn(
        latents=dataclasses.replace(latents, mse=np.array(mse, np.float32))
    )  # fmt: skip


def test_error_and_density_come_last():
    ways = colourings(stand_in.StandIn())
    assert [way.title for way in ways] == ["label", "error", "density"]
    assert ways[1].header()["ends"] == ["rebuilt best", "rebuilt worst"]
    assert "ends" not in ways[0].header()


def test_errors_fall_into_fifths_named_by_their_range():
    way = graded(measured([0.05, 0.01, 0.1, 0.02, 0.09, 0.03, 0.08, 0.04, 0.07, 0.06]))["error"]
    # Fifths of 0.01, 0.02, ..., 0.1: two each; the borders are at 0.028, 0.046, 0.064, 0.082.
    assert way.values.tolist() == [2, 0, 4, 0, 4, 1, 3, 1, 3, 2]
    assert way.names == (
        "0.01 – 0.028", "0.028 – 0.046", "0.046 – 0.064", "0.064 – 0.082", "0.082 – 0.1",
    )  # fmt: skip
    assert way.tones == (0, 1, 2, 3, 4)
    assert way.faint == (False,) * STEPS


def test_every_fifth_holds_as_many_points():
    for way in graded(stand_in.StandIn()).values():
        # Two points that are each other's tenth neighbour are equally dense, and stay together.
        assert np.abs(np.bincount(way.values, minlength=STEPS) - 100).max() <= 2
        assert way.values.dtype == np.int32


def test_dense_places_have_high_values():
    way = graded(stand_in.StandIn())["density"]
    codes = stand_in.latents().codes
    near = np.sort(np.linalg.norm(codes[:, None] - codes[None], axis=2), axis=1)[:, 10]
    order = [near[way.values == k] for k in range(STEPS)]
    for one, next_one in itertools.pairwise(order):
        assert one.min() >= next_one.max() - 1e-6
    assert all(name.endswith("×") for name in way.names)


def test_ranges_that_are_nearly_alike_are_told_apart():
    way = graded(measured(np.linspace(0.5001, 0.5002, 50)))["error"]
    assert len(set(way.names)) == STEPS


@pytest.mark.parametrize(
    ("mse", "names"), [([0.02] * 7, ("0.02",)), ([0.02], ("0.02",)), ([0.0] * 3, ("0",))]
)
def test_equal_errors_are_one_class(mse, names):
    way = graded(measured(mse))["error"]
    assert way.names == names and way.tones == (0,)
    assert way.values.tolist() == [0] * len(mse)


def test_two_errors_take_the_ends_of_the_ramp():
    way = graded(measured([0.1, 0.3]))["error"]
    assert way.values.tolist() == [0, len(way.names) - 1]
    assert (way.tones[0], way.tones[-1]) == (0, STEPS - 1)
