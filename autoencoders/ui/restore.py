"""The restoration page: reconstructions of one's own pictures, and noise taken off them."""

from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from streamlit.navigation.page import StreamlitPage

from autoencoders import checkpoint
from autoencoders.preparation import can_be_placed
from autoencoders.ui import server
from autoencoders.ui.frame import PageName, choose, frame
from autoencoders.ui.live import live_page
from autoencoders.ui.offers import Known, offers
from autoencoders.ui.places import bases_of, place_finder
from autoencoders.ui.restorations import denoises
from autoencoders.ui.scene_state import follow_link, keep_address
from autoencoders.ui.state import Store, store
from autoencoders.ui.told import told

if TYPE_CHECKING:
    from autoencoders.inference import Engine


def page(pages: dict[PageName, StreamlitPage]) -> None:
    """Draw the page."""
    engine = frame("restore", pages)
    if engine is None:
        return
    able = denoises(engine)
    if not able:  # what the person may have come for is elsewhere
        _draw_offers(engine)
    scene, problems = follow_link(engine, "restore")
    if scene and scene["noise"] and not able:
        problems.append(
            f"The link's noise was left out: {engine.name} never learned to take it off."
        )
    for problem in problems:
        st.warning(problem)
    data = page_data(engine, address=server.address(), scene=scene)
    keep_address(engine, "restore", live_page(key=f"restore-{engine.name}", data=data))
    if able:
        _draw_offers(engine)


def page_data(
    engine: "Engine", *, address: str, scene: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return what the page's component is told; arguments as ``told``."""
    return told(
        "restore",
        engine,
        address=address,
        scene=scene,
        denoises=denoises(engine),
        placed=can_be_placed(engine.dataset, engine.image_shape),
        landmarks=store().made(engine, landmarks),
    )


def landmarks(engine: "Engine") -> list[tuple[str, float, float]]:
    """Return where the middle of each label lies on the plane: name, x and y; few labels only."""
    labels = engine.latents.labels
    if labels is None or len(engine.label_names) > 20:
        return []
    places = place_finder(engine).places(bases_of(engine))
    middles = [
        (name, np.median(places[labels == label], axis=0))
        for label, name in enumerate(engine.label_names)
        if (labels == label).any()
    ]
    return [(name, float(x), float(y)) for name, (x, y) in middles]


def _draw_offers(engine: "Engine") -> None:
    this = Known(engine.name, engine.config.family, engine.dataset)
    made = offers(this, known(store()))
    if not made:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for offer in made:
            st.caption(offer.sentence, width="content")
            for model in offer.models:
                # No link: to the page that is open it would leave the old model in the address.
                st.button(model, key=f"offer-{model}", on_click=choose, args=(model,))


def known(shared: Store) -> list[Known]:
    """Return what the registry tells of the models that can be used, without loading them."""
    found = []
    for entry in shared.entries():
        if entry.problem is not None:
            continue
        try:
            described = checkpoint.describe(entry.folder)
        except (OSError, ValueError):  # it broke since it was listed; its own page will say so
            continue
        found.append(Known(entry.name, described.model.family, described.training.dataset))
    return found
