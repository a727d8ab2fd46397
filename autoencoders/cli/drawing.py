"""The verbs that draw new pictures: ``sample`` and ``interpolate``."""

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import numpy as np
from numpy.typing import NDArray

from autoencoders.cli.options import add_engine, add_verb, load_engine, writable_folder
from autoencoders.cli.output import CommandError, Output
from autoencoders.cli.pictures import Findings, PictureFile, batches
from autoencoders.paths import MOST_WAYPOINTS, Kind

if TYPE_CHECKING:
    from autoencoders.cli.options import Verbs
    from autoencoders.inference import Engine

MOST = 4096
"""Pictures that one command draws."""
DENSER = 4
"""Codes of a path for each frame that is to be spaced evenly."""
SEARCHED = 4096
"""Pictures that may be decoded to find a geodesic, beside those that measure it."""


def add_verbs(verbs: "Verbs") -> None:
    """Add both verbs."""
    sample = add_verb(
        verbs,
        "sample",
        "Draw new pictures from random codes, on one sheet. A variational model draws codes from "
        "its prior, others from a Gaussian laid over the codes of their test pictures.",
    )
    add_engine(sample)
    sample.add_argument("--count", metavar="N", type=int, default=64, help="how many (default: 64)")
    sample.add_argument(
        "--seed", metavar="N", type=int, default=0, help="the same seed, the same pictures"
    )
    sample.add_argument(
        "--output", metavar="FILE", type=Path, default=Path("samples.png"), help="a .png file"
    )
    sample.set_defaults(run_verb=run_sample)

    interpolate = add_verb(
        verbs,
        "interpolate",
        "Draw the way from one picture to another, or through up to eight: side by side as .png, "
        "or moving, there and back, as .gif or .mp4.",
    )
    add_engine(interpolate)
    interpolate.add_argument(
        "pictures", metavar="PICTURE", type=Path, nargs="+", help="two to eight picture files"
    )
    interpolate.add_argument(
        "--frames", metavar="N", type=int, default=9, help="pictures, both ends counted"
    )
    interpolate.add_argument(
        "--path",
        choices=get_args(Kind),
        default="straight",
        help="from code to code: straight (default); spherical, about the origin, meant for "
        "variational models with a Gaussian prior; density, where the model's test pictures are; "
        "geodesic, so that the picture changes least (decodes some hundred pictures to find it)",
    )
    interpolate.add_argument(
        "--even",
        action="store_true",
        help="space the frames so that each changes the picture as much as the next",
    )
    interpolate.add_argument(
        "--output", metavar="FILE", type=Path, default=Path("morph.png"), help=".png, .gif or .mp4"
    )
    interpolate.set_defaults(run_verb=run_interpolate)


def run_sample(options: argparse.Namespace) -> int:
    """Run ``sample``."""
    from autoencoders.sheets import mosaic

    out = Output(as_json=options.json)
    _check_count(options.count, least=1, option="--count")
    if options.seed < 0:
        raise CommandError(f"--seed is {options.seed}; use 0 or more.")
    file = _output(options.output, (".png",))
    engine = load_engine(options)
    pictures = engine.sample(options.count, seed=options.seed)
    side = math.ceil(math.sqrt(options.count))
    _write(file, mosaic(pictures, side=side)[None])
    out.answer({"model": engine.name, "count": options.count, "output": str(file)})
    out.say(f"{options.count:,} pictures drawn by {engine.name}: {file}")
    return 0


def run_interpolate(options: argparse.Namespace) -> int:
    """Run ``interpolate``."""
    from autoencoders.pacing import even
    from autoencoders.paths import waypoint_frames

    out = Output(as_json=options.json)
    files: list[Path] = options.pictures
    if not 2 <= len(files) <= MOST_WAYPOINTS:
        raise CommandError(f"A way goes through 2 to {MOST_WAYPOINTS} pictures, not {len(files)}.")
    count: int = options.frames
    _check_count(count, least=len(files), option="--frames")
    file = _output(options.output, (".png", ".gif", ".mp4"))
    engine = load_engine(options)
    waypoints = engine.encode_base(_opened(files, engine, out))
    # To be spaced evenly a path is drawn more densely than it is shown.
    dense = min(DENSER * (count - 1) + 1, MOST) if options.even else count
    path, measures = _path(options.path, waypoints, dense, engine)
    places = waypoint_frames(len(files), dense)
    if options.even:
        paced = even(path, engine.decode_base(path), count, marked=places)
        path, stops = paced.codes, paced.marks * (count - 1)
    else:
        stops = places.astype(np.float64)
    frames = engine.decode_base(path)
    _write(file, frames)
    out.answer(
        {"model": engine.name, "path": options.path, "even": options.even, "frames": count}
        | {"waypoints": [round(float(stop), 3) for stop in stops], "output": str(file)}
        | measures
    )
    out.say(f"{count} pictures from {files[0]} to {files[-1]}: {file}")
    if measures:
        out.say(
            f"The picture changes by {measures['length']:.3f} on the way and by "
            f"{measures['straight_length']:.3f} on the straight one; {measures['decoded']:,} "
            "pictures were decoded to find it."
        )
    return 0


def _path(
    kind: Kind, waypoints: NDArray[np.float32], frames: int, engine: "Engine"
) -> tuple[NDArray[np.float32], dict[str, float]]:
    """A path of base codes, ``(frames, K)``, and what a geodesic measured."""
    from autoencoders.density import density_following
    from autoencoders.geodesics import geodesic
    from autoencoders.paths import spherical, straight

    if kind == "straight":
        return straight(waypoints, frames), {}
    if kind == "spherical":
        return spherical(waypoints, frames), {}
    if kind == "density":
        stored = engine.latents.codes if engine.latents.base is None else engine.latents.base
        return density_following(waypoints, frames, stored), {}
    found = geodesic(waypoints, frames, engine.decode_base, decodes=SEARCHED + 2 * frames)
    measures = {
        "decoded": found.decoded,
        "length": found.length,
        "straight_length": found.straight_length,
    }
    return found.path, measures


def _opened(files: list[Path], engine: "Engine", out: Output) -> NDArray[np.uint8]:
    """Open and prepare all waypoints, uint8 ``(K, H, W, C)``."""
    findings = Findings([PictureFile(file, file.name) for file in files])
    opened = [images for _, images in batches(findings, engine, out)]
    if findings.bad:
        raise CommandError("A way needs all of its pictures; name only those that can be used.")
    return np.concatenate(opened)


def _check_count(count: int, *, least: int, option: str) -> None:
    if not least <= count <= MOST:
        raise CommandError(f"{option} is {count}; use {least} to {MOST}.")


def _output(file: Path, endings: tuple[str, ...]) -> Path:
    if file.suffix.lower() not in endings or file.is_dir():
        raise CommandError(f"--output is {file}; name a file that ends in {' or '.join(endings)}.")
    writable_folder(file.parent)
    return file


def _write(file: Path, frames: NDArray[np.uint8]) -> None:
    """Write frames ``(N, H, W, C)`` side by side, or moving there and back, as the name ends."""
    from autoencoders import movies
    from autoencoders.run_folder import write_atomically

    write = {".gif": movies.gif, ".mp4": movies.mp4}.get(file.suffix.lower(), movies.strip_png)
    write_atomically(file, write(frames))
