"""A scene as lines of Python: they run, and draw what the engine draws."""

import ast
import dataclasses
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import REPOSITORY
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import autoencoders
from autoencoders import registry
from autoencoders.directions import orthogonal_part
from autoencoders.inference import Engine
from autoencoders.scene import Scene, SceneError
from autoencoders.scene_python import to_python
from tests.scenes import NAMES, scenes

pytest_plugins = ["tests.commands"]


@pytest.fixture
def drawn(models, tmp_path, monkeypatch):
    """Run a scene's lines in this process; return the picture they save, ``(H, W)``."""
    monkeypatch.chdir(tmp_path)

    def drawn(scene, **options):
        exec(compile(to_python(scene, **options), "lines", "exec"), {})
        return np.asarray(Image.open("hourglass.png"))

    return drawn


@pytest.fixture
def engine(models):
    return registry.load("tiny-stacked-2", device="cpu")


def row(pictures):
    return np.concatenate(list(pictures), axis=1)[..., 0]


def test_the_lines_run_on_their_own(models, tmp_path):
    """In a process of their own, with the package and the model alone."""
    codes = np.random.default_rng(0).uniform(-1, 1, (2, 2)).astype(np.float32)
    lines = to_python(Scene(model="tiny-variational-2", codes=codes), file="mine.png")
    places = {"PYTHONPATH": str(REPOSITORY), "HOURGLASS_MODELS": str(models)}
    done = subprocess.run(
        [sys.executable, "-"], input=lines, text=True, cwd=tmp_path, capture_output=True,
        env=places | {"OMP_NUM_THREADS": "1"}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    expected = Engine(models / "tiny-variational-2", device="cpu").decode(codes)
    assert np.array_equal(np.asarray(Image.open(tmp_path / "mine.png")), row(expected))
    assert {path.name for path in Path(tmp_path).glob("*.p*")} == {"mine.png"}


@pytest.mark.parametrize("detail", [None, 0.0, 0.7])
def test_places_on_a_map_are_drawn_with_their_detail(drawn, engine, detail):
    codes = np.array([[0.1, -0.4], [0.7, 1 / 3]], np.float32)
    picture = drawn(Scene(model="tiny-stacked-2", codes=codes, detail=detail))
    expected = engine.decode_base(engine.to_base(codes, detail=detail or 0.0))
    assert np.array_equal(picture, row(expected))


def test_base_codes_are_drawn_as_they_are(drawn, engine):
    codes = np.random.default_rng(0).normal(0, 1, (2, 6)).astype(np.float32)
    picture = drawn(Scene(model="tiny-stacked-2", codes=codes, detail=1.0))
    assert np.array_equal(picture, row(engine.decode_base(codes)))


@pytest.mark.parametrize("at", [0.0, 0.2, 0.5, 0.9, 1.0])
def test_a_morph_is_drawn_where_the_slider_stands(drawn, engine, at):
    codes = np.array([[0.0] * 6, [3.0] * 6, [-3.0] * 6], np.float32)
    picture = drawn(Scene(model="tiny-stacked-2", page="interpolate", codes=codes, at=at))
    value = 6 * at if at <= 0.5 else 3 - 12 * (at - 0.5)
    assert np.array_equal(picture, row(engine.decode_base(np.full((1, 6), value, np.float32))))


def test_another_path_is_drawn_from_the_code_that_is_shown(drawn, engine):
    scene = Scene(model="tiny-stacked-2", page="interpolate", codes=((0.0,) * 6, (1.0,) * 6),
                  path="spherical")  # fmt: skip
    shown = np.linspace(-1, 1, 6, dtype=np.float32)[None]
    assert np.array_equal(drawn(scene, shown=shown), row(engine.decode_base(shown)))
    with pytest.raises(SceneError, match="give it as shown"):
        to_python(scene)


def test_edits_are_drawn_and_what_is_kept_is_kept(drawn, engine):
    codes = np.random.default_rng(1).normal(0, 1, (2, 6)).astype(np.float32)
    scene = Scene(model="tiny-stacked-2", page="attributes", codes=codes, strengths={"high": 1.5})
    expected = row(engine.decode_base(engine.edit(codes, {"high": 1.5})))
    assert np.array_equal(drawn(scene), expected)
    kept = Scene(model="tiny-stacked-2", codes=codes, strengths={"high": 1.5}, keep=("high",))
    assert np.array_equal(drawn(kept), expected)  # nothing is held still against itself


def test_what_is_kept_is_taken_out_of_an_edit(models, drawn, monkeypatch):
    """With a second direction beside the tiny model's only one."""
    engine = registry.load("tiny-stacked-2", device="cpu")
    (high,) = engine.directions
    other = dataclasses.replace(
        high, name='a "wide" one', axis=np.array([1, 0, 0, 0, 0, 0], np.float32)
    )
    engine.directions = [high, other]
    monkeypatch.setattr(autoencoders, "load", lambda name: engine)
    codes = np.random.default_rng(1).normal(0, 1, (1, 6)).astype(np.float32)
    scene = Scene(model="tiny-stacked-2", codes=codes, strengths={"high": -2.0}, keep=(other.name,))
    part = orthogonal_part(high.vector, other.axis[None])
    assert part[0] == pytest.approx(0, abs=1e-6)
    assert np.array_equal(drawn(scene), row(engine.decode_base(codes - 2 * part)))


@pytest.mark.parametrize(
    ("scene", "sentence"),
    [
        (Scene(codes=((1.0,),)), "names no model"),
        (Scene(model="m"), "has no codes, so there is nothing to draw"),
        (Scene(model="m", codes=((1.0,), (2.0,)), uploaded=(1,)), "leaves out the code of an upl"),
    ],
)
def test_what_cannot_be_drawn_is_said(scene, sentence):
    with pytest.raises(SceneError, match=sentence):
        to_python(scene)


def test_uploaded_codes_go_along_where_the_person_says_so():
    scene = Scene(model="m", codes=((1.25,),), uploaded=(0,))
    assert "[1.25]," in to_python(scene, uploaded_codes=True)
    with pytest.raises(SceneError, match="leaves out"):
        to_python(scene, shown=[[1.25]])


@given(scenes(longest=9, model=NAMES), st.booleans())
def test_a_strangers_names_are_text_and_nothing_else(scene, given_shown):
    """Names come from links: they may end up between quotes, never outside them."""
    try:
        lines = to_python(scene, shown=[[0.5]] if given_shown else None)
    except SceneError:
        return
    known = {
        "np", "Image", "autoencoders", "orthogonal_part", "engine", "codes", "on_map", "base",
        "pictures", "row", "place", "leg", "share", "known", "one", "keep", "name", "strength",
        "axes", "vector", "list", "min", "int",
    }  # fmt: skip
    tree = ast.parse(lines)
    assert {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} <= known
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert scene.model in texts
