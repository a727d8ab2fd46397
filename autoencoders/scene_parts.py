"""What each part of a scene may be, checked in one place."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, get_args

import numpy as np

from autoencoders.config import Noise
from autoencoders.latent import LARGEST, Extent

Page = Literal[
    "map",
    "interpolate",
    "attributes",
    "restore",
    "compare",
    "generate",
    "through",
    "training",
    "game",
]
PathKind = Literal["straight", "spherical", "density", "geodesic"]
Arrangement = Literal["row", "square", "analogy"]
SubjectKind = Literal["point", "drawn"]
Game = Literal["find", "hit", "which"]
Subject = tuple[SubjectKind, int, str]
"""One picture that a page works on: a test picture (of a model; "" for the scene's own) by its
place, or a face that Hourglass draws itself by its seed."""

MOST_CODES = 8
MOST_NUMBERS = 4096
"""Numbers in one code."""
MOST_STRENGTH = 5.0
"""Group distances, either way."""
MOST_TEMPERATURE = 3.0
"""Of what is drawn from a model: so many times the spread of its codes."""
MOST_NAMES = 32
LONGEST_NAME = 100
"""Bytes of one name; with the next one it keeps the names of a scene short enough for a link."""
LONGEST_NAMES = 400
"""Bytes of all the names in ``strengths``, and of those in ``keep``."""
MOST_LEFT_OUT = 1000
MOST_OTHERS = 8
LONGEST_CHART = 20
LARGEST_NUMBER = 2**31 - 1
"""Of a test picture, or of a seed."""


PIN_DEFAULTS: Mapping[str, Any] = {
    "subject": None,
    "codes": (),
    "arrangement": "row",
    "place": None,
    "path": "straight",
    "even": False,
    "at": 0.0,
    "strengths": {},
    "keep": (),
    "person": 1.0,
    "pixels": None,
    "noise": None,
    "left_out": 0,
}
"""The parts of a scene that a pin remembers, as they are where it says nothing of them."""


class SceneError(ValueError):
    """A scene that names something unknown or impossible; one sentence says what fits."""


def check_part(part: str, value: Any) -> Any:
    """Return a part of a scene as a Scene holds it; ``part`` is one of ``PARTS``.

    Raises:
        SceneError: with one sentence on what is wrong and what fits.
    """
    return _CHECKS[part](value)


def _demand(condition: object, sentence: str) -> None:
    if not condition:
        raise SceneError(sentence)


def shown_value(value: Any) -> str:
    """A value as it may stand in a sentence: never long, whatever it is."""
    if isinstance(value, str):
        return repr(value if len(value) <= 40 else value[:37] + "...")
    if isinstance(value, float) or (isinstance(value, int) and abs(value) < 1e15):
        return repr(value)
    return f"of type {type(value).__name__}"


def _number(part: str, value: Any, low: float, high: float, what: str) -> float:
    good = isinstance(value, int | float | np.floating) and not isinstance(value, bool)
    _demand(good and low <= value <= high, f"{part} is {shown_value(value)}; use {what}.")
    return float(value)


def listed(names: Sequence[str]) -> str:
    """Return the first few of many names, as they may stand in a sentence."""
    return ", ".join(names[:8]) + (" and more" if len(names) > 8 else "")


def _choice(part: str, value: Any, allowed: Sequence[str]) -> str:
    good = isinstance(value, str) and value in allowed
    _demand(good, f"{part} is {shown_value(value)}; use one of {', '.join(allowed)}.")
    return str(value)


def _name(part: str, value: Any) -> str:
    good = isinstance(value, str) and 0 < len(value) <= LONGEST_NAME and value.isprintable()
    _demand(
        good and len(value.encode()) <= LONGEST_NAME,
        f"{part} is {shown_value(value)}; use a printable name of at most {LONGEST_NAME} bytes.",
    )
    return str(value)


def _names(part: str, values: Sequence[str]) -> None:
    _demand(
        len(values) <= MOST_NAMES and sum(len(name.encode()) for name in values) <= LONGEST_NAMES,
        f"{part} has {len(values)} names; use at most {MOST_NAMES}, together of at most "
        f"{LONGEST_NAMES} bytes.",
    )


def _check_model(value: Any, part: str = "model") -> str:
    if value == "" and isinstance(value, str):
        return ""
    name = _name(part, value)
    # A path would be looked up on the disk of whoever runs the lines of Python.
    plain = not set(name) & set("/\\:") and not name.startswith(".")
    _demand(plain, f"{part} is {shown_value(name)}; use the name of a model, not a path.")
    return name


def _check_subject(value: Any) -> Subject | None:
    if value is None:
        return None
    good = _sequence(value) and len(value) == 3
    _demand(good, "subject must be a kind, a number and the name of a model.")
    kind: Any = _choice("The kind of subject", value[0], get_args(SubjectKind))
    number, model = value[1], _check_model(value[2], "The model of the subject")
    whole = isinstance(number, int) and not isinstance(number, bool)
    _demand(
        whole and 0 <= number <= LARGEST_NUMBER,
        f"The number of the subject is {shown_value(number)}; use 0 to {LARGEST_NUMBER:,}.",
    )
    return kind, int(number), model


def _check_digest(value: Any) -> str:
    good = isinstance(value, str) and (not value or len(value) == 16)
    _demand(
        good and set(value) <= set("0123456789abcdef"),
        f"digest is {shown_value(value)}; use the sixteen hex digits of a model, or leave it out.",
    )
    return str(value)


def _sequence(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _check_codes(value: Any) -> tuple[tuple[float, ...], ...]:
    """Codes, each number rounded to float32, which is what decoders take."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    good = _sequence(value) and len(value) <= MOST_CODES and all(map(_sequence, value))
    _demand(good, f"codes must be a list of at most {MOST_CODES} codes, each a list of numbers.")
    _demand(
        all(1 <= len(code) <= MOST_NUMBERS for code in value) and len(set(map(len, value))) <= 1,
        f"codes have {listed([str(len(code)) for code in value])} numbers; use 1 to "
        f"{MOST_NUMBERS:,}, in each code as many.",
    )
    finite = "finite numbers that float32 can hold"
    checked = [[_number("codes", n, -LARGEST, LARGEST, finite) for n in code] for code in value]
    return tuple(tuple(np.asarray(code, np.float32).tolist()) for code in checked)


def _check_strengths(value: Any) -> dict[str, float]:
    _demand(isinstance(value, Mapping), "strengths must be numbers by the name of a direction.")
    what = f"a number from -{MOST_STRENGTH:g} to {MOST_STRENGTH:g}"
    checked = {
        _name("A name in strengths", name): _number(
            f"The strength of {shown_value(name)}", by, -MOST_STRENGTH, MOST_STRENGTH, what
        )
        for name, by in value.items()
    }
    _names("strengths", list(checked))
    return checked


def _check_keep(value: Any) -> tuple[str, ...]:
    _demand(_sequence(value), "keep must be a list of names of directions.")
    checked = tuple(_name("A name in keep", name) for name in value)
    _names("keep", checked)
    _demand(len(set(checked)) == len(checked), "keep names a direction twice; name each once.")
    return checked


def _check_view(value: Any) -> Extent | None:
    if value is None:
        return None
    _demand(_sequence(value) and len(value) == 4, "view must be four numbers: x0, x1, y0, y1.")
    what = "finite numbers that float32 can hold"
    x0, x1, y0, y1 = (_number("view", side, -LARGEST, LARGEST, what) for side in value)
    _demand(x0 < x1 and y0 < y1, "view is an empty box; use x0 < x1 and y0 < y1.")
    return x0, x1, y0, y1


def _check_noise(value: Any) -> tuple[Noise, float] | None:
    if value is None:
        return None
    _demand(_sequence(value) and len(value) == 2, "noise must be a kind and a level.")
    kind: Any = _choice("The kind of noise", value[0], get_args(Noise))
    return kind, _number("The level of noise", value[1], 0, 1, "a number from 0 to 1")


def _check_place(value: Any) -> tuple[float, float] | None:
    if value is None:
        return None
    _demand(_sequence(value) and len(value) == 2, "place must be two numbers: x, y.")
    what = "0 (left, top) to 1 (right, bottom)"
    return _number("place", value[0], 0, 1, what), _number("place", value[1], 0, 1, what)


def _check_pixels(value: Any) -> float | None:
    what = "0 (only what the model draws) to 1 (the whole picture)"
    return None if value is None else _number("pixels", value, 0, 1, what)


def _check_detail(value: Any) -> float | None:
    what = "0 (averages) to 1 (individuals)"
    return None if value is None else _number("detail", value, 0, 1, what)


def _check_fade(value: Any) -> float | None:
    what = "0 (points) to 1 (paint)"
    return None if value is None else _number("fade", value, 0, 1, what)


def _check_colour(value: Any) -> str:
    return "" if isinstance(value, str) and not value else _name("colour", value)


def _check_chart(value: Any) -> str:
    good = isinstance(value, str) and len(value) <= LONGEST_CHART
    _demand(
        good and (not value or value.isidentifier()),
        f"chart is {shown_value(value)}; use the name of one of the model's maps, like umap.",
    )
    return str(value)


def _check_others(value: Any) -> tuple[int, ...]:
    good = _sequence(value) and len(value) <= MOST_OTHERS
    good = good and all(type(one) is int and 0 <= one <= LARGEST_NUMBER for one in value)
    _demand(
        good,
        f"others must be at most {MOST_OTHERS} numbers of test pictures, 0 to {LARGEST_NUMBER:,}.",
    )
    return tuple(value)


def _check_pins(value: Any) -> dict[str, dict[str, Any]]:
    """Pins, each with those parts only that are not as by default.

    One of a picture that the person brought keeps none but how many: nothing of it goes anywhere.
    """
    good = isinstance(value, Mapping) and set(value) <= {"A", "B"}
    _demand(good, "pins must be what A and B remember.")
    checked = {}
    for letter, pin in sorted(value.items()):
        good = isinstance(pin, Mapping) and set(pin) <= {*PIN_DEFAULTS, "uploaded"}
        _demand(good, f"Pin {letter} must be parts of a scene: {', '.join(PIN_DEFAULTS)}.")
        if pin.get("uploaded"):
            checked[letter] = {"left_out": 1}
            continue
        parts = {part: check_part(part, pin[part]) for part in PIN_DEFAULTS if part in pin}
        checked[letter] = {part: v for part, v in parts.items() if v != PIN_DEFAULTS[part]}
    return checked


def _check_seed(value: Any) -> int | None:
    good = value is None or (type(value) is int and 0 <= value <= LARGEST_NUMBER)
    _demand(good, f"seed is {shown_value(value)}; use a whole number, 0 to {LARGEST_NUMBER:,}.")
    return None if value is None else int(value)


def _check_temperature(value: Any) -> float | None:
    what = f"0 (the middle) to {MOST_TEMPERATURE:g}"
    return None if value is None else _number("temperature", value, 0, MOST_TEMPERATURE, what)


def _check_even(value: Any) -> bool:
    _demand(isinstance(value, bool), f"even is {shown_value(value)}; use true or false.")
    return bool(value)


def _check_left_out(value: Any) -> int:
    good = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_LEFT_OUT
    _demand(good, f"left_out is {shown_value(value)}; use 0 to {MOST_LEFT_OUT}.")
    return int(value)


_CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "model": _check_model,
    "digest": _check_digest,
    "page": lambda value: _choice("page", value, get_args(Page)),
    "subject": _check_subject,
    "codes": _check_codes,
    "arrangement": lambda value: _choice("arrangement", value, get_args(Arrangement)),
    "place": _check_place,
    "path": lambda value: _choice("path", value, get_args(PathKind)),
    "even": _check_even,
    "at": lambda value: _number("at", value, 0, 1, "0 (the first picture) to 1 (the last)"),
    "strengths": _check_strengths,
    "keep": _check_keep,
    "person": lambda value: _number("person", value, 0, 1, "0 (what the map keeps) to 1 (all)"),
    "pixels": _check_pixels,
    "detail": _check_detail,
    "view": _check_view,
    "chart": _check_chart,
    "colour": _check_colour,
    "fade": _check_fade,
    "others": _check_others,
    "against": lambda value: _check_model(value, "against"),
    "seed": _check_seed,
    "temperature": _check_temperature,
    "game": lambda value: _choice("game", value, get_args(Game)),
    "noise": _check_noise,
    "left_out": _check_left_out,
    "pins": _check_pins,
}
PARTS = tuple(_CHECKS)
"""What of a scene is written; ``uploaded`` never is."""
