"""The page "training": not built yet."""

from streamlit.navigation.page import StreamlitPage

from autoencoders.ui import server
from autoencoders.ui.frame import PageName, frame
from autoencoders.ui.live import live_page
from autoencoders.ui.scene_state import follow_link, keep_address
from autoencoders.ui.told import told


def page(pages: dict[PageName, StreamlitPage]) -> None:
    """Draw the page."""
    engine = frame("training", pages)
    if engine is None:
        return
    scene, _ = follow_link(engine, "training")
    data = told("training", engine, address=server.address(), scene=scene)
    keep_address(engine, "training", live_page(key=f"training-{engine.name}", data=data))
