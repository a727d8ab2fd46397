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
"""Session state: by page, the address's scene as it was read or written last, and its number."""

_REPORTED = ("codes", "path", "even", "at", "strengths", "keep", "detail", "noise", "uploaded")
"""Parts of a scene that a page's component may report."""


def follow_link(engine: "Engine", page: PageName) -> tuple[dict[str, Any] | None, list[str]]:
    """Read the scene that the address asks for.

    Returns:
        what the component is told, None where nobody followed a link; its ``number`` grows with
        each link, so that the component shows each of them once.  And a sentence for each part
        that was left out.
    """
    asked = {name: st.query_params[name] for name in NAMES if name in st.query_params}
    state = st.session_state.setdefault(SCENES_KEY, {})
    known = state.setdefault(page, {"address": None, "number": 0, "told": None})
    if asked == known["address"] or not asked.keys() - {"model"}:
        return known["told"], []
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
    known["told"] = {**asdict(scene), "number": known["number"]}
    return known["told"], [*problems, *misfits]


def write_link(engine: "Engine", page: PageName, reported: object) -> None:
    """Put what the component reports of its scene into the address; what is no scene is ignored.

    Args:
        engine: the model.
        page: the page.
        reported: what came over the websocket; a browser can send anything.
    """
    scene = read_scene(engine, page, reported)
    if scene is None:
        return
    link = to_link(scene)
    link.pop("page", None)  # the address's path says it
    st.session_state[SCENES_KEY][page]["address"] = link
    st.session_state[WRITTEN_KEY] = {key: link[key] for key in ("model", "z") if key in link}
    present = {key: st.query_params[key] for key in NAMES if key in st.query_params}
    if link != present:
        others = {key: st.query_params.get_all(key) for key in st.query_params if key not in NAMES}
        st.query_params.from_dict({**others, **link})


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
