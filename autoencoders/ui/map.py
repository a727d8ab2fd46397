"""The map page: the live map of the chosen model."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from streamlit.navigation.page import StreamlitPage

from autoencoders import sheets
from autoencoders.ui import server
from autoencoders.ui.adding import ways_to_add
from autoencoders.ui.charts import UMAP_EXTENT, Kind, chart_of, code_chart, kinds_of, words_of
from autoencoders.ui.frame import (
    PINS_KEY,
    PageName,
    Pin,
    choose,
    followed,
    frame,
    pin_name,
    summary_of,
    write_link,
)
from autoencoders.ui.live import live_map
from autoencoders.ui.routes import originals_on_disk
from autoencoders.ui.scene_state import follow_link, keep_address, wrote_address
from autoencoders.ui.state import store

if TYPE_CHECKING:
    from autoencoders.inference import Engine
    from autoencoders.listing import ModelEntry

HEARD_KEY = "hourglass_heard"
"""Session state: the pinned place that each map last reported."""

TITLES: dict[Kind, str] = {
    "code": "Code",
    "line": "Line",
    "plane": "Principal plane",
    "umap": "UMAP",
}


def page(pages: dict[PageName, StreamlitPage]) -> None:
    """Draw the page."""
    engine = frame("map", pages)
    if engine is None:
        return
    kinds = kinds_of(engine)
    scene, problems = follow_link(engine, "map")
    kind = _above(engine, kinds)
    asked = st.query_params.get("chart", kind)
    if asked not in kinds and scene and scene["chart"] == asked:
        problems = [*problems, f"{engine.name} has no map {asked!r}; {_listed(kinds)}."]
    for problem in problems:
        st.warning(problem)
    _map(engine, kind, scene)
    summary = summary_of(engine)
    if summary:
        st.caption(summary)


def _listed(kinds: tuple[Kind, ...]) -> str:
    return f"this is its {TITLES[kinds[0]].lower()} instead"


def live_data(
    engine: "Engine",
    *,
    address: str,
    kind: Kind | None = None,
    scene: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what the live map is told over the websocket: small, everything else is fetched.

    Args:
        engine: the model.
        address: where our routes begin.
        kind: which of its maps; the one to begin with when left out.
        scene: what a link asks for.
    """
    kind = kind or kinds_of(engine)[0]
    painted = kind != "umap"
    return {
        "page": "map",
        "base": address,
        "version": server.live_version(),
        "plotly_version": server.PLOTLY_VERSION,
        "model": {
            "name": engine.name,
            "digest": engine.digest,
            "title": engine.name,
            "code_size": engine.code_size,
            "image": list(engine.image_shape),
            "count": len(engine.latents.codes),
            "chart": kind,
            "extent": list(_extent(engine, kind)),
            "sheets": sheets.grids(sheets.atlas_plans(engine.image_shape)) if painted else [],
            "detail": engine.has_detail,
            "device": engine.device,
            "precision": engine.precision,
            "original": originals_on_disk(engine) is not None,
            "movie": engine.history is not None,
            "adding": ways_to_add(engine),
        },
        "scene": scene,
        "problem": None,
    }


def _extent(engine: "Engine", kind: Kind) -> tuple[float, float, float, float]:
    """Return what the map shows; of UMAP's known before its layout is."""
    if kind == "code":
        return code_chart(engine).extent
    return UMAP_EXTENT if kind == "umap" else chart_of(store(), engine, kind).extent


def relatives(name: str, entries: Sequence["ModelEntry"]) -> list[tuple[str, str]]:
    """Return models that draw another map of the same code: what to call each, and its name."""
    bases = {entry.name: entry.description.model.base for entry in entries if entry.description}
    found = [
        ("The stacked map of this model", entry.name)
        for entry in entries
        if entry.code_size == 2 and bases.get(entry.name) == name
    ]
    base = bases.get(name)
    return [*found, ("The model this map stands on", base)] if base in bases else found


def _above(engine: "Engine", kinds: tuple[Kind, ...]) -> Kind:
    """Say what the map is, and offer the others there are; return which one is to be drawn."""
    kind: Kind = kinds[0]
    others = relatives(engine.name, store().entries())
    if len(kinds) == 1 and kind == "code" and not others:
        return kind
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key="hourglass-above"
    ):
        says = st.container(width="stretch")
        if len(kinds) > 1:
            key = f"hourglass_chart_{engine.name}"
            _follow_chart(engine, kinds, key)
            asked = st.segmented_control(
                "Map", kinds, format_func=lambda kind: TITLES[kind], key=key,
                label_visibility="collapsed",
            )  # fmt: skip
            kind = asked or kind
        for label, model in others:
            st.button(label, help=model, on_click=choose, args=(model,))
        says.caption(words_of(store(), engine, kind))
    return kind


def _follow_chart(engine: "Engine", kinds: tuple[Kind, ...], key: str) -> None:
    """Show the map that the address asks for, when a person went to it."""
    asked = st.query_params.get("chart", "")
    ours = st.query_params.get("model", engine.name) == engine.name
    if ours and followed():
        st.session_state[key] = asked if asked in kinds else kinds[0]
    st.session_state.setdefault(key, kinds[0])


def _place(engine: "Engine", kind: Kind, pin: Pin | None) -> Pin | None:
    """Return where a pin lies on the map: of a whole code, as a link may hold it, its place."""
    if pin is None or len(pin) == 2:
        return pin
    x, y = chart_of(store(), engine, kind).places(np.array([pin], np.float32))[0]
    return float(x), float(y)


def _map(engine: "Engine", kind: Kind, scene: dict[str, Any] | None) -> None:
    """Draw the live map and write down where its pin is, and what else a person has changed."""
    pins: dict[str, Pin | None] = st.session_state.setdefault(PINS_KEY, {})
    heard: dict[str, Pin | None] = st.session_state.setdefault(HEARD_KEY, {})
    name = pin_name(engine.name, kind)  # a place on one map means nothing on another
    chart = "" if kind == kinds_of(engine)[0] else kind
    if scene is not None and scene["chart"] != chart:
        scene = None  # its view and its pins are another map's
    data = live_data(engine, address=server.address(), kind=kind, scene=scene)
    pins[name] = _place(engine, kind, pins.get(name))
    pin, seen = live_map(key=f"map-{name}", data=data, pin=pins.get(name))
    # The map reports its pin on every rerun. Only a report that changed is a person's doing: after
    # a step back in the browser's history the address is newer than the last report.
    if name not in heard or pin != heard[name]:
        pins[name] = pin
    heard[name] = pin
    _write(engine, chart, pins.get(name), seen, news=[name, pin, seen])


def _write(
    engine: "Engine",
    chart: str,
    pin: Pin | None,
    seen: Mapping[str, Any] | None,
    *,
    news: object,
) -> None:
    """Put pin, map and view into the address; ``news`` tells one report from the next."""
    if seen is None:
        keep_address(engine, "map", None)
    else:
        codes = [] if pin is None else [list(pin)]
        keep_address(engine, "map", {**seen, "codes": codes, "chart": chart}, news=news)
    write_link(engine.name, pin, chart)
    wrote_address("map")
