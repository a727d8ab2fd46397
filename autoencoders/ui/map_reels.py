"""What stands on the map page: one place, and the whole map."""

from typing import TYPE_CHECKING, Any

import numpy as np

from autoencoders import sheets
from autoencoders.scene import Scene
from autoencoders.ui.asked import read_codes, read_detail
from autoencoders.ui.charts import chart_of
from autoencoders.ui.items import Looker
from autoencoders.ui.reels import Reel
from autoencoders.ui.routes import draw, packed_map
from autoencoders.ui.standalone import map_page

if TYPE_CHECKING:
    from autoencoders.inference import Engine

MOST_BYTES = 3 * 2**20
"""Of a sheet in a page that is taken away."""


def map_reel(engine: "Engine", looker: Looker, asked: dict[str, Any]) -> Reel:
    """Return a place on a model's map; its table is that of the test pictures.

    Asked: ``code``, the place; ``detail``, how much of the individuals; and ``chart``, which of the
    model's maps, else the one that it opens with.

    Raises:
        RefusedError: 422 with one sentence.
    """
    chart = chart_of(looker.store, engine, asked.get("chart", ""))
    place = read_codes([asked.get("code")], size=2)
    shown = chart.codes(place)
    detail = read_detail(asked.get("detail", 0)) if engine.has_detail else 0.0
    x, y = map(float, place[0])
    latents = engine.latents
    columns: dict[str, Any] = {"ids": latents.ids, "labels": latents.labels}
    if latents.attributes is not None:
        columns["attributes"] = dict(zip(engine.attribute_names, latents.attributes.T, strict=True))
    return Reel(
        scene=Scene(
            model=engine.name,
            digest=engine.digest,
            page="map",
            codes=(tuple(map(float, shown[0])),),
            detail=detail if engine.has_detail else None,
        ),
        picture=draw(engine, shown, detail)[0],
        shown=shown,
        track=np.asarray(latents.codes, np.float32),
        columns=columns,
        page=lambda: _map_page(engine, looker, detail, (x, y)),
    )


def _map_page(engine: "Engine", looker: Looker, detail: float, code: tuple[float, float]) -> bytes:
    """The page with the finest sheet that is not too large."""
    for grid in sorted(sheets.grids(sheets.atlas_plans(engine.image_shape)), reverse=True):
        points, sheet = packed_map(
            looker.store, engine, grid=grid, detail=detail, originals=looker.originals
        )
        if len(sheet) <= MOST_BYTES:
            break
    about = {"name": engine.name, "extent": list(chart_of(looker.store, engine).extent)}
    return map_page(points, sheet, code=code, model=about)
