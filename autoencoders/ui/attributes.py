"""The Attributes page, the smile lab: a slider for each direction of a model's code."""

from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from autoencoders.ui import server
from autoencoders.ui.frame import PageName, choose, frame, with_directions
from autoencoders.ui.live import live_page
from autoencoders.ui.scene_state import follow_link, keep_address
from autoencoders.ui.told import told

if TYPE_CHECKING:
    from autoencoders.inference import Engine


def page(pages: dict[PageName, StreamlitPage]) -> None:
    """Draw the page."""
    engine = frame("attributes", pages)
    if engine is None:
        return
    if not engine.directions:
        _offer_another(engine.name)
    scene, problems = follow_link(engine, "attributes")
    for problem in problems:
        st.warning(problem)
    data = page_data(engine, address=server.address(), scene=scene)
    keep_address(engine, "attributes", live_page(key=f"attributes-{engine.name}", data=data))


def _offer_another(name: str) -> None:
    """Say that a model has no directions, with a way to one that has."""
    others = with_directions()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.info(
            f"{name} was trained without attributes, so it has no directions of its own"
            + (f"; {others[0]} has, or build one below." if others else "; build one below."),
            width="stretch",
        )
        if others:
            st.button(f"Use {others[0]}", on_click=choose, args=(others[0],), type="primary")


def page_data(
    engine: "Engine", *, address: str, scene: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return what the page's component is told; arguments as ``told``."""
    return told(
        "attributes",
        engine,
        address=address,
        scene=scene,
        base_size=engine.base_size,
        stacked=engine.base_size != engine.code_size,
    )
