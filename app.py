"""Hourglass: page configuration and navigation. Start it with ``streamlit run app.py``."""

import streamlit as st

if __name__ == "__main__":
    from autoencoders.ui import map as map_page

    st.set_page_config(page_title="Hourglass", page_icon="⏳", layout="wide")
    st.navigation(
        [st.Page(map_page.page, title="Map", url_path="map", default=True)], position="hidden"
    ).run()
else:
    # Imported by the server, not run as the script: the routes beside the page.
    from autoencoders.ui import server

    PREFIX = server.address()
    app = st.App(
        __file__,
        routes=server.build_routes(PREFIX),
        middleware=server.build_middleware(PREFIX),
        lifespan=server.lifespan,
    )
