"""What a model's map draws, whatever the size of its code: codes to places, places to codes.

A code of two numbers is its own place.  One of a single number is a place on a line, above which
the test pictures are piled up.  Of a longer one the map draws the plane of its two
principal axes, every place of which decodes, or, where the package is there, the test pictures as
UMAP lays them out, where a place stands for the nearest of them.  The engine knows nothing of this.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from autoencoders import neighbour_map
from autoencoders.latent import Extent, plane_extent
from autoencoders.projection import PrincipalPlane, pile
from autoencoders.ui.answers import RefusedError
from autoencoders.ui.state import Store

if TYPE_CHECKING:
    from autoencoders.inference import Engine

Floats = NDArray[np.float32]
Kind = Literal["code", "line", "plane", "umap"]

UMAP_SEED = 0
STRIP = 1 / 8
"""Height of the strip below the piles of a line, as a share of the map's side."""
TALLEST = 0.74
"""That of the highest pile."""
UMAP_EXTENT: Extent = (-1.06, 1.06, -1.06, 1.06)


@dataclass(frozen=True)
class Chart:
    """A map of a model's codes.

    Attributes:
        kind: "code": a place is a code; "line": its x is one; "plane": it is one on the principal
            plane; "umap": it stands for the test picture that lies nearest to it.
        points: where the test pictures lie, float32 ``(N, 2)``.
        extent: ``(x0, x1, y0, y1)``, what the map shows.
        places: codes ``(B, D)`` to places, float32 ``(B, 2)``.
        codes: places ``(B, 2)`` to codes, float32 ``(B, D)``.
        plane: of a principal plane, the plane.
    """

    kind: Kind
    points: Floats
    extent: Extent
    places: Callable[[Floats], Floats]
    codes: Callable[[Floats], Floats]
    plane: PrincipalPlane | None = None

    @property
    def painted(self) -> bool:
        """Whether every place decodes to a picture of its own, so that the plane can be painted."""
        return self.kind != "umap"

    def landing(self, codes: Floats) -> list[str]:
        """Say of each code ``(B, D)`` what its place on the map leaves out; "" for nothing."""
        if self.kind in ("code", "line"):
            return [""] * len(codes)
        if self.plane is None:
            return ["Its star stands at the test picture with the nearest code."] * len(codes)
        return [
            f"The plane leaves out {100 - round(100 * float(share))}% of what sets this picture "
            "apart from the average: at its star the map draws the plane's picture; the "
            "reconstruction here is the picture's own."
            for share in self.plane.shown(codes)
        ]


def kinds_of(engine: "Engine") -> tuple[Kind, ...]:
    """Return what charts there are of a model, the one to begin with first."""
    if engine.code_size == 1:
        return ("line",)
    if engine.code_size == 2:
        return ("code",)
    return ("plane", "umap") if neighbour_map.available() else ("plane",)


def chart_of(store: Store, engine: "Engine", kind: object = "") -> Chart:
    """Return a chart of a model, made once; "" is the one to begin with.

    Raises:
        RefusedError: 404 where the model has no such chart, 422 where it could not be made.
    """
    there = kinds_of(engine)
    if kind and kind not in there:
        raise RefusedError(
            404, f"{engine.name} has no map {str(kind)[:40]!r}; there is {' and '.join(there)}."
        )
    chosen = kind or there[0]
    if chosen == "code":
        return code_chart(engine)
    make = _MAKERS[chosen]
    try:
        return store.made(engine, make)
    except neighbour_map.LayoutError as error:
        raise RefusedError(422, str(error)) from error


def code_chart(engine: "Engine") -> Chart:
    """Return the map of a model whose codes have two numbers: they are places already."""
    points = np.asarray(engine.latents.codes, np.float32)
    return Chart("code", points, plane_extent(points), _unchanged, _unchanged)


def _unchanged(codes: Floats) -> Floats:
    return np.asarray(codes, np.float32)


def line_chart(engine: "Engine") -> Chart:
    """Return the map of a code of one number: a strip, and above it the test pictures in piles."""
    latents = engine.latents
    along = np.asarray(latents.codes[:, 0], np.float32)
    flat = np.stack([along, np.zeros_like(along)], axis=1)
    x0, x1, _, _ = plane_extent(flat)
    side = x1 - x0
    order = np.arange(len(along)) if latents.labels is None else latents.labels
    heights = pile(along, order) * TALLEST * side
    points = np.stack([along, heights], axis=1).astype(np.float32)

    def places(codes: Floats) -> Floats:
        below = np.full_like(codes, -STRIP / 2 * side)
        return np.hstack([codes, below])

    def codes_at(asked: Floats) -> Floats:
        return np.asarray(asked[:, :1], np.float32)

    extent = (x0, x1, -STRIP * side, (1 - STRIP) * side)
    return Chart("line", points, extent, places, codes_at)


def plane_chart(engine: "Engine") -> Chart:
    """Return the plane through the mean of a model's codes along their two principal axes."""
    plane = PrincipalPlane.of(engine.latents.codes)
    points = plane.places(engine.latents.codes)
    return Chart("plane", points, plane_extent(points), plane.places, plane.codes, plane)


def umap_chart(engine: "Engine") -> Chart:
    """Return the test pictures as UMAP lays them out; takes up to a minute or two.

    Raises:
        LayoutError: where it could not be made.
    """
    codes = np.asarray(engine.latents.codes, np.float32)
    points = neighbour_map.layout(codes, seed=UMAP_SEED)

    def places(asked: Floats) -> Floats:
        return points[nearest(asked, codes)]

    def codes_at(asked: Floats) -> Floats:
        return codes[nearest(asked, points)]

    return Chart("umap", points, UMAP_EXTENT, places, codes_at)


_MAKERS: dict[object, Callable[["Engine"], Chart]] = {
    "line": line_chart,
    "plane": plane_chart,
    "umap": umap_chart,
}


def nearest(asked: Floats, among: Floats) -> NDArray[np.intp]:
    """Return which of ``among`` ``(N, K)`` lies nearest to each of ``asked`` ``(B, K)``."""
    return np.array(
        [np.square(among - one).sum(axis=1).argmin() for one in np.asarray(asked, np.float32)],
        np.intp,
    )


def words_of(store: Store, engine: "Engine", kind: Kind) -> str:
    """Return what a map is, in a sentence or two for its page."""
    size = engine.code_size
    if kind == "line":
        return (
            f"The one number of {engine.name} runs from left to right, and every place of it "
            "decodes. The dots are test pictures, piled up: the higher, the more of them lie there."
        )
    if kind == "plane":
        plane = chart_of(store, engine, "plane").plane
        share = 0.0 if plane is None else plane.share
        return (
            f"The plane of the two principal axes of {engine.name}'s {size} numbers: it shows "
            f"{100 * share:.0f}% of the test pictures' spread, and every place of it decodes."
        )
    if kind == "umap":
        return (
            f"UMAP lays the test pictures out by their {size} numbers so that neighbours stay "
            "neighbours. Places do not decode: each shows the nearest test picture, reconstructed."
        )
    return f"Every place of this map is a code of {engine.name}, two numbers, and decodes."
