"""Hourglass: page configuration and navigation. Start it with ``streamlit run app.py``."""

import streamlit as st

if __name__ == "__main__":
    from autoencoders.ui import pages

    st.set_page_config(page_title="Hourglass", page_icon="⏳", layout="wide")
    st.navigation(list(pages.build().values()), position="hidden").run()
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
