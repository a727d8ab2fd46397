"""A scene as the parameters of a link, and back: strict when it writes, tolerant when it reads.

``?model=&z=`` is the smallest such link.  Codes of a few numbers stand in it as text; longer ones
are packed: each number in 16 bits, or in 8 where that would be too long, times a scale of its code.
Of what is pinned as A and B, ``a`` and ``b``, only what differs from the scene is written.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urlencode

from autoencoders.latent import format_code, parse_code
from autoencoders.packed_codes import pack_codes, unpack_codes
from autoencoders.scene import DEFAULTS, PARTS, Scene, SceneError
from autoencoders.scene_differences import read_differences, write_differences
from autoencoders.scene_parts import MOST_CODES, PIN_DEFAULTS, check_part, shown_value

LONGEST_LINK = 6_000
"""Characters of all parameters, encoded; browsers, mailers and servers take 8,000 and more."""
LONGEST_VALUE = 20_000
"""Characters of one parameter that are looked at."""
READABLE = 8
"""Codes of up to so many numbers are written as text."""

# What Streamlit itself reads from the address.
_NOT_OURS = frozenset({"embed", "embed_options"})
_CODES = ("z", "more", "codes")
_PINS = {"A": "a", "B": "b"}
_OTHERS = (part for part in PARTS if part not in ("model", "page", "codes", "pins"))
NAMES = ("model", "page", *_CODES, *_OTHERS, *_PINS.values())
"""The parameters that a link knows, in the order in which they are written."""

_Code = tuple[float, ...]


# Writing ------------------------------------------------------------------------------------------


def to_link(scene: Scene, *, uploaded_codes: bool = False) -> dict[str, str]:
    """Return the parameters that bring a scene back, together at most ``LONGEST_LINK`` characters.

    What does not fit is left out: first the pins, then codes, from the last one back, which are
    counted in ``left_out``.  Text
    holds five significant digits of each number, a packed code the 32,767th part of its largest
    (the 127th part where that was too long).

    Args:
        scene: what to write.
        uploaded_codes: see ``Scene.for_sharing``.
    """
    shared = scene.for_sharing(uploaded_codes=uploaded_codes)
    for width in (2, 1):
        link = _parameters(shared, width=width)
        if len(urlencode(link)) <= LONGEST_LINK:
            return link
    shared = replace(shared, pins={letter: {"left_out": 1} for letter in shared.pins})
    for kept in range(len(shared.codes), -1, -1):
        dropped = tuple(range(kept, len(shared.codes)))
        part = replace(shared, uploaded=dropped).for_sharing()
        for width in (2, 1):
            link = _parameters(part, width=width)
            if len(urlencode(link)) <= LONGEST_LINK:
                return link
    return link  # the bounds on names leave room for this one


def _parameters(scene: Scene, *, width: int) -> dict[str, str]:
    """Write every part that is not as by default."""
    link: dict[str, str] = {}
    for part in PARTS:
        value = getattr(scene, part)
        if value != DEFAULTS[part] and part not in ("codes", "pins"):
            link[part] = _WRITERS.get(part, str)(value)
    if scene.codes and len(scene.codes[0]) <= READABLE:
        link["z"] = format_code(scene.codes[0])
        if len(scene.codes) > 1:
            link["more"] = ";".join(map(format_code, scene.codes[1:]))
    elif scene.codes:
        link["codes"] = pack_codes(scene.codes, width=width)
    for letter, pin in scene.pins.items():
        pinned = _parameters(Scene(**pin), width=width)
        those = {} if "left_out" in pin else _pinnable(link)
        link[_PINS[letter]] = write_differences(pinned, those)
    return {name: link[name] for name in NAMES if name in link}


def _pinnable(texts: Mapping[str, str]) -> dict[str, str]:
    """What a pin's parameters are compared with; pictures left out are each scene's own."""
    known = {*_CODES, *PIN_DEFAULTS} - {"left_out"}
    return {name: text for name, text in texts.items() if name in known}


def _quoted(name: str) -> str:
    """Escape what separates names and numbers; the rest stays readable."""
    return re.sub(r"[%,:]", lambda match: f"%{ord(match[0]):02X}", name)


_WRITERS: Mapping[str, Callable[[Any], str]] = {
    "even": lambda value: "1" if value else "0",
    "subject": lambda value: ":".join(map(str, value)).rstrip(":"),
    "place": format_code,
    "at": lambda value: format_code([value]),
    "person": lambda value: format_code([value]),
    "pixels": lambda value: format_code([value]),
    "detail": lambda value: format_code([value]),
    "view": format_code,
    "fade": lambda value: format_code([value]),
    "others": lambda value: ",".join(map(str, value)),
    "temperature": lambda value: format_code([value]),
    "strengths": lambda value: ",".join(
        f"{_quoted(name)}:{format_code([by])}" for name, by in value.items()
    ),
    "keep": lambda value: ",".join(map(_quoted, value)),
    "noise": lambda value: f"{value[0]}:{format_code([value[1]])}",
}


# Reading ------------------------------------------------------------------------------------------


def from_link(parameters: Mapping[str, Any]) -> tuple[Scene, list[str]]:
    """Understand the parameters of an address; never raises.

    Args:
        parameters: names and raw values, of anybody's making.

    Returns:
        The scene, and a sentence for each part that is damaged, too large or unknown and was
        therefore left out.
    """
    problems: list[str] = []
    texts: dict[str, str] = {}
    foreign = [str(name) for name in parameters if name not in NAMES and name not in _NOT_OURS]
    for name in NAMES:
        if name not in parameters:
            continue
        value = parameters[name]
        if not isinstance(value, str) or len(value) > LONGEST_VALUE:
            what = f"{len(value):,} characters long" if isinstance(value, str) else "no text"
            problems.append(_left_out(name, f"it is {what}; at most {LONGEST_VALUE:,} are read."))
        else:
            texts[name] = value
    found = _read_parts(texts, problems)
    found["pins"] = _read_pins(texts, problems)
    if foreign:
        shown = ", ".join(repr(name[:40]) for name in foreign[:4])
        more = f" and {len(foreign) - 4} more" if len(foreign) > 4 else ""
        problems.append(
            f"The link also holds {shown}{more}, which means nothing here; it knows "
            f"{', '.join(NAMES)}."
        )
    return Scene(**found), problems


def _read_parts(texts: Mapping[str, str], problems: list[str]) -> dict[str, Any]:
    """Return the parts that can be used, pins apart."""
    found: dict[str, Any] = {}
    for name, text in texts.items():
        if name in (*_CODES, *_PINS.values()):
            continue
        try:
            found[name] = check_part(name, _READERS.get(name, str)(text))
        except ValueError as error:
            problems.append(_left_out(name, str(error)))
    return found | {"codes": _read_codes(texts, problems)}


def _read_pins(texts: Mapping[str, str], problems: list[str]) -> dict[str, dict[str, Any]]:
    """Return the pins that are whole."""
    pins: dict[str, dict[str, Any]] = {}
    for letter, name in _PINS.items():
        if name not in texts:
            continue
        pinned = read_differences(texts[name], _pinnable(texts))
        if strange := sorted(set(pinned) - {*_CODES, *PIN_DEFAULTS}):
            problems.append(_left_out(name, f"a pin knows nothing of {shown_value(strange[0])}."))
            continue
        if "left_out" in pinned:  # it holds nothing but this
            pinned = {"left_out": pinned["left_out"]}
        of_pin: list[str] = []
        pin = _read_parts(pinned, of_pin)
        if of_pin:
            problems.append(_left_out(name, of_pin[0]))
        else:
            pins |= check_part("pins", {letter: pin})
    return pins


def _left_out(name: str, reason: str) -> str:
    return f"The link's {name} was left out: {reason}"


def _read_codes(texts: Mapping[str, str], problems: list[str]) -> tuple[_Code, ...]:
    """Return the codes of ``z``, ``more`` and ``codes`` that can be used together."""
    codes: list[_Code] = []
    written = [("z", texts["z"])] if "z" in texts else []
    written += [("more", text) for text in texts.get("more", "").split(";")[:_MOST_TRIED] if text]
    for name, text in written:
        try:
            codes += check_part("codes", [parse_code(text, _count_numbers(text))])
        except ValueError as error:
            problems.append(_left_out(name, str(error)))
    if "codes" in texts:
        try:
            packed, whole = unpack_codes(texts["codes"])
            codes += check_part("codes", packed)
            if not whole:
                problems.append(
                    f"The link is cut short: {len(packed)} of its packed codes could be read; "
                    "copy it again, whole."
                )
        except ValueError as error:
            problems.append(_left_out("codes", str(error)))
    fitting = [code for code in codes if len(code) == len(codes[0])]
    if len(fitting) < len(codes):
        problems.append(_left_out("longer or shorter codes", "all must be as long as the first."))
    if len(fitting) > MOST_CODES:
        problems.append(_left_out("further codes", f"a page shows at most {MOST_CODES}."))
    return tuple(fitting[:MOST_CODES])


_MOST_TRIED = 2 * MOST_CODES


def _count_numbers(text: str) -> int:
    return max(1, len([part for part in re.split(r"[,\s]+", text.strip().strip("[]()")) if part]))


def _read_number(text: str) -> float:
    try:
        return parse_code(text, 1)[0]
    except ValueError:
        shown = repr(text if len(text) <= 24 else text[:21] + "...")
        raise SceneError(f"{shown} is no number; write it like 0.5 or -1.25.") from None


def _read_subject(text: str) -> tuple[str, int, str]:
    kind, number, *model = text.split(":", 2)[:3] if ":" in text else (text, "")
    if not re.fullmatch(r"[0-9]{1,10}", number):
        raise SceneError("subject must be like point:12, or drawn:3.")
    return kind, int(number), model[0] if model else ""


def _read_place(text: str) -> _Code:
    try:
        return parse_code(text, 2)
    except ValueError:
        raise SceneError("place must be two numbers: x, y.") from None


def _read_view(text: str) -> _Code:
    try:
        return parse_code(text, 4)
    except ValueError:
        raise SceneError("view must be four numbers: x0, x1, y0, y1.") from None


def _read_even(text: str) -> bool:
    if text not in ("0", "1"):
        raise SceneError("even must be 1 or 0.")
    return text == "1"


def _read_left_out(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise SceneError("left_out must be a whole number.")
    return int(text)


def _read_others(text: str) -> list[int]:
    if not re.fullmatch(r"[0-9]{1,10}(,[0-9]{1,10})*", text):
        raise SceneError("others must be numbers of test pictures, with commas between them.")
    return [int(number) for number in text.split(",")]


def _read_seed(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,10}", text):
        raise SceneError("seed must be a whole number.")
    return int(text)


def _read_noise(text: str) -> tuple[str, float]:
    kind, _, level = text.partition(":")
    return kind, _read_number(level)


def _read_strengths(text: str) -> dict[str, float]:
    pairs = [item.rpartition(":") for item in text.split(",") if item]
    if not all(colon for _, colon, _ in pairs):
        raise SceneError("strengths must be like smiling:1.5, with commas between them.")
    return {unquote(name): _read_number(by) for name, _, by in pairs}


_READERS: Mapping[str, Callable[[str], Any]] = {
    "subject": _read_subject,
    "place": _read_place,
    "even": _read_even,
    "at": _read_number,
    "person": _read_number,
    "pixels": _read_number,
    "detail": _read_number,
    "view": _read_view,
    "fade": _read_number,
    "others": _read_others,
    "seed": _read_seed,
    "temperature": _read_number,
    "strengths": _read_strengths,
    "keep": lambda text: [unquote(name) for name in text.split(",") if name],
    "noise": _read_noise,
    "left_out": _read_left_out,
}
