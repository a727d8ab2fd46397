"""What a link brings to a page, fitted to its model, and a sentence for what is left out."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from autoencoders.scene import Scene
from autoencoders.scene_parts import PIN_DEFAULTS, listed
from autoencoders.ui.frame import PageName

if TYPE_CHECKING:
    from autoencoders.inference import Engine

OWN = " (own)"
"""How the names of directions end, in a link, that a person made; the model has none of them."""


def fit(scene: Scene, engine: "Engine", page: PageName) -> tuple[dict[str, Any], list[str]]:
    """Return what a page's component is told of a link, and what it does not get.

    Returns:
        the parts of the scene; ``pins`` with every part that pins have; ``own``, how far the link
        wants to go along directions that a person made, by their names.  And a sentence for each
        thing that is left out.
    """
    own = {name: by for name, by in scene.strengths.items() if name.endswith(OWN)}
    names = {*own, *_own(scene.keep)}
    scene, problems = _without_own(scene).fit_to_model(
        code_sizes=code_sizes(engine, page), directions=_directions(engine), digest=engine.digest
    )
    if scene.left_out:
        problems.insert(0, _pictures_left_out(scene.left_out))
    pins = {}
    for letter, parts in scene.pins.items():
        pinned = Scene(**parts)
        names |= {*_own(pinned.strengths), *_own(pinned.keep)}
        sentence = _pin_left_out(letter, pinned, engine, page)
        if sentence is None:
            pins[letter] = _parts_of(_without_own(pinned))
        else:
            problems.append(sentence)
    if names:
        problems.append(_directions_left_out(names))
    return {**asdict(replace(scene, pins={})), "pins": pins, "own": own}, problems


def code_sizes(engine: "Engine", page: PageName) -> set[int]:
    """Return how many numbers the codes of a page's scene may have; on maps, they are places."""
    return {engine.code_size, engine.base_size} | ({2} if page in ("map", "compare") else set())


def _directions(engine: "Engine") -> set[str]:
    return {direction.name for direction in engine.directions}


def _own(names: Iterable[str]) -> set[str]:
    return {name for name in names if name.endswith(OWN)}


def _without_own(scene: Scene) -> Scene:
    strengths = {name: by for name, by in scene.strengths.items() if not name.endswith(OWN)}
    keep = tuple(name for name in scene.keep if not name.endswith(OWN))
    return replace(scene, strengths=strengths, keep=keep)


def _parts_of(pinned: Scene) -> dict[str, Any]:
    return {part: getattr(pinned, part) for part in PIN_DEFAULTS}


def _pictures_left_out(count: int) -> str:
    what = "1 picture" if count == 1 else f"{count} pictures"
    them = "it" if count == 1 else "them"
    return (
        f"The link leaves out {what} of this scene: it never carries what people bring "
        f"themselves, nor how they cropped it; add {them} again."
    )


def _pin_left_out(letter: str, pinned: Scene, engine: "Engine", page: PageName) -> str | None:
    if pinned.left_out:
        return (
            f"The link leaves out pin {letter}: a link never carries what people bring "
            "themselves, and holds only so many codes; pin it again."
        )
    _, misfits = _without_own(pinned).fit_to_model(
        code_sizes=code_sizes(engine, page), directions=_directions(engine)
    )
    return f"The link's pin {letter} was left out. {misfits[0]}" if misfits else None


def _directions_left_out(names: set[str]) -> str:
    shown = listed([f"“{name.removesuffix(OWN)}”" for name in sorted(names)])
    made = "a direction that was" if len(names) == 1 else "directions that were"
    files = "its saved file" if len(names) == 1 else "their saved files"
    return (
        f"The link leaves out {shown}, {made} made by hand: drop {files} (.npz) on this page to go "
        "on with it."
    )
