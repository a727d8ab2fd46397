"""What every page has around it: title, other pages, the picker, the model's address."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.navigation.page import StreamlitPage
from streamlit.runtime.scriptrunner import get_script_run_ctx

from autoencoders.latent import format_code
from autoencoders.scene_link import NAMES, from_link
from autoencoders.scene_parts import Page
from autoencoders.ui.model_cards import browse
from autoencoders.ui.newcomers import heading, style, welcome
from autoencoders.ui.state import FIRST_MODEL, Store, UnusableModelError, read_link, store

if TYPE_CHECKING:
    from autoencoders.inference import Engine
    from autoencoders.listing import ModelEntry

PageName = Page

MODEL_KEY = "hourglass_model"
"""Session state: the chosen model."""

PICKER_KEY = "hourglass_picker"
"""Session state: the page and the model that the picker stands at, and the picker's number."""

PINS_KEY = "hourglass_pins"
"""Session state: the pinned place on each model's map."""

WRITTEN_KEY = "hourglass_written"
"""Session state: what of ``PINNED_BY`` this page wrote into the address last."""

PINNED_BY = ("model", "z", "codes", "chart")
"""Parameters of the address that say what is pinned where."""

FIRST_WITH_DIRECTIONS = "faces-conv-128"
"""The model that the Attributes page opens with, if it is there."""

Pin = tuple[float, ...]

_STYLE = """
[data-testid="stMainBlockContainer"] { padding: 0.75rem 1.25rem 2rem; max-width: 1500px; }
[data-testid="stHeader"] { background: transparent; }
.hourglass-head h1 { font-size: 1.5rem; line-height: 1.4; padding: 0; margin: 0; }
.hourglass-head p { margin: 0; opacity: 0.8; font-size: 0.95rem; line-height: 1.4; }
[data-testid="stPageLink"] p { font-weight: 600; font-size: 0.95rem; }
.st-key-hourglass-head { gap: 0.2rem 0.4rem; }
.st-key-hourglass-head [data-testid="stPageLink"] a { padding: 0.25rem 0.45rem; }
@media (min-width: 1150px) {
  .st-key-hourglass-head { flex-wrap: nowrap !important; }
  .st-key-hourglass-head > :first-child { flex: 1 1 0 !important; min-width: 0; }
}
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding: 0.5rem 0.75rem 2rem; }
  .st-key-hourglass-above > :first-child { flex: 1 1 100% !important; }
}
"""

TITLES: dict[PageName, str] = {
    "map": "Map",
    "interpolate": "Interpolate",
    "attributes": "Attributes",
    "restore": "Restore",
    "compare": "Compare",
    "generate": "Generate",
    "through": "Through the hourglass",
    "training": "Training",
    "game": "Game",
}


def frame(page: PageName, pages: dict[PageName, StreamlitPage]) -> "Engine | None":
    """Draw what stands above a page; return the chosen model, None where there is none to show.

    Args:
        page: the one that is open.
        pages: every page, by its name.
    """
    shared = store()
    entries = {entry.name: entry for entry in shared.entries()}
    usable = _first_for(page, shared.usable())
    st.html(f"<style>{_STYLE}{style()}</style>")
    if not usable:
        _empty(page, list(entries.values()))
        return None
    problem = _follow_link(page, entries, usable)
    entry = _head(page, pages, entries, usable)
    if problem:
        st.warning(problem)
    if entry.problem is not None:
        st.error(f"The model {entry.name} cannot be used: {entry.problem}")
        return None
    return _load(shared, entry.name)


def with_directions() -> list[str]:
    """Return the models that have attribute directions, the one to begin with first."""
    entries = [entry for entry in store().entries() if entry.problem is None]
    names = [entry.name for entry in entries if (entry.folder / "directions.npz").is_file()]
    return sorted(names, key=lambda name: (name != FIRST_WITH_DIRECTIONS, name))


def _first_for(page: PageName, usable: list[str]) -> list[str]:
    """Put the models that suit a page first."""
    if page != "attributes":
        return usable
    suited = with_directions()
    return [*suited, *(name for name in usable if name not in suited)]


def summary_of(engine: "Engine") -> str:
    """Return the first lines of a model's card."""
    return next((entry.summary for entry in store().entries() if entry.name == engine.name), "")


def choose(model: str) -> None:
    """Open another model with the next run."""
    st.session_state[MODEL_KEY] = model


def _load(shared: Store, name: str) -> "Engine | None":
    try:
        with st.spinner(f"Loading {name} …"):
            return shared.engine(name)
    except (UnusableModelError, ValueError) as error:
        st.error(str(error))
        return None


def able(page: PageName, entry: "ModelEntry | None") -> bool:
    """Whether a model can do what a page is for."""
    if entry is None or entry.description is None:
        return True
    if page == "attributes":
        return (entry.folder / "directions.npz").is_file()
    return page != "restore" or entry.description.model.family == "denoising"


def _head(
    page: PageName,
    pages: dict[PageName, StreamlitPage],
    entries: dict[str, "ModelEntry"],
    usable: list[str],
) -> "ModelEntry":
    """Draw title, welcome, ways to the other pages and picker; return the chosen model."""
    broken = [name for name in entries if name not in usable]
    with st.container(horizontal=True, vertical_alignment="center", key="hourglass-head"):
        st.html(heading(page), width="stretch")
        for name, other in pages.items():
            # The model goes along; a plain link would drop the address's query.
            chosen = st.session_state.get(MODEL_KEY)
            st.page_link(
                other,
                label=TITLES[name],
                disabled=name == page,
                query_params={"model": chosen} if chosen else None,
                width="content",
            )
        if st.button("Models", icon=":material/apps:", help="Choose a model by its card"):
            browse(
                page,
                [entries[name] for name in usable],
                chosen=st.session_state.get(MODEL_KEY, ""),
                choose=choose,
            )
        model: str = st.session_state[MODEL_KEY]
        picker, number = _picker(page, model)
        st.selectbox(
            "Model",
            usable + broken,
            key=picker,
            on_change=_pick,
            args=(page, picker, number),
            format_func=lambda name: name if name in usable else f"{name} (cannot be used)",
            label_visibility="collapsed",
            width=215,
        )
    st.html(welcome(page, able=able(page, entries[model])))
    return entries[model]


def _picker(page: PageName, model: str) -> tuple[str, int]:
    """Return the key of the picker and its number: another one when the model came from elsewhere.

    Until a browser has heard of a choice made by a button or a link, it goes on sending what its
    picker held before. From the picker in use that would be a choice by hand, and undo the other.
    """
    state = st.session_state
    held, number = state.get(PICKER_KEY, (None, 0))
    if held != (page, model):
        number += 1
        state[PICKER_KEY] = (page, model), number
        state[f"{PICKER_KEY}_{number}"] = model
    return f"{PICKER_KEY}_{number}", number


def _pick(page: PageName, picker: str, number: int) -> None:
    """Take the model that a person picked, unless another picker has taken this one's place."""
    state = st.session_state
    if state[PICKER_KEY][1] == number:
        choose(state[picker])
        state[PICKER_KEY] = (page, state[picker]), number


def _follow_link(page: PageName, entries: dict[str, "ModelEntry"], usable: list[str]) -> str | None:
    """Take model and pin from the address when a person went to it.

    Pins are the map's: what another page has in its address is read by ``scene_state``.

    Returns:
        one sentence when a part of the address could not be used.
    """
    state = st.session_state
    if state.get(MODEL_KEY) in entries and not followed():
        return None
    asked = _asked()
    link = read_link(
        model=asked.get("model"),
        code=_code_asked(asked) if page == "map" else None,
        usable=usable,
        code_sizes={name: entry.code_size for name, entry in entries.items()},
        broken={name: entry.problem for name, entry in entries.items() if entry.problem},
    )
    state[MODEL_KEY] = link.model
    if page == "map" and link.model is not None and asked:
        name = pin_name(link.model, asked.get("chart", ""))
        state.setdefault(PINS_KEY, {})[name] = link.pin
    return link.problem


def followed() -> bool:
    """Whether a person went to the address: opened the app with it, or stepped through the history.

    Any other that is not the one written last is older: the browser sent it, with something that a
    page reports, before it heard of the next. Taken for a link, it would undo what was done since.
    """
    if WRITTEN_KEY not in st.session_state:
        return True
    return stepped() and _asked() != st.session_state[WRITTEN_KEY]


def _asked() -> dict[str, str]:
    """What the address says of ``PINNED_BY``."""
    return {key: st.query_params[key] for key in PINNED_BY if key in st.query_params}


def stepped() -> bool:
    """Whether a step through the browser's history made the script run."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def pin_name(model: str, chart: str) -> str:
    """Return under which name of ``PINS_KEY`` the pin of one of a model's maps is kept."""
    return f"{model}/umap" if chart == "umap" else model


def _code_asked(asked: Mapping[str, str]) -> str | None:
    """Return the code that is to be pinned, as text: ``z``, or the first of the packed ones."""
    if "z" in asked or "codes" not in asked:
        return asked.get("z")
    codes = from_link({"codes": asked["codes"]})[0].codes
    return ",".join(map(str, codes[0])) if codes else None


def write_link(model: str, pin: Pin | None, chart: str = "") -> None:
    """Put model, pin and map into the address; what else stands there stays with the same map.

    Args:
        model: its name.
        pin: the pinned place.
        chart: which of its maps; "" for the one that it opens with.
    """
    wanted = {"model": model}
    if pin is not None:
        wanted["z"] = format_code(pin)
    if chart:
        wanted["chart"] = chart
    st.session_state[WRITTEN_KEY] = wanted
    present = _asked()
    if wanted != present:
        others = {key: st.query_params.get_all(key) for key in st.query_params}
        gone = PINNED_BY if chart == present.get("chart", "") else NAMES
        kept = {key: values for key, values in others.items() if key not in gone}
        st.query_params.from_dict({**kept, **wanted})


def _empty(page: PageName, entries: Sequence["ModelEntry"]) -> None:
    """Say what to do when there is no model that works."""
    st.html('<div class="hourglass-head"><h1>Hourglass</h1></div>')
    st.info(
        "There is no model to show yet: train one with "
        f"`python -m autoencoders train {FIRST_MODEL}`, then reload this page."
    )
    for entry in entries:
        st.error(f"The model {entry.name} cannot be used: {entry.problem}")
