"""The map page: the live map of the chosen model."""

from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from autoencoders import sheets
from autoencoders.scene_link import from_link
from autoencoders.ui import server
from autoencoders.ui.frame import PINS_KEY, PageName, Pin, frame, summary_of, write_link
from autoencoders.ui.live import live_map
from autoencoders.ui.offers import DIGITS
from autoencoders.ui.routes import extent_of, originals_on_disk

if TYPE_CHECKING:
    from autoencoders.inference import Engine

HEARD_KEY = "hourglass_heard"
"""Session state: the pinned code that each model's map last reported."""


def page(pages: dict[PageName, StreamlitPage]) -> None:
    """Draw the page."""
    engine = frame("map", pages)
    if engine is None:
        return
    if engine.code_size != 2:
        st.info(
            f"The codes of {engine.name} have {engine.code_size} numbers; this map draws models "
            "with two."
        )
        return
    _map(engine)
    summary = summary_of(engine)
    if summary:
        st.caption(summary)


def live_data(engine: "Engine", *, address: str) -> dict[str, Any]:
    """Return what the live map is told over the websocket: small, everything else is fetched."""
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
            "extent": list(extent_of(engine)),
            "sheets": sheets.grids(sheets.atlas_plans(engine.image_shape)),
            "detail": engine.has_detail,
            "device": engine.device,
            "precision": engine.precision,
            "original": originals_on_disk(engine) is not None,
            "movie": engine.history is not None,
            "draws": engine.dataset == DIGITS,
        },
        "problem": None,
    }


def _map(engine: "Engine") -> None:
    """Draw the live map and write down where its pin is."""
    pins: dict[str, Pin | None] = st.session_state.setdefault(PINS_KEY, {})
    heard: dict[str, Pin | None] = st.session_state.setdefault(HEARD_KEY, {})
    name, wanted = engine.name, pins.get(engine.name)
    data = live_data(engine, address=server.address())
    if "detail" in st.query_params:  # a link says how much of the individuals
        data["detail"] = from_link({"detail": st.query_params["detail"]})[0].detail
    pin = live_map(key=f"map-{name}", data=data, pin=wanted)
    # The map reports its pin on every rerun. Only a report that changed is a person's doing: after
    # a step back in the browser's history the address is newer than the last report.
    if name not in heard or pin != heard[name]:
        pins[name] = pin
    heard[name] = pin
    write_link(name, pins.get(name))
