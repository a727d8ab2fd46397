"""The way on which the decoded picture changes least: shortest paths in the decoder's own metric.

A decoder bends the space of codes: a step counts as much as it changes the picture (Arvanitidis,
Hansen and Hauberg, 2018, "Latent space oddity"; Shao, Kumar and Fletcher, 2018, "The Riemannian
geometry of deep generative models").  Their methods need the decoder's derivatives; here it is a
function from codes to pictures, and derivatives are differences of decoded pictures.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.interpolate import CubicSpline

from autoencoders.lattice import Lattice, decode_lattice, shortest_over
from autoencoders.pacing import length
from autoencoders.paths import Codes, Points, along, assemble, check_waypoints, waypoint_frames
from autoencoders.relaxation import KNOTS, CountingDecoder, Decode, relax

LATTICE_SIDE = 32
"""Nodes a side of the lattice that is decoded where none is given."""
MEASURED = 32
"""Least steps of a leg at which its length is measured."""


@dataclass(frozen=True)
class Geodesic:
    """A path on which the picture changes little.

    Attributes:
        path: float32 ``(frames, D)``.
        decoded: how many pictures were decoded to find it.
        length, straight_length: how far the picture goes on it and on the straight path, by
            ``pacing.length`` of their frames and, where these are few, of codes between them.
    """

    path: Codes
    decoded: int
    length: float
    straight_length: float


def geodesic(
    waypoints: ArrayLike,
    frames: int,
    decode: Decode,
    *,
    lattice: Lattice | None = None,
    decodes: int = 4096,
    seed: int = 0,
) -> Geodesic:
    """Go from waypoint to waypoint so that the picture changes as little as can be.

    Codes of two numbers: each leg is first the shortest path over a lattice of decoded nodes.
    Others start from the straight line.  Then the sum of squared changes from knot to knot, the
    curve's energy, is made smaller by Gauss-Newton steps.  The picture changes at an even pace on
    each leg.  A leg that turns out no shorter than the straight line is the straight line.  It is
    a good path, not surely the best: from a straight line the steps find a detour only where the
    pictures beside it hint at it.

    Args:
        waypoints, frames: as for ``paths.straight``.
        decode: from float32 codes ``(B, D)`` to pictures ``(B, ...)``, uint8 or floats.
        lattice: what is already decoded of the plane around the waypoints, instead of decoding it.
        decodes: how many pictures may be decoded at most.  Measuring both paths takes two pictures
            for each frame, or for each of 32 steps a leg where the frames are fewer; finding the
            path takes at least 256 beyond that.
        seed: of the directions in which to move where the budget is too small for all.

    Raises:
        ValueError: as ``paths.straight``, for a budget too small, a lattice that does not fit, or a
            decoder that gives something else than one finite picture for each code.
    """
    points = check_waypoints(waypoints)
    places = waypoint_frames(len(points), frames)
    # Each leg is measured at its frames, and between them where they are few.
    finer = [-(-MEASURED // int(steps)) for steps in np.diff(places)]
    shares = [
        np.linspace(0, 1, int(steps) * times + 1)
        for steps, times in zip(np.diff(places), finer, strict=True)
    ]
    measuring = sum(map(len, shares))
    if decodes < 2 * measuring + 256:
        raise ValueError(
            f"decodes is {decodes}; {frames} frames between {len(points)} waypoints need at least "
            f"{2 * measuring + 256}."
        )
    decoder = CountingDecoder(decode, decodes)
    curves = _curves(points, lattice, decoder, reserve=2 * measuring, seed=seed)
    legs, lengths = [], []
    for k, share in enumerate(shares):
        line = along(points[k : k + 2], share)
        bent = CubicSpline(np.linspace(0, 1, len(curves[k])), curves[k])(share)
        bent[[0, -1]] = points[k : k + 2]
        before, after = length(decoder.pictures(line)), length(decoder.pictures(bent))
        legs.append(bent if after < before else line)
        lengths.append((min(after, before), before))
    path = assemble(points, frames, lambda k, _: legs[k][:: finer[k]])
    shorter, straight = np.sum(lengths, axis=0).tolist()
    return Geodesic(path, decoder.decoded, shorter, straight)


def _curves(
    points: Points, lattice: Lattice | None, decoder: CountingDecoder, *, reserve: int, seed: int
) -> list[Points]:
    """A curve for each leg, ``(M, D)``, found with all that may be decoded but ``reserve``."""
    curves = _starts(points, lattice, decoder, reserve=reserve)
    if points.shape[1] == 1:  # On a line there is only one way.
        return curves
    random = np.random.default_rng(seed)
    for k, curve in enumerate(curves):
        share = (decoder.left() - reserve) // (len(curves) - k)
        curves[k] = relax(curve, decoder, share, random)
    return curves


def _starts(
    points: Points, lattice: Lattice | None, decoder: CountingDecoder, *, reserve: int
) -> list[Points]:
    """A first curve ``(KNOTS + 1, D)`` for each leg."""
    share = np.linspace(0, 1, KNOTS + 1)
    if points.shape[1] != 2:
        if lattice is not None:
            raise ValueError(f"A lattice is for codes of 2 numbers, not of {points.shape[1]}.")
        return [along(points[k : k + 2], share) for k in range(len(points) - 1)]
    if lattice is None:
        side = min(LATTICE_SIDE, int(np.sqrt((decoder.left() - reserve) / 2)))
        lattice = decode_lattice(points, side, decoder)
    return [along(leg, share) for leg in shortest_over(points, lattice, decoder)]
