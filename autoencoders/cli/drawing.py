"""The verbs that draw new pictures: ``sample`` and ``interpolate``."""

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from autoencoders.cli.options import add_engine, add_verb, load_engine, writable_folder
from autoencoders.cli.output import CommandError, Output
from autoencoders.cli.pictures import Findings, PictureFile, batches

if TYPE_CHECKING:
    from autoencoders.cli.options import Verbs
    from autoencoders.inference import Engine

MOST = 4096
"""Pictures that one command draws."""


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
        "Draw the way from one picture to another, along the straight line between their codes: "
        "side by side as .png, or moving, there and back, as .gif or .mp4.",
    )
    add_engine(interpolate)
    interpolate.add_argument("first", metavar="A", type=Path, help="a picture file")
    interpolate.add_argument("last", metavar="B", type=Path, help="another")
    interpolate.add_argument(
        "--frames", metavar="N", type=int, default=9, help="pictures, both ends counted"
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
    out = Output(as_json=options.json)
    _check_count(options.frames, least=2, option="--frames")
    file = _output(options.output, (".png", ".gif", ".mp4"))
    engine = load_engine(options)
    ends = engine.encode_base(_two(options.first, options.last, engine, out))
    share = np.linspace(0, 1, options.frames, dtype=np.float32)[:, None]
    frames = engine.decode_base((1 - share) * ends[0] + share * ends[1])
    _write(file, frames)
    out.answer({"model": engine.name, "frames": options.frames, "output": str(file)})
    out.say(f"{options.frames} pictures from {options.first} to {options.last}: {file}")
    return 0


def _two(first: Path, last: Path, engine: "Engine", out: Output) -> NDArray[np.uint8]:
    """Open and prepare both ends, uint8 ``(2, H, W, C)``."""
    findings = Findings([PictureFile(first, first.name), PictureFile(last, last.name)])
    opened = [images for _, images in batches(findings, engine, out)]
    if findings.bad:
        raise CommandError("A way needs both of its ends; name two pictures that can be used.")
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
