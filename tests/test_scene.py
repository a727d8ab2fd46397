"""Scenes: strict about every part, exact as JSON, and silent about uploaded pictures."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoencoders.scene import PARTS, Scene, SceneError
from autoencoders.scene_json import LONGEST_JSON, from_json, to_json
from tests.scenes import FULL, scenes


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"model": "../secret"}, "model is '../secret'; use the name of a model, not a path."),
        ({"model": ".hidden"}, "not a path"),
        ({"model": "models/mine"}, "not a path"),
        ({"model": "a\nb"}, "printable name"),
        ({"model": "ü" * 51}, "at most 100 bytes"),
        ({"model": 3}, "model is 3;"),
        ({"digest": "xyz"}, "sixteen hex digits"),
        ({"page": "home"}, "page is 'home'; use one of map, interpolate, attributes, restore, "),
        ({"page": ["map"]}, "page is of type list;"),
        ({"codes": [[0.0]] * 9}, "at most 8 codes"),
        ({"codes": [[0.0], [0.0, 1.0]]}, "codes have 1, 2 numbers; use 1 to 4,096, in each code"),
        ({"codes": [[]]}, "codes have 0 numbers"),
        ({"codes": [[0.0] * 4097]}, "codes have 4097 numbers"),
        ({"codes": [[math.nan]]}, "codes is nan; use finite numbers"),
        ({"codes": [[1e39]]}, "codes is 1e+39; use finite numbers"),
        ({"codes": [["1"]]}, "codes is '1'"),
        ({"codes": "12"}, "codes must be a list"),
        (
            {"subject": ("upload", 1, "")},
            "The kind of subject is 'upload'; use one of point, drawn.",
        ),
        ({"subject": ("point", -1, "")}, "The number of the subject is -1; use 0 to 2,147,483,647"),
        ({"subject": ("point", True, "")}, "The number of the subject is True"),
        ({"subject": ("point", 1, "../x")}, "The model of the subject is '../x'; use the name"),
        ({"subject": "point:1"}, "subject must be a kind, a number and the name of a model."),
        ({"arrangement": "heap"}, "arrangement is 'heap'; use one of row, square, analogy."),
        ({"place": (0.5, 2)}, "place is 2; use 0 (left, top) to 1 (right, bottom)."),
        ({"place": 0.5}, "place must be two numbers: x, y."),
        ({"person": 2}, "person is 2; use 0 (what the map keeps) to 1 (all)."),
        ({"pixels": -1}, "pixels is -1; use 0 (only what the model draws) to 1 (the whole"),
        ({"path": "curved"}, "use one of straight, spherical, density, geodesic"),
        ({"even": 1}, "even is 1; use true or false."),
        ({"at": 1.5}, "at is 1.5; use 0 (the first picture) to 1 (the last)."),
        ({"at": True}, "at is True"),
        ({"at": 10**400}, "at is of type int"),
        ({"strengths": {"smile": 6}}, "The strength of 'smile' is 6; use a number from -5 to 5."),
        ({"strengths": {"smile": math.inf}}, "is inf"),
        ({"strengths": {"": 1}}, "A name in strengths is ''"),
        ({"strengths": [1]}, "numbers by the name"),
        ({"strengths": dict.fromkeys(map(str, range(33)), 1.0)}, "has 33 names; use at most 32"),
        ({"strengths": dict.fromkeys(("a" * 99 + c for c in "12345"), 1)}, "of at most 400 bytes"),
        ({"keep": ["a", "a"]}, "keep names a direction twice"),
        ({"keep": "abc"}, "keep must be a list"),
        ({"detail": -0.1}, "detail is -0.1; use 0 (averages) to 1 (individuals)."),
        ({"view": (0, 1, 0)}, "four numbers"),
        ({"view": (1, 0, 0, 1)}, "an empty box"),
        ({"noise": ("fog", 0.1)}, "The kind of noise is 'fog'; use one of gaussian"),
        ({"noise": ("gaussian", 2)}, "The level of noise is 2;"),
        ({"noise": "gaussian"}, "a kind and a level"),
        ({"left_out": -1}, "left_out is -1; use 0 to 1000."),
        ({"left_out": 1.0}, "left_out is 1.0"),
        ({"codes": [[0.0]], "uploaded": (1,)}, "use numbers from 0 to below 1."),
        ({"codes": [[0.0]], "uploaded": (-1,)}, "uploaded names codes that are not there"),
    ],
)
def test_a_part_that_does_not_fit_is_one_sentence(parts, sentence):
    with pytest.raises(SceneError) as error:
        Scene(**parts)
    assert sentence in str(error.value)
    assert "\n" not in str(error.value) and len(str(error.value)) < 200


def test_codes_are_what_a_decoder_takes():
    scene = Scene(codes=np.array([[0.1, 2.0]]))
    assert scene.codes == ((float(np.float32(0.1)), 2.0),)
    assert Scene(codes=[[1], [2]]).codes == ((1.0,), (2.0,))


# What leaves the process ------------------------------------------------------------------------


def test_codes_of_uploaded_pictures_stay_unless_the_person_says_otherwise():
    scene = Scene(codes=((1.0,), (2.0,), (3.0,)), uploaded=(0, 2), left_out=1)
    shared = scene.for_sharing()
    assert (shared.codes, shared.left_out, shared.uploaded) == (((2.0,),), 3, ())
    shared = scene.for_sharing(uploaded_codes=True)
    assert (shared.codes, shared.left_out, shared.uploaded) == (scene.codes, 1, ())
    assert from_json(to_json(scene)).codes == ((2.0,),)
    assert from_json(to_json(scene, uploaded_codes=True)).codes == scene.codes
    assert "uploaded" not in to_json(scene)
    assert Scene(codes=((1.0,),), uploaded=(0,), left_out=1000).for_sharing().left_out == 1000


def test_what_another_model_cannot_show_is_left_out_and_said():
    scene = Scene(
        codes=((1.0, 2.0),), uploaded=(0,), strengths={"smiling": 1, "taller": 2}, digest="a" * 16,
        keep=("hat", "taller"),
    )  # fmt: skip
    same, problems = scene.fit_to_model(
        code_sizes=(2, 128), directions=("smiling", "taller", "hat"), digest="a" * 16
    )
    assert (same, problems) == (scene, [])
    fitted, problems = scene.fit_to_model(
        code_sizes=(128, 6), directions=["smiling", "hat"], digest="b" * 16
    )
    assert (fitted.codes, fitted.strengths, fitted.keep) == ((), {"smiling": 1.0}, ("hat",))
    assert problems == [
        "1 picture was left out: the codes have 2 numbers, those of this model have 6 or 128.",
        "Left out what this model has no direction for: taller; it has hat, smiling.",
        "The model has changed since this was made; the same codes may look different now.",
    ]


# JSON -------------------------------------------------------------------------------------------


@given(scenes())
def test_json_is_exact(scene):
    assert from_json(to_json(scene)) == scene


def test_json_is_plain():
    values = json.loads(to_json(FULL))
    assert values["format_version"] == 4 and set(values) == {"format_version", *PARTS}
    assert values["codes"] == [[0.5, -1.25], [2.0, 0.1], [1e-8, 3e10]]
    assert values["strengths"] == {"smiling": 1.5, "a: b, 50%": -0.75}
    for version in (1, 2, 3, 4):
        assert from_json(f'{{"format_version": {version}}}') == Scene()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("[1]", "no format_version"),
        ("{}", "no format_version"),
        (
            '{"format_version": 7}',
            "format_version is 7, this Hourglass reads 1 to 4; update Hourglass.",
        ),
        ('{"format_version": 0}', "make it again with this one"),
        ('{"format_version": true}', "make it again"),
        ('{"format_version": 1, "modle": "x"}', "does not know 'modle'; it knows model, digest,"),
        ('{"format_version": 1, "uploaded": [0]}', "does not know 'uploaded'"),
        ('{"format_version": 1, "at": NaN}', "at is nan"),
        ('{"format_version": 1, "at": 1e999}', "at is inf"),
        (f'{{"format_version": 1, "at": {"9" * 4000}}}', "at is of type int"),
        (f'{{"format_version": 1, "at": {"9" * 9000}}}', "no JSON"),
        ('{"format_version": 1, "model": "\\ud800"}', "printable name"),
        (" " * (LONGEST_JSON + 1), "at most 1,000,000 characters"),
    ],
)
def test_json_edited_by_hand_is_one_sentence(text, sentence):
    with pytest.raises(SceneError) as error:
        from_json(text)
    assert sentence in str(error.value) and len(str(error.value)) < 250


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*PARTS, "other"]), JSON_VALUES, max_size=3))
def test_any_values_are_a_scene_or_a_sentence(values):
    said = ""
    try:
        from_json(json.dumps({"format_version": 1} | values))
    except SceneError as error:
        said = str(error)
    assert "\n" not in said and len(said) < 300


@given(st.text(max_size=60))
def test_any_text_is_a_scene_or_a_sentence(text):
    with pytest.raises(SceneError):
        from_json(text)
