"""What the interpolation page asks for: a strip along a path, a square between four corners.

Both begin with items and end with a sheet that the browser blends while a person drags.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
from numpy.typing import NDArray

from autoencoders import pacing, paths, sheets
from autoencoders.density import Neighbourhood, density_following, leaves_the_data
from autoencoders.geodesics import geodesic
from autoencoders.metrics import PCA
from autoencoders.ui.answers import RefusedError
from autoencoders.ui.items import Item, Look, Looker, read_items
from autoencoders.ui.places import bases_of, place_finder

if TYPE_CHECKING:
    from autoencoders.inference import Engine

FRAMES = 49
"""Pictures of a strip: so many that a blend between two neighbours is as good as a picture."""

SQUARE = 10
"""Pictures along each side of a square between four corners."""

WHOLE = (0.0, 1.0, 0.0, 1.0)
"""The extent of a square."""

DENSE = 2 * FRAMES
"""Codes by which a path is measured before it is spaced evenly."""

PCA_PICTURES = 1500
"""Pictures that PCA's line is fitted to."""

STRIP = sheets.Encoding(quality=92)


Floats = NDArray[np.float32]


def read_path(asked: object) -> paths.Kind:
    """Check the kind of a path.

    Raises:
        RefusedError: 422 with one sentence.
    """
    kinds = get_args(paths.Kind)
    if asked not in kinds:
        raise RefusedError(422, f'"path" must be one of {", ".join(kinds)}.')
    return asked  # type: ignore[return-value]


@dataclass(frozen=True)
class Way:
    """A path through pictures.

    Attributes:
        kind: of path.
        items, looks: the pictures.
        waypoints: base codes that it passes through, float32 ``(K, D)``.
        track: base codes of its frames, float32 ``(FRAMES, D)``.
        stops: where the waypoints stand on it, float32 ``(K,)``, 0..1.
    """

    kind: paths.Kind
    items: list[Item]
    looks: list[Look]
    waypoints: Floats
    track: Floats
    stops: Floats

    def at(self, share: float) -> Floats:
        """Return the base code at a share of the way, 0..1, float32 ``(1, D)``."""
        place = share * (len(self.track) - 1)
        first = min(int(place), len(self.track) - 2)
        part = np.float32(place - first)
        return (1 - part) * self.track[first : first + 1] + part * self.track[first + 1 : first + 2]


def _waypoints(asked: dict[str, Any], looks: list[Look]) -> Floats:
    """Return the base codes that the path passes through, float32 ``(K, D)``.

    Of an analogy, A is to B as C is to ?, the way from C to the answer.
    """
    bases = np.stack([look.base for look in looks])
    if not asked.get("analogy"):
        return bases
    if len(bases) != 3:
        raise RefusedError(422, "An analogy needs three pictures: A is to B as C is to ?")
    return np.stack([bases[2], paths.analogy(*bases)])


def _ends(engine: "Engine", looks: list[Look], bases: Floats) -> NDArray[np.uint8]:
    """Return the pictures at the ends, uint8 ``(K, H, W, C)``: originals where there are some."""
    decoded = engine.decode_base(bases)
    if len(looks) != len(bases):  # the answer of an analogy has no original
        return decoded
    shown = [
        own if look.pixels is None else look.pixels
        for look, own in zip(looks, decoded, strict=True)
    ]
    return np.stack(shown)


def morph(engine: "Engine", looker: Looker, asked: dict[str, Any]) -> bytes:
    """Answer with a strip along a path through two to eight pictures.

    The answer's arrays: ``sheet``, the strip; ``bases`` ``(F, K)``; ``places`` ``(F, 2)``, the path
    on the plane of ``places.place_finder``; ``change`` ``(F - 1,)``, how much the picture changes
    from frame to frame; ``away`` ``(F,)``, how far from the data each lies, 1 for as far as data
    does; ``stops``, where the pictures stand on the slider, 0..1; ``ends``, the pictures.
    """
    way = find_way(engine, looker, asked)
    track, looks = way.track, way.looks
    frames = engine.decode_base(track)
    sheet = sheets.strip(frames, encoding=STRIP)
    return sheets.pack_arrays(
        {
            "sheet": np.frombuffer(sheet.payload, np.uint8),
            "bases": track,
            "places": looker.store.made(engine, place_finder).places(track),
            "change": pacing.change(frames),
            "away": leaves_the_data(track, looker.store.made(engine, neighbourhood)),
            "stops": way.stops,
            "ends": _ends(engine, looks, way.waypoints),
        },
        strip=sheet.header(digest=engine.digest),
        names=[look.name for look in looks],
        path=way.kind,
    )


def find_way(engine: "Engine", looker: Looker, asked: dict[str, Any]) -> Way:
    """Find the way that a request asks for.

    Raises:
        RefusedError: 422 with one sentence.
    """
    kind = read_path(asked.get("path", "straight"))
    items = read_items(asked.get("items"), least=2, most=paths.MOST_WAYPOINTS)
    looks = [looker.look(item, engine) for item in items]
    waypoints = _waypoints(asked, looks)
    around = looker.store.made(engine, neighbourhood)
    try:
        track, stops = track_along(
            engine, kind, waypoints, around, even=asked.get("even", True) is True
        )
    except ValueError as error:
        raise RefusedError(422, str(error)) from error
    return Way(kind, items, looks, waypoints, track, stops)


def track_along(
    engine: "Engine", kind: paths.Kind, waypoints: Floats, around: Neighbourhood, *, even: bool
) -> tuple[Floats, Floats]:
    """Return a path's base codes, float32 ``(FRAMES, K)``, and where on it the waypoints stand.

    Args:
        engine: whose codes these are.
        kind: of path.
        waypoints: ``(K, D)``.
        around: the data.
        even: equal steps are equal changes of the picture; else the codes decide.
    """
    if not even:
        stops = paths.waypoint_frames(len(waypoints), FRAMES) / (FRAMES - 1)
        return _track(engine, kind, waypoints, around, FRAMES), stops.astype(np.float32)
    dense = _track(engine, kind, waypoints, around, DENSE)
    marked = paths.waypoint_frames(len(waypoints), DENSE)
    paced = pacing.even(dense, engine.decode_base(dense), FRAMES, marked=marked)
    return paced.codes, paced.marks.astype(np.float32)


def _track(
    engine: "Engine", kind: paths.Kind, waypoints: Floats, around: Neighbourhood, frames: int
) -> Floats:
    if kind == "spherical":
        return paths.spherical(waypoints, frames, centre=around.codes.mean(axis=0))
    if kind == "density":
        return density_following(waypoints, frames, around)
    if kind == "geodesic":
        return geodesic(waypoints, frames, engine.decode_base).path
    return paths.straight(waypoints, frames)


def square(engine: "Engine", looker: Looker, asked: dict[str, Any]) -> bytes:
    """Answer with a sheet over the square between four pictures; y runs from 0, below, to 1."""
    items = read_items(asked.get("items"), least=4, most=4)
    corners = np.stack([looker.look(item, engine).base for item in items])
    sheet = square_sheet(engine, corners)
    return sheets.pack_arrays(
        {"sheet": np.frombuffer(sheet.payload, np.uint8), "corners": corners},
        sheet=sheet.header(digest=engine.digest),
    )


def square_sheet(engine: "Engine", corners: Floats) -> sheets.Sheet:
    """Return the sheet of a square between four base codes ``(4, K)``."""

    def decode(places: Floats) -> NDArray[np.uint8]:
        return engine.decode_base(between_corners(corners, places))

    return sheets.atlas(decode, WHOLE, SQUARE, SQUARE, encoding=STRIP)


def between_corners(corners: Floats, places: Floats) -> Floats:
    """Return the base codes ``(B, K)`` of places ``(B, 2)`` on a square; y runs upwards.

    Args:
        corners: base codes ``(4, K)``: top left, top right, bottom left, bottom right.
        places: x and y, 0..1.
    """
    x, y = places.T
    shares = np.stack([(1 - x) * y, x * y, (1 - x) * (1 - y), x * (1 - y)], axis=1)
    return np.asarray(shares.astype(np.float32) @ corners)


def pca_line(engine: "Engine", looker: Looker, asked: dict[str, Any]) -> bytes:
    """Answer what PCA with as many numbers makes of the pictures: its line fades between those."""
    items = read_items(asked.get("items"), least=2, most=paths.MOST_WAYPOINTS)
    looks = [looker.look(item, engine) for item in items]
    ends = _ends(engine, looks, _waypoints(asked, looks))
    pca = looker.store.made(engine, pca_of)
    flat = (ends.reshape(len(ends), -1) / 255.0 - pca.mean) @ pca.components.T
    pictures = pca.decode(flat.astype(np.float32), shape=engine.image_shape)
    words = f"PCA's line, {len(pca.components)} numbers"
    return sheets.pack_arrays({"pictures": pictures}, words=words)


def pca_of(engine: "Engine") -> PCA:
    """Fit PCA with as many numbers as the base code to what the model draws of its test pictures.

    The photographs themselves are not shipped; a line between two pictures is the lesson here, and
    it is the same.
    """
    drawn = engine.decode_base(bases_of(engine)[:PCA_PICTURES])
    return PCA.fit(drawn, components=min(engine.base_size, len(drawn)))


def neighbourhood(engine: "Engine") -> Neighbourhood:
    """Join the codes of a model's test pictures to their nearest."""
    return Neighbourhood.of(bases_of(engine))
