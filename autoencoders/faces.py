"""Faces in any photo, brought to the framing of the training faces and put back where they were.

The faces models learned from Labeled Faces in the Wild, deep-funneled (Huang et al., 2012), cut to
``TRAINING_BOX``.  Here a face is found by a boosted cascade of Haar features (Viola and Jones,
2001; trained by Lienhart et al., 2003; it ships with OpenCV 4) and cut out the same way.  How far
a face is turned is told by the same cascade: its raw hits are counted in copies of the face's
surroundings turned by many angles, and they centre on the upright one.  On training people that is
as exact as the line through the eyes (median error 1.3 degrees, cascades of eyes 1.2 to 1.6) and,
unlike the eyes (64 to 90%), it is there for every face that is found.

Measured on photographs of 200 test people, one each; centre and side against ``TRAINING_BOX``, the
centre in pixels of 64, the angle in degrees; median and 90th percentile.  A few of the 200 stand
beside another person, who is then taken ("other"); in the photographs themselves people lean by
some degrees and are not equally large, so these errors are partly theirs:

    photo         none  other  centre        side            angle
    as it is         2      2  0.77  1.99    4.4%  12.2%     1.3  4.7
    turned by 10     3      2  0.77  1.99    4.8%  12.5%     1.4  5.1    the worse of both ways
    turned by 20     2      7  0.78  2.30    5.1%  13.2%     1.5  4.8
    turned by 25     2      3  0.78  1.97    4.5%  10.8%     1.3  4.5    clockwise only
    half as large    2      2  0.74  2.02    4.5%  11.4%     1.4  4.5
    three times      3      2  0.77  2.00    4.0%  11.8%     1.3  4.6
    in a scene       3      4  0.79  1.97    5.1%  12.1%     1.4  5.1    1200x900, blots and noise
    in grey          2      2  0.77  1.99    4.4%  12.2%     1.3  4.7

A face is seen in 0 of 100 digits, 0 of 50 pictures of noise, 2 of 100 of blurred noise, 5 of 400
corners of photographs without the face and 2 of 100 of what is below it.

Angles are degrees clockwise as seen; places are in pixels, from the photo's upper left corner.
"""

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from autoencoders.placement import Placement, centre_of, crop, cut_out, mapped, rotation
from autoencoders.prepared import Prepared, Step

if TYPE_CHECKING:
    import cv2

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

TRAINING_SIDE = 250
TRAINING_BOX = (58, 55, 192, 189)
"""The training photographs' side and what of them is the face: left, top, right, bottom."""

# From the cascade's square to the training box, fitted as medians on 500 photographs of training
# people (which makes 97.6% of them ``_alike``).  Shifts are shares of the square's side along the
# face's own axes, right and down.
SHIFT = (-0.005, -0.028)
RATIO = 1.128
TILT = 1.3

SCAN_AREA = 480 * 360  # pixels of the copy that is searched; its smallest face is SMALLEST wide
SMALLEST = 24
SCAN_TURNS = (-20.0, 20.0)  # where none is sure upright; with the cascade's own reach: to 30
MOST = 12  # candidates looked at closely
BOX = 48  # a candidate's square in the closer looks, pixels

# Scores.  Of those 500 half had 374 and more, 95% 141 and more, all but one 45 and more.
WEAKEST = 45.0
SURE = 150.0


@dataclass(frozen=True)
class FoundFace:
    """A face in a photo, as the square that the training pictures would show of it.

    Attributes:
        centre: x and y, inside the photo.
        side: in pixels.
        angle: how far the face is turned, degrees clockwise.
        score: raw hits of the cascade, at least ``WEAKEST``; from ``SURE`` on hardly ever wrong.
    """

    centre: tuple[float, float]
    side: float
    angle: float
    score: float


@dataclass(frozen=True)
class PreparedFace:
    """A face as the models take it, and where it was.

    Attributes:
        prepared: pixels ``(side, side, 3)``, steps and notes; ``foreign`` where no face was found.
        placement: for ``paste_back`` and ``paste_difference``.
        faces: all that were found, the one that was taken first.
    """

    prepared: Prepared
    placement: Placement
    faces: tuple[FoundFace, ...] = ()


# Finding -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Square:
    """Where the cascade sees a face; ``score`` counts neighbours in a scan, else weighs hits."""

    x: float
    y: float
    side: float
    angle: float
    score: float


_idle: list["cv2.CascadeClassifier"] = []
_loading = threading.Lock()


@contextmanager
def _borrowed_cascade() -> Iterator["cv2.CascadeClassifier"]:
    """A cascade of one's own for a while: no two threads may use one at once."""
    try:
        cascade = _idle.pop()
    except IndexError:
        cascade = _load_cascade()
    yield cascade
    _idle.append(cascade)


def _load_cascade() -> "cv2.CascadeClassifier":
    with _loading:
        import cv2
        import cv2.data

        cv2.setNumThreads(1)  # people share the cores: each face waits for one, none takes them all
        file = Path(cv2.data.haarcascades) / "haarcascade_frontalface_alt2.xml"
        cascade = cv2.CascadeClassifier(str(file))
    if cascade.empty():
        raise RuntimeError(f"OpenCV lacks {file.name}: install opencv-python-headless below 5.")
    return cascade


def find_faces(image: Image.Image) -> list[FoundFace]:
    """Find the faces in a photo that look at the camera, turned by up to some 30 degrees.

    Args:
        image: upright; any size and mode.  A face must be about a twentieth of the photo wide, and
            at least 24 pixels.

    Returns:
        The best first: the largest, unless the cascade is less sure of it.
    """
    grey = image.convert("L")
    with _borrowed_cascade() as cascade:
        squares = _looked_at_closely(cascade, grey, _scan(cascade, grey, turn=0.0))
        if not any(square.score >= SURE for square in squares):
            for turn in SCAN_TURNS:
                squares += _looked_at_closely(cascade, grey, _scan(cascade, grey, turn=turn))
    squares.sort(key=lambda square: -square.side * min(1.0, square.score / SURE))
    kept: list[_Square] = []
    for one in squares:
        if all(math.hypot(one.x - it.x, one.y - it.y) > 0.6 * it.side for it in kept):
            kept.append(one)
    return [_as_face(square, grey.size) for square in kept]


def _as_face(square: _Square, size: tuple[int, int]) -> FoundFace:
    angle = square.angle + TILT
    right, down = rotation(angle) @ np.array(SHIFT) * square.side
    x, y = min(max(square.x + right, 0), size[0]), min(max(square.y + down, 0), size[1])
    return FoundFace((float(x), float(y)), square.side * RATIO, angle, square.score)


def _scan(cascade: "cv2.CascadeClassifier", grey: Image.Image, *, turn: float) -> list[_Square]:
    """Search the whole photo, turned back by ``turn`` degrees, at a small size.

    The features are scaled by the contrast beneath them: equalised histograms find no more.
    """
    share = min(1.0, math.sqrt(SCAN_AREA / (grey.width * grey.height)))
    size = max(1, round(grey.width * share)), max(1, round(grey.height * share))
    if min(size) < SMALLEST:
        return []
    small = grey if share == 1.0 else grey.resize(size, Image.Resampling.BOX)
    if turn:
        mean = round(float(np.asarray(small).mean()))
        small = small.rotate(turn, Image.Resampling.BILINEAR, expand=True, fillcolor=mean)
    boxes, neighbours = cascade.detectMultiScale2(
        np.asarray(small), scaleFactor=1.1, minNeighbors=3, minSize=(SMALLEST, SMALLEST)
    )
    found = []
    for (left, top, side, _), score in zip(boxes, neighbours, strict=True):
        middle = np.array([left + (side - small.width) / 2, top + (side - small.height) / 2])
        x, y = (rotation(turn) @ middle + np.array(size) / 2) / share
        if 0 <= x <= grey.width and 0 <= y <= grey.height:  # not beyond a turned photo's edges
            found.append(_Square(float(x), float(y), side / share, turn, float(score)))
    return sorted(found, key=lambda square: -square.side * square.score)[:MOST]


def _looked_at_closely(
    cascade: "cv2.CascadeClassifier", grey: Image.Image, candidates: list[_Square]
) -> list[_Square]:
    found = []
    for candidate in candidates:
        rough = _look(cascade, grey, candidate, reach=30, apart=10, spread=1.4, step=1.1)
        if rough is None:
            continue
        exact = _look(cascade, grey, rough, reach=15, apart=5, spread=1.3, step=1.05)
        if exact is not None and exact.score >= WEAKEST:
            found.append(exact)
    return found


def _look(
    cascade: "cv2.CascadeClassifier",
    grey: Image.Image,
    at: _Square,
    *,
    reach: int,
    apart: int,
    spread: float,
    step: float,
) -> _Square | None:
    """Centre a square on the raw hits in its surroundings, turned by up to ``reach`` each way.

    Args:
        apart: degrees from one turn to the next.
        spread: how much smaller or larger than ``at`` a hit may be.
        step: from one size of hits to the next.
    """
    unit = at.side / BOX  # a pixel of what the cascade sees, in the photo
    wide = math.ceil(2 * BOX * math.sqrt(2)) + 2
    around = cut_out(grey, at.x, at.y, wide * unit, 0.0, side=wide)
    smallest, largest = ((round(BOX * share),) * 2 for share in (1 / spread, spread))
    rows, counts = [], []
    for turn in np.arange(-reach, reach + 1, apart) + at.angle:
        turned = rotation(float(turn))
        seen = mapped(around, turned, wide / 2 - turned @ (BOX, BOX), size=(2 * BOX, 2 * BOX))
        hits = cascade.detectMultiScale(
            np.asarray(seen), step, minNeighbors=0, minSize=smallest, maxSize=largest
        )
        if len(hits):
            left, top, side, _ = np.mean(hits, axis=0)
            x, y = turned @ (left + side / 2 - BOX, top + side / 2 - BOX)
            rows.append((x * unit, y * unit, side * unit, turn))
            counts.append(len(hits))
    if not rows:
        return None
    # Each turn weighs by its hits twice: the more, the nearer it is to the upright one.
    x, y, side, angle = map(float, np.average(rows, axis=0, weights=np.square(counts)))
    return _Square(at.x + x, at.y + y, side, angle, float(sum(counts)))


# Preparing ---------------------------------------------------------------------------------------


def prepare_face(image: Image.Image, *, side: int = 64) -> PreparedFace:
    """Find the face in a photo and bring it into the form of the training faces.

    Args:
        image: upright and opaque, as ``uploads.open_picture`` gives it (other modes than "L" and
            "RGB" are converted); any size.
        side: of the model's pictures.

    Returns:
        Pixels ``(side, side, 3)``; grey pictures have three equal channels.  A picture of exactly
        that size is taken as it is.  Where no face is found the centre is taken.

    Raises:
        ValueError: for a side below 1.
    """
    photo = image.convert("RGB")
    if photo.size == (side, side):
        note = f"It is {side}x{side} pixels, the model's own size, so it is taken as it is."
        prepared = Prepared(np.array(photo), (Step("Ready", note, photo),), (note,))
        return PreparedFace(prepared, _centre(photo))
    faces = tuple(find_faces(photo))
    placement, notes = _choose(photo, faces)
    pixels = crop(photo, placement, side=side)
    steps = [_marked(photo, placement, found=bool(faces))]
    if abs(placement.angle) >= 1:
        way = "left" if placement.angle > 0 else "right"
        wide = replace(placement, side=min(1.6 * placement.side, 2 * max(photo.size)))
        note = f"By {abs(placement.angle):.0f} degrees to the {way}."
        steps.append(Step("Turned upright", note, Image.fromarray(crop(photo, wide, side=192))))
    note = f"{placement.side:.0f} pixels of the photo, resized to {side}x{side}."
    steps.append(Step("Cropped", note, Image.fromarray(pixels)))
    foreign = None if faces else "no face was found in it"
    return PreparedFace(Prepared(pixels, tuple(steps), notes, foreign), placement, faces)


def _choose(photo: Image.Image, faces: tuple[FoundFace, ...]) -> tuple[Placement, tuple[str, ...]]:
    """Decide what is cut out, and say what is worth knowing about it."""
    width, height = photo.size
    if not faces:
        return _centre(photo), (
            "No face was found: the centre was taken, and it may not work well; a face that "
            "looks at the camera is found best.",
        )
    notes = []
    if len(faces) > 1:
        others = "1 other face was" if len(faces) == 2 else f"{len(faces) - 1} other faces were"
        notes.append(f"{others} left out: the largest was taken.")
    best = faces[0]
    placement = Placement(*best.centre, best.side, best.angle, width, height)
    training = _centre(photo)
    if photo.size == (TRAINING_SIDE, TRAINING_SIDE) and _alike(placement, training):
        placement = training
        notes.append("It is framed as the training photographs are, so their crop was taken.")
    if placement.side < 40:
        notes.append(f"The face is only {placement.side:.0f} pixels wide, so it lacks detail.")
    return placement, tuple(notes)


def _centre(photo: Image.Image) -> Placement:
    """The largest square in the middle; of a photograph like the training ones, their crop."""
    if photo.size == (TRAINING_SIDE, TRAINING_SIDE):
        left, top, right, bottom = TRAINING_BOX
        return Placement((left + right) / 2, (top + bottom) / 2, right - left, 0, *photo.size)
    return centre_of(photo)


def _alike(one: Placement, other: Placement) -> bool:
    """Whether two placements in a photo differ by no more than the finder's own errors."""
    apart = math.hypot(one.x - other.x, one.y - other.y) / other.side
    larger = abs(math.log(one.side / other.side))
    return apart < 0.08 and larger < 0.18 and abs(one.angle - other.angle) < 10


def _marked(photo: Image.Image, placement: Placement, *, found: bool) -> Step:
    """A small copy of the photo with the crop drawn on it."""
    share = min(1.0, 320 / max(photo.size))
    size = max(1, round(photo.width * share)), max(1, round(photo.height * share))
    small = photo.resize(size, Image.Resampling.BICUBIC, reducing_gap=2)
    corners = placement.to_photo(np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]], float))
    outline = [(float(x), float(y)) for x, y in corners * share]
    draw = ImageDraw.Draw(small)
    draw.line(outline, fill="black", width=5, joint="curve")
    draw.line(outline, fill="yellow" if found else "white", width=3, joint="curve")
    note = f"In a photo of {photo.width}x{photo.height} pixels."
    if not found:
        return Step("No face found", "The centre is taken instead.", small)
    return Step("Face found", note, small)
