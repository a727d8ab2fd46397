"""Sheets: many pictures decoded at once, packed into one encoded image for the browser to blend.

An atlas holds the decodings of a grid over a plane, a strip the frames along a path. See
``docs/architecture.md`` for the way of a drag.
"""

import io
import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from autoencoders.latent import Extent, grid_codes

Pixels = NDArray[np.uint8]
Layout = Literal["tiles", "fields"]
Codec = Literal["jpeg", "webp", "avif", "png"]

MIME: Mapping[Codec, str] = {
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "avif": "image/avif",
    "png": "image/png",
}


@dataclass(frozen=True, kw_only=True)
class Encoding:
    """How the pictures of a sheet are arranged and compressed.

    Attributes:
        layout: "tiles": picture beside picture; pixel (py, px) of node (i, j) stands at
            ``(i * H + py, j * W + px)``.  "fields": for each pixel its values over the plane, as a
            smooth little image; pixel (py, px) of node (i, j) stands at
            ``(py * rows + i, px * cols + j)``.
        codec: the image format.
        quality: 1..100; PNG ignores it.
    """

    layout: Layout = "tiles"
    codec: Codec = "jpeg"
    quality: int = 90


@dataclass(frozen=True, kw_only=True)
class SheetPlan:
    """One of the sheets of a map: ``grid`` x ``grid`` nodes over the plane.

    ``crowded`` is the encoding for a plane peopled with individuals: there neighbouring codes
    differ more than neighbouring pixels, and fields compress badly.  None: the same.
    """

    grid: int
    encoding: Encoding
    crowded: Encoding | None = None


# The sheets of a map in the order in which the browser asks for them: the first quickly there, the
# last fine enough.  `bench atlas` measures what they cost and how true they are.
ATLAS_PLANS: tuple[SheetPlan, ...] = (
    SheetPlan(grid=16, encoding=Encoding(quality=95)),
    SheetPlan(grid=64, encoding=Encoding(layout="fields", quality=95)),
)
LARGE_PLANS: tuple[SheetPlan, ...] = (
    SheetPlan(grid=16, encoding=Encoding(quality=72)),
    # Individuals of 200 samples: 45.6 dB before compression, at quality 80 40.6 in 1.4 MiB; as
    # fields twice as much, and worse; WebP and AVIF are smaller and take 3 and 15 s to encode.
    SheetPlan(
        grid=40,
        encoding=Encoding(layout="fields", quality=90),
        crowded=Encoding(quality=82),
    ),
)
"""The same for pictures of more than ``LARGE`` numbers."""
LARGE = 4096
HUGE_PLANS: tuple[SheetPlan, ...] = (
    SheetPlan(grid=8, encoding=Encoding(quality=72)),
    SheetPlan(grid=16, encoding=Encoding(quality=80)),
)
"""The same for pictures of more than ``HUGE``: a photograph's sheet must fit a browser's memory."""
HUGE = 2**16
MOVIE_ENCODING = Encoding()

# Nodes decoded at a time, and the pause between two batches: whoever waits for an exact decode gets
# the engine then, which a thread that asked for it again at once would keep for itself.
BATCH = 64
PAUSE_S = 0.001


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One encoded image and what the browser must know to cut it up.

    Attributes:
        kind: "atlas" (a grid over a plane) or "strip" (frames in order, row by row).
        rows, cols: pictures below and beside each other.
        frames: pictures in it; a strip may leave the end of its last row black.
        tile: ``(H, W, C)`` of one picture.
        extent: an atlas's plane; node (i, j) stands at ``x0 + j * (x1 - x0) / (cols - 1)``,
            ``y1 - i * (y1 - y0) / (rows - 1)``.
        encoding: arrangement and compression.
        payload: the encoded image.
    """

    kind: Literal["atlas", "strip"]
    rows: int
    cols: int
    frames: int
    tile: tuple[int, int, int]
    extent: Extent | None
    encoding: Encoding
    payload: bytes

    def header(self, **more: Any) -> dict[str, Any]:
        """Return what goes to the browser as JSON beside the payload, with ``more`` added."""
        described: dict[str, Any] = {
            "kind": self.kind,
            "rows": self.rows,
            "cols": self.cols,
            "frames": self.frames,
            "tile": list(self.tile),
            "layout": self.encoding.layout,
            "mime": MIME[self.encoding.codec],
        }
        if self.extent is not None:
            described["extent"] = list(self.extent)
        return described | more


def atlas(
    decode: Callable[[NDArray[np.float32]], Pixels],
    extent: Extent,
    rows: int,
    cols: int,
    *,
    encoding: Encoding | None = None,
) -> Sheet:
    """Decode a grid over a plane into one sheet.

    Args:
        decode: float32 codes ``(B, 2)`` -> uint8 pictures ``(B, H, W, C)``.
        extent: ``(x0, x1, y0, y1)`` of the plane; the outermost nodes stand on its edges.
        rows, cols: nodes along y and x, at least 2 each.
        encoding: arrangement and compression; JPEG tiles when left out.
    """
    encoding = encoding or Encoding()
    pictures = _decode_in_turns(decode, grid_codes(extent, rows, cols))
    payload = _encode(arrange(pictures, rows, cols, layout=encoding.layout), encoding)
    height, width, channels = pictures.shape[1:]
    return Sheet(
        kind="atlas",
        rows=rows,
        cols=cols,
        frames=rows * cols,
        tile=(height, width, channels),
        extent=extent,
        encoding=encoding,
        payload=payload,
    )


def _decode_in_turns(
    decode: Callable[[NDArray[np.float32]], Pixels], codes: NDArray[np.float32]
) -> Pixels:
    batches = []
    for start in range(0, len(codes), BATCH):
        if start:
            time.sleep(PAUSE_S)
        batches.append(decode(codes[start : start + BATCH]))
    return np.concatenate(batches)


def strip(frames: Pixels, *, encoding: Encoding | None = None) -> Sheet:
    """Pack frames in order into one sheet, row by row, about as high as wide.

    Args:
        frames: uint8 ``(N, H, W, C)``, N >= 1; frame k stands at row ``k // cols``, column
            ``k % cols``.
        encoding: arrangement and compression; JPEG tiles when left out.
    """
    encoding = encoding or Encoding()
    if frames.ndim != 4 or len(frames) == 0:
        raise ValueError(f"A strip needs frames of shape (N, H, W, C), got {frames.shape}.")
    count, height, width, channels = frames.shape
    cols = min(count, max(1, round(math.sqrt(count * height / width))))
    rows = -(-count // cols)
    filled = np.zeros((rows * cols, height, width, channels), np.uint8)
    filled[:count] = frames
    return Sheet(
        kind="strip",
        rows=rows,
        cols=cols,
        frames=count,
        tile=(height, width, channels),
        extent=None,
        encoding=encoding,
        payload=_encode(arrange(filled, rows, cols, layout=encoding.layout), encoding),
    )


def arrange(pictures: Pixels, rows: int, cols: int, *, layout: Layout) -> Pixels:
    """Lay ``(rows * cols, H, W, C)`` out as one picture ``(rows * H, cols * W, C)``, by ``layout``.

    Raises:
        ValueError: when there are not rows * cols pictures.
    """
    if len(pictures) != rows * cols:
        raise ValueError(f"{rows} x {cols} places cannot hold {len(pictures)} pictures.")
    _, height, width, channels = pictures.shape
    grid = pictures.reshape(rows, cols, height, width, channels)
    order = (0, 2, 1, 3, 4) if layout == "tiles" else (2, 0, 3, 1, 4)
    return grid.transpose(order).reshape(rows * height, cols * width, channels)


def take_apart(image: Pixels, rows: int, cols: int, *, layout: Layout) -> Pixels:
    """Undo ``arrange``: ``(rows * H, cols * W, C)`` -> ``(rows * cols, H, W, C)``."""
    height, width, channels = image.shape[0] // rows, image.shape[1] // cols, image.shape[2]
    if layout == "tiles":
        grid = image.reshape(rows, height, cols, width, channels).transpose(0, 2, 1, 3, 4)
    else:
        grid = image.reshape(height, rows, width, cols, channels).transpose(1, 3, 0, 2, 4)
    return grid.reshape(rows * cols, height, width, channels)


def mosaic(pictures: Pixels, *, side: int) -> Pixels:
    """Set up to ``side * side`` pictures ``(R, H, W, C)`` as one, row by row, the rest black.

    Returns:
        uint8 ``(side * H, side * W, C)``.
    """
    filled = np.zeros((side * side, *pictures.shape[1:]), np.uint8)
    count = min(len(pictures), side * side)
    filled[:count] = pictures[:count]
    return arrange(filled, side, side, layout="tiles")


def _encode(image: Pixels, encoding: Encoding) -> bytes:
    """Compress uint8 ``(H, W, 1 or 3)``; colour without chroma subsampling."""
    picture = Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image)
    buffer = io.BytesIO()
    if encoding.codec == "jpeg":
        how = {"quality": encoding.quality, "subsampling": 0, "keep_rgb": False}
        try:
            picture.save(buffer, "JPEG", optimize=True, **how)
        except OSError:  # Pillow's buffer for this holds a byte or two a pixel: noise needs more
            buffer = io.BytesIO()
            picture.save(buffer, "JPEG", **how)
    elif encoding.codec == "webp":
        picture.save(buffer, "WEBP", quality=encoding.quality, method=4)
    elif encoding.codec == "avif":
        picture.save(buffer, "AVIF", quality=encoding.quality, subsampling="4:4:4", speed=6)
    else:
        picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def encode_png(picture: Image.Image) -> bytes:
    """Return the PNG file of a picture."""
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def to_image(pixels: Pixels) -> Image.Image:
    """Turn uint8 ``(H, W, 1 or 3)`` into a picture of mode "L" or "RGB"."""
    return Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)


# -- the packed format: one header, one payload ------------------------------------------------


def pack(header: Mapping[str, Any], payload: bytes) -> bytes:
    """Join a JSON header and a payload: uint32 little-endian length, header, payload.

    Raises:
        ValueError: when the header holds NaN or infinity, which JSON does not know.
    """
    text = json.dumps(header, allow_nan=False, separators=(",", ":")).encode()
    return len(text).to_bytes(4, "little") + text + payload


def unpack(packed: bytes) -> tuple[dict[str, Any], bytes]:
    """Undo ``pack``."""
    length = int.from_bytes(packed[:4], "little")
    header: dict[str, Any] = json.loads(packed[4 : 4 + length])
    return header, packed[4 + length :]


def pack_arrays(arrays: Mapping[str, NDArray[Any]], **more: Any) -> bytes:
    """Pack named arrays one after the other, each described in the header's ``arrays``.

    Args:
        arrays: C order is written; dtypes float32, int32, uint16 and uint8 only.
        more: further keys of the header.
    """
    described: list[dict[str, Any]] = []
    pieces: list[bytes] = []
    offset = 0
    for name, array in arrays.items():
        if array.dtype.name not in ("float32", "int32", "uint16", "uint8"):
            raise ValueError(f"{name} is {array.dtype.name}, which the packed format cannot hold.")
        little = array.astype(array.dtype.newbyteorder("<"), copy=False)
        piece = little.tobytes()
        described.append(
            {
                "name": name,
                "dtype": array.dtype.name,
                "shape": list(array.shape),
                "offset": offset,
                "bytes": len(piece),
            }
        )
        pieces.append(piece)
        offset += len(piece)
    return pack({"arrays": described, **more}, b"".join(pieces))


def unpack_arrays(packed: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Undo ``pack_arrays``: the header and the arrays by name."""
    header, payload = unpack(packed)
    arrays = {
        item["name"]: np.frombuffer(
            payload[item["offset"] : item["offset"] + item["bytes"]],
            np.dtype(item["dtype"]).newbyteorder("<"),
        ).reshape(item["shape"])
        for item in header["arrays"]
    }
    return header, arrays


def atlas_plans(image_shape: tuple[int, int, int]) -> tuple[SheetPlan, ...]:
    """Return the sheets of a map of pictures ``(H, W, C)``, in the order they are asked for."""
    numbers = math.prod(image_shape)
    return ATLAS_PLANS if numbers <= LARGE else LARGE_PLANS if numbers <= HUGE else HUGE_PLANS


def grids(plans: Sequence[SheetPlan] = ATLAS_PLANS) -> list[int]:
    """Return the grid sizes of a map's sheets, coarse to fine."""
    return [plan.grid for plan in plans]
