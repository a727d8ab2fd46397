"""The page "game": not built yet."""

from streamlit.navigation.page import StreamlitPage

from autoencoders.ui import server
from autoencoders.ui.frame import PageName, frame
from autoencoders.ui.live import live_page
from autoencoders.ui.scene_state import follow_link, keep_address
from autoencoders.ui.told import told


def page(pages: dict[PageName, StreamlitPage]) -> None:
    """Draw the page."""
    engine = frame("game", pages)
    if engine is None:
        return
    scene, _ = follow_link(engine, "game")
    data = told("game", engine, address=server.address(), scene=scene)
    keep_address(engine, "game", live_page(key=f"game-{engine.name}", data=data))
