"""The page "generate": pictures drawn by chance from a plain and a variational autoencoder."""

from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from autoencoders.ui import server
from autoencoders.ui.frame import PageName, choose, frame
from autoencoders.ui.generate_routes import HOTTEST
from autoencoders.ui.live import live_page
from autoencoders.ui.pairings import Drawable, partners
from autoencoders.ui.scene_state import follow_link, keep_address
from autoencoders.ui.state import Store, store
from autoencoders.ui.told import told

if TYPE_CHECKING:
    from autoencoders.inference import Engine


def page(pages: dict[PageName, StreamlitPage]) -> None:
    """Draw the page."""
    engine = frame("generate", pages)
    if engine is None:
        return
    scene, problems = follow_link(engine, "generate")
    this, others = described(engine), drawable(store())
    found = partners(this, others)
    if scene and scene["against"] and scene["against"] not in [one.name for one in found]:
        instead = f"{found[0].name} stands there instead" if found else "nothing stands there"
        problems = [
            *problems,
            f"The link sets {scene['against'][:80]} beside {engine.name}, which is not here or "
            f"does not suit it; {instead}.",
        ]
    if scene and (scene["temperature"] or 0) > HOTTEST:
        problems = [
            *problems,
            f"The link asks for a temperature of {scene['temperature']:g}; it ends at {HOTTEST:g}.",
        ]
    for problem in problems:
        st.warning(problem)
    for sentence in remarks(this):
        st.caption(sentence)
    if not found:
        _draw_offers(this, others)
    data = page_data(engine, found, address=server.address(), scene=scene)
    keep_address(engine, "generate", live_page(key=f"generate-{engine.name}", data=data))


def page_data(
    engine: "Engine",
    found: list[Drawable],
    *,
    address: str,
    scene: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what the page's component is told; ``found`` are the model's partners."""
    this = described(engine)
    return told(
        "generate",
        engine,
        address=address,
        scene=scene,
        side=this.side,
        partners=[_plain(one) for one in found],
    )


def _plain(one: Drawable) -> dict[str, Any]:
    return {
        "name": one.name,
        "digest": one.digest,
        "code_size": one.code_size,
        "image": list(one.image),
        "side": one.side,
    }


def remarks(this: Drawable) -> list[str]:
    """Return a sentence for each thing about a model that this page was not made for."""
    said = []
    if this.family == "denoising":
        said.append(
            f"{this.name} was trained to take noise off pictures, not to be drawn from; here it is "
            "drawn from as a plain autoencoder is."
        )
    return said


def described(engine: "Engine") -> Drawable:
    """Return what is to be known of a loaded model."""
    return Drawable(
        engine.name,
        engine.digest,
        engine.config.family,
        engine.dataset,
        engine.code_size,
        engine.image_shape,
    )


def drawable(shared: Store) -> list[Drawable]:
    """Return what is to be known of every model that can be used, without loading it."""
    return [
        Drawable(
            entry.name,
            entry.description.digest,
            entry.description.model.family,
            entry.description.training.dataset,
            entry.code_size,
            entry.description.model.image_shape,
        )
        for entry in shared.entries()
        if entry.problem is None and entry.description is not None
    ]


def _draw_offers(this: Drawable, others: list[Drawable]) -> None:
    other = "plain" if this.side == "variational" else "variational"
    paired = {one.dataset: one.name for one in reversed(others) if partners(one, others)}
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(
            f"No {other} model here learned from the pictures of {this.name}, so it stands alone."
            + (" These have a partner:" if paired else ""),
            width="content",
        )
        for name in reversed(paired.values()):
            st.button(name, key=f"offer-{name}", on_click=choose, args=(name,))
