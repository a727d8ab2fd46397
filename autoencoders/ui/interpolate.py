"""The interpolation page: pictures in a row, and a slider that drags through all of them."""

from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from autoencoders.ui import server
from autoencoders.ui.frame import PageName, frame
from autoencoders.ui.live import live_page
from autoencoders.ui.scene_state import follow_link, keep_address
from autoencoders.ui.told import told

if TYPE_CHECKING:
    from autoencoders.inference import Engine


def page(pages: dict[PageName, StreamlitPage]) -> None:
    """Draw the page."""
    engine = frame("interpolate", pages)
    if engine is None:
        return
    scene, problems = follow_link(engine, "interpolate")
    for problem in problems:
        st.warning(problem)
    data = page_data(engine, address=server.address(), scene=scene)
    keep_address(engine, "interpolate", live_page(key=f"interpolate-{engine.name}", data=data))


def page_data(
    engine: "Engine", *, address: str, scene: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return what the page's component is told over the websocket.

    Args:
        engine: the model.
        address: of our routes.
        scene: what a link asks for.
    """
    return told("interpolate", engine, address=address, scene=scene)
