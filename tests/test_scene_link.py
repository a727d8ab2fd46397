"""Scenes as links: what is written comes back, what is damaged is left out and named."""

import base64
import struct
import time
import zlib
from dataclasses import replace
from urllib.parse import urlencode

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoencoders.latent import LARGEST
from autoencoders.scene import Scene
from autoencoders.scene_link import LONGEST_LINK, NAMES, from_link, to_link
from tests.scenes import FULL, scenes


def packed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(zlib.compress(raw)).decode().rstrip("=")


def test_the_link_of_a_small_scene_can_be_read_by_people():
    assert to_link(FULL) == {
        "model": "faces-conv-128",
        "page": "interpolate",
        "z": "0.5,-1.25",
        "more": "2,0.1;1e-08,3e+10",
        "digest": "0123456789abcdef",
        "subject": "point:12:faces-conv-2",
        "arrangement": "square",
        "place": "0.25,0.75",
        "path": "geodesic",
        "even": "1",
        "at": "0.25",
        "strengths": "smiling:1.5,a%3A b%2C 50%25:-0.75",
        "keep": "older,größe%2C x",
        "person": "0.25",
        "pixels": "0.75",
        "detail": "0.5",
        "view": "-1,1.5,-2,2.5",
        "chart": "umap",
        "colour": "facial hair",
        "fade": "0.75",
        "others": "12,0,7",
        "against": "digits-vae-2",
        "seed": "41",
        "temperature": "1.25",
        "game": "which",
        "noise": "gaussian:0.3",
        "left_out": "2",
        "a": "at=0.5|subject=|arrangement=|place=|even=|strengths=|keep=|person=|pixels=|noise=",
        "b": "subject=drawn:3|strengths=a%7Cb=50%2525:1|noise=masking:0.25|arrangement=|place=|"
        "path=|even=|at=|keep=|person=|pixels=|z=|more=",
    }
    assert from_link(to_link(FULL)) == (FULL, [])
    assert to_link(Scene()) == {}


def test_the_links_of_earlier_versions_stay_valid():
    scene, problems = from_link({"model": "digits-conv-2", "z": "0.5,-0.25"})
    assert (scene, problems) == (Scene(model="digits-conv-2", codes=((0.5, -0.25),)), [])
    assert to_link(scene) == {"model": "digits-conv-2", "z": "0.5,-0.25"}
    long = ",".join(["0.5"] * 128)
    assert from_link({"z": long}) == (Scene(codes=((0.5,) * 128,)), [])
    assert from_link({"embed": "true"}) == (Scene(), [])


def written_pin(pin: dict) -> dict:
    """The parts of a pin with numbers as text has them, without codes."""
    five = "{:.5g}".format
    kept = {part: value for part, value in pin.items() if part != "codes"}
    if "at" in kept:
        kept["at"] = float(five(kept["at"]))
    if "noise" in kept:
        kept["noise"] = (kept["noise"][0], float(five(kept["noise"][1])))
    if "strengths" in kept:
        kept["strengths"] = {name: float(five(by)) for name, by in kept["strengths"].items()}
    return kept


def assert_near(codes, expected):
    """As near as a link brings codes back."""
    assert len(codes) == len(expected)
    for code, one in zip(codes, expected, strict=True):
        largest = float(np.abs(one).max())
        steps = 5e-5 if len(one) <= 8 else 1 / 65534
        assert np.abs(np.subtract(code, one)).max() <= largest * steps * 1.001 + 1e-44


def written(scene: Scene) -> Scene:
    """The scene with numbers as text has them."""
    five = "{:.5g}".format
    return replace(
        scene,
        codes=(),
        at=float(five(scene.at)),
        place=scene.place and tuple(float(five(side)) for side in scene.place),
        person=float(five(scene.person)),
        pixels=None if scene.pixels is None else float(five(scene.pixels)),
        detail=None if scene.detail is None else float(five(scene.detail)),
        fade=None if scene.fade is None else float(five(scene.fade)),
        temperature=None if scene.temperature is None else float(five(scene.temperature)),
        pins={letter: written_pin(pin) for letter, pin in scene.pins.items()},
        strengths={name: float(five(by)) for name, by in scene.strengths.items()},
        noise=scene.noise and (scene.noise[0], float(five(scene.noise[1]))),
        view=scene.view and tuple(float(five(side)) for side in scene.view),
    )


@given(scenes())
def test_a_link_brings_back_what_was_written(scene):
    view = scene.view and [float(f"{side:.5g}") for side in scene.view]
    if view and not (view[0] < view[1] and view[2] < view[3]):
        scene = replace(scene, view=None)
    back, problems = from_link(to_link(scene))
    assert problems == []
    pins = {letter: written_pin(pin) for letter, pin in back.pins.items()}
    assert replace(back, codes=(), pins=pins) == written(scene)
    assert_near(back.codes, scene.codes)
    for letter, pin in scene.pins.items():
        assert_near(back.pins[letter].get("codes", ()), pin.get("codes", ()))


def test_a_pin_is_written_as_what_differs():
    scene = Scene(
        codes=((1.0, 2.0), (3.0, 4.0)), at=0.5, path="density",
        pins={"A": {"codes": ((1.0, 2.0), (3.0, 4.0)), "at": 0.5, "path": "density"},
              "B": {"codes": ((1.0, 2.0), (3.0, 4.0)), "at": 0.75}},
    )  # fmt: skip
    link = to_link(scene)
    assert (link["a"], link["b"]) == ("same", "at=0.75|path=")
    assert from_link(link) == (scene, [])


def test_pins_that_do_not_fit_are_left_out_before_any_code():
    random = np.random.default_rng(0)
    codes, others, more = random.normal(0, 2, (3, 8, 256)).astype(np.float32).tolist()
    scene = Scene(codes=codes, keep=("a",), pins={"A": {"codes": others}, "B": {"codes": more}})
    link = to_link(scene)
    assert len(urlencode(link)) <= LONGEST_LINK
    assert (link["a"], link["b"]) == ("left_out=1", "left_out=1")
    back, problems = from_link(link)
    assert (len(back.codes), back.left_out, problems) == (8, 0, [])
    assert back.pins == {"A": {"left_out": 1}, "B": {"left_out": 1}}


def test_nothing_of_a_persons_own_picture_is_in_a_pin():
    pins = {"A": {"codes": ((3.25, 4.0),), "uploaded": (0,), "strengths": {"hat": 1.0}}}
    scene = Scene(codes=((1.0, 2.0),), pins=pins)
    assert scene.pins == {"A": {"left_out": 1}}
    assert to_link(scene, uploaded_codes=True) == {"z": "1,2", "a": "left_out=1"}


def test_eight_long_codes_fit_and_say_how_exact_they_are():
    random = np.random.default_rng(0)
    for size, steps in ((128, 32767), (256, 32767), (512, 127)):
        codes = random.normal(0, 2, (8, size)).astype(np.float32)
        link = to_link(Scene(model="faces-conv-128", codes=codes))
        assert len(urlencode(link)) <= LONGEST_LINK
        back, problems = from_link(link)
        assert (problems, back.left_out, len(back.codes)) == ([], 0, 8)
        error = np.abs(np.array(back.codes) - codes).max(axis=1)
        assert (error <= np.abs(codes).max(axis=1) / steps / 2 * 1.001).all()


def test_what_does_not_fit_is_left_out_and_counted():
    codes = np.random.default_rng(0).normal(0, 2, (8, 1024)).astype(np.float32)
    link = to_link(Scene(codes=codes, left_out=1))
    assert len(urlencode(link)) <= LONGEST_LINK
    back, _ = from_link(link)
    assert back.left_out == 1 + 8 - len(back.codes)
    assert 3 <= len(back.codes) < 8
    assert np.abs(np.array(back.codes[0]) - codes[0]).max() < 0.05


def test_the_longest_names_leave_the_link_short():
    code = np.random.default_rng(0).normal(0, 2, (1, 4096))
    for letter in ("%", "€"):
        names = [letter * (12 // len(letter.encode()) - 2) + f"{i:02}" for i in range(32)]
        scene = Scene(
            model="€" * 33, digest="a" * 16, page="interpolate", path="geodesic", even=True,
            at=0.123456789, detail=0.123456789, strengths=dict.fromkeys(names, -1.23456789),
            keep=names, view=(-1.2345678e-30, 1.2345678e-30, -1.2345678e30, 1.2345678e30),
            noise=("salt_and_pepper", 0.123456), left_out=999, codes=code,
            subject=("point", 2**31 - 1, "€" * 33), arrangement="analogy", person=0.123456789,
            pixels=0.123456789, place=(0.123456789, 0.987654321),
        )  # fmt: skip
        link = to_link(scene)
        assert len(urlencode(link)) <= LONGEST_LINK
        assert link["left_out"] == "1000" and len(from_link(link)[0].keep) == 32


def test_uploaded_codes_stay_behind():
    scene = Scene(codes=((0.5, 1.0), (2.0, 3.0)), uploaded=(0,))
    assert to_link(scene) == {"z": "2,3", "left_out": "1"}
    assert to_link(scene, uploaded_codes=True) == {"z": "0.5,1", "more": "2,3"}


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("model", "../../secret", "The link's model was left out: model is '../../secret'; use"),
        ("seed", "1.5", "The link's seed was left out: seed must be a whole number."),
        ("seed", "9999999999", "seed is 9999999999; use a whole number, 0 to 2,147,483,647."),
        ("temperature", "4", "temperature is 4.0; use 0 (the middle) to 3."),
        ("against", "a/b", "against is 'a/b'; use the name of a model, not a path."),
        ("page", "home", "The link's page was left out: page is 'home'; use one of map,"),
        ("z", "a,b", "The link's z was left out: 'a' in the code is not a number"),
        ("z", "1e99,2", "too large"),
        ("z", "1" * 20_001, "20,001 characters long; at most 20,000 are read"),
        ("z", ["1,2"], "it is no text"),
        ("z", "", "A code of this model is 1 number"),
        ("at", "nan", "'nan' is no number"),
        ("at", "2", "at is 2.0; use 0 (the first picture) to 1"),
        ("subject", "point", "subject must be like point:12, or drawn:3."),
        ("subject", "point:x", "subject must be like point:12"),
        ("subject", "fish:3", "The kind of subject is 'fish'; use one of point, drawn."),
        ("place", "1", "place must be two numbers: x, y."),
        ("place", "1,7", "place is 7.0; use 0 (left, top)"),
        ("arrangement", "heap", "use one of row, square, analogy"),
        ("even", "yes", "even must be 1 or 0"),
        ("detail", "1,2", "'1,2' is no number"),
        ("view", "1,2,3", "four numbers"),
        ("view", "1,0,0,1", "empty box"),
        ("strengths", "smiling:9", "use a number from -5 to 5"),
        ("strengths", "smiling", "strengths must be like smiling:1.5"),
        ("strengths", "smiling:much", "'much' is no number"),
        ("keep", "a,a", "twice"),
        ("noise", "fog:0.5", "use one of gaussian"),
        ("left_out", "-3", "must be a whole number"),
        ("chart", "../umap", "use the name of one of the model's maps"),
        ("chart", "u" * 21, "use the name of one of the model's maps"),
        ("colour", "x" * 101, "use a printable name"),
        ("fade", "2", "fade is 2.0; use 0 (points) to 1 (paint)"),
        ("others", "1,x", "others must be numbers of test pictures, with commas"),
        ("others", "1,2,3,4,5,6,7,8,9", "at most 8 numbers of test pictures"),
        ("others", "9999999999", "0 to 2,147,483,647"),
        ("a", "path=magic", "The link's a was left out: The link's path was left out: path is"),
        ("b", "model=x", "The link's b was left out: a pin knows nothing of 'model'."),
        ("b", "=x", "a pin knows nothing of ''"),
        ("codes", "!!", "the packed codes are damaged"),
        ("codes", "A", "damaged"),
        ("codes", packed(b""), "damaged"),
        ("codes", packed(struct.pack("<BH", 3, 2) + bytes(20)), "damaged"),
        ("codes", packed(struct.pack("<BH", 1, 0) + bytes(20)), "damaged"),
        ("codes", packed(struct.pack("<BHf", 1, 1, np.nan) + b"1"), "damaged"),
        ("codes", packed(struct.pack("<BHf", 1, 1, np.inf) + b"1"), "damaged"),
        ("codes", packed(struct.pack("<BHf", 1, 1, -1.0) + b"1"), "damaged"),
        ("codes", packed(struct.pack("<BH", 1, 1) + bytes(9 * 5)), "damaged"),
        ("session", "abc", "The link also holds 'session', which means nothing here; it knows"),
    ],
)
def test_what_is_damaged_is_left_out_and_the_rest_restored(name, text, sentence):
    other = "keep" if name in ("at", "model") else "at"
    value = {"at": "0.5", "keep": "hat"}[other]
    scene, (problem,) = from_link({name: text, other: value})
    assert sentence in problem and len(problem) < 400
    assert scene == Scene(**{other: 0.5 if other == "at" else ("hat",)})


def test_one_bad_code_does_not_take_the_others_along():
    scene, problems = from_link({"z": "1,2", "more": "3,4;5;x,6;7,8"})
    assert scene.codes == ((1.0, 2.0), (3.0, 4.0), (7.0, 8.0))
    assert len(problems) == 2
    scene, (problem,) = from_link({"z": "1,2", "more": ";".join(["3,4"] * 12)})
    assert len(scene.codes) == 8 and "at most 8" in problem


def test_a_link_cut_short_keeps_the_codes_that_are_whole():
    codes = np.random.default_rng(0).normal(0, 2, (8, 128)).astype(np.float32)
    text = to_link(Scene(codes=codes))["codes"]
    whole = from_link({"codes": text})[0].codes
    scene, (problem,) = from_link({"codes": text[: len(text) // 2]})
    assert 2 <= len(scene.codes) < 8 and scene.codes == whole[: len(scene.codes)]
    assert "cut short" in problem


def test_a_bomb_is_not_unpacked():
    layers = zlib.compressobj(9)
    bomb = b"".join(layers.compress(bytes(1 << 20)) for _ in range(12)) + layers.flush()
    text = base64.urlsafe_b64encode(bomb).decode()
    assert len(text) < 20_000
    started = time.perf_counter()
    scene, (problem,) = from_link({"codes": text})
    assert scene == Scene() and "damaged" in problem
    assert time.perf_counter() - started < 0.05


def test_the_largest_numbers_survive():
    codes = ((LARGEST, -LARGEST, *[0.0] * 20), (1e-45, 0.0, *[0.0] * 20))
    with np.errstate(invalid="raise", divide="raise"):
        back, problems = from_link(to_link(Scene(codes=(*codes, (0.0,) * 22))))
    assert problems == [] and np.isfinite(back.codes).all()
    assert back.codes[0][0] == pytest.approx(LARGEST, rel=1e-6)


VALUES = st.text(max_size=40) | st.integers() | st.none() | st.lists(st.text(max_size=3))
PACKED = st.binary(max_size=60).map(packed) | st.text("AZaz09_-=", max_size=40)


@given(
    st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), VALUES | PACKED, max_size=6),
    st.none() | PACKED,
)
def test_any_parameters_are_a_scene(parameters, codes):
    if codes is not None:
        parameters["codes"] = codes
    scene, problems = from_link(parameters)
    assert isinstance(scene, Scene)
    assert all(len(problem) < 500 for problem in problems)


@given(st.dictionaries(st.sampled_from(["strengths", "keep", "noise", "view", "z", "more"]),
                       st.text("ab:,;%0123456789.-e ", max_size=30)))  # fmt: skip
def test_nearly_right_parameters_are_a_scene(parameters):
    assert isinstance(from_link(parameters)[0], Scene)
