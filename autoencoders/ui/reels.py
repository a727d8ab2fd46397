"""What stands on a page, ready to be taken away, and the files that can be made of it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoencoders import code_tables, movies, sheets
from autoencoders.scene import Scene, SceneError
from autoencoders.scene_link import from_link, to_link
from autoencoders.scene_png import recipe_png
from autoencoders.scene_python import to_python
from autoencoders.ui.answers import RefusedError
from autoencoders.ui.standalone import strip_page

Floats = NDArray[np.float32]
Pixels = NDArray[np.uint8]

FILM = 9
"""Pictures of a filmstrip."""

STRIP = sheets.Encoding(quality=92)

OWN = (
    "The link does not carry the picture that you brought, nor your crop of it: whoever opens it "
    "is told so, and can add one."
)

SEEN = ("view", "colour", "fade", "others", "pins")
"""Parts of a scene that only the page knows."""


@dataclass(frozen=True, kw_only=True)
class Reel:
    """One picture as it is shown, and the way that its slider moves along.

    Attributes:
        scene: all of it, pictures of the person's own marked as such.
        picture: as shown, uint8 ``(H, W, C)``.
        shown: the base code that the lines of Python begin with, float32 ``(1, K)``: before the
            strengths of the scene.
        track: base codes of the way, float32 ``(F, K)``.
        columns: what stands beside the codes in tables, as ``code_tables`` takes it.
        draw: which of the way's frames -> pictures, uint8 ``(n, H, W', C)``; None where nothing
            moves.
        film: the pictures of a filmstrip, uint8 ``(N, H, W, C)``, where they are not the way's.
        stops: where on the way pictures stand, 0..1.
        at: where the slider stands, 0..1.
        title: what the way is called.
        page: makes the page that works without Hourglass, where it is no strip.
        remarks: what the lines of Python leave out, one sentence each.
    """

    scene: Scene
    picture: Pixels
    shown: Floats
    track: Floats
    columns: Mapping[str, Any] = field(default_factory=dict)
    draw: Callable[[NDArray[np.intp]], Pixels] | None = None
    film: Pixels | None = None
    stops: tuple[float, ...] = ()
    at: float = 0.0
    title: str = ""
    page: Callable[[], bytes] | None = None
    remarks: tuple[str, ...] = ()

    def frames(self, count: int | None = None) -> Pixels:
        """Return ``count`` frames, evenly spaced, or all of them.

        Raises:
            RefusedError: 422 where nothing moves.
        """
        if self.draw is None:
            raise RefusedError(422, "Nothing moves here: save the picture instead.")
        last = len(self.track) - 1
        steps = np.linspace(0, last, last + 1 if count is None else count)
        return self.draw(np.round(steps).astype(np.intp))


def _strip(reel: Reel) -> bytes:
    return movies.strip_png(reel.frames(FILM) if reel.film is None else reel.film)


def _mp4(reel: Reel) -> bytes:
    try:
        return movies.mp4(reel.frames())
    except movies.MovieError as error:
        raise RefusedError(422, str(error)) from error


def _python(reel: Reel) -> bytes:
    # Whoever copies lines keeps them: they may hold the codes of their own pictures.
    lines = to_python(reel.scene, shown=reel.shown, uploaded_codes=True)
    return ("".join(f"# {remark}\n" for remark in reel.remarks) + lines).encode()


def _html(reel: Reel) -> bytes:
    if reel.page is not None:
        return reel.page()
    sheet = sheets.strip(reel.frames(), encoding=STRIP)
    return strip_page(sheet, stops=reel.stops, at=reel.at, title=reel.title, model=reel.scene.model)


def as_seen(reel: Reel, seen: object) -> Reel:
    """Return a reel whose scene has also what only the page knows of it.

    Args:
        reel: what stands on the page.
        seen: parts of the scene, as the page sent them; those that are not ``SEEN`` are ignored.

    Raises:
        RefusedError: 422 with one sentence.
    """
    if not isinstance(seen, Mapping):
        return reel
    try:
        scene = replace(reel.scene, **{part: seen[part] for part in SEEN if part in seen})
    except SceneError as error:
        raise RefusedError(422, str(error)) from error
    return replace(reel, scene=scene)


def _link(reel: Reel) -> bytes:
    return json.dumps(link_of(reel.scene)).encode()


def link_of(scene: Scene) -> dict[str, Any]:
    """Return what a browser makes a link of: the page, its parameters, and what they leave out."""
    query = to_link(scene)
    said = [OWN] if "left_out" in query else []
    said += [
        f"It leaves out pin {letter}, which is too long for it or shows a picture that you brought."
        for letter, pin in from_link(query)[0].pins.items()
        if "left_out" in pin
    ]
    page = query.pop("page", "map")
    return {"page": page, "query": query, "left_out": " ".join(said) or None}


File = tuple[Callable[[Reel], bytes], str, str]
"""What makes it, its media type, its file name."""

FILES: Mapping[str, File] = {
    "png": (lambda reel: recipe_png(reel.picture, reel.scene), "image/png", "picture.png"),
    "strip": (_strip, "image/png", "strip.png"),
    "gif": (lambda reel: movies.gif(reel.frames()), "image/gif", "moving.gif"),
    "mp4": (_mp4, "video/mp4", "moving.mp4"),
    "html": (_html, "text/html; charset=utf-8", "live.html"),
    "csv": (
        lambda reel: code_tables.codes_csv(reel.track, **reel.columns),
        "text/csv",
        "codes.csv",
    ),
    "npz": (
        lambda reel: code_tables.codes_npz(reel.track, **reel.columns),
        "application/zip",
        "codes.npz",
    ),
    "parquet": (
        lambda reel: code_tables.codes_parquet(reel.track, **reel.columns),
        "application/vnd.apache.parquet",
        "codes.parquet",
    ),
    "python": (_python, "text/x-python; charset=utf-8", "picture.py"),
    "link": (_link, "application/json", "link.json"),
}
