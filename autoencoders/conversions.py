"""From any way of storing colours to an opaque picture of 8 bits a channel, with a word on it.

Each function appends one short sentence to ``notes`` for what it had to change.
"""

import numpy as np
from PIL import Image


def to_eight_bits(image: Image.Image, *, deep: bool, kind: str, notes: list[str]) -> Image.Image:
    """Scale 16-bit, 32-bit and floating-point grey to 8 bits; others pass."""
    if not (image.mode in ("I", "F") or image.mode.startswith("I;16")):
        if deep:  # Pillow keeps the upper 8 bits of 16-bit colour
            notes.append("More than 8 bits a channel were reduced to 8.")
        return image
    values = np.asarray(image, dtype=np.float64)
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    values = np.nan_to_num(values, nan=low, posinf=high, neginf=low)
    if image.mode == "F" and low >= 0.0 and high <= 1.0:
        low, high, said = 0.0, 1.0, "Its numbers, 0 to 1, were scaled to 8 bits."
    elif low >= 0.0 and high <= 65535.0 and image.mode != "F":
        # A PNG uses its 16 bits; cameras put 8 or 12 bits into the 16 of a TIFF.
        levels = (255.0, 4095.0, 65535.0) if kind == "TIFF" else (65535.0,)
        low, high = 0.0, next(level for level in levels if high <= level)
        said = f"Its grey levels, 0 to {high:.0f}, were scaled to 8 bits."
    elif low >= 0.0 and 1.0 < high <= 255.0:
        low, high, said = 0.0, 255.0, "Its numbers, 0 to 255, were rounded to 8 bits."
    else:
        said = f"Its numbers, {low:.4g} to {high:.4g}, were stretched to 8 bits."
    notes.append(said)
    scaled = (values - low) * (255.0 / (high - low)) if high > low else np.zeros_like(values)
    return Image.fromarray(np.clip(np.rint(scaled), 0, 255).astype(np.uint8))


_MODE_NOTES = {
    "CMYK": "Its printing colours (CMYK) were turned into screen colours.",
    "LAB": "Its Lab colours were turned into screen colours.",
    "1": "It is pure black and white, without greys.",
    "P": "Its colour table was resolved.",
    "PA": "Its colour table was resolved.",
}


def to_plain_mode(image: Image.Image, *, notes: list[str]) -> Image.Image | None:
    """Convert to "L", "RGB" or, where something is transparent, "RGBA"; None: unknown."""
    if image.mode in _MODE_NOTES:
        notes.append(_MODE_NOTES[image.mode])
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode in ("L", "1"):
        return image.convert("L")
    if image.mode in ("P", "RGB", "RGBX", "CMYK", "YCbCr", "LAB", "HSV"):
        return image.convert("RGB")
    return None


def to_opaque(image: Image.Image, *, notes: list[str]) -> Image.Image:
    """Lay a transparent picture on white or black, whichever lets one see what is drawn."""
    if image.mode != "RGBA":
        return image
    alpha = image.getchannel("A")
    if alpha.getextrema() == (255, 255):
        return image.convert("RGB")
    white = _belongs_on_white(image)
    notes.append(f"Its transparent parts were filled with {'white' if white else 'black'}.")
    shade = 255 if white else 0
    ground = Image.new("RGBA", image.size, (shade, shade, shade, 255))
    return Image.alpha_composite(ground, image).convert("RGB")


def _belongs_on_white(image: Image.Image) -> bool:
    """Decide the ground of an RGBA picture.

    A drawing on nothing gets the ground it stands out from.  A page with a drawing on it, cut out
    (a screenshot with round corners), gets the ground that is like the page.
    """
    small = image.copy()
    small.thumbnail((256, 256), Image.Resampling.NEAREST)
    alpha = np.asarray(small.getchannel("A"))
    shades = np.asarray(small.convert("RGB").convert("L"))
    seen = shades[alpha > 127] if (alpha > 127).any() else shades[alpha > 0]
    if seen.size == 0:
        return True
    light = bool(np.median(seen) > 127)
    spread = float(np.percentile(seen, 99) - np.percentile(seen, 1))
    is_page = seen.size > 0.6 * shades.size and spread > 64
    return light if is_page else not light
