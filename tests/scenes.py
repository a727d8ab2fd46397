"""Scenes for tests: one with every part set, and a strategy that draws any."""

from typing import get_args

from hypothesis import strategies as st

from autoencoders.config import Noise
from autoencoders.latent import LARGEST
from autoencoders.scene import Scene
from autoencoders.scene_parts import LARGEST_NUMBER, Arrangement, Game, Page, PathKind, SubjectKind

FULL = Scene(
    model="faces-conv-128",
    digest="0123456789abcdef",
    page="interpolate",
    subject=("point", 12, "faces-conv-2"),
    codes=((0.5, -1.25), (2.0, 0.1), (1e-8, 3e10)),
    arrangement="square",
    place=(0.25, 0.75),
    path="geodesic",
    even=True,
    at=0.25,
    strengths={"smiling": 1.5, "a: b, 50%": -0.75},
    keep=("older", "größe, x"),
    person=0.25,
    pixels=0.75,
    detail=0.5,
    view=(-1.0, 1.5, -2.0, 2.5),
    chart="umap",
    colour="facial hair",
    fade=0.75,
    others=(12, 0, 7),
    against="digits-vae-2",
    seed=41,
    temperature=1.25,
    game="which",
    noise=("gaussian", 0.3),
    left_out=2,
    pins={
        "A": {"codes": ((0.5, -1.25), (2.0, 0.1), (1e-8, 3e10)), "at": 0.5, "path": "geodesic"},
        "B": {
            "subject": ("drawn", 3, ""),
            "strengths": {"a|b=50%": 1.0},
            "noise": ("masking", 0.25),
        },
    },
)

NAMES = st.text(min_size=1, max_size=12).filter(str.isprintable)
NUMBERS = st.floats(-LARGEST, LARGEST, width=32)
SIDES = st.floats(-1e6, 1e6)


def unit(low: float = 0.0, high: float = 1.0):
    return st.floats(low, high)


def pins(code):
    """What A and B may remember, in parts that are not as by default."""
    pin = st.fixed_dictionaries(
        {},
        optional={
            "codes": st.lists(code, min_size=1, max_size=3).map(tuple),
            "at": unit(0.1),
            "even": st.just(True),
            "path": st.sampled_from(["density", "geodesic"]),
            "strengths": st.dictionaries(NAMES, unit(-5, 5), min_size=1, max_size=3),
            "keep": st.lists(NAMES, min_size=1, max_size=3, unique=True).map(tuple),
            "noise": st.tuples(st.sampled_from(get_args(Noise)), unit()),
            "subject": st.just(("point", 7, "")),
        },
    )
    return st.dictionaries(st.sampled_from("AB"), pin, max_size=2)


@st.composite
def scenes(draw, longest: int = 40, model=NAMES):
    length = draw(st.integers(1, longest))
    code = st.lists(NUMBERS, min_size=length, max_size=length).map(tuple)
    x0, y0 = draw(SIDES), draw(SIDES)
    box = st.just((x0, x0 + draw(st.floats(1, 1e6)), y0, y0 + draw(st.floats(1, 1e6))))
    noise = st.tuples(st.sampled_from(get_args(Noise)), unit())
    subject = st.tuples(
        st.sampled_from(get_args(SubjectKind)),
        st.integers(0, LARGEST_NUMBER),
        st.one_of(st.just(""), st.just("faces-conv-2")),
    )
    plain = model.filter(lambda name: not set(name) & set("/\\:") and name[0] != ".")
    return Scene(
        model=draw(st.one_of(st.just(""), plain)),
        digest=draw(st.sampled_from(["", "f" * 16])),
        page=draw(st.sampled_from(get_args(Page))),
        subject=draw(st.one_of(st.none(), subject)),
        codes=tuple(draw(st.lists(code, max_size=8))),
        arrangement=draw(st.sampled_from(get_args(Arrangement))),
        place=draw(st.one_of(st.none(), st.tuples(unit(), unit()))),
        path=draw(st.sampled_from(get_args(PathKind))),
        even=draw(st.booleans()),
        at=draw(unit()),
        strengths=draw(st.dictionaries(NAMES, unit(-5, 5), max_size=5)),
        keep=tuple(draw(st.lists(NAMES, max_size=5, unique=True))),
        person=draw(unit()),
        pixels=draw(st.one_of(st.none(), unit())),
        detail=draw(st.one_of(st.none(), unit())),
        view=draw(st.one_of(st.none(), box)),
        chart=draw(st.sampled_from(["", "plane", "umap"])),
        colour=draw(st.one_of(st.just(""), NAMES)),
        fade=draw(st.one_of(st.none(), unit())),
        others=tuple(draw(st.lists(st.integers(0, LARGEST_NUMBER), max_size=8))),
        against=draw(st.sampled_from(["", "digits-vae-2"])),
        seed=draw(st.one_of(st.none(), st.integers(0, LARGEST_NUMBER))),
        game=draw(st.sampled_from(get_args(Game))),
        temperature=draw(st.one_of(st.none(), unit(0.0, 3.0))),
        noise=draw(st.one_of(st.none(), noise)),
        pins=draw(pins(code)),
        left_out=draw(st.integers(0, 1000)),
    )
