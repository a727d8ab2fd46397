"""The training page: how the chosen model learned, and a small one that learns meanwhile."""

from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from autoencoders.ui import server
from autoencoders.ui.frame import PageName, choose, frame
from autoencoders.ui.live import live_page
from autoencoders.ui.scene_state import follow_link, keep_address
from autoencoders.ui.state import store
from autoencoders.ui.told import told
from autoencoders.ui.training_choices import choices_told

if TYPE_CHECKING:
    from autoencoders.inference import Engine

OFFERED = 4
"""Models with a movie that are offered where there is none."""


def page(pages: dict[PageName, StreamlitPage]) -> None:
    """Draw the page."""
    engine = frame("training", pages)
    if engine is None:
        return
    if engine.history is None:
        _offer()
    scene, problems = follow_link(engine, "training")
    for problem in problems:
        st.warning(problem)
    data = page_data(engine, address=server.address(), scene=scene)
    keep_address(engine, "training", live_page(key=f"training-{engine.name}", data=data))


def page_data(
    engine: "Engine", *, address: str, scene: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return what the page's component is told; arguments as ``told``."""
    return told(
        "training",
        engine,
        address=address,
        scene=scene,
        movie=engine.history is not None,
        pca=_error_of_pca(engine.name),
        choices=choices_told(),
    )


def _error_of_pca(model: str) -> float | None:
    """Return the validation error of PCA with as many numbers, where the model's card has it."""
    described = next((it.description for it in store().entries() if it.name == model), None)
    measured = described.metrics.get("validation") if described is not None else None
    value = measured.get("pca_mse") if isinstance(measured, dict) else None
    return float(value) if isinstance(value, int | float) and value > 0 else None


def with_movie() -> list[str]:
    """Return the models whose training can be seen."""
    entries = {entry.name: entry for entry in store().entries()}
    return [name for name in store().usable() if (entries[name].folder / "history.npz").is_file()]


def _offer() -> None:
    names = with_movie()[:OFFERED]
    if not names:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("These models kept the history of their training:", width="content")
        for name in names:
            st.button(name, key=f"offer-{name}", on_click=choose, args=(name,))
