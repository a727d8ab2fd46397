"""What a link brings to a page, fitted to its model, and what is said of the rest."""

from dataclasses import replace

import pytest
import stand_in
import tiny

from autoencoders.inference import Engine
from autoencoders.scene import Scene
from autoencoders.scene_parts import PIN_DEFAULTS
from autoencoders.ui.link_fit import fit


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """Its directions are "high" and another; its codes have 6 numbers."""
    return Engine(tiny.save_family(tmp_path_factory.mktemp("models") / "tiny", "convolutional"))


def told(engine, scene, page="attributes"):
    return fit(scene, engine, page)


def test_a_pin_is_told_whole(engine):
    parts, problems = told(engine, Scene(pins={"B": {"strengths": {"high": 1.5}}}))
    assert problems == []
    assert parts["pins"] == {"B": {**PIN_DEFAULTS, "strengths": {"high": 1.5}}}


def test_a_direction_made_by_hand_is_left_out_said_and_remembered(engine):
    scene = Scene(strengths={"high": 1.0, "chin (own)": -0.5}, keep=("chin (own)",))
    parts, problems = told(engine, scene)
    assert (parts["strengths"], parts["keep"]) == ({"high": 1.0}, ())
    assert parts["own"] == {"chin (own)": -0.5}
    assert problems == [
        "The link leaves out “chin”, a direction that was made by hand: drop its saved file "
        "(.npz) on this page to go on with it."
    ]


def test_directions_made_by_hand_are_said_once_also_where_pins_have_them(engine):
    pins = {"A": {"strengths": {"chin (own)": 1.0, "high": 1.0}}, "B": {"keep": ("brow (own)",)}}
    parts, (problem,) = told(engine, Scene(strengths={"chin (own)": 2.0}, pins=pins))
    assert "leaves out “brow (own)”" not in problem
    assert problem.startswith("The link leaves out “brow”, “chin”, directions that were made")
    assert parts["pins"]["A"]["strengths"] == {"high": 1.0}
    assert parts["pins"]["B"]["keep"] == ()


@pytest.mark.parametrize(
    ("pin", "sentence"),
    [
        ({"left_out": 1}, "The link leaves out pin A: a link never carries what people bring"),
        ({"codes": ((1.0, 2.0, 3.0),)}, "The link's pin A was left out. 1 picture was left out:"),
        ({"strengths": {"nose": 1.0}}, "The link's pin A was left out. Left out what this model"),
    ],
)
def test_a_pin_that_does_not_fit_is_left_out_whole_and_said(engine, pin, sentence):
    parts, (problem,) = told(engine, Scene(pins={"A": pin, "B": {"at": 0.5}}))
    assert set(parts["pins"]) == {"B"}
    assert problem.startswith(sentence)


def test_on_a_map_codes_are_places():
    scene = Scene(pins={"A": {"codes": ((1.0, 2.0),)}})
    assert told(stand_in.Wide(), scene, "map")[0]["pins"]["A"]["codes"] == ((1.0, 2.0),)
    assert told(stand_in.Wide(), scene, "interpolate")[0]["pins"] == {}


def test_left_out_pictures_are_said_with_their_crop(engine):
    (problem,) = told(engine, Scene(left_out=2))[1]
    assert problem == (
        "The link leaves out 2 pictures of this scene: it never carries what people bring "
        "themselves, nor how they cropped it; add them again."
    )


def test_pins_remember_what_scenes_hold(engine):
    scene = Scene()
    assert {part: getattr(scene, part) for part in PIN_DEFAULTS} == PIN_DEFAULTS | {"strengths": {}}
    assert replace(scene, pins={"A": dict(PIN_DEFAULTS)}).pins == {"A": {}}
