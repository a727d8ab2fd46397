"""A picture that carries its own recipe: a PNG with a scene in one of its text chunks.

Reading walks from chunk to chunk and never decodes a pixel.  See the PNG specification (third
edition, 2025), sections 5.3 (chunks) and 11.3.3 (tEXt, zTXt and iTXt).
"""

import io
import zlib
from collections.abc import Iterator

from PIL.PngImagePlugin import PngInfo

from autoencoders.scene import Scene, SceneError
from autoencoders.scene_json import LONGEST_JSON, from_json, to_json
from autoencoders.sheets import Pixels, to_image

KEYWORD = "hourglass"
"""What the text chunk is called."""
MOST_CHUNKS = 20_000
"""Chunks that are looked at; a picture of 20 MB has a few thousand."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_OURS = KEYWORD.encode() + b"\0"


def recipe_png(pixels: Pixels, scene: Scene, *, uploaded_codes: bool = False) -> bytes:
    """Return the PNG file of a picture, with the scene that it shows as its recipe.

    Args:
        pixels: uint8 ``(H, W, 1 or 3)``.
        scene: the recipe.
        uploaded_codes: see ``Scene.for_sharing``.
    """
    info = PngInfo()
    info.add_itxt(KEYWORD, to_json(scene, uploaded_codes=uploaded_codes))
    buffer = io.BytesIO()
    to_image(pixels).save(buffer, "PNG", pnginfo=info)
    return buffer.getvalue()


def read_recipe(data: bytes) -> Scene | None:
    """Return the scene that a file carries, or None for any file that carries none.

    Raises:
        SceneError: for a recipe that was edited by hand, damaged, or is of another version.
    """
    for kind, body, whole, _ in _chunks(data):
        if kind not in _TEXTS or not body.startswith(_OURS):
            continue
        if not whole:
            raise SceneError(
                "The picture carries a recipe that is damaged or cut short; take the file again, "
                "as it was saved."
            )
        text = _text(kind, body[len(_OURS) :])
        try:
            return from_json(text)
        except SceneError as error:
            raise SceneError(f"The picture's recipe cannot be used: {error}") from None
    return None


def without_recipe(data: bytes) -> bytes:
    """Return a file without its recipes: a damaged one would make the whole picture unreadable."""
    kept, end = bytearray(), 0
    for kind, body, _, (start, behind) in _chunks(data):
        if kind in _TEXTS and body.startswith(_OURS):
            kept += data[end:start]
            end = behind
    return bytes(kept + data[end:])


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bool, tuple[int, int]]]:
    """Yield every chunk up to the first that is cut short.

    Of each its type, its contents, whether they are whole, and where it begins and ends.
    """
    place = len(_SIGNATURE)
    if not data.startswith(_SIGNATURE):
        return
    for _ in range(MOST_CHUNKS):
        length = int.from_bytes(data[place : place + 4], "big")
        kind, start = data[place + 4 : place + 8], place + 8
        if len(kind) < 4 or kind == b"IEND":
            return
        end = start + length
        body = data[start : min(end, start + 2 * LONGEST_JSON)] if kind in _TEXTS else b""
        check = data[end : end + 4]
        whole = len(body) == length and int.from_bytes(check, "big") == zlib.crc32(kind + body)
        yield kind, body, whole, (place, end + 4)
        if end + 4 > len(data):
            return
        place = end + 4


def _text(kind: bytes, rest: bytes) -> str:
    """Read what stands behind the keyword of a text chunk; compressed text only up to a limit."""
    damaged = SceneError("The picture's recipe is no text; take the file again, as it was saved.")
    packed = kind == b"zTXt"
    if kind == b"iTXt":
        flags, behind = rest[:2], rest[2:].split(b"\0", 2)
        if len(flags) < 2 or len(behind) < 3:
            raise damaged
        packed, rest = flags[0] == 1, behind[2]
    elif packed:
        rest = rest[1:]
    if packed:
        unpacker = zlib.decompressobj()
        try:
            rest = unpacker.decompress(rest, LONGEST_JSON + 1)
        except zlib.error:
            raise damaged from None
    try:
        return rest.decode("utf-8" if kind == b"iTXt" else "latin-1")
    except UnicodeDecodeError:
        raise damaged from None
