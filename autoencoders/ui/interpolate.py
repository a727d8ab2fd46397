"""The interpolation page: pictures in a row, and a slider that drags through all of them."""

from typing import TYPE_CHECKING, Any

from streamlit.navigation.page import StreamlitPage

from autoencoders.ui import server
from autoencoders.ui.frame import PageName, frame, write_link
from autoencoders.ui.live import live_page

if TYPE_CHECKING:
    from autoencoders.inference import Engine


def page(pages: dict[PageName, StreamlitPage]) -> None:
    """Draw the page."""
    engine = frame("interpolate", pages)
    if engine is None:
        return
    write_link(engine.name, None)
    live_page(key=f"interpolate-{engine.name}", data=page_data(engine, address=server.address()))


def page_data(engine: "Engine", *, address: str) -> dict[str, Any]:
    """Return what the page's component is told over the websocket."""
    return {
        "page": "interpolate",
        "base": address,
        "version": server.live_version(),
        "model": {
            "name": engine.name,
            "digest": engine.digest,
            "code_size": engine.code_size,
            "image": list(engine.image_shape),
        },
        "problem": None,
    }
