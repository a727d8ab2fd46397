"""Painting the faces of ``drawn``: every shape by the share of each pixel that it covers."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

# float32 in fact: NumPy's types do not know that a number of Python's leaves an array as it is.
Plane = NDArray[np.floating[Any]]
Size = Plane | float


SIDE = 64

# Between two of these colours, red green blue, the colour of a face is mixed.
SKIN = ("f8d7c0", "efbf9d", "d69f77", "9e6b49", "66432f")
HAIR = ("1f1a1c", "402a1f", "6f4528", "a4582c", "cc9a58", "edcd90")
IRIS = ("3a2416", "6b421f", "6f7238", "43807a", "5689b8")
FRAME = ("1c1c22", "592a22", "364368", "b8955a")
LIPS = ("d48d7e", "cc6461", "bd3140")
GREY = np.array([0.80, 0.80, 0.82], np.float32)[:, None, None]
WARM = np.array([0.80, 1.0, 1.1], np.float32)[:, None, None]  # shade leaves more red than blue
GOLDEN = np.array([0.0, 0.006, -0.05], np.float32)[:, None, None]
ROSY = np.array([1.0, 0.70, 0.66], np.float32)[:, None, None]


def _cover(distance: Plane) -> Plane:
    """Share of a pixel inside an outline so many pixels from its centre (negative: inside)."""
    return np.asarray(np.clip(0.5 - distance, 0, 1))


def _ellipse(x: Plane, y: Plane, wide: Size, high: Size) -> Plane:
    """Distance to an ellipse around 0, to first order."""
    across, along = np.square(x / wide), np.square(y / high)
    level = across + along + 1e-6
    slope = across / np.square(wide) + along / np.square(high) + 1e-9
    return np.asarray((level - np.sqrt(level)) / np.sqrt(slope))


def _both(first: Plane, second: Plane, corner: Size) -> Plane:
    """Distance to what lies inside two outlines, its corners rounded by a radius."""
    first, second = first + corner, second + corner
    outside = np.sqrt(np.square(np.maximum(first, 0)) + np.square(np.maximum(second, 0)))
    return np.asarray(outside + np.minimum(np.maximum(first, second), 0) - corner)


def _glow(x: Plane, y: Plane, wide: Size, high: Size) -> Plane:
    """A soft spot around 0: 1 in its middle, 0 from the ellipse on."""
    level = 1 - np.square(x / wide) - np.square(y / high)
    return np.asarray(np.square(np.maximum(level, 0)))


def _stroke(x: Plane, y: Plane, wide: Size, bend: Size, weight: Size) -> Plane:
    """Share covered by a line along y = bend * (1 - (x / wide)**2) that tapers to its ends."""
    t = x / wide
    lean = np.sqrt(1 + np.square(2 * bend * t / wide))
    taper = 1 - np.square(t)
    return _cover(np.abs(y - bend * taper) / lean - weight * taper / 2)


def _mix(stops: tuple[str, ...], place: Plane) -> Plane:
    """Colours ``(N, 3, 1, 1)`` for places ``(N, 1, 1)`` on -1..1 along the stops."""
    table = np.array([tuple(bytes.fromhex(stop)) for stop in stops]) / 255
    at = (place.reshape(-1) + 1.0) / 2 * (len(table) - 1)
    channels = [np.interp(at, np.arange(len(table)), channel) for channel in table.T]
    return np.stack(channels, axis=1).astype(np.float32)[:, :, None, None]


def _hue(place: Plane, strength: float) -> Plane:
    """Colours ``(N, 3, 1, 1)`` round the colour circle, from red, 0..1."""
    turns = (place.reshape(-1, 1) + 1.0) / 2 + np.arange(3) / 3
    channels = 1 - strength * (0.5 - 0.5 * np.cos(2 * np.pi * turns))
    return channels.astype(np.float32)[:, :, None, None]


class Portrait:
    """Faces on their way to pictures; each method adds a layer.

    Attributes:
        canvas: float32 ``(N, 3, 64, 64)``, 0..1.
        p: each parameter by its name, float32 ``(N, 1, 1)``.
        x, y: ``(N, 1, 64)`` and ``(N, 64, 1)``, pixels from the head's middle, right and down.
        u: as x, but on the face before the head was turned: 0 is the middle of the face.
    """

    def __init__(self, p: Mapping[str, Plane]) -> None:
        self.p = p
        pixels = np.arange(SIDE, dtype=np.float32) - (SIDE / 2 - 0.5)
        self.x = pixels[None, None, :] - p["across"]
        self.y = pixels[None, :, None] - p["down"]
        # The features lie on a ball of 24 pixels that turns by up to 14 degrees.
        ahead = np.sqrt(np.maximum(24**2 - np.square(self.x), 60))
        self.u = self.x * np.cos(0.25 * p["pose"]) - ahead * np.sin(0.25 * p["pose"])
        self.canvas = np.empty((len(p["pose"]), 3, SIDE, SIDE), np.float32)
        self.young, self.old = np.maximum(-p["older"], 0), np.maximum(p["older"], 0)
        self.wide = 20.3 + 1.2 * p["face_width"] + 0.5 * self.young
        self.skin = _mix(SKIN, p["skin"]) * (1 + p["undertone"][..., None] * GOLDEN)
        hair = _mix(HAIR, p["hair_tone"])
        grey = (0.9 * np.square(self.old) * (3 - 2 * self.old))[..., None]
        self.hair = hair + grey * (GREY - hair)
        self.growth = np.clip((p["hair"] + 1) / 0.8, 0, 1)  # 0 bald, 1 at least short
        self.length = np.maximum(p["hair"] + 0.2, 0)  # 0 at most short, 1.2 the longest
        self.hang = np.minimum(2.5 * self.length, 1)
        self.curls = np.maximum(p["curls"], 0) * self.growth
        # Waves whose crests bend: a plain grid of them would look knitted.
        over = np.sin(0.85 * self.x + 0.9 * np.sin(0.5 * self.y))
        self.bumps = self.curls * over * np.sin(0.8 * self.y + 1 + 1.1 * np.sin(0.6 * self.x))

    def paint(self) -> Plane:
        """Paint all layers, the farthest first, and return the canvas."""
        self._backdrop()
        self._lay(0.74 * self.hair, _cover(self._locks(0.4)) * self.growth)
        self._bust()
        self._head()
        self._beard()
        self._wrinkles()
        self._nose()
        self._mouth()
        self._eyes()
        self._brows()
        self._glasses()
        self._hair_in_front()
        self.canvas *= 1 + 0.2 / 32 * (self.p["light"] * self.x)[:, None]
        return self.canvas

    def _lay(self, colour: Plane | float, share: Plane, rows: slice = slice(None)) -> None:
        """Lay a colour ``(N, 3, 1, 1)`` over the rows, as opaque as ``share`` ``(N, R, 64)``."""
        part = self.canvas[:, :, rows]
        part += share[:, None] * (colour - part)

    def _shade(self, amount: Plane, rows: slice = slice(None)) -> None:
        """Take a share ``(N, R, 64)`` of its colour from every pixel; a negative one lightens."""
        self.canvas[:, :, rows] *= 1 - amount[:, None] * WARM

    def _backdrop(self) -> None:
        p = self.p
        value = (0.76 + 0.16 * p["backdrop_light"])[..., None]
        fall = np.square(self.x / 46) + np.square((self.y + 6) / 46)
        self.canvas[:] = _hue(p["backdrop"], 0.28) * value * (1.06 - 0.12 * fall[:, None])

    def _locks(self, more: float) -> Plane:
        """Distance to the outline of the hair, ``more`` wider than it is in front."""
        p = self.p
        full = 0.9 + 0.8 * p["volume"] + 0.9 * self.growth + 1.3 * self.length
        room = np.square(self.growth) * full + more
        # Short hair lies close above the ears; long hair keeps its width and hangs straight down.
        close = self.hang + (1 - self.hang) * np.clip(-(self.y + 1) / 12, 0, 1)
        wide = self.wide - 0.6 * (1 - close) + room * close
        wide = wide + 0.05 * self.length * np.maximum(self.y, 0)
        top = _ellipse(self.x + p["pose"], np.minimum(self.y + 3, 0), wide, 25.6 + 1.6 * room)
        end = self.y - (-4 + 42 * self.length) - 1.5 * more
        end = end + 0.6 * (1 - self.hang) * np.maximum(np.abs(self.x) - 15, 0)
        return _both(top - 0.9 * close * (self.bumps + 0.7 * self.curls), end, 5)

    def _bust(self) -> None:
        rows = slice(42, None)
        x, y = self.x, self.y[:, rows]
        neck = np.maximum(np.abs(x) - 9.6 - np.maximum(y - 25, 0) / 3, 16 - y)
        self._lay(0.80 * self.skin, _cover(neck), rows)
        shoulder = 26.5 + 0.12 * np.maximum(np.abs(x) - 9, 0)
        collar = _ellipse(x, y - 24, 11.0, 6.2)
        shirt = _cover(np.maximum(shoulder - y, -collar))
        self._lay(0.66 * _hue(self.p["shirt"], 0.5), shirt, rows)

    def _head(self) -> None:
        p, x, y = self.p, self.x, self.y
        beside = np.abs(x + 2 * p["pose"]) - self.wide + 2 * self.hang  # long hair covers them
        self._lay(0.93 * self.skin, _cover(_ellipse(beside - 0.3, y - 0.5, 3.3, 5.6)))
        self._shade(0.28 * _glow(beside - 1.2, y - 0.5, 2.4, 4.6))
        low = np.clip((y + 3) / 28, 0, 1)
        x = x - p["pose"] * (0.8 + 2 * low)
        wide = self.wide * (1 - (0.12 - 0.07 * p["jaw"]) * np.square(low))
        high = np.where(y < -3, 25.3, 28.3 - 1.8 * self.young)
        distance = _ellipse(x, y + 3, wide, high)
        self.head = _cover(distance)
        self._lay(self.skin, self.head)
        side = x / self.wide
        lit = p["light"] * side * (0.16 + 0.10 * np.square(side))
        rim = np.clip(1 + distance / 9, 0, 1)
        self._shade(self.head * (0.13 * np.square(rim) - lit))
        cheeks = _glow(np.abs(self.u) - 11.5, y - 7.5, 6, 5)
        self._lay(ROSY * self.skin, cheeks * (0.40 - 0.2 * p["older"]) * self.head)

    def _beard(self) -> None:
        rows = slice(28, 62)
        u, y = self.u, self.y[:, rows]
        grown = np.clip((self.p["beard"] - 0.4) / 0.4, 0, 1)
        bare = _ellipse(u, np.minimum(y + 2, 6) + np.maximum(y - 6, 0), 15.5, 11.5)
        cheeks = np.clip(bare / 2.5, 0, 1) * np.clip((y + 1) / 4, 0, 1)
        moustache = _stroke(np.abs(u) - 2.6, y - 11.2, 6.0, -1.8, 3.0)
        share = np.maximum(cheeks, moustache) * self.head[:, rows]
        self._lay(0.85 * self.hair, 0.86 * grown * share, rows)

    def _wrinkles(self) -> None:
        rows = slice(8, 36)
        u, y = self.u, self.y[:, rows]
        out = np.abs(u) - 16.2
        lines = _stroke(u, y + 16.2, 9, -0.8, 0.9) + _stroke(u, y + 19.6, 7, -0.8, 0.9)
        lines += _stroke(out, y + 3.4 - 0.25 * out, 2.4, -0.4, 0.9)
        lines += _stroke(out, y + 5.6 + 0.35 * out, 2.2, -0.3, 0.9)
        lines += _stroke(np.abs(u) - 8.4, y - 0.6, 4.6, 1.0, 1.0)
        self._shade(0.30 * self.old * lines * self.head[:, rows], rows)

    def _nose(self) -> None:
        p = self.p
        rows = slice(22, 46)
        # It stands out, so that it moves farther than the rest when the head is turned.
        y = self.y[:, rows]
        u = self.u - 1.8 * p["pose"] * np.clip((y + 6) / 12, 0, 1)
        wide = 3.4 + 0.7 * p["nose_width"] - 0.5 * self.young
        bridge = _glow(np.abs(u) - 2.3, y - 1, 2.2, 8.0)
        self._shade(0.20 * bridge * (0.5 - 0.5 * p["light"] * np.sign(u)), rows)
        y = y - (6.0 + 1.0 * p["nose_length"] + 0.3 * p["older"])
        self._shade(0.26 * _glow(u, y - 1.2, wide + 1.6, 2.6), rows)
        self._shade(-0.12 * _glow(u, y + 1.4, 2.4, 3.2), rows)
        self._shade(0.45 * _glow(np.abs(u) - 0.52 * wide, y - 0.9, 1.5, 1.2), rows)

    def _mouth(self) -> None:
        p = self.p
        rows = slice(36, 62)
        u, y = self.u - 0.9 * p["pose"], self.y[:, rows]
        smile, glad = p["smiling"], np.maximum(p["smiling"], 0)
        wide = 7.2 + 0.7 * p["mouth_width"] + 0.2 * smile + 1.1 * glad
        lift = 2.7 * smile + 0.6 * glad
        t = u / wide
        arch = 1 - np.square(t)
        lean = np.sqrt(1 + np.square(2 * lift * t / wide))
        line = y - 13.4 - lift * (arch - 0.55)  # rows below the line where the lips meet
        arch = np.where(arch < 0, 5 * arch, arch)  # so that they end in a corner
        gap = np.square(glad) * (2 - glad) * (2.0 + 1.7 * p["teeth"]) * arch
        full = 1.7 + 0.5 * p["lips"] - 0.3 * self.old
        self._folds(u, y, wide, rows)
        self._shade(0.15 * _glow(u, y - 16.8 - gap - full - smile, 6, 2.6), rows)
        red = _mix(LIPS, p["lip_tone"]) * (0.35 + 0.65 * self.skin)
        above, below = -line - (full - 0.3 * glad) * arch, line - gap - (full + 0.4) * arch
        self._lay(red, _cover(np.maximum(above, below) / lean), rows)
        inside = _cover((np.maximum(-line, line - gap) - 0.35 * arch) / lean)
        self._lay(0.32 * red, 0.9 * inside, rows)
        teeth = _cover(np.maximum(0.2 - line, line - 0.62 * gap) / lean)
        self._lay(0.95, teeth * inside * np.clip(gap / 1.2, 0, 1), rows)
        self._shade(0.30 * _glow(np.abs(u) - wide - 0.4, line, 1.8, 1.8), rows)

    def _folds(self, u: Plane, y: Plane, wide: Plane, rows: slice) -> None:
        """The lines from the nose to the corners of the mouth."""
        out = np.abs(u) - 5.2 - np.clip((y - 5) / 8, 0, 1.2) * (wide - 3.0)
        fold = _cover(0.8 * np.abs(out) - 0.1) * np.clip(1 - np.abs(y - 9.5) / 4.5, 0, 1)
        glad = np.maximum(self.p["smiling"], 0)
        self._shade(fold * (0.06 + 0.12 * glad + 0.16 * self.old), rows)

    def _eyes(self) -> None:
        p = self.p
        rows = slice(18, 40)
        size = 1 - 0.03 * p["older"] + 0.10 * self.young
        out, sign = np.abs(self.u) - 9.1 - 0.7 * p["eye_distance"], np.sign(self.u)
        y = self.y[:, rows] + 3.6 - 1.0 * self.young
        self._shade(0.10 * _glow(out, y + 1.5, 8.5, 6.5), rows)
        y = y + 0.09 * p["eye_slant"] * out
        wide = 4.7 * size + 0.35 * p["eye_size"]
        upper = (3.1 + 0.45 * p["eye_size"]) * size
        t = out / wide
        arch = 1 - np.square(t)
        lean = np.sqrt(1 + np.square(2 * upper * t / wide))
        lid = y + upper * arch  # rows below the upper lid
        ball = _cover(np.maximum(-lid, y - 2 * size * arch) / lean)
        self._lay(0.72 + 0.26 * np.sqrt(self.skin), ball, rows)
        out = out - sign * (1.1 * p["gaze"])
        far = np.sqrt(np.square(out) + np.square(y + 0.4))
        self._lay(_mix(IRIS, p["eye_tone"]), _cover(far - 2.65 * size) * ball, rows)
        self._lay(0.05, _cover(far - 1.35 * size) * ball, rows)
        self._shade(0.25 * ball * np.clip(1 - lid / 2, 0, 1), rows)
        glint = _ellipse(out - sign * (0.9 * p["light"]), y + 1.4, 0.8, 0.8)
        self._lay(1.0, 0.9 * _cover(glint) * ball, rows)
        lash = _cover(np.abs(lid) / lean - 0.55 * np.clip(arch + 0.35, -2, 0.9))
        self._lay(0.3 * np.square(self.skin), 0.92 * lash, rows)

    def _brows(self) -> None:
        p = self.p
        rows = slice(12, 32)
        out = np.abs(self.u) - 9.6 - 0.5 * p["eye_distance"]
        y = self.y[:, rows] + 9.2 + 0.9 * p["brow_height"] - 0.6 * self.young + 0.05 * out
        weight = (1.9 + 0.7 * p["brow_weight"]) * np.clip(1 - 0.05 * out, 0.5, 1.5)
        self._lay(0.78 * self.hair, 0.9 * _stroke(out, y, 6.0, -1.6, weight), rows)

    def _glasses(self) -> None:
        p = self.p
        rows = slice(18, 40)
        worn = (1 + p["eyeglasses"]) / 2
        out = np.abs(self.u) - 9.3 - 0.6 * p["eye_distance"]
        y = self.y[:, rows] + 2.8
        high = 5.4 - 0.3 * p["frame_shape"]
        glass = _both(np.abs(out) - 6.6, np.abs(y) - high, 3.7 - 1.6 * p["frame_shape"])
        self._lay(1.0, 0.10 * _cover(glass) * worn, rows)
        arm = np.abs(y + 1.3 + 0.2 * np.maximum(out, 0)) - 0.65
        arm = np.maximum(np.maximum(6.6 - np.abs(out), arm), np.abs(self.x) - self.wide)
        frame = np.minimum(np.abs(glass) - 0.62, arm)
        self._lay(_mix(FRAME, p["frame_tone"]), _cover(frame) * worn, rows)

    def _hair_in_front(self) -> None:
        p = self.p
        u, y = self.x - 3.2 * p["pose"], self.y
        # The hair leaves an opening for the face: an arch above, straight down from the eyes on.
        line = -17.2 + 3.4 * p["fringe"] - 3 * (1 - self.growth)
        sweep = 0.26 * p["parting"] * u + (0.012 + 0.010 * p["fringe"]) * np.square(u)
        wide = 19.6 - 2.2 * self.hang - 0.6 * self.length
        opening = _ellipse(u, np.minimum(y - line - 20 + sweep, 0), wide, 20)
        locks = self._locks(0.0)
        shadow = np.clip(1 + np.minimum(opening, 0) / 3.5, 0, 1) * _cover(locks)
        self._shade(0.15 * shadow * self.head * self.growth)
        share = _cover(np.maximum(locks, -opening)) * self.growth
        self._lay(self.hair, share)
        strand = (u - 8 * p["parting"]) / (y + 52)
        strands = 0.05 * np.sin(38 * strand) + 0.04 * np.sin(23 * strand + 1)
        sheen = _glow(self.x - 9 * p["light"], y + 21 - 0.012 * np.square(self.x), 24, 6)
        texture = strands * (1 - self.curls) + 0.10 * self.bumps - 0.28 * sheen
        self._shade(share * texture)
