"""What stands on the map page: one place, and the whole map."""

from typing import TYPE_CHECKING, Any

import numpy as np

from autoencoders import sheets
from autoencoders.scene import Scene
from autoencoders.ui.answers import RefusedError
from autoencoders.ui.asked import read_codes, read_detail
from autoencoders.ui.items import Looker
from autoencoders.ui.reels import Reel
from autoencoders.ui.routes import draw, extent_of, packed_map
from autoencoders.ui.standalone import map_page

if TYPE_CHECKING:
    from autoencoders.inference import Engine

MOST_BYTES = 3 * 2**20
"""Of a sheet in a page that is taken away."""


def map_reel(engine: "Engine", looker: Looker, asked: dict[str, Any]) -> Reel:
    """Return a place on a model's map; its table is that of the test pictures.

    Asked: ``code``, the place, and ``detail``, how much of the individuals.

    Raises:
        RefusedError: 422 with one sentence.
    """
    if engine.code_size != 2:
        raise RefusedError(
            422, f"The codes of {engine.name} have {engine.code_size} numbers; a map needs two."
        )
    shown = read_codes([asked.get("code")], size=2)
    detail = read_detail(asked.get("detail", 0)) if engine.has_detail else 0.0
    x, y = map(float, shown[0])
    latents = engine.latents
    columns: dict[str, Any] = {"ids": latents.ids, "labels": latents.labels}
    if latents.attributes is not None:
        columns["attributes"] = dict(zip(engine.attribute_names, latents.attributes.T, strict=True))
    return Reel(
        scene=Scene(
            model=engine.name,
            digest=engine.digest,
            page="map",
            codes=((x, y),),
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
    about = {"name": engine.name, "extent": list(extent_of(engine))}
    return map_page(points, sheet, code=code, model=about)
