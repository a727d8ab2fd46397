"""The map page: a picker, and the live map of the chosen model."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from autoencoders import sheets
from autoencoders.latent import format_code
from autoencoders.ui import server
from autoencoders.ui.live import live_map
from autoencoders.ui.routes import extent_of, originals_on_disk
from autoencoders.ui.state import FIRST_MODEL, UnusableModelError, read_link, store

if TYPE_CHECKING:
    from autoencoders.checkpoint import ModelEntry
    from autoencoders.inference import Engine

MODEL_KEY = "hourglass_model"
"""Session state: the chosen model."""

PINS_KEY, HEARD_KEY = "hourglass_pins", "hourglass_heard"
"""Session state: the pinned code of each model, and what its map last reported."""

WRITTEN_KEY = "hourglass_written"
"""Session state: the address as this page wrote it last."""

Pin = tuple[float, ...]

_STYLE = """<style>
[data-testid="stMainBlockContainer"] { padding: 0.75rem 1.25rem 2rem; max-width: 1500px; }
[data-testid="stHeader"] { background: transparent; }
.hourglass-head { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 1rem; }
.hourglass-head h1 { font-size: 1.5rem; line-height: 1.4; padding: 0; margin: 0; }
.hourglass-head p { margin: 0; opacity: 0.8; font-size: 0.95rem; line-height: 1.4; }
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding: 0.5rem 0.75rem 2rem; }
}
</style>"""

_HEAD = (
    '<div class="hourglass-head"><h1>Hourglass</h1>'
    "<p>Every place on this map is a picture: move the pointer and watch it change. "
    "Drop in a picture of your own to see where it falls.</p></div>"
)


def page() -> None:
    """Draw the page."""
    shared = store()
    entries = {entry.name: entry for entry in shared.entries()}
    usable = shared.usable()
    st.html(_STYLE)
    if not usable:
        _empty(list(entries.values()))
        return
    problem = _follow_link(entries, usable)
    entry = _head(entries, usable)
    if problem:
        st.warning(problem)
    if entry.problem is not None:
        st.error(f"The model {entry.name} cannot be used: {entry.problem}")
        return
    try:
        with st.spinner(f"Loading {entry.name} …"):
            engine = shared.engine(entry.name)
    except (UnusableModelError, ValueError) as error:
        st.error(str(error))
        return
    if engine.code_size != 2:
        st.info(
            f"The codes of {entry.name} have {engine.code_size} numbers; this map draws models "
            "with two."
        )
        return
    _map(engine)
    if entry.summary:
        st.caption(entry.summary)


def live_data(engine: "Engine", *, address: str) -> dict[str, Any]:
    """Return what the live map is told over the websocket: small, everything else is fetched."""
    return {
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
        },
        "problem": None,
    }


def _map(engine: "Engine") -> None:
    """Draw the live map and write down where its pin is."""
    pins: dict[str, Pin | None] = st.session_state.setdefault(PINS_KEY, {})
    heard: dict[str, Pin | None] = st.session_state.setdefault(HEARD_KEY, {})
    name, wanted = engine.name, pins.get(engine.name)
    pin = live_map(key=f"map-{name}", data=live_data(engine, address=server.address()), pin=wanted)
    # The map reports its pin on every rerun. Only a report that changed is a person's doing: after
    # a step back in the browser's history the address is newer than the last report.
    if name not in heard or pin != heard[name]:
        pins[name] = pin
    heard[name] = pin
    _write_link(name, pins.get(name))


def _head(entries: dict[str, "ModelEntry"], usable: list[str]) -> "ModelEntry":
    """Draw title, welcome and picker; return the chosen model."""
    broken = [name for name in entries if name not in usable]
    with st.container(horizontal=True, vertical_alignment="center", key="hourglass-head"):
        st.html(_HEAD, width="stretch")
        name = st.selectbox(
            "Model",
            usable + broken,
            key=MODEL_KEY,
            format_func=lambda name: name if name in usable else f"{name} (cannot be used)",
            label_visibility="collapsed",
            width=240,
        )
    return entries[name]


def _follow_link(entries: dict[str, "ModelEntry"], usable: list[str]) -> str | None:
    """Take model and pin from the address when it is not the one that this page wrote itself.

    Returns:
        one sentence when a part of the address could not be used.
    """
    asked = {key: st.query_params[key] for key in ("model", "z") if key in st.query_params}
    state = st.session_state
    if state.get(MODEL_KEY) in entries and asked == state.get(WRITTEN_KEY):
        return None
    link = read_link(
        model=asked.get("model"),
        code=asked.get("z"),
        usable=usable,
        broken={name: entry.problem for name, entry in entries.items() if entry.problem},
    )
    state[MODEL_KEY] = link.model
    if link.model is not None and ("z" in asked or "model" in asked):
        state.setdefault(PINS_KEY, {})[link.model] = link.pin
    return link.problem


def _write_link(model: str, pin: tuple[float, ...] | None) -> None:
    """Put model and pin into the address; what else stands there stays."""
    wanted = {"model": model}
    if pin is not None:
        wanted["z"] = format_code(pin)
    st.session_state[WRITTEN_KEY] = wanted
    present = {key: st.query_params[key] for key in ("model", "z") if key in st.query_params}
    if wanted != present:
        others = {key: st.query_params.get_all(key) for key in st.query_params}
        kept = {key: values for key, values in others.items() if key not in ("model", "z")}
        st.query_params.from_dict({**kept, **wanted})


def _empty(entries: Sequence["ModelEntry"]) -> None:
    """Say what to do when there is no model that works."""
    st.html(_HEAD)
    st.info(
        "There is no model to show yet: train one with "
        f"`python -m autoencoders train {FIRST_MODEL}`, then reload this page."
    )
    for entry in entries:
        st.error(f"The model {entry.name} cannot be used: {entry.problem}")
