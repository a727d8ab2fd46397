"""Choosing a model by its card: a dialog with what each one draws, how small it is, how true."""

import html
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from autoencoders.ui import server

if TYPE_CHECKING:
    from autoencoders.checkpoint import Description
    from autoencoders.listing import ModelEntry

COLUMNS = 3

_STYLE = """<style>
.hourglass-group { font-size: 1.15rem; margin: 0.4rem 0 0; padding: 0; }
.hourglass-card { display: flex; flex-direction: column; gap: 0.3rem; }
.hourglass-card img, .hourglass-card .none {
  display: block; width: 100%; aspect-ratio: 2; object-fit: cover; object-position: top;
  border-radius: 0.4rem; background: color-mix(in srgb, currentColor 10%, transparent);
}
.hourglass-card h3 { font-size: 1.02rem; margin: 0.3rem 0 0; padding: 0; overflow-wrap: anywhere; }
.hourglass-card p { margin: 0; font-size: 0.86rem; line-height: 1.4; }
.hourglass-card .faint { opacity: 0.8; }
</style>"""

Choose = Callable[[str], None]
Group = tuple[str, list["ModelEntry"]]


def groups(page: str, entries: Sequence["ModelEntry"]) -> list[Group]:
    """Put the models that suit a page first.

    Args:
        page: name of the page that is open.
        entries: the models that can be used, in their usual order.

    Returns:
        headings with their models; one group without a heading where all suit alike.
    """

    def kind(entry: "ModelEntry") -> str:
        if page == "map":
            if entry.code_size == 2:
                return "Two numbers: the map is the whole code"
            several = entry.code_size > 2
            plane = "More numbers: the map is a plane of the code"
            return plane if several else "One number: the map is a line"
        if page == "attributes":
            there = (entry.folder / "directions.npz").is_file()
            return "With attributes to change" if there else "Without attributes"
        if page == "restore":
            described = entry.description
            denoises = described is not None and described.model.family == "denoising"
            return "Trained to take noise off" if denoises else "Trained to reconstruct"
        return ""

    order = (
        "Two numbers: the map is the whole code",
        "More numbers: the map is a plane of the code",
        "With attributes to change",
        "Trained to take noise off",
    )
    found: dict[str, list[ModelEntry]] = {heading: [] for heading in order}
    for entry in entries:
        found.setdefault(kind(entry), []).append(entry)
    return [(heading, members) for heading, members in found.items() if members]


def browse(page: str, entries: Sequence["ModelEntry"], *, chosen: str, choose: Choose) -> None:
    """Open the dialog.

    Args:
        page: name of the page that is open.
        entries: the models that can be used.
        chosen: the one that is open.
        choose: called with a model's name as a button's callback, before the next run.
    """

    @st.dialog("Models", width="large")
    def dialog() -> None:
        st.html(_STYLE)
        for heading, members in groups(page, entries):
            if heading:
                st.html(f'<h2 class="hourglass-group">{html.escape(heading)}</h2>')
            for start in range(0, len(members), COLUMNS):
                row = members[start : start + COLUMNS]
                for place, entry in zip(st.columns(COLUMNS), row, strict=False):
                    with place:
                        _card(entry, is_open=entry.name == chosen, choose=choose)

    dialog()


def _card(entry: "ModelEntry", *, is_open: bool, choose: Choose) -> None:
    with st.container(border=True, height="stretch", key=f"card-{entry.name}"):
        st.html(card_html(entry, address=server.address()))
        label = f"{entry.name} is open" if is_open else f"Open {entry.name}"
        if st.button(
            label,
            key=f"open-{entry.name}",
            on_click=choose,
            args=(entry.name,),
            disabled=is_open,
            width="stretch",
        ):
            st.rerun()


def card_html(entry: "ModelEntry", *, address: str) -> str:
    """Return a model's card.

    Args:
        entry: of a model that can be used.
        address: where our routes begin.
    """
    described = entry.description
    lines = [f'<p class="faint">{html.escape(line)}</p>' for line in facts(entry)]
    picture = '<span class="none"></span>'
    if described is not None and "preview.png" in described.files:
        path = f"{address}/models/{entry.name}/{described.digest}/preview"
        picture = f'<img src="{html.escape(path)}" alt="" loading="lazy">'
    return (
        f'<div class="hourglass-card">{picture}<h3>{html.escape(entry.name)}</h3>'
        f"<p>{html.escape(entry.summary)}</p>{''.join(lines)}</div>"
    )


def facts(entry: "ModelEntry") -> list[str]:
    """Return what a card says of a model below its summary: kind and sizes, error against PCA."""
    described = entry.description
    if described is None:
        return []
    measured = next((m for m in described.metrics.values() if isinstance(m, Mapping)), {})
    return [line for line in (_sizes(described), _error(measured)) if line]


def _sizes(described: "Description") -> str:
    network = described.model
    colour = "colour" if network.channels == 3 else "grey"
    numbers = "1 number" if network.code_size == 1 else f"{network.code_size} numbers"
    stands = f", of a code of {network.base}" if network.base else ""
    return (
        f"{network.family.capitalize()} · {network.height}×{network.width} in {colour} to "
        f"{numbers}{stands}"
    )


def _error(measured: Mapping[str, Any]) -> str:
    mse, pca = measured.get("mse"), measured.get("pca_mse")
    if not isinstance(mse, float):
        return ""
    digits = 4 if mse >= 0.001 else 5
    if not isinstance(pca, float) or pca <= 0:
        return f"Error {mse:.{digits}f}"
    change = round(100 * (mse / pca - 1))
    than = (
        "as much as" if change == 0 else f"{abs(change)}% {'less' if change < 0 else 'more'} than"
    )
    pca_error = f"{pca:.{digits}f}"
    return f"Error {mse:.{digits}f}, {than} PCA with as many numbers ({pca_error})"
