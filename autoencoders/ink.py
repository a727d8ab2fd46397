"""Finding what is drawn on a picture: a scan, a drawing made by mouse, a photograph of paper.

Ink is float32 ``(H, W)``, 0 (ground) to 1 (full ink), whichever of the two was the darker one.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from autoencoders.uploads import PictureError

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

WORK_SIDE = 640  # larger pictures are reduced to this before the ink is looked for
FAINTEST = 16.0  # grey levels that ink must differ from its ground, of 255
MOST_UNEXPLAINED = 0.06
"""Above this a picture is no drawing.  Measured: pages of digits under uneven light 0.004 at most,
in shadow 0.03, on a table 0.06; portraits 0.10 in the median, 0.05 at their 5th percentile."""


class BlankPictureError(PictureError):
    """A picture on which nothing is drawn; the message is one sentence a person can act on."""


class Ink(NamedTuple):
    """Found ink.

    Attributes:
        amount: 0 (ground) to 1 (full ink), ``(H, W)``.
        note: a word on it.
        weak: from where on it is no dirt.
        unexplained: how far the picture is from this ink on this ground, in the mean over its
            pixels, as a share of the ink's contrast.
    """

    amount: Floats
    note: str
    weak: float
    unexplained: float


def to_grey(image: Image.Image) -> tuple[Floats, str]:
    """Return grey levels float32 ``(H, W)``, 0..255, at most ``WORK_SIDE`` a side, and a word."""
    colour = image if image.mode in ("L", "RGB") else image.convert("RGB")
    share = min(1.0, WORK_SIDE / max(colour.size))
    size = (max(1, round(colour.width * share)), max(1, round(colour.height * share)))
    colour = colour.resize(size, Image.Resampling.BOX) if size != colour.size else colour
    grey = np.asarray(colour.convert("L"), dtype=np.float32)
    if colour.mode == "L":
        return grey, "grey already"
    channels = np.asarray(colour, dtype=np.float32)
    best = int(np.argmax(channels.std(axis=(0, 1))))
    if channels[..., best].std() > 1.5 * grey.std() + 2:  # yellow on white differs in blue only
        name = ("red", "green", "blue")[best]
        return channels[..., best].copy(), f"seen in {name} light, which shows most"
    return grey, "its colours turned to grey"


def find_ink(grey: Floats) -> Ink:
    """Tell ink from ground: by one threshold where the ground is even, else by local light."""
    found = _ink_on_even_ground(grey)
    return found if found is not None else _ink_on_uneven_paper(grey)


def _otsu(grey: Floats) -> float:
    """Return the threshold that splits the grey levels into two classes best (Otsu, 1979)."""
    counts, edges = np.histogram(grey, bins=256)
    levels = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)
    above = below[-1] - below
    sums = np.cumsum(counts * levels)
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = sums / below - (sums[-1] - sums) / above
        between = np.nan_to_num(below.astype(np.float64) * above * distance**2)
    best = np.flatnonzero(between >= between.max() * (1 - 1e-9))
    return float((edges[best[0] + 1] + edges[best[-1] + 1]) / 2)


def _ink_on_even_ground(grey: Floats) -> Ink | None:
    """Split scans and drawings at one threshold; None where light, noise or texture forbids it."""
    dark = grey < _otsu(grey)
    if dark.all() or not dark.any():
        return None
    ground_is_dark = _ground_is_dark(dark)
    is_ink = ~dark if ground_is_dark else dark
    ground = float(np.median(grey[~is_ink]))
    full = float(np.percentile(grey[is_ink], 75 if ground_is_dark else 25))
    contrast = abs(full - ground)
    noise = 1.4826 * float(np.median(np.abs(grey[~is_ink] - ground)))
    if contrast < 2 * FAINTEST or contrast < 8 * noise:
        return None
    amount = _clear((grey - ground) / (full - ground), noise=noise / contrast)
    left = _unexplained(grey - ground, amount, contrast=full - ground)
    note = (
        "It is white on black as MNIST is."
        if ground_is_dark
        else "Dark ink on a light ground, inverted to white on black."
    )
    return Ink(amount, note, 0.1, left)


def _ground_is_dark(dark: Mask) -> bool:
    """Let the whole, the border and the four corners vote: ink covers little and seldom reaches."""
    rows, columns = (max(1, round(0.04 * side)) for side in dark.shape)
    border = np.ones(dark.shape, dtype=np.bool_)
    border[rows:-rows, columns:-columns] = False
    corners = [dark[y, x].mean() for y in _ends(rows) for x in _ends(columns)]
    return bool(dark.mean() + dark[border].mean() + np.mean(corners) > 1.5)


def _ends(length: int) -> tuple[slice, slice]:
    return slice(None, length), slice(-length, None)


def _ink_on_uneven_paper(grey: Floats) -> Ink:
    """Take away the light on the paper, estimated around the ink, then keep what differs.

    Raises:
        BlankPictureError: when nothing does.
    """
    smooth = ndimage.gaussian_filter(grey, max(grey.shape) / WORK_SIDE)
    light, ink_is_dark = _paper_light(smooth)
    differs = (light - smooth) if ink_is_dark else (smooth - light)
    count = max(8, round(0.0005 * differs.size))
    top = float(np.mean(np.partition(differs.ravel(), -count)[-count:]))
    noise = 1.4826 * float(np.median(np.abs(differs - np.median(differs))))
    if top < FAINTEST or top < 4.5 * noise:
        what = (
            "The picture is blank: nothing drawn stands out from its ground"
            if top < 2 * FAINTEST
            else "No digit was found on the picture: nothing drawn stands out from its texture"
        )
        raise BlankPictureError(
            f"{what}; send a picture of one digit in a clear, dark line on light paper (or light "
            "on dark)."
        )
    full = float(np.median(differs[differs > top / 2]))
    amount = _clear(differs / full, noise=noise / full)
    left = _unexplained(differs, amount, contrast=full)
    note = (
        "The uneven light of the paper was taken away and the dark ink turned white."
        if ink_is_dark
        else "The uneven dark ground was taken away, the light ink kept."
    )
    return Ink(amount, note, 0.35, left)


def _unexplained(differs: Floats, amount: Floats, *, contrast: float) -> float:
    """Mean distance of a picture from its ground and ink, as a share of the ink's contrast.

    A drawing is ink on a ground; a photograph of a face has shades that are neither.

    Args:
        differs: the picture less its ground, ``(H, W)``, grey levels.
        amount: the ink in it, 0..1.
        contrast: grey levels of full ink in ``differs``.
    """
    # Grain and the edges of strokes do not count: both are averaged out over a hundredth of a side.
    rest = ndimage.gaussian_filter(differs - amount * contrast, max(differs.shape) / 100)
    return float(np.abs(rest).mean() / abs(contrast))


def _clear(amount: Floats, *, noise: float) -> Floats:
    """Clip to 0..1, with everything below three times the noise taken away."""
    floor = min(0.3, 3 * noise)
    cleared: Floats = np.clip((amount - floor) / (1 - floor), 0, 1).astype(np.float32)
    return cleared


def _paper_light(grey: Floats) -> tuple[Floats, bool]:
    """Return the paper's own grey level everywhere ``(H, W)``, and whether the ink is darker."""
    height, width = grey.shape
    share = min(1.0, 64 / max(height, width))
    size = (max(1, round(width * share)), max(1, round(height * share)))
    small = np.asarray(Image.fromarray(grey).resize(size, Image.Resampling.BOX))
    slope = _slope(small)
    rest = small - slope
    light = ndimage.median_filter(rest, size=33, mode="reflect")
    ink_is_dark = float(np.sum((rest - light) ** 3)) <= 0
    for _ in range(2):  # what is no ink, blurred, fills in beneath the ink
        away = (light - rest) if ink_is_dark else (rest - light)
        paper = (away < 0.25 * away.max()).astype(np.float32)
        paper = ndimage.minimum_filter(paper, size=3)
        weight = ndimage.gaussian_filter(paper, 4.0)
        filled = ndimage.gaussian_filter(rest * paper, 4.0) / np.maximum(weight, 1e-6)
        light = np.where(weight > 0.02, filled, light)
    light = (light + slope).astype(np.float32)
    spread = Image.fromarray(light).resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(spread, dtype=np.float32), ink_is_dark


def _slope(grey: Floats) -> Floats:
    """Fit the light's overall slope, a quadratic surface ``(H, W)``, paying ink little regard."""
    y, x = (np.linspace(-1, 1, side) for side in grey.shape)
    columns, rows = np.meshgrid(x, y)
    terms = np.stack([np.ones_like(rows), rows, columns, rows**2, rows * columns, columns**2])
    design, target = terms.reshape(6, -1).T, grey.ravel().astype(np.float64)
    weights = np.ones_like(target)
    fitted = target
    for _ in range(8):
        weighted = design * weights[:, np.newaxis]
        solution = np.linalg.solve(weighted.T @ design + 1e-6 * np.eye(6), weighted.T @ target)
        fitted = design @ solution
        away = np.abs(target - fitted)
        weights = 1 / (1 + (away / (2 * np.median(away) + 1)) ** 2)
    return fitted.reshape(grey.shape).astype(np.float32)


def cut_out_sheet(grey: Floats, ink: Floats) -> Floats | None:
    """Return the sheet alone if the "ink" is a sheet of paper on a darker table, else None.

    A sheet is one big full shape with little in it.  What lies around it becomes paper.
    """
    labels, count = ndimage.label(ink > 0.5)
    if count == 0:
        return None
    areas = np.bincount(labels.ravel())
    areas[0] = 0
    shape = labels == int(np.argmax(areas))
    whole: Mask = ndimage.binary_fill_holes(shape)
    holes = float((whole & ~shape).sum() / whole.sum())
    if whole.mean() < 0.4 or not 0.001 < holes < 0.15 or not _is_rectangle(whole):
        return None
    rows, columns = ndimage.find_objects(whole.astype(np.int8))[0]
    inner = ndimage.binary_erosion(whole, iterations=max(2, round(0.015 * max(grey.shape))))
    paper = float(np.median(grey[shape]))
    return np.where(inner, grey, paper)[rows, columns].astype(np.float32)


def _is_rectangle(shape: Mask) -> bool:
    """Tell whether a shape fills the box around it at some rotation; an ellipse fills 0.785."""
    points = np.argwhere(shape ^ ndimage.binary_erosion(shape))
    fills = []
    for angle in np.radians(np.arange(0, 90, 3)):
        turned = np.cos(angle) * points + np.sin(angle) * points[:, ::-1] * (1, -1)
        fills.append(float(shape.sum() / np.prod(np.ptp(turned, axis=0) + 1)))
    return max(fills) > 0.87
