"""Two pages with nothing on them, to hold a change of page against."""

from functools import partial

import streamlit as st
from streamlit.navigation.page import StreamlitPage

PAGES: list[StreamlitPage] = []


def draw(name: str) -> None:
    """Draw a page: its name, and links to both."""
    st.html(f'<p data-testid="page-{name}">{name}</p>')
    for page in PAGES:
        st.page_link(page)


PAGES += [st.Page(partial(draw, name), title=name, url_path=name) for name in ("first", "second")]
st.navigation(PAGES, position="hidden").run()
