"""Frames as something to keep: a film strip, a GIF, an MP4.  Nothing is written to disk.

Small pictures are made larger by a whole number, each pixel a square, so that a video player does
not blur them.
"""

import io
import math
import subprocess

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.spatial import KDTree

from autoencoders.sheets import Pixels, arrange, encode_png, to_image

LEAST_SIDE = 256
"""Pixels of the shorter side that small pictures are made as large as."""
MOST_PIXELS = 100_000_000
"""Pixels of all frames together, as large as they are shown."""
FPS = 16.0
COLOURS = 256
TIMEOUT_S = 60.0

_SAMPLED = 30_000  # pixels of all frames that a palette is found from
_SAMPLED_A_FRAME = 4_096
_ROUNDS, _ROUNDS_A_FRAME = 10, 2


class MovieError(RuntimeError):
    """A video that could not be made; the message says what to do."""


def film_strip(frames: Pixels, *, columns: int | None = None) -> Pixels:
    """Lay frames side by side, row by row; places that are left over are black.

    Args:
        frames: uint8 ``(N, H, W, 1 or 3)``, N >= 1.
        columns: frames in a row; None: all of them.

    Returns:
        uint8 ``(rows * H, columns * W, 1 or 3)``.

    Raises:
        ValueError: for other frames, or no columns.
    """
    _check(frames)
    columns = len(frames) if columns is None else columns
    if columns < 1:
        raise ValueError(f"A strip of {columns} columns holds nothing; use 1 or more.")
    columns = min(columns, len(frames))
    rows = -(-len(frames) // columns)
    filled = np.zeros((rows * columns, *frames.shape[1:]), np.uint8)
    filled[: len(frames)] = frames
    return arrange(filled, rows, columns, layout="tiles")


def strip_png(frames: Pixels, *, columns: int | None = None) -> bytes:
    """Return the PNG file of a ``film_strip``; arguments and errors as there."""
    return encode_png(to_image(film_strip(frames, columns=columns)))


def gif(frames: Pixels, *, fps: float = FPS, there_and_back: bool = True) -> bytes:
    """Return a GIF that runs for ever.

    Grey frames are exact.  Of colours each frame has its own 256, found from those of the frame
    before: on a morph of faces 42.3 dB, and 0.7 of the flicker of one palette for all (39.5 dB).
    No dithering: it takes decibels and adds flicker.

    Args:
        frames: uint8 ``(N, H, W, 1 or 3)``, N >= 1.
        fps: frames a second, 1 to 50; a GIF counts in hundredths of a second.
        there_and_back: play them backwards, too.

    Raises:
        ValueError: for other frames, too many of them, or an impossible speed.
    """
    _check(frames)
    _check_speed(fps, most=50)
    order = _order(len(frames), there_and_back=there_and_back)
    scale = _scale(frames, len(order), even=False)
    size = (frames.shape[2] * scale, frames.shape[1] * scale)
    plain = [to_image(frame) for frame in frames] if frames.shape[3] == 1 else _in_colours(frames)
    large = [image.resize(size, Image.Resampling.NEAREST) for image in plain]
    first, *others = (large[index] for index in order)
    buffer = io.BytesIO()
    first.save(
        buffer,
        "GIF",
        save_all=True,
        append_images=others,
        loop=0,
        duration=10 * round(100 / fps),
    )
    return buffer.getvalue()


def mp4(
    frames: Pixels,
    *,
    fps: float = FPS,
    there_and_back: bool = True,
    timeout_s: float = TIMEOUT_S,
) -> bytes:
    """Return an MP4 (H.264) that every browser and telephone plays.

    The frames go to ffmpeg, and the video comes back, through pipes.

    Args:
        frames: uint8 ``(N, H, W, 1 or 3)``, N >= 1.
        fps: frames a second, 1 to 60.
        there_and_back: play them backwards, too.
        timeout_s: seconds after which it is given up.

    Raises:
        ValueError: for other frames, too many of them, or an impossible speed.
        MovieError: where there is no ffmpeg, or it fails or takes too long.
    """
    _check(frames)
    _check_speed(fps, most=60)
    order = _order(len(frames), there_and_back=there_and_back)
    scale = _scale(frames, len(order), even=True)
    _, height, width, channels = frames.shape
    command = [
        _ffmpeg(), "-hide_banner", "-loglevel", "error", "-nostdin",
        "-f", "rawvideo", "-pix_fmt", "gray" if channels == 1 else "rgb24",
        "-video_size", f"{width}x{height}", "-framerate", f"{fps:g}", "-i", "pipe:0",
        "-vf", f"scale={width * scale}:{height * scale}:flags=neighbor+accurate_rnd"
        ":out_color_matrix=bt709:out_range=tv,format=yuv420p",
        "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709",
        "-c:v", "libx264", "-preset", "medium", "-crf", "16", "-threads", "1",
        # A pipe cannot be gone back in, so the file's table of contents comes first and is empty.
        "-movflags", "frag_keyframe+empty_moov+default_base_moof", "-f", "mp4", "pipe:1",
    ]  # fmt: skip
    instead = "save a GIF instead"
    try:
        done = subprocess.run(
            command,
            input=frames[order].tobytes(),
            capture_output=True,
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise MovieError(
            f"The MP4 was not done within {timeout_s:g} seconds; use fewer frames or {instead}."
        ) from None
    except OSError as error:
        raise MovieError(f"ffmpeg cannot be started ({error.strerror}); {instead}.") from error
    if done.returncode or not done.stdout:
        said = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise MovieError(f"ffmpeg could not make the MP4 ({' '.join(said)[:200]}); {instead}.")
    return done.stdout


def _ffmpeg() -> str:
    """Where ffmpeg lies."""
    try:
        from imageio_ffmpeg import get_ffmpeg_exe

        return str(get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        raise MovieError(
            "There is no ffmpeg on this machine, which MP4 needs; install the package "
            "imageio-ffmpeg, or save a GIF instead."
        ) from None


def _check(frames: Pixels) -> None:
    good = frames.ndim == 4 and frames.shape[3] in (1, 3) and min(frames.shape) > 0
    if not good or frames.dtype != np.uint8:
        raise ValueError(
            f"Frames are uint8 (N, H, W, 1 or 3), at least one; got {frames.dtype} {frames.shape}."
        )


def _check_speed(fps: float, *, most: int) -> None:
    if not 1 <= fps <= most:
        raise ValueError(f"fps is {fps}; use 1 to {most} frames a second.")


def _order(count: int, *, there_and_back: bool) -> list[int]:
    """Numbers of the frames as they are played; the ends are not shown twice."""
    return [*range(count), *(range(count - 2, 0, -1) if there_and_back else ())]


def _scale(frames: Pixels, played: int, *, even: bool) -> int:
    """How many times larger frames are shown: about ``LEAST_SIDE``, less where there are many.

    Args:
        frames: ``(N, H, W, C)``.
        played: how many are played.
        even: both sides must come out even, as most video formats ask.
    """
    _, height, width, _ = frames.shape
    step = 2 if even and (height % 2 or width % 2) else 1
    room = math.isqrt(MOST_PIXELS // (played * height * width))
    wanted = -(-LEAST_SIDE // min(height, width))
    scale: int = max(step, min(-(-wanted // step), room // step) * step)
    if scale > room:
        most = MOST_PIXELS // (step * step * height * width)
        raise ValueError(
            f"{played:,} pictures of {width}x{height} are too many for one film; use at most "
            f"{most:,}, there and back counted."
        )
    return scale


# Colours ------------------------------------------------------------------------------------------


def _in_colours(frames: Pixels) -> list[Image.Image]:
    """Give each frame ``(H, W, 3)`` a palette of its own that continues the one before."""
    random = np.random.default_rng(0)
    palette = _median_cut(_some(frames.reshape(-1, 3), _SAMPLED, random))
    images: list[Image.Image] = []
    for frame in frames:
        pixels = frame.reshape(-1, 3)
        rounds = _ROUNDS_A_FRAME if images else _ROUNDS
        palette = _refined(_some(pixels, _SAMPLED_A_FRAME, random), palette, rounds)
        whole = np.round(palette)
        nearest = KDTree(whole).query(pixels)[1].astype(np.uint8)
        image = Image.fromarray(nearest.reshape(frame.shape[:2]), "P")
        image.putpalette(whole.astype(np.uint8).tobytes())
        images.append(image)
    return images


def _some(pixels: Pixels, count: int, random: np.random.Generator) -> Pixels:
    if len(pixels) <= count:
        return pixels
    return pixels[random.choice(len(pixels), count, replace=False)]


def _median_cut(pixels: Pixels) -> NDArray[np.float64]:
    """Colours ``(K, 3)``, K <= 256, for pixels ``(N, 3)`` (Heckbert, 1982; then Lloyd, 1982)."""
    row = Image.fromarray(pixels[None])
    cut = row.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    start = np.asarray(cut.getpalette(), np.float64).reshape(-1, 3)[:COLOURS]
    return _refined(pixels, start, _ROUNDS)


def _refined(pixels: Pixels, palette: NDArray[np.float64], rounds: int) -> NDArray[np.float64]:
    """Move each colour ``(K, 3)`` to the mean of the pixels nearest to it, so many times."""
    for _ in range(rounds):
        nearest = KDTree(palette).query(pixels)[1]
        counts = np.bincount(nearest, minlength=len(palette))[:, None]
        sums = [np.bincount(nearest, pixels[:, c], len(palette)) for c in range(3)]
        palette = np.where(counts, np.stack(sums, axis=1) / np.maximum(counts, 1), palette)
    return palette
