"""Opening a stranger's picture: any bytes in, an upright opaque picture or one clear sentence out.

Everything happens in memory and nothing here changes state that others share, so that many
requests may open pictures at once.  Only the decoders listed in ``_FORMATS`` are ever used, called
directly: ``Image.open`` would try every plugin and print its own warnings about large pictures.
"""

import io
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)
from pillow_heif import HeifImageFile

from autoencoders.conversions import to_eight_bits, to_opaque, to_plain_mode

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000
MIN_SIDE = 4
WORKING_SIDE = 2048  # longer pictures are reduced to this: no model looks at more
MAX_SCANS = 40  # passes of a progressive JPEG; ordinary ones have about ten
MAX_RLE_BYTES = 2 * 1024 * 1024  # Pillow unpacks run-length BMP in slow Python

_ALLOWED = "PNG, JPEG, WebP, HEIC, AVIF, GIF, BMP and TIFF files of at most 20 MB are"
_ORIENTATION = 0x0112  # the EXIF tag
_TILE_WIDTH, _TILE_HEIGHT = 322, 323  # TIFF tags
_DEFAULT_NAME = "the picture"


class PictureError(ValueError):
    """A picture that cannot be used; the message is one sentence a person can act on."""


@dataclass(frozen=True)
class OpenedPicture:
    """A picture that is safe to work with.

    Attributes:
        image: decoded, upright and opaque; mode "L" (grey) or "RGB", 8 bits a channel, both sides
            at most ``WORKING_SIDE``.
        notes: one short sentence for everything that was converted on the way, in order.
    """

    image: Image.Image
    notes: tuple[str, ...]


def open_picture(data: bytes, *, name: str = _DEFAULT_NAME) -> OpenedPicture:
    """Decode the bytes of one picture file.

    Args:
        data: the whole file.
        name: how errors call it, a file name as a rule.

    Raises:
        PictureError: for whatever is no usable picture; no other exception leaves this function.
    """
    subject = _subject(name)
    if not data:
        raise PictureError(
            f"{subject} is empty (0 bytes): {_ALLOWED} accepted; choose the file again."
        )
    if len(data) > MAX_BYTES:
        raise PictureError(
            f"{subject} is over the limit with {math.ceil(len(data) / 1024**2 * 10) / 10} MB: at "
            "most 20 MB are accepted; save it smaller or as JPEG."
        )
    kind = _recognise(data)
    if kind not in _FORMATS:
        raise PictureError(
            f"{subject} {kind or 'is not a picture'}, whatever its name says: {_ALLOWED} "
            "accepted; save it as one of these."
        )
    notes: list[str] = []
    try:
        return OpenedPicture(_decode(data, kind, subject=subject, notes=notes), tuple(notes))
    except PictureError:
        raise
    except MemoryError:
        raise PictureError(
            f"{subject} needs more memory than there is at the moment: send it smaller, or later."
        ) from None
    except Exception:  # noqa: BLE001  # decoders raise anything at all on damaged bytes
        raise PictureError(
            f"{subject} is damaged or cut short, its {kind} data cannot be decoded to the end: "
            "save or send a whole file again."
        ) from None


def _subject(name: str) -> str:
    """Turn a name into the beginning of a sentence: one printable line of bounded length."""
    shown = "".join(letter if letter.isprintable() else " " for letter in name).strip()
    if not shown or shown == _DEFAULT_NAME:
        return "The picture"
    return f"“{shown if len(shown) <= 60 else shown[:28] + '…' + shown[-28:]}”"


# What a file is, by its first bytes ------------------------------------------------------------

_Opener = Callable[[IO[bytes], str], ImageFile.ImageFile]
_FORMATS: dict[str, _Opener] = {
    "PNG": PngImagePlugin.PngImageFile,
    "JPEG": JpegImagePlugin.JpegImageFile,
    "WebP": WebPImagePlugin.WebPImageFile,
    "HEIC": HeifImageFile,
    "AVIF": AvifImagePlugin.AvifImageFile,
    "GIF": GifImagePlugin.GifImageFile,
    "BMP": BmpImagePlugin.BmpImageFile,
    "TIFF": TiffImagePlugin.TiffImageFile,
}
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (rb"\x89PNG\r\n\x1a\n", "PNG"),
    (rb"\xff\xd8\xff", "JPEG"),
    (rb"RIFF....WEBP", "WebP"),
    (rb"....ftyp(?:avif|avis)", "AVIF"),
    (rb"....ftyp(?:mif1|msf1).{4}(?:.{4}){0,8}?avif", "AVIF"),
    (rb"....ftyp(?:mif1|msf1|hei[cxms]|hev[cxms])", "HEIC"),
    (rb"GIF8[79]a", "GIF"),
    (rb"II[*+]\0|MM\0[*+]", "TIFF"),
    (rb"%PDF-", "is a PDF document"),
    (rb"%!PS", "is a PostScript document"),
    (rb"8BPS", "is a Photoshop document"),
    (rb"PK\x03\x04", "is a ZIP archive or an office document"),
    (rb"....ftypcrx", "is a raw camera file"),
    (rb"....ftyp|RIFF....AVI |\x1aE\xdf\xa3", "is a video or sound file"),
    (rb"\0\0\0\x0cJXL \r\n|\xff\x0a", "is a JPEG XL picture"),
    (rb"\0\0\0\x0cjP  \r\n|\xff\x4f\xff\x51", "is a JPEG 2000 picture"),
    (rb"\0\0[\x01\x02]\0", "is an icon or cursor file"),
    (rb"BM.{12}[\x0c-\x80]\0\0\0", "BMP"),
    (rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<svg", "is an SVG drawing"),
    (rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html)", "is a web page"),
)
_MAGIC_PATTERNS = tuple(
    (re.compile(pattern, re.DOTALL | re.IGNORECASE if b"<" in pattern else re.DOTALL), kind)
    for pattern, kind in _MAGIC
)


def _recognise(data: bytes) -> str | None:
    """Return a key of ``_FORMATS``, or what the file is instead ("is ..."), or None."""
    head = data[:1024]
    for pattern, kind in _MAGIC_PATTERNS:
        if pattern.match(head):
            return kind
    try:
        text = head.decode("utf-8", errors="strict" if len(data) <= 1024 else "ignore")
    except UnicodeDecodeError:
        return None
    return "is a text file" if all(c.isprintable() or c in "\t\r\n\f" for c in text) else None


# From the file to pixels -----------------------------------------------------------------------


def _decode(data: bytes, kind: str, *, subject: str, notes: list[str]) -> Image.Image:
    """Decode, then convert step by step to an upright, opaque, 8-bit picture."""
    if kind == "WebP":  # its decoder takes the memory as soon as it is opened
        _check_size(_webp_size(data), subject=subject)
    opened = _FORMATS[kind](io.BytesIO(data), "")
    size = opened.size
    _check_size(size, subject=subject)
    _check_cost(opened, data, kind, subject=subject)
    if getattr(opened, "is_animated", False):
        what = "pages" if kind == "TIFF" else "pictures"
        notes.append(f"The file holds several {what}; the first one is used.")
    deep = any(re.search(r";1[0246]", str(tile[3])) for tile in opened.tile) and kind != "BMP"
    asked = int(opened.info.get("original_orientation") or _orientation(opened))
    if kind == "JPEG":  # decode large photographs at a half, a quarter or an eighth: much faster
        opened.draft(None, _fitted(size))
    opened.load()
    image: Image.Image = opened
    if (orientation := _orientation(opened)) != 1:  # TIFF and HEIC are upright by now
        image = image.transpose(_TRANSPOSED[orientation])
    if asked != 1:
        notes.append("Turned upright, as its EXIF data asks.")
    image = to_eight_bits(_reduced(image), deep=deep, kind=kind, notes=notes)
    plain = to_plain_mode(image, notes=notes)
    if plain is None:
        raise PictureError(
            f"{subject} stores its colours in a way ({image.mode}) that is not understood: grey, "
            "RGB, CMYK and Lab are; save it as an ordinary PNG."
        )
    image = to_opaque(_reduced(plain), notes=notes)
    if image.size not in (size, size[::-1]):
        notes.append(
            f"Reduced from {size[0]}x{size[1]} to {max(image.size)} pixels on the longer side."
        )
    clean = Image.new(image.mode, image.size)  # leaves metadata such as the place behind
    clean.paste(image)
    return clean


def _check_size(size: tuple[int, int], *, subject: str) -> None:
    """Refuse what the header announces as too small or too large, before anything is decoded."""
    width, height = size
    if width < MIN_SIDE or height < MIN_SIDE:
        raise PictureError(
            f"{subject} is too small with {width}x{height} pixels: at least {MIN_SIDE}x{MIN_SIDE} "
            "are needed; send a larger one."
        )
    if width * height > MAX_PIXELS:
        raise PictureError(
            f"{subject} is too large with {width}x{height} pixels: at most "
            f"{MAX_PIXELS // 1_000_000} million are accepted; send it reduced."
        )


def _check_cost(opened: ImageFile.ImageFile, data: bytes, kind: str, *, subject: str) -> None:
    """Refuse files built to be far more work or memory than their size lets one expect."""
    costly = False
    if isinstance(opened, TiffImagePlugin.TiffImageFile):
        sides = (opened.tag_v2.get(_TILE_WIDTH, 0), opened.tag_v2.get(_TILE_HEIGHT, 0))
        costly = int(sides[0]) * int(sides[1]) > MAX_PIXELS
    elif kind == "BMP":
        costly = len(data) > MAX_RLE_BYTES and any(tile[0] == "bmp_rle" for tile in opened.tile)
    elif kind == "JPEG" and "progressive" in opened.info:
        costly = data.count(b"\xff\xda") > MAX_SCANS and _count_scans(data) > MAX_SCANS
    if costly:
        raise PictureError(
            f"{subject} is packed in a way that takes far too long to open: ordinary {kind} files "
            "are accepted; save it again with another program or as PNG."
        )


_AFTER_SCAN = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]", re.DOTALL)


def _count_scans(data: bytes) -> int:
    """Count the passes of a JPEG, from segment to segment (thumbnails inside do not count)."""
    scans, place = 0, 2
    while (found := _AFTER_SCAN.search(data, place)) is not None:
        marker, place = data[found.end() - 1], found.end()
        if marker == 0xD9:  # end of the picture
            break
        scans += marker == 0xDA
        if marker not in (0x01, 0xD8):  # these two have no length
            place += int.from_bytes(data[place : place + 2], "big")
    return scans


def _webp_size(data: bytes) -> tuple[int, int]:
    """Read a WebP's width and height from its header.  Raises ValueError where there is none."""
    chunk, body = data[12:16], data[20:30]
    if chunk == b"VP8X" and len(body) == 10:
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if chunk == b"VP8L" and body[:1] == b"\x2f":
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        width, height = (int.from_bytes(body[at : at + 2], "little") for at in (6, 8))
        return width & 0x3FFF, height & 0x3FFF
    raise ValueError("no WebP header")


def _fitted(size: tuple[int, int]) -> tuple[int, int]:
    """Return ``size`` (width, height) reduced to fit ``WORKING_SIDE``, proportions kept."""
    share = min(1.0, WORKING_SIDE / max(size))
    return max(1, round(size[0] * share)), max(1, round(size[1] * share))


def _reduced(image: Image.Image) -> Image.Image:
    """Reduce to ``WORKING_SIDE``, early, for speed and memory; modes without shades come later."""
    if max(image.size) <= WORKING_SIDE or image.mode in ("1", "P", "PA"):
        return image
    return image.resize(_fitted(image.size), Image.Resampling.BOX)


_TRANSPOSED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _orientation(image: Image.Image) -> int:
    """Return the EXIF orientation that is still to be applied (1: upright)."""
    try:
        said = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001  # damaged EXIF data says nothing; the picture is still one
        return 1
    return said if said in _TRANSPOSED else 1
