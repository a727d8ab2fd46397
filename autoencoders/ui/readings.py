"""What one model reads in what another draws: over a whole map at once, exactly at one place."""

import math
import time
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from autoencoders import sheets
from autoencoders.latent import grid_codes
from autoencoders.principal import Principal
from autoencoders.ui.answers import RefusedError
from autoencoders.ui.asked import named, read_codes
from autoencoders.ui.charts import Chart, chart_of
from autoencoders.ui.items import Looker, read_items
from autoencoders.ui.same_picture import Seen, common_rows, seen_by, squared_error
from autoencoders.ui.state import Store

if TYPE_CHECKING:
    from autoencoders.inference import Engine

Floats = NDArray[np.float32]
Pixels = NDArray[np.uint8]


def grid_of(engine: "Engine") -> int:
    """Return how many places a side a field has: fewer for pictures that take longer."""
    numbers = math.prod(engine.image_shape)
    return 48 if numbers <= sheets.LARGE else 32 if numbers <= sheets.HUGE else 12


def check_pair(one: "Engine", two: "Engine") -> None:
    """See that two models can be linked.

    Raises:
        RefusedError: 422 with one sentence.
    """
    if one.dataset != two.dataset or one.image_shape != two.image_shape:
        raise RefusedError(
            422,
            f"{one.name} and {two.name} do not draw the same kind of picture; compare models of "
            "one dataset and one picture size.",
        )


def field(store: Store, one: "Engine", two: "Engine") -> bytes:
    """Pack where on its map ``two`` puts what ``one`` draws, over the whole map of ``one``.

    Returns:
        packed ``places``, float32 ``(G, G, 2)``: node (i, j) belongs to the place of ``one`` at
        ``x0 + j * (x1 - x0) / (G - 1)``, ``y1 - i * (y1 - y0) / (G - 1)`` of ``extent``.
    """
    check_pair(one, two)
    here, there = chart_of(store, one), chart_of(store, two)
    count = grid_of(one)
    codes = here.codes(grid_codes(here.extent, count, count))
    read = []
    for start in range(0, len(codes), sheets.BATCH):
        if start:
            time.sleep(sheets.PAUSE_S)  # as for a sheet: whoever waits for one picture goes first
        read.append(two.encode(one.decode(codes[start : start + sheets.BATCH])))
    places = there.places(np.concatenate(read)).reshape(count, count, 2)
    return sheets.pack_arrays(
        {"places": np.asarray(places, np.float32)},
        extent=list(here.extent),
    )


def sheet(store: Store, one: "Engine", two: "Engine", *, grid: int) -> bytes:
    """Pack a sheet over the map of ``one``: what ``two`` makes of the picture that ``one`` draws.

    Where the code of ``two`` has more numbers than its map shows, its map's own sheet has less.

    Args:
        store: charts.
        one, two: who draws, and who reads.
        grid: nodes a side, one of those of a map.

    Raises:
        RefusedError: 404 for another grid.
    """
    check_pair(one, two)
    plans = sheets.atlas_plans(one.image_shape)
    plan = next((plan for plan in plans if plan.grid == grid), None)
    if plan is None:
        there = ", ".join(map(str, sheets.grids(plans)))
        raise RefusedError(404, f"There is no sheet of that size; there are {there}.")
    chart = chart_of(store, one)

    def redraw(places: Floats) -> Pixels:
        return two.reconstruct(one.decode(chart.codes(places)))

    made = sheets.atlas(redraw, chart.extent, grid, grid, encoding=plan.encoding)
    return sheets.pack(made.header(digest=one.digest), made.payload)


def pairs(one: "Engine", two: "Engine") -> bytes:
    """Pack which test pictures both know: ``rows``, int32 ``(N, 2)``, in ``one`` and in ``two``."""
    check_pair(one, two)
    return sheets.pack_arrays({"rows": common_rows([one, two])})


def read_place(engine: "Engine", looker: Looker, asked: dict[str, Any]) -> bytes:
    """Pack the exact picture of a place, and what the other model makes of that very picture."""
    other = _other(engine, looker, asked)
    place = read_codes([asked.get("place")], size=2)
    here, there = chart_of(looker.store, engine), chart_of(looker.store, other)
    start = time.perf_counter()
    drawn = engine.decode(here.codes(place))
    code = other.encode(drawn)
    redrawn = other.decode(code)
    return sheets.pack_arrays(
        {
            "images": np.stack([drawn[0], redrawn[0]]),
            "place": np.asarray(there.places(code)[0], np.float32),
        },
        difference=squared_error(drawn[0], redrawn[0]),
        milliseconds=round(1000 * (time.perf_counter() - start), 2),
        device=engine.device,
        precision=engine.precision,
    )


def read_picture(engine: "Engine", looker: Looker, asked: dict[str, Any]) -> bytes:
    """Pack one picture as both models, and PCA with as many numbers, draw it."""
    other = _other(engine, looker, asked)
    item = read_items([asked.get("item")], least=1, most=1)[0]
    start = time.perf_counter()
    both = (engine, other)
    seen = [seen_by(item, one, looker) for one in both]
    places = [
        _place(chart_of(looker.store, one), look) for one, look in zip(both, seen, strict=True)
    ]
    arrays: dict[str, NDArray[Any]] = {
        "images": np.stack([look.drawn for look in seen]),
        "places": np.asarray(places, np.float32),
    }
    original = next((look.pixels for look in seen if look.pixels is not None), None)
    if original is not None:
        arrays["original"] = original
    principal = [by_pca(one, look, original) for one, look in zip(both, seen, strict=True)]
    for letter, drawn in zip("ab", principal, strict=True):
        if drawn is not None:
            arrays[f"pca-{letter}"] = drawn
    return sheets.pack_arrays(
        arrays,
        name=seen[0].name,
        notes=list(seen[0].notes),
        rows=[look.row for look in seen],
        errors=[look.error for look in seen],
        pca_errors=[
            None if drawn is None or original is None else squared_error(original, drawn)
            for drawn in principal
        ],
        milliseconds=round(1000 * (time.perf_counter() - start), 2),
        device=engine.device,
        precision=engine.precision,
    )


def _place(chart: Chart, look: Seen) -> Floats:
    """Return where a picture stands on a map, float32 ``(2,)``: a test picture among its points."""
    place = chart.places(look.code[None])[0] if look.row is None else chart.points[look.row]
    return np.asarray(place, np.float32)


def by_pca(engine: "Engine", look: Seen, original: Pixels | None) -> Pixels | None:
    """Return what PCA with as many numbers draws, uint8 ``(H, W, C)``; None where it cannot."""
    principal = engine.principal
    if principal is None or principal.size < engine.code_size:
        return None
    codes = codes_by_pca(principal, look, original)
    return None if codes is None else principal.decode(codes[:, : engine.code_size])[0]


def codes_by_pca(principal: Principal, look: Seen, original: Pixels | None) -> Floats | None:
    """Return PCA's code of a picture, float32 ``(1, K)``; None where the picture is not known.

    Args:
        principal: of the model that ``look`` is of.
        look: the picture as that model sees it.
        original: the picture itself.
    """
    if look.row is not None:
        return principal.codes[look.row : look.row + 1]
    return None if original is None else principal.encode(original[None])


def _other(engine: "Engine", looker: Looker, asked: dict[str, Any]) -> "Engine":
    name = asked.get("against")
    if not isinstance(name, str):
        raise RefusedError(422, '"against" must be the name of the other model.')
    other = named(looker.store, name)
    check_pair(engine, other)
    return other
