"""The page Through the hourglass: one picture on its way through every layer of a network."""

from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from autoencoders.ui import server
from autoencoders.ui.frame import PageName, frame
from autoencoders.ui.live import live_page
from autoencoders.ui.restore import landmarks
from autoencoders.ui.scene_state import follow_link, keep_address
from autoencoders.ui.state import store
from autoencoders.ui.told import told

if TYPE_CHECKING:
    from autoencoders.inference import Engine


def page(pages: dict[PageName, StreamlitPage]) -> None:
    """Draw the page."""
    engine = frame("through", pages)
    if engine is None:
        return
    scene, problems = follow_link(engine, "through")
    for problem in problems:
        st.warning(problem)
    data = page_data(engine, address=server.address(), scene=scene)
    keep_address(engine, "through", live_page(key=f"through-{engine.name}", data=data))


def page_data(
    engine: "Engine", *, address: str, scene: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return what the page's component is told; arguments as ``told``."""
    return told(
        "through",
        engine,
        address=address,
        scene=scene,
        landmarks=store().made(engine, landmarks) if engine.code_size == 2 else [],
    )
