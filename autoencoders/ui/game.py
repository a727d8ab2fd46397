"""The page "game": find a picture on the map, hit a picture's code, tell an original."""

from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from autoencoders import sheets
from autoencoders.ui import server
from autoencoders.ui.charts import code_chart
from autoencoders.ui.frame import PageName, choose, frame
from autoencoders.ui.live import live_page
from autoencoders.ui.scene_state import follow_link, keep_address
from autoencoders.ui.state import Store, store
from autoencoders.ui.told import told

if TYPE_CHECKING:
    from autoencoders.inference import Engine


def page(pages: dict[PageName, StreamlitPage]) -> None:
    """Draw the page."""
    engine = frame("game", pages)
    if engine is None:
        return
    if engine.code_size != 2:
        _draw_others(engine)
        keep_address(engine, "game", None)
        return
    scene, problems = follow_link(engine, "game")
    for problem in problems:
        st.warning(problem)
    data = page_data(engine, address=server.address(), scene=scene)
    keep_address(engine, "game", live_page(key=f"game-{engine.name}", data=data))


def page_data(
    engine: "Engine", *, address: str, scene: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return what the page's component is told; arguments as ``told``."""
    return told(
        "game",
        engine,
        address=address,
        scene=scene,
        extent=list(code_chart(engine).extent),
        sheets=sheets.grids(sheets.atlas_plans(engine.image_shape)),
    )


def playable(shared: Store) -> list[str]:
    """Return a model for each dataset that the games can be played on, the first by name."""
    first: dict[str, str] = {}
    for entry in shared.entries():
        if entry.problem is None and entry.code_size == 2 and entry.description is not None:
            first.setdefault(entry.description.training.dataset, entry.name)
    return list(first.values())


def _draw_others(engine: "Engine") -> None:
    numbers = "one number" if engine.code_size == 1 else f"{engine.code_size} numbers"
    st.info(
        f"The code of {engine.name} has {numbers}; the games are played on a map, which needs a "
        "code of two numbers: open one of these."
    )
    with st.container(horizontal=True, gap="small"):
        for name in playable(store()):
            st.button(name, key=f"offer-{name}", on_click=choose, args=(name,))
