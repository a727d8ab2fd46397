"""A scene as JSON: exact, and strict when it is read."""

import json

import numpy as np

from autoencoders.latent import LARGEST
from autoencoders.scene import PARTS, Scene, SceneError
from autoencoders.scene_parts import shown_value

FORMAT_VERSION = 4
"""Version 1 knew no subject, arrangement, place, person and pixels, version 2 no chart, colour,
fade, others and pins, version 3 no against, seed, temperature and game; all are read as well."""
LONGEST_JSON = 1_000_000
"""Characters of text that ``from_json`` looks at: enough for any scene."""


def to_json(scene: Scene, *, uploaded_codes: bool = False) -> str:
    """Write a scene as JSON that ``from_json`` reads back exactly.

    Args:
        scene: what to write.
        uploaded_codes: see ``Scene.for_sharing``.
    """
    shared = scene.for_sharing(uploaded_codes=uploaded_codes)
    values = {"format_version": FORMAT_VERSION} | {part: getattr(shared, part) for part in PARTS}
    values["codes"] = [list(map(_short, code)) for code in shared.codes]
    return json.dumps(values, ensure_ascii=False, allow_nan=False)


def _short(number: float) -> float:
    """The shortest decimal that is the same float32; that of the very largest lies beyond it."""
    return min(max(float(str(np.float32(number))), -LARGEST), LARGEST)


def from_json(text: str) -> Scene:
    """Read what ``to_json`` wrote.

    Raises:
        SceneError: for anything else; nothing is left out or guessed.
    """
    if len(text) > LONGEST_JSON:
        raise SceneError(
            f"A scene has at most {LONGEST_JSON:,} characters, this text has {len(text):,}; take "
            "one that Hourglass wrote."
        )
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        raise SceneError("This is no JSON; take a scene that Hourglass wrote.") from None
    if not isinstance(values, dict) or "format_version" not in values:
        raise SceneError("This is no scene: it has no format_version; take one from Hourglass.")
    version = values.pop("format_version")
    if type(version) is not int or not 1 <= version <= FORMAT_VERSION:
        newer = type(version) is int and version > FORMAT_VERSION
        advice = "update Hourglass" if newer else "make it again with this one"
        raise SceneError(
            f"The scene's format_version is {shown_value(version)}, this Hourglass reads "
            f"1 to {FORMAT_VERSION}; {advice}."
        )
    if unknown := sorted(set(values) - set(PARTS)):
        raise SceneError(
            f"A scene does not know {', '.join(map(shown_value, unknown[:4]))}; it knows "
            f"{', '.join(PARTS)}."
        )
    return Scene(**values)
