"""Long codes as a text that stands in an address as it is."""

import base64
import re
import struct
import zlib

import numpy as np

from autoencoders.latent import LARGEST
from autoencoders.scene_parts import MOST_CODES, MOST_NUMBERS, SceneError

_Code = tuple[float, ...]

_HEAD = struct.Struct("<BH")  # bytes of a number, numbers of a code
_SCALE = struct.Struct("<f")
_MOST_BYTES = _HEAD.size + MOST_CODES * (_SCALE.size + 2 * MOST_NUMBERS)


def pack_codes(codes: tuple[_Code, ...], *, width: int) -> str:
    """Pack codes of one length into letters that stand in an address as they are.

    Args:
        codes: at least one.
        width: bytes of a number, 1 or 2.
    """
    steps = 2 ** (8 * width - 1) - 1
    pieces = [_HEAD.pack(width, len(codes[0]))]
    for code in codes:
        numbers = np.asarray(code, np.float64)
        scale = float(np.float32(np.abs(numbers).max() / steps))
        whole = np.round(numbers / scale) if scale else np.zeros_like(numbers)
        pieces += [_SCALE.pack(scale), np.clip(whole, -steps, steps).astype(f"<i{width}").tobytes()]
    return base64.urlsafe_b64encode(zlib.compress(b"".join(pieces), 9)).decode().rstrip("=")


def unpack_codes(text: str) -> tuple[tuple[_Code, ...], bool]:
    """Undo ``pack_codes``: the codes that are there, and whether the text was whole.

    Raises:
        SceneError: when it holds none.
    """
    damaged = SceneError("the packed codes are damaged; copy the link again, whole.")
    text = text.rstrip("=")
    if not re.fullmatch(r"[A-Za-z0-9_-]+", text):
        raise damaged
    text = text[: len(text) - (len(text) % 4 == 1)]
    unpacker = zlib.decompressobj()
    try:
        data = unpacker.decompress(
            base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), _MOST_BYTES + 1
        )
    except zlib.error:
        raise damaged from None
    if len(data) < _HEAD.size or len(data) > _MOST_BYTES:
        raise damaged
    width, length = _HEAD.unpack_from(data)
    size = _SCALE.size + width * length
    count, rest = divmod(len(data) - _HEAD.size, size)
    if width not in (1, 2) or not 1 <= length <= MOST_NUMBERS or not 1 <= count <= MOST_CODES:
        raise damaged
    codes = []
    for start in range(_HEAD.size, _HEAD.size + count * size, size):
        (scale,) = _SCALE.unpack_from(data, start)
        if not 0 <= scale <= LARGEST:
            raise damaged
        whole = np.frombuffer(data, f"<i{width}", length, start + _SCALE.size)
        values = np.clip(scale * whole.astype(np.float64), -LARGEST, LARGEST)
        codes.append(tuple(values.tolist()))
    return tuple(codes), unpacker.eof and not rest
