"""Where the data is: a path that stays there, and how far another path strays from it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.ndimage import gaussian_filter1d
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from autoencoders.paths import Codes, Points, along, assemble, check_codes, check_waypoints

NEIGHBOURS = 10
POWER = 3.0
SMOOTHING = 0.5
"""A leg of n steps is smoothed by a Gaussian of standard deviation ``SMOOTHING * sqrt(n)`` steps.

Measured on two models: with 2 steps, a leg of 5 steps in 128 numbers becomes the straight line,
while with 3 steps one of 180 in 2 numbers still zigzags.
"""
DENSE = 256
"""Points of a leg while it is smoothed."""

_FLAT = 12
"""In spaces with more numbers a tree looks at nearly everything; a table of distances is faster."""
_TINY = 1e-9
"""Least weight of an edge: csgraph would take 0 for no edge in some of its functions."""


@dataclass(frozen=True)
class Neighbourhood:
    """Codes and who is near whom; built once, it serves any number of paths.

    Attributes:
        codes: float64 ``(N, D)``, each once.
        neighbours: how many nearest others each code is joined to.
        edges: int64 ``(E, 2)``, pairs of codes that are joined; all hang together.
        lengths: float64 ``(E,)``, Euclidean.
        spacing: the median distance of a code to the last of its neighbours; 0 for a single code.
    """

    codes: Points
    neighbours: int
    edges: NDArray[np.int64]
    lengths: Points
    spacing: float

    @classmethod
    def of(cls, codes: ArrayLike, *, neighbours: int = NEIGHBOURS) -> "Neighbourhood":
        """Join each code to its nearest others, and parts that stay apart by their nearest pairs.

        Args:
            codes: ``(N, D)``, finite, N of at least 1.
            neighbours: at least 1; all others where there are fewer.

        Raises:
            ValueError: for no codes, another shape, NaN or infinity, or fewer than 1 neighbour.
        """
        if neighbours < 1:
            raise ValueError(f"neighbours is {neighbours}; use 1 or more.")
        points = np.unique(check_codes(codes), axis=0)
        count = min(neighbours, len(points) - 1)
        if count == 0:
            return cls(points, 0, np.empty((0, 2), np.int64), np.empty(0), 0.0)
        far, near = nearest(points, points, count + 1)
        edges = np.stack([np.repeat(np.arange(len(points)), count), near[:, 1:].ravel()], axis=1)
        bridges = _bridges(points, edges)
        edges = np.concatenate([edges, bridges]) if len(bridges) else edges
        lengths = np.linalg.norm(points[edges[:, 0]] - points[edges[:, 1]], axis=1)
        return cls(points, count, edges, lengths, float(np.median(far[:, -1])))


def density_following(
    waypoints: ArrayLike,
    frames: int,
    data: ArrayLike | Neighbourhood,
    *,
    power: float = POWER,
    smoothing: float = SMOOTHING,
) -> Codes:
    """Go from waypoint to waypoint where the data is dense.

    Each leg is the shortest path over the graph of nearest neighbours when an edge costs its
    length to a power, so that many short steps are cheaper than a long one.  With more and more
    codes the cost approaches a length that is measured short where the density is high: Hwang,
    Damelin and Hero (2016, "Shortest path through random points"); Groisman, Jonckheere and
    Sapienza (2022), who call it the Fermat distance.  The corners are then smoothed by a Gaussian
    along the path, and the frames stand evenly along each leg.

    Args:
        waypoints, frames: as for ``paths.straight``; waypoints need not be among the codes.
        data: codes ``(N, D)``, or a ``Neighbourhood`` that was built of them before.
        power: more than 1 and at most 16; the larger, the longer the detours through dense places.
        smoothing: 0 (none) to 2; see ``SMOOTHING``.

    Returns:
        float32 ``(frames, D)``; the waypoints stand at ``paths.waypoint_frames``, exactly.

    Raises:
        ValueError: as ``paths.straight`` and ``Neighbourhood.of``, for codes of another size than
            the waypoints', or a power or smoothing outside its range.
    """
    points = check_waypoints(waypoints)
    around = _neighbourhood(data, points.shape[1])
    if not 1.0 < power <= 16.0:
        raise ValueError(f"power is {power}; use more than 1 and at most 16.")
    if not 0.0 <= smoothing <= 2.0:
        raise ValueError(f"smoothing is {smoothing}; use 0 (none) to 2.")
    legs = [_smooth(leg, smoothing) for leg in _shortest(points, around, power)]
    return assemble(points, frames, lambda k, share: along(legs[k], share))


def leaves_the_data(
    path: ArrayLike, data: ArrayLike | Neighbourhood, *, neighbours: int = NEIGHBOURS
) -> NDArray[np.float32]:
    """How empty it is around each code of a path, float32 ``(F,)``.

    The distance to the nearest codes, the last of ``neighbours`` of them, over the median of the
    codes' own: around 1 is as among the data, 3 is three times as empty.

    Args:
        path: ``(F, D)``, finite.
        data: codes ``(N, D)``, or a ``Neighbourhood``, which has its own number of neighbours.
        neighbours: at least 1; all others where there are fewer codes.

    Returns:
        0 or more.  A single code has no spacing to compare with: 0 on it, infinity elsewhere.

    Raises:
        ValueError: as ``Neighbourhood.of``, or for codes of another size than the path's.
    """
    points = check_codes(path, what="codes of the path")
    around = _neighbourhood(data, points.shape[1], neighbours=neighbours)
    far = nearest(points, around.codes, max(around.neighbours, 1))[0][:, -1]
    if around.spacing == 0.0:
        return np.where(far > 0, np.inf, 0.0).astype(np.float32)
    return np.asarray(far / around.spacing, np.float32)


def nearest(points: Points, codes: Points, count: int) -> tuple[Points, NDArray[np.int64]]:
    """Distances and indices, both ``(F, count)``, of the nearest codes, the nearest first."""
    if points.shape[1] <= _FLAT:
        far, near = cKDTree(codes).query(points, k=np.arange(1, count + 1))
        return np.asarray(far, np.float64), np.asarray(near, np.int64)
    # In float32 about the mean, a thousand points at a time; the distances of those found exactly.
    mean = codes.mean(axis=0)
    others = (codes - mean).astype(np.float32)
    squares = np.square(others).sum(axis=1)
    parts = []
    for start in range(0, len(points), 1000):
        apart = (-2 * (points[start : start + 1000] - mean)).astype(np.float32) @ others.T
        apart += squares
        parts.append(np.argpartition(apart, count - 1, axis=1)[:, :count])
    near = np.concatenate(parts)
    far = np.stack([np.linalg.norm(points - codes[column], axis=1) for column in near.T], axis=1)
    order = np.argsort(far, axis=1, kind="stable")
    return np.take_along_axis(far, order, axis=1), np.take_along_axis(near, order, axis=1)


def _neighbourhood(
    data: ArrayLike | Neighbourhood, size: int, *, neighbours: int = NEIGHBOURS
) -> Neighbourhood:
    if not isinstance(data, Neighbourhood):
        data = Neighbourhood.of(data, neighbours=neighbours)
    if data.codes.shape[1] != size:
        raise ValueError(
            f"The path has codes of {size} numbers, the data of {data.codes.shape[1]}; "
            "use codes of one model."
        )
    return data


def _bridges(points: Points, edges: NDArray[np.int64]) -> NDArray[np.int64]:
    """Pairs ``(C - 1, 2)`` that join all parts: the smallest to its nearest, again and again."""
    graph = coo_array((np.ones(len(edges)), edges.T), shape=(len(points), len(points)))
    part = np.asarray(connected_components(graph, directed=False)[1])
    found = []
    sizes = np.bincount(part)
    while (sizes > 0).sum() > 1:
        smallest = int(np.argmin(np.where(sizes > 0, sizes, len(points) + 1)))
        inside, outside = np.flatnonzero(part == smallest), np.flatnonzero(part != smallest)
        far, near = nearest(points[outside], points[inside], 1)
        closest = int(np.argmin(far))
        one, other = int(inside[near[closest, 0]]), int(outside[closest])
        found.append((one, other))
        sizes[part[other]] += sizes[smallest]
        sizes[smallest] = 0
        part[inside] = part[other]
    return np.array(found, np.int64).reshape(-1, 2)


def _shortest(points: Points, around: Neighbourhood, power: float) -> list[Points]:
    """The codes that each leg goes through, ``(M, D)`` each, its two waypoints included."""
    count, extra = len(around.codes), len(points)
    near = nearest(points, around.codes, min(max(around.neighbours, 1), count))[1]
    to_codes = np.stack([np.repeat(count + np.arange(extra), near.shape[1]), near.ravel()], axis=1)
    one, other = np.triu_indices(extra, 1)
    between = np.stack([count + one, count + other], axis=1)
    new = np.concatenate([to_codes, between])
    everything = np.concatenate([around.codes, points])
    lengths = np.linalg.norm(everything[new[:, 0]] - everything[new[:, 1]], axis=1)
    edges = np.concatenate([around.edges, new])
    lengths = np.concatenate([around.lengths, lengths])
    # A common scale keeps the power within range; it changes no path.
    weights = np.maximum((lengths / (lengths.max() or 1.0)) ** power, _TINY**power)
    both = np.concatenate([edges, edges[:, ::-1]])
    # Of an edge that is there twice, or from both its ends, the sum would be taken: keep one.
    kept = np.unique(both[:, 0] * (count + extra) + both[:, 1], return_index=True)[1]
    graph = csr_array(
        (np.tile(weights, 2)[kept], both[kept].T), shape=(count + extra, count + extra)
    )
    before = dijkstra(graph, indices=count + np.arange(extra - 1), return_predecessors=True)[1]
    legs = []
    for k in range(extra - 1):
        nodes = [count + k + 1]
        while nodes[-1] != count + k:
            nodes.append(int(before[k, nodes[-1]]))
        legs.append(everything[nodes[::-1]])
    return legs


def _smooth(leg: Points, smoothing: float) -> Points:
    """Round the corners of a polyline ``(M, D)``; its ends stay."""
    steps = np.linalg.norm(np.diff(leg, axis=0), axis=1)
    if smoothing == 0 or (steps > 0).sum() < 2:
        return leg
    dense = along(leg, np.linspace(0, 1, DENSE))
    width = smoothing * DENSE / np.sqrt((steps > 0).sum())
    # Beyond its ends the path is continued by its mirror image through them, so that they stay.
    reach = DENSE - 1
    longer = np.pad(dense, ((reach, reach), (0, 0)), mode="reflect", reflect_type="odd")
    return np.asarray(gaussian_filter1d(longer, width, axis=0)[reach : reach + DENSE])
