"""Shortest paths over a lattice of decoded pictures, for codes of two numbers."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from autoencoders.density import nearest
from autoencoders.latent import Extent, grid_codes, plane_extent
from autoencoders.paths import Points
from autoencoders.relaxation import CountingDecoder

_STEPS = ((0, 1), (1, 0), (1, 1), (1, -1), (1, 2), (2, 1), (1, -2), (2, -1))
"""Rows and columns to half of a node's sixteen neighbours."""
_SHORT = 1e-3
"""Cost of a way on which no picture changes, as a share of that of an average one."""


@dataclass(frozen=True)
class Lattice:
    """Pictures already decoded over a plane, for models of two numbers.

    Attributes:
        extent, rows, cols: as for ``latent.grid_codes``.
        pictures: ``(rows * cols, ...)``, uint8 or floats, in the order of ``grid_codes``.
    """

    extent: Extent
    rows: int
    cols: int
    pictures: NDArray[Any]


def decode_lattice(points: Points, side: int, decoder: CountingDecoder) -> Lattice:
    """A square around the waypoints with room for detours of half its width."""
    x0, x1, y0, y1 = plane_extent(points)
    room = (x1 - x0) / 2
    extent = (x0 - room, x1 + room, y0 - room, y1 + room)
    nodes = grid_codes(extent, side, side).astype(np.float64)
    return Lattice(extent, side, side, decoder.pictures(nodes))


def shortest_over(points: Points, lattice: Lattice, decoder: CountingDecoder) -> list[Points]:
    """The shortest path of each leg over the nodes, ``(M, 2)`` each, its waypoints included."""
    count = lattice.rows * lattice.cols
    if len(lattice.pictures) != count:
        raise ValueError(
            f"A lattice of {lattice.rows} x {lattice.cols} nodes has {count} pictures, not "
            f"{len(lattice.pictures)}."
        )
    nodes = grid_codes(lattice.extent, lattice.rows, lattice.cols).astype(np.float64)
    rows = np.concatenate([decoder.rows(lattice.pictures), decoder.numbers(points)])
    codes = np.concatenate([nodes, points])
    index = np.arange(count).reshape(lattice.rows, lattice.cols)
    pairs = [_shifted(index, *step) for step in _STEPS]
    near = nearest(points, nodes, min(16, count))[1]
    pairs.append(
        np.stack([np.repeat(count + np.arange(len(points)), near.shape[1]), near.ravel()], axis=1)
    )
    edges = np.concatenate(pairs)
    # In parts: a gathered copy of all pairs would take many times the memory of the pictures.
    changes = np.concatenate(
        [
            np.sqrt(np.square(rows[part[:, 0]] - rows[part[:, 1]]).mean(axis=1))
            for part in np.array_split(edges, len(edges) // 256 + 1)
        ]
    ).astype(np.float64)
    ways = np.linalg.norm(codes[edges[:, 0]] - codes[edges[:, 1]], axis=1)
    typical = changes.sum() / ways.sum()
    costs = changes + _SHORT * (typical or 1.0) * ways + np.finfo(np.float64).tiny
    graph = csr_array((costs, edges.T), shape=(len(codes), len(codes)))
    sources = count + np.arange(len(points) - 1)
    before = dijkstra(graph, directed=False, indices=sources, return_predecessors=True)[1]
    legs = []
    for k in range(len(sources)):
        source = count + k
        way = [source + 1]
        while way[-1] != source:
            way.append(int(before[k, way[-1]]))
        legs.append(codes[way[::-1]])
    return legs


def _shifted(index: NDArray[np.int64], down: int, across: int) -> NDArray[np.int64]:
    """Pairs ``(n, 2)`` of nodes that are so many rows and columns apart."""
    rows, cols = index.shape
    left, right = max(0, -across), min(cols, cols - across)
    one = index[: rows - down, left:right]
    other = index[down:, left + across : right + across]
    return np.stack([one.ravel(), other.ravel()], axis=1)
