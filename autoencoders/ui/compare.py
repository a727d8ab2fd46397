"""The Compare page: two models under one pointer, and the dial through the sizes of a code."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from autoencoders import sheets
from autoencoders.ui import server
from autoencoders.ui.charts import chart_of
from autoencoders.ui.comparison_facts import facts
from autoencoders.ui.dial import dial_beside, told_of
from autoencoders.ui.frame import PageName, choose, frame
from autoencoders.ui.live import live_page
from autoencoders.ui.partners import Partners, comparable, left_out, partners_of
from autoencoders.ui.scene_state import follow_link, keep_address
from autoencoders.ui.state import Store, UnusableModelError, store
from autoencoders.ui.told import told

if TYPE_CHECKING:
    from autoencoders.inference import Engine
    from autoencoders.listing import ModelEntry

AGAINST_KEY = "hourglass_against"
"""Session state: by model, which one stands beside it."""

HEARD_KEY = "hourglass_against_heard"
"""Session state: the number of the link whose second model was taken over."""


def page(pages: dict[PageName, StreamlitPage]) -> None:
    """Draw the page."""
    engine = frame("compare", pages)
    if engine is None:
        return
    shared = store()
    entries = shared.entries()
    scene, problems = follow_link(engine, "compare")
    partners = partners_of(engine.name, entries)
    # Into the very list that is kept for as long as the person stays with what the link brought.
    problems += _follow(engine, partners, scene, entries)
    other, alone = _beside(engine, partners, shared)
    for problem in problems:
        st.warning(problem)
    data = page_data(shared, engine, other, address=server.address(), alone=alone, scene=scene)
    if other is None and not data["model"]["dial"]["steps"]:
        st.info(alone)
        st.info(data["model"]["dial"]["sentence"])
        _offer(comparable(entries))
        keep_address(engine, "compare", None)
        return
    keep_address(engine, "compare", live_page(key=f"compare-{engine.name}", data=data))


def page_data(
    shared: Store,
    engine: "Engine",
    other: "Engine | None",
    *,
    address: str,
    alone: str = "",
    scene: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what the page's component is told.

    Args:
        shared: engines and the registry.
        engine: the model of the first half.
        other: that of the second; None where there is nobody to compare with.
        address: of our routes.
        alone: why there is nobody, one sentence.
        scene: what a link asks for.
    """
    entries = {entry.name: entry for entry in shared.entries()}
    halves = [] if other is None else [engine, other]
    dial, sentence = dial_beside(engine.name, list(entries.values()))
    found = told(
        "compare",
        engine,
        address=address,
        scene=scene,
        against="" if other is None else f"{other.name}/{other.digest}",
        halves=[_half(shared, one, entries.get(one.name)) for one in halves],
        alone="" if halves else alone,
        dial=told_of(dial, sentence),
    )
    return {**found, "plotly_version": server.PLOTLY_VERSION}


def _half(shared: Store, engine: "Engine", entry: "ModelEntry | None") -> dict[str, Any]:
    """Return what one half is told of its model."""
    chart = chart_of(shared, engine)
    return {
        "name": engine.name,
        "digest": engine.digest,
        "code_size": engine.code_size,
        "image": list(engine.image_shape),
        "chart": chart.kind,
        "extent": list(chart.extent),
        "sheets": sheets.grids(sheets.atlas_plans(engine.image_shape)),
        "facts": facts(engine, entry),
    }


def _offer(names: Sequence[str]) -> None:
    """Draw a way to each of some models that can be compared."""
    if not names:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("These can be compared:", width="content")
        for name in names:
            st.button(name, key=f"offer-{name}", on_click=choose, args=(name,))


def _follow(
    engine: "Engine",
    partners: Partners,
    scene: dict[str, Any] | None,
    entries: "Sequence[ModelEntry]",
) -> list[str]:
    """Take the second model from a link, once; return a sentence where it does not fit."""
    if not scene or not scene["against"]:
        return []
    if st.session_state.get(HEARD_KEY) == scene["number"]:
        return []
    st.session_state[HEARD_KEY] = scene["number"]
    asked = scene["against"]
    chosen: dict[str, str] = st.session_state.setdefault(AGAINST_KEY, {})
    if asked in partners.names:
        chosen[engine.name] = asked
        return []
    chosen.pop(engine.name, None)
    return [left_out(asked, engine.name, partners.first, entries)]


def _beside(engine: "Engine", partners: Partners, shared: Store) -> "tuple[Engine | None, str]":
    """Draw the second picker and load what it says; None and a sentence where nothing is loaded."""
    if partners.first is None:
        return None, partners.alone
    chosen: dict[str, str] = st.session_state.setdefault(AGAINST_KEY, {})
    key = f"{AGAINST_KEY}_{engine.name}"
    wanted = chosen.get(engine.name, partners.first)
    st.session_state[key] = wanted if wanted in partners.names else partners.first

    def keep() -> None:
        chosen[engine.name] = st.session_state[key]

    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**A** {engine.name}, **B**", width="content")
        name = st.selectbox(
            "Model B",
            partners.names,
            key=key,
            on_change=keep,
            label_visibility="collapsed",
            width=215,
        )
    try:
        with st.spinner(f"Loading {name} …"):
            return shared.engine(name), ""
    except (UnusableModelError, ValueError) as error:
        st.error(str(error))
        return None, f"{name} could not be loaded; choose another model B above."
