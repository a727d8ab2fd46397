"""Preparing a picture of a digit as the MNIST digits were prepared.

LeCun et al. (1998): the ink, white on black, is scaled with anti-aliasing to fit a 20x20 box with
its proportions kept, and centred in 28x28 by its centre of mass.  Measured on the test digits: the
longer side is 20 pixels in every one, the centre of mass lies within half a pixel of (14, 14), and
half of all strokes are 2.0 to 2.8 pixels wide.

A stranger's picture has the ink found first (see ``ink``).
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from autoencoders.ink import (
    MOST_UNEXPLAINED,
    BlankPictureError,
    Floats,
    Ink,
    cut_out_sheet,
    find_ink,
    to_grey,
)
from autoencoders.prepared import Prepared, Step

__all__ = ["BlankPictureError", "prepare_digit"]

SIDE = 28
BOX = 20
CENTRE = 14.0
THINNEST, WANTED = 1.1, 2.0  # strokes below the first are drawn at the second, in final pixels


FOREIGN = (
    "it looks like a photograph of something else: much of its light and shade is neither ink nor "
    "an even ground"
)


def prepare_digit(image: Image.Image) -> Prepared:
    """Find the digit on a picture and bring it into MNIST's form.

    Args:
        image: upright and opaque, as ``uploads.open_picture`` gives it (other modes than "L" and
            "RGB" are converted); any size.

    Returns:
        pixels ``(28, 28, 1)``, white ink on black.

    Raises:
        BlankPictureError: when nothing stands out from the ground.
    """
    grey, how = to_grey(image)
    steps = [Step("In grey", f"{image.width}x{image.height} pixels, {how}.", _shown(grey))]
    kept = _already_prepared(image)
    if kept is not None:
        note = "It has the form of an MNIST digit already, so it is kept as it is."
        steps.append(Step("Ready", note, Image.fromarray(kept)))
        return Prepared(kept[..., np.newaxis], tuple(steps), (note,))
    notes: list[str] = []
    found = find_ink(grey)
    sheet = cut_out_sheet(grey, found.amount)
    if sheet is not None:
        steps.append(Step("Sheet found", "What lies around the sheet is cut away.", _shown(sheet)))
        found = find_ink(sheet)
    steps.append(Step("Ink found", found.note, _shown(found.amount * 255)))
    drawing, left_out = _main_drawing(found)
    if left_out:
        marks = "mark was" if left_out == 1 else "marks were"
        notes.append(f"{left_out} other {marks} left out: a picture of one digit works best.")
    note = "Cut to what is drawn, specks removed."
    steps.append(Step("Cropped", note, _shown(drawing * 255)))
    drawing, thickened = _thicken(drawing)
    pixels = _scale_and_centre(drawing)
    note = f"{thickened}Scaled to fit 20x20 and centred by mass in 28x28."
    steps.append(Step("Scaled and centred", note, Image.fromarray(pixels)))
    foreign = FOREIGN if found.unexplained > MOST_UNEXPLAINED else None
    return Prepared(pixels[..., np.newaxis], tuple(steps), tuple(notes), foreign)


def _shown(grey: Floats) -> Image.Image:
    return Image.fromarray(np.clip(np.rint(grey), 0, 255).astype(np.uint8))


def _already_prepared(image: Image.Image) -> NDArray[np.uint8] | None:
    """Return the pixels ``(28, 28)``, white on black, if the picture is an MNIST digit as it is."""
    if image.size != (SIDE, SIDE):
        return None
    plain = np.array(image.convert("L"))
    for pixels in (plain, 255 - plain):
        ring = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
        inked = pixels > 48
        if ring.mean() > 12 or pixels.max() < 128 or not inked.any():
            continue
        sides = [int(np.ptp(where)) + 1 for where in np.nonzero(inked)]
        centre = ndimage.center_of_mass(pixels.astype(np.float64))
        if 16 <= max(sides) <= 22 and max(abs(place - CENTRE) for place in centre) <= 1.0:
            return pixels
    return None


def _main_drawing(found: Ink) -> tuple[Floats, int]:
    """Crop to the main connected drawing and what belongs to it; count other marks left out.

    Raises:
        BlankPictureError: when there are only specks.
    """
    ink = found.amount
    labels, count = ndimage.label(ink > found.weak, structure=np.ones((3, 3)))
    numbers = np.arange(1, count + 1)
    areas = np.asarray(ndimage.sum_labels(ink > 0.5, labels, numbers))
    boxes = ndimage.find_objects(labels)
    edges = np.array([_edges_touched(box, ink.shape) for box in boxes], dtype=np.intp)
    # Table edges, shadows and ruled lines run into the picture's edges; a digit seldom does.
    scores = areas * np.array([1.0, 0.2, 0.05, 0.02, 0.02])[edges]
    main = int(np.argmax(scores)) if count else 0
    if not count or _longer_side(boxes[main]) < max(3, 0.012 * max(ink.shape)):
        raise BlankPictureError(
            "The picture is blank but for specks: nothing drawn is large enough to be a digit; "
            "send a picture in which one digit is a good part of the whole."
        )
    reach = 0.35 * _longer_side(boxes[main])
    large = areas >= 0.05 * areas[main]
    near = np.array([_gap(box, boxes[main]) <= reach for box in boxes])
    belongs = large & near & (edges <= edges[main])
    belongs[main] = True
    kept = np.isin(labels, numbers[belongs])
    halo = ndimage.binary_dilation(kept, iterations=2) & (kept | (labels == 0))
    rows, columns = ndimage.find_objects(halo.astype(np.int8))[0]
    cleaned = np.where(halo, ink, 0).astype(np.float32)[rows, columns]
    return _trim(cleaned), int((large & ~belongs & (edges == 0)).sum())


def _edges_touched(box: tuple[slice, ...], shape: tuple[int, ...]) -> int:
    ends = zip(box, shape, strict=True)
    return sum(int(part.start == 0) + int(part.stop == side) for part, side in ends)


def _longer_side(box: tuple[slice, ...]) -> int:
    return max(int(part.stop - part.start) for part in box)


def _gap(box: tuple[slice, ...], other: tuple[slice, ...]) -> float:
    """Return how far two boxes are apart, in pixels; 0 where they overlap."""
    apart = [max(0, a.start - b.stop, b.start - a.stop) for a, b in zip(box, other, strict=True)]
    return float(np.hypot(*apart))


def _trim(ink: Floats) -> Floats:
    """Cut empty rows and columns off."""
    rows, columns = (np.flatnonzero((ink > 0.04).any(axis=axis)) for axis in (1, 0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _thicken(ink: Floats) -> tuple[Floats, str]:
    """Widen strokes that would all but vanish at 20 pixels; return the ink and a word on it."""
    drawn = ink > 0.5
    depth = ndimage.distance_transform_edt(np.pad(drawn, 1))[1:-1, 1:-1]
    ridge = drawn & (depth >= ndimage.maximum_filter(depth, size=3))
    width = 2 * float(np.median(depth[ridge])) - 1
    longer = max(ink.shape)
    if width * BOX / longer >= THINNEST:
        return ink, ""
    radius = (WANTED * longer - BOX * width) / (2 * (BOX - WANTED))
    margin = int(np.ceil(radius)) + 1
    away = ndimage.distance_transform_edt(~np.pad(drawn, margin))
    widened = np.maximum(np.pad(ink, margin), np.clip(radius + 0.5 - away, 0, 1))
    return _trim(widened.astype(np.float32)), "The thin strokes were thickened to about 2 pixels. "


def _scale_and_centre(ink: Floats) -> NDArray[np.uint8]:
    """Return uint8 ``(28, 28)``: the ink fits 20x20, its centre of mass lies on (14, 14).

    Both are exact, not rounded to whole pixels: one resampling from the place in the source.
    """
    spans = [np.flatnonzero((ink > 0.4).any(axis=axis))[[0, -1]] for axis in (1, 0)]
    pixel = max(last + 1 - first for first, last in spans) / BOX  # a final pixel, in source pixels
    margin = int(np.ceil(pixel * SIDE))
    corner = []
    for (first, last), place in zip(spans, ndimage.center_of_mass(ink), strict=True):
        start = place + 0.5 - (CENTRE + 0.5) * pixel
        inside = min(max(start, last + 1 - SIDE * pixel), first)  # nothing may leave the frame
        corner.append(margin + float(inside))
    top, left = corner
    small = Image.fromarray(np.pad(ink, margin)).resize(
        (SIDE, SIDE),
        Image.Resampling.HAMMING,
        box=(left, top, left + SIDE * pixel, top + SIDE * pixel),
    )
    amount = np.clip(np.asarray(small), 0, 1)
    pixels: NDArray[np.uint8] = np.rint(amount * (255 / max(amount.max(), 1e-6))).astype(np.uint8)
    return pixels
