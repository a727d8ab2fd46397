"""A page's scene in the address: read when a link is followed, written when a person rests."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from autoencoders.scene import Scene, SceneError
from autoencoders.scene_link import NAMES, from_link, to_link
from autoencoders.ui.frame import PINNED_BY, WRITTEN_KEY, PageName
from autoencoders.ui.link_fit import code_sizes, fit

if TYPE_CHECKING:
    from autoencoders.inference import Engine

SCENES_KEY = "hourglass_scenes"
"""Session state: by page, what is known of its address."""

_REPORTED = (
    *("subject", "codes", "uploaded", "arrangement", "place", "path", "even", "at"),
    *("strengths", "keep", "person", "pixels", "detail", "noise", "others", "pins"),
    *("chart", "view", "colour", "fade", "against", "seed", "temperature", "game"),
)
"""Parts of a scene that a page's component may report."""


def follow_link(engine: "Engine", page: PageName) -> tuple[dict[str, Any] | None, list[str]]:
    """Read the scene that the address asks for.

    Returns:
        what the component is told, None where nobody followed a link; its ``number`` grows with
        each link, so that the component shows each of them once.  And a sentence for each part
        that was left out, until the person goes on from there.
    """
    asked = _asked(page)
    known = _known(page)
    told = known["told"]
    if asked == known["address"] or not asked.keys() - {"model"}:
        # Whoever picks another model leaves the scene of the last one behind.
        if told is None or told["model"] != engine.name:
            return None, []
        return told, known["problems"]
    scene, problems = from_link(asked)
    parts, misfits = fit(scene, engine, page)
    known["number"] += 1
    known["address"] = asked
    known["told"] = {**parts, "model": engine.name, "number": known["number"]}
    known["problems"], known["echo"] = [*problems, *misfits], None
    return known["told"], known["problems"]


def keep_address(
    engine: "Engine", page: PageName, reported: object, *, news: object = None
) -> None:
    """Put what the component reports of its scene into the address, or the model alone.

    Args:
        engine: the model.
        page: the page.
        reported: what came over the websocket; a browser can send anything, and what is no scene
            is ignored.
        news: what tells one report from the next, where it is not ``reported`` itself.
    """
    known, present = _known(page), _asked()
    news = reported if news is None else news
    # The component reports the same on every rerun. Only a report that changed is a person's doing:
    # after a step back in the browser's history the address is newer than the last report.
    scene = None if news == known["heard"] else read_scene(engine, page, reported)
    known["heard"] = news
    if scene is not None:
        link = to_link(scene)
        link.pop("page", None)  # the address's path says it
        known["address"] = _followed(link, page)
        known["echo"] = known["echo"] or link
        if link != known["echo"]:
            known["problems"] = []
    elif present.get("model", engine.name) == engine.name:
        link = {"model": engine.name, **present}
        if _followed(present, page) == known["address"]:
            known["address"] = _followed(link, page)
    else:
        link = {"model": engine.name}
    st.session_state[WRITTEN_KEY] = {key: link[key] for key in PINNED_BY if key in link}
    if link != present:
        others = {key: st.query_params.get_all(key) for key in st.query_params if key not in NAMES}
        st.query_params.from_dict({**others, **link})


def wrote_address(page: PageName) -> None:
    """Note that the address is as this page wrote it: no link that somebody followed."""
    _known(page)["address"] = _asked(page)


def _asked(page: PageName | None = None) -> dict[str, str]:
    """The address's parameters that a scene knows, or those of them that ``follow_link`` reads."""
    return _followed(
        {name: st.query_params[name] for name in NAMES if name in st.query_params}, page
    )


def _followed(asked: dict[str, str], page: PageName | None) -> dict[str, str]:
    """Of the map's parameters without its pin, which ``frame`` reads."""
    gone = ("z", "more", "codes") if page == "map" else ()
    return {name: text for name, text in asked.items() if name not in gone}


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
    sizes = code_sizes(engine, page)
    return scene if not scene.codes or len(scene.codes[0]) in sizes else None
