"""A square in a photo: cut out of it as a model takes it, and put back where it was.

Angles are degrees clockwise as seen; places are in pixels, from the photo's upper left corner.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

ENLARGED = 1024  # to this side a pasted face is enlarged smoothly, beyond it linearly


@dataclass(frozen=True)
class Placement:
    """Where a square crop lies in a photo: shifted, scaled and turned.

    Attributes:
        x, y: the crop's centre; inside the photo.
        side: the crop's side in the photo's pixels, 1 to twice the photo's longer side.
        angle: how far the crop is turned, degrees clockwise.
        width, height: the photo's size.

    Raises:
        ValueError: for a number outside these ranges.
    """

    x: float
    y: float
    side: float
    angle: float
    width: int
    height: int

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1:
            raise ValueError(f"A photo of {self.width}x{self.height} pixels has no crop.")
        inside = 0 <= self.x <= self.width and 0 <= self.y <= self.height
        longest = 2 * max(self.width, self.height)
        if not (inside and 1 <= self.side <= longest and math.isfinite(self.angle)):
            raise ValueError(
                f"A crop of a {self.width}x{self.height} photo has its centre inside it, a side of "
                f"1 to {longest} pixels and a finite angle, got {self.x}, {self.y}, {self.side} "
                f"and {self.angle}."
            )

    def to_photo(self, points: Doubles) -> Doubles:
        """Places in the photo, ``(N, 2)`` x and y, of points of the crop: 0 to 1 across it."""
        turn = rotation(self.angle)
        return (points - 0.5) * self.side @ turn.T + (self.x, self.y)

    def to_crop(self, points: Doubles) -> Doubles:
        """The inverse of ``to_photo``."""
        turn = rotation(self.angle)
        return (points - (self.x, self.y)) @ turn / self.side + 0.5


def rotation(degrees: float) -> Doubles:
    """The matrix that turns (right, down) clockwise, as seen."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return np.array([[cos, -sin], [sin, cos]])


def mapped(
    image: Image.Image,
    step: Doubles,
    corner: Doubles,
    *,
    size: tuple[int, int],
    by: Image.Resampling = Image.Resampling.BICUBIC,
) -> Image.Image:
    """Show ``image`` from ``corner`` on, each pixel to the right and down a column of ``step``."""
    numbers = (*step[0], corner[0], *step[1], corner[1])
    return image.transform(size, Image.Transform.AFFINE, numbers, by)


def cut_out(
    image: Image.Image, x: float, y: float, length: float, angle: float, *, side: int
) -> Image.Image:
    """Cut a turned square out of a grey or colour picture, whose edge is repeated around it."""
    turn = rotation(angle)
    reach = length / 2 * float(np.abs(turn[0]).sum()) + 3 * max(1.0, length / side)
    left, top = math.floor(x - reach), math.floor(y - reach)
    right, bottom = math.ceil(x + reach), math.ceil(y + reach)
    inside = max(left, 0), max(top, 0), min(right, image.width), min(bottom, image.height)
    region = image.crop(inside)
    if inside != (left, top, right, bottom):
        lacking = [(inside[1] - top, bottom - inside[3]), (inside[0] - left, right - inside[2])]
        pixels = np.asarray(region)
        region = Image.fromarray(np.pad(pixels, [*lacking, (0, 0)][: pixels.ndim], mode="edge"))
    factor = max(1, int(length / (4 * side)))
    if factor > 1:
        region = region.reduce(factor)
    # As the training pictures were made: cut out pixel by pixel first, then resized.
    between = max(side, round(length / factor))
    step = turn * (length / between)
    corner = np.array([x - left, y - top]) - step @ (between / 2, between / 2)
    square = mapped(region, step / factor, corner / factor, size=(between, between))
    return square.resize((side, side), Image.Resampling.BICUBIC)


def crop(image: Image.Image, placement: Placement, *, side: int = 64) -> Pixels:
    """Cut the placed square out of its photo, anti-aliased; beyond the edge the edge is repeated.

    Returns:
        uint8 ``(side, side, 3)``, 0..255.

    Raises:
        ValueError: for a side below 1, or a photo of another size than the placement's.
    """
    if side < 1:
        raise ValueError(f"A crop needs a side of at least 1 pixel, got {side}.")
    photo = _photo_of(placement, image)
    return np.array(
        cut_out(photo, placement.x, placement.y, placement.side, placement.angle, side=side)
    )


def centre_of(photo: Image.Image) -> Placement:
    """The largest square in the middle of a photo."""
    width, height = photo.size
    return Placement(width / 2, height / 2, min(width, height), 0, width, height)


def cut_centre(image: Image.Image, *, shape: tuple[int, int, int]) -> Pixels:
    """Cut the largest part of a model's proportions from the middle of a picture, and scale it.

    Args:
        image: upright and opaque; any size.
        shape: height, width and channels (1 or 3) of the pictures wanted.

    Returns:
        uint8 ``(H, W, C)``; where it is square, it shows what lies at ``centre_of`` the picture.
    """
    height, width, channels = shape
    side = min(image.width / width, image.height / height)
    left, top = (image.width - side * width) / 2, (image.height - side * height) / 2
    box = (left, top, left + side * width, top + side * height)
    coloured = image.convert("L" if channels == 1 else "RGB")
    small = coloured.resize((width, height), Image.Resampling.BICUBIC, box=box)
    return np.array(small, np.uint8).reshape(shape)


def paste_back(
    photo: Image.Image, pixels: Pixels, placement: Placement, *, feather: float = 0.15
) -> Image.Image:
    """Put a face, for instance an edited one, back into its photo at the photo's own size.

    The face is as sharp as ``pixels`` are; ``paste_difference`` keeps the photo's sharpness.

    Args:
        pixels: uint8 ``(S, S, 3)``, 0..255; any S.
        feather: share of the crop's side, 0 to 0.5, over which it fades into the photo; not towards
            an edge of the crop with nothing of the photo beyond it.

    Returns:
        A new picture of the photo's size, mode "RGB".

    Raises:
        ValueError: for other pixels, another feather, or a photo of another size.
    """
    face = _check_pixels(pixels).astype(np.float32)
    return _blended(photo, face, placement, feather=feather, added=False)


def paste_difference(
    photo: Image.Image,
    edited: Pixels,
    unedited: Pixels,
    placement: Placement,
    *,
    feather: float = 0.15,
) -> Image.Image:
    """Add to a photo what an edit changed; all else, and its fine detail, stays the photo's own.

    Args:
        edited, unedited: the model's pictures with and without the edit, uint8 ``(S, S, 3)``.
        feather: share of the crop's side, 0 to 0.5, over which the change fades away.

    Returns:
        A new picture of the photo's size, mode "RGB".

    Raises:
        ValueError: as ``paste_back``, and if the two differ in size.
    """
    change = _check_pixels(edited).astype(np.float32)
    if _check_pixels(unedited).shape != change.shape:
        raise ValueError(
            f"The edited picture is {edited.shape[0]} pixels wide, the unedited one "
            f"{unedited.shape[0]}; they must be equally large."
        )
    return _blended(photo, change - unedited, placement, feather=feather, added=True)


def _photo_of(placement: Placement, image: Image.Image) -> Image.Image:
    if image.size != (placement.width, placement.height):
        raise ValueError(
            f"The placement is for a photo of {placement.width}x{placement.height} pixels, got "
            f"{image.width}x{image.height}; give the photo that it was made for."
        )
    return image.convert("RGB")


def _check_pixels(pixels: object) -> Pixels:
    if (
        isinstance(pixels, np.ndarray)
        and pixels.dtype == np.uint8
        and pixels.ndim == 3
        and pixels.shape[0] == pixels.shape[1] > 0
        and pixels.shape[2] == 3
    ):
        return pixels
    got = type(pixels).__name__
    if isinstance(pixels, np.ndarray):
        got = f"{pixels.dtype} of shape {pixels.shape}"
    raise ValueError(f"Expected a square colour picture, uint8 (S, S, 3), got {got}.")


def _blended(
    image: Image.Image, layer: Floats, placement: Placement, *, feather: float, added: bool
) -> Image.Image:
    """Lay float32 ``(S, S, 3)`` over the placed square, or add it there."""
    if not 0 <= feather <= 0.5:
        raise ValueError(f"A feather is a share of the side from 0 to 0.5, got {feather}.")
    photo = _photo_of(placement, image)
    corners = placement.to_photo(np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float))
    left, top = np.maximum(np.floor(corners.min(axis=0)), 0).astype(int).tolist()
    ends = np.minimum(np.ceil(corners.max(axis=0)), photo.size).astype(int)
    box = (left, top, *ends.tolist())
    below = np.asarray(photo.crop(box), np.float32)
    above = _enlarged(layer, placement, box)
    amount = _opacity(placement, box, feather=feather)
    mixed = below + amount * (above if added else above - below)
    photo.paste(Image.fromarray(np.clip(np.rint(mixed), 0, 255).astype(np.uint8)), (left, top))
    return photo


def _enlarged(layer: Floats, placement: Placement, box: tuple[int, int, int, int]) -> Floats:
    """Bring float32 ``(S, S, 3)`` to the photo's size and angle, in ``box``: ``(H, W, 3)``."""
    side = min(max(1, round(placement.side)), ENLARGED)
    margin = 2  # what the interpolation wants to see beyond the edge
    step = rotation(-placement.angle) * (side / placement.side)
    corner = step @ (box[0] - placement.x, box[1] - placement.y) + side / 2 + margin
    size = box[2] - box[0], box[3] - box[1]
    channels = []
    for channel in np.moveaxis(layer, 2, 0):
        smooth = Image.fromarray(channel).resize((side, side), Image.Resampling.BICUBIC)
        padded = Image.fromarray(np.pad(np.asarray(smooth), margin, mode="edge"))
        channels.append(
            np.asarray(mapped(padded, step, corner, size=size, by=Image.Resampling.BILINEAR))
        )
    return np.stack(channels, axis=2)


def _opacity(placement: Placement, box: tuple[int, int, int, int], *, feather: float) -> Floats:
    """1 inside the crop, smoothly 0 towards its border and beyond: float32 ``(H, W, 1)``."""
    cos, sin = rotation(placement.angle)[:, 0] / placement.side
    right = np.arange(box[0], box[2]) + 0.5 - placement.x
    down = (np.arange(box[1], box[3]) + 0.5 - placement.y)[:, np.newaxis]
    across, along = right * cos + down * sin, down * cos - right * sin
    share = np.ones(across.shape)
    for towards, seen in zip((-across, across, -along, along), _seen(placement), strict=True):
        fades = (0.5 - towards) / max(feather, 1e-9) if seen else 1.0 * (towards <= 0.5)
        share = np.minimum(share, np.clip(fades, 0, 1))
    return np.asarray(share * share * (3 - 2 * share), np.float32)[..., np.newaxis]


def _seen(placement: Placement) -> list[bool]:
    """Whether some of the crop's left, right, upper and lower edge lies inside its photo.

    Towards the others nothing is left to fade into: a square as high as its photo would keep a
    border of what it takes the place of.
    """
    way = np.linspace(0, 1, 65)
    lines = [
        np.stack(ends, axis=1)
        for fixed in (np.zeros(65), np.ones(65))
        for ends in ((fixed, way), (way, fixed))
    ]
    left, top, right, bottom = (placement.to_photo(line) for line in lines)
    size = (placement.width, placement.height)
    edges = (left, right, top, bottom)
    return [
        bool(((edge > 0.5) & (edge < np.array(size) - 0.5)).all(axis=1).any()) for edge in edges
    ]
