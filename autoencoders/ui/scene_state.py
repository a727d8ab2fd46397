"""A page's scene in the address: read when a link is followed, written when a person rests."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import streamlit as st

from autoencoders.scene import Scene, SceneError
from autoencoders.scene_link import NAMES, from_link, to_link
from autoencoders.ui.frame import WRITTEN_KEY, PageName

if TYPE_CHECKING:
    from autoencoders.inference import Engine

SCENES_KEY = "hourglass_scenes"
"""Session state: by page, what is known of its address."""

_REPORTED = (
    *("subject", "codes", "uploaded", "arrangement", "place", "path", "even", "at"),
    *("strengths", "keep", "person", "pixels", "detail", "noise"),
)
"""Parts of a scene that a page's component may report."""


def follow_link(engine: "Engine", page: PageName) -> tuple[dict[str, Any] | None, list[str]]:
    """Read the scene that the address asks for.

    Returns:
        what the component is told, None where nobody followed a link; its ``number`` grows with
        each link, so that the component shows each of them once.  And a sentence for each part
        that was left out, until the person goes on from there.
    """
    asked = _asked()
    known = _known(page)
    told = known["told"]
    if asked == known["address"] or not asked.keys() - {"model"}:
        # Whoever picks another model leaves the scene of the last one behind.
        if told is None or told["model"] != engine.name:
            return None, []
        return told, known["problems"]
    scene, problems = from_link(asked)
    scene, misfits = scene.fit_to_model(
        code_sizes={engine.code_size, engine.base_size},
        directions={direction.name for direction in engine.directions},
        digest=engine.digest,
    )
    if scene.left_out:
        what = "1 picture" if scene.left_out == 1 else f"{scene.left_out} pictures"
        problems.append(
            f"The link leaves out {what} of this scene: it never carries what people bring "
            "themselves; add it again."
        )
    known["number"] += 1
    known["address"] = asked
    known["told"] = {**asdict(scene), "model": engine.name, "number": known["number"]}
    known["problems"], known["echo"] = [*problems, *misfits], None
    return known["told"], known["problems"]


def keep_address(engine: "Engine", page: PageName, reported: object) -> None:
    """Put what the component reports of its scene into the address, or the model alone.

    Args:
        engine: the model.
        page: the page.
        reported: what came over the websocket; a browser can send anything, and what is no scene
            is ignored.
    """
    known, present = _known(page), _asked()
    # The component reports the same on every rerun. Only a report that changed is a person's doing:
    # after a step back in the browser's history the address is newer than the last report.
    scene = None if reported == known["heard"] else read_scene(engine, page, reported)
    known["heard"] = reported
    if scene is not None:
        link = to_link(scene)
        link.pop("page", None)  # the address's path says it
        known["address"] = link
        known["echo"] = known["echo"] or link
        if link != known["echo"]:
            known["problems"] = []
    elif present.get("model", engine.name) == engine.name:
        link = {"model": engine.name, **present}
        if present == known["address"]:
            known["address"] = link
    else:
        link = {"model": engine.name}
    st.session_state[WRITTEN_KEY] = {key: link[key] for key in ("model", "z") if key in link}
    if link != present:
        others = {key: st.query_params.get_all(key) for key in st.query_params if key not in NAMES}
        st.query_params.from_dict({**others, **link})


def _asked() -> dict[str, str]:
    """The address's parameters that a scene knows."""
    return {name: st.query_params[name] for name in NAMES if name in st.query_params}


def _known(page: PageName) -> dict[str, Any]:
    """What this session knows of a page's address."""
    fresh: dict[str, Any] = {
        "address": None,  # as it was read or written last
        "number": 0,
        "told": None,
        "problems": [],
        "echo": None,  # what the page first made of the link that it was told
        "heard": None,  # the component's last report
    }
    known: dict[str, Any] = st.session_state.setdefault(SCENES_KEY, {}).setdefault(page, fresh)
    return known


def read_scene(engine: "Engine", page: PageName, reported: object) -> Scene | None:
    """Return a reported scene, None when it is none."""
    if not isinstance(reported, Mapping):
        return None
    parts = {part: reported[part] for part in _REPORTED if part in reported}
    try:
        uploaded = tuple(parts.pop("uploaded", ()))
        scene = Scene(model=engine.name, page=page, uploaded=uploaded, **parts)
    except (SceneError, TypeError):
        return None
    sizes = {engine.code_size, engine.base_size}
    return scene if not scene.codes or len(scene.codes[0]) in sizes else None
