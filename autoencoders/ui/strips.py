"""Routes for what a person has picked: looks at items, and strips of pictures between them.

A strip is what one slider moves over: decoded once, sent once, blended in the browser on every
frame.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from autoencoders import sheets
from autoencoders.crowd import spread_out
from autoencoders.ui.answers import FRESH, RefusedError, sentences
from autoencoders.ui.asked import named
from autoencoders.ui.charts import chart_of
from autoencoders.ui.items import Item, Look, Looker, read_items
from autoencoders.ui.morphs import morph, pca_line, square
from autoencoders.ui.picked import PickedRoutes

if TYPE_CHECKING:
    from autoencoders.inference import Engine


class StripRoutes(PickedRoutes):
    """The routes ``looks``, ``morphs``, ``squares``, ``pca`` and ``starters``."""

    def routes(self, prefix: str) -> list[Route]:
        """Return the routes, each below ``prefix``."""
        return [
            Route(f"{prefix}/looks", self._answer(looks, self._slow), methods=["POST"]),
            Route(f"{prefix}/morphs", self._answer(morph, self._slow), methods=["POST"]),
            Route(f"{prefix}/squares", self._answer(square, self._slow), methods=["POST"]),
            Route(f"{prefix}/pca", self._answer(pca_line, self._slow), methods=["POST"]),
            Route(f"{prefix}/starters", sentences(self.starters)),
        ]

    async def starters(self, request: Request) -> Response:
        """Pictures to begin with, for a model: items that it can use."""
        name = request.query_params.get("model", "")

        def run() -> list[dict[str, Any]]:
            return starters(named(self._store(), name))

        return JSONResponse(await self._slow.run(request, run), headers=FRESH)


def looks(engine: "Engine", looker: Looker, asked: dict[str, Any]) -> bytes:
    """Answer what a model makes of each item: codes, decoded pictures, originals; places for maps.

    An item that cannot be used does not spoil the others: its place holds zeros, and
    ``problems`` says why.
    """
    items = read_items(asked.get("items"), least=1)
    found: list[Look | None] = []
    problems: list[str | None] = []
    for item in items:
        look, problem = _try(looker, item, engine)
        found.append(look)
        problems.append(problem)
    bases = np.stack(
        [np.zeros(engine.base_size, np.float32) if look is None else look.base for look in found]
    )
    decoded = engine.decode_base(bases)
    originals = [None if look is None else look.pixels for look in found]
    codes = engine.from_base(bases)
    # A map asks where they fall on it; the other pages do not.
    places = (
        {"places": chart_of(looker.store, engine, asked["chart"]).places(codes)}
        if "chart" in asked
        else {}
    )
    return sheets.pack_arrays(
        places
        | {
            "bases": bases,
            "codes": codes,
            "pictures": decoded,
            "originals": np.stack(
                [
                    blank if own is None else own
                    for own, blank in zip(originals, decoded * 0, strict=True)
                ]
            ),
        },
        original=[own is not None for own in originals],
        names=["" if look is None else look.name for look in found],
        notes=[[] if look is None else list(look.notes) for look in found],
        problems=problems,
        digest=engine.digest,
    )


def _try(looker: Looker, item: Item, engine: "Engine") -> tuple[Look | None, str | None]:
    try:
        return looker.look(item, engine), None
    except RefusedError as refusal:
        return None, refusal.sentence


STARTERS = 10
"""Pictures to begin with."""

DRAWN = (46, 33, 43, 36)
"""Seeds of the drawn faces among them, such as the models of photographs draw well: two that smile,
two that do not."""


def starters(engine: "Engine") -> list[dict[str, Any]]:
    """Return items to begin with: the first of each label, or faces that lie far apart.

    Behind the faces come some that Hourglass draws itself.
    """
    latents = engine.latents
    if latents.labels is not None:
        firsts = [
            np.flatnonzero(latents.labels == label)[:1] for label in np.unique(latents.labels)
        ]
        numbers = [int(first[0]) for first in firsts][:STARTERS]
        return [_point(engine, number) for number in numbers]
    if engine.dataset == "lfw-photos" or engine.image_shape[2] != 3:
        return [_point(engine, number) for number in apart(latents.codes, latents.mse, STARTERS)]
    chosen = apart(latents.codes, latents.mse, STARTERS - len(DRAWN))
    points = [_point(engine, number) for number in chosen]
    return [*points, *({"kind": "drawn", "number": seed} for seed in DRAWN)]


MIDDLING = (0.4, 0.85)
"""Which part of the pictures, by how far from the middle they lie, makes good examples."""


def _point(engine: "Engine", number: int) -> dict[str, Any]:
    return {"kind": "point", "model": engine.name, "number": number}


def apart(codes: NDArray[np.float32], mse: NDArray[np.float32], count: int) -> list[int]:
    """Return which of the codes ``(N, D)`` are good examples, far from each other.

    Of the half with the smaller errors ``(N,)`` those that lie neither near the middle, where
    pictures are washed out, nor outermost, where they are odd.
    """
    distance = np.linalg.norm(codes - codes.mean(axis=0), axis=1)
    well = np.argsort(mse, kind="stable")[: max(count, (len(codes) + 1) // 2)]
    outwards = well[np.argsort(distance[well], kind="stable")]
    low, high = (round(share * len(outwards)) for share in MIDDLING)
    some = outwards[low:high] if high - low >= count else outwards
    return [int(index) for index in some[spread_out(codes[some], count=count)]]
