"""Every page of the app, by its name."""

from collections.abc import Callable
from functools import partial

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from autoencoders.ui import (
    attributes,
    compare,
    game,
    generate,
    interpolate,
    restore,
    through,
    training,
)
from autoencoders.ui import map as map_page
from autoencoders.ui.frame import TITLES, PageName

Draw = Callable[[dict[PageName, StreamlitPage]], None]

_DRAW: dict[PageName, Draw] = {
    "map": map_page.page,
    "interpolate": interpolate.page,
    "attributes": attributes.page,
    "restore": restore.page,
    "compare": compare.page,
    "generate": generate.page,
    "through": through.page,
    "training": training.page,
    "game": game.page,
}


def build() -> dict[PageName, StreamlitPage]:
    """Return the pages; each can link to all of them."""
    pages: dict[PageName, StreamlitPage] = {}
    for name, draw in _DRAW.items():
        pages[name] = st.Page(
            partial(draw, pages), title=TITLES[name], url_path=name, default=name == "map"
        )
    return pages
