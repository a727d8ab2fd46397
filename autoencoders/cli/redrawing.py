"""The verbs from pictures to pictures: ``reconstruct``, ``denoise`` and ``edit``."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from autoencoders.cli.options import add_pictures, add_verb, load_engine, writable_folder
from autoencoders.cli.output import CommandError, Output
from autoencoders.cli.pictures import PictureFile, batches, close, find_pictures

if TYPE_CHECKING:
    from autoencoders.cli.options import Verbs
    from autoencoders.inference import Engine

Redraw = Callable[["Engine", NDArray[np.uint8]], NDArray[np.uint8]]


def add_verbs(verbs: "Verbs") -> None:
    """Add the three verbs."""
    reconstruct = add_verb(
        verbs, "reconstruct", "Write what a model makes of pictures, as PNG in the model's size."
    )
    _add_files(reconstruct, "reconstructions")
    reconstruct.set_defaults(run_verb=run_reconstruct)

    denoise = add_verb(
        verbs,
        "denoise",
        "Write noisy pictures as a denoising model cleans them, as PNG in the model's size.",
    )
    _add_files(denoise, "denoised")
    denoise.set_defaults(run_verb=run_denoise)

    edit = add_verb(
        verbs,
        "edit",
        "Write pictures with an attribute changed, as PNG in the model's size. Strength 1 is as "
        "far as the means of those with and without the attribute are apart.",
    )
    _add_files(edit, "edited")
    edit.add_argument(
        "--attribute",
        metavar="NAME",
        required=True,
        help="which one, for instance smiling; an unknown name lists them",
    )
    edit.add_argument(
        "--strength",
        metavar="NUMBER",
        type=float,
        default=1.0,
        help="how much of it; less than 0 takes it away (default: 1)",
    )
    edit.set_defaults(run_verb=run_edit)


def _add_files(verb: argparse.ArgumentParser, output: str) -> None:
    add_pictures(verb)
    verb.add_argument(
        "--output",
        metavar="FOLDER",
        type=Path,
        default=Path(output),
        help=f"where to (default: {output})",
    )


def run_reconstruct(options: argparse.Namespace) -> int:
    """Run ``reconstruct``."""
    return _redraw(options, lambda engine, images: engine.reconstruct(images), "reconstructions")


def run_denoise(options: argparse.Namespace) -> int:
    """Run ``denoise``."""
    return _redraw(options, lambda engine, images: engine.denoise(images), "denoised pictures")


def run_edit(options: argparse.Namespace) -> int:
    """Run ``edit``."""
    strengths = {options.attribute: options.strength}

    def redraw(engine: "Engine", images: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return engine.decode_base(engine.edit(engine.encode_base(images), strengths))

    return _redraw(options, redraw, "edited pictures", strengths=strengths)


def _redraw(
    options: argparse.Namespace,
    redraw: Redraw,
    noun: str,
    *,
    strengths: dict[str, float] | None = None,
) -> int:
    """Write what ``redraw`` makes of each picture; the bad ones are listed."""
    out = Output(as_json=options.json)
    engine = load_engine(options)
    if strengths is not None:  # what is wrong with them is said before anything is opened
        engine.edit(np.zeros((0, engine.base_size), np.float32), strengths)
    findings = find_pictures(options.pictures)
    places = _targets(findings.files, options.output)
    writable_folder(options.output)
    done: list[dict[str, Any]] = []
    for files, images in batches(findings, engine, out):
        errors = engine.score(images).mse
        for file, picture, error in zip(files, redraw(engine, images), errors, strict=True):
            place = places[file]
            save_png(picture, place)
            done.append({"file": file.name, "output": str(place), "mse": round(float(error), 6)})
    out.answer({"model": engine.name, "done": done, "bad": findings.listed()})
    if done:
        out.say(f"{len(done):,} {noun} by {engine.name} in {options.output}")
    return close(findings, out, done=len(done))


def _targets(files: Sequence[PictureFile], folder: Path) -> dict[PictureFile, Path]:
    """Return where each result goes: its name as .png, numbered where two would collide.

    Raises:
        CommandError: if one would take the place of a picture that was named.
    """
    originals = {file.path.resolve() for file in files}
    taken: set[str] = set()
    places = {}
    for file in files:
        stem = str(Path(file.name).with_suffix(""))
        name, number = stem, 1
        while name.lower() in taken:
            number += 1
            name = f"{stem}-{number}"
        taken.add(name.lower())
        places[file] = folder / f"{name}.png"
        if places[file].resolve() in originals:
            raise CommandError(
                f"{places[file]} is one of the pictures and would be overwritten; name another "
                "folder with --output."
            )
    return places


def save_png(picture: NDArray[np.uint8], place: Path) -> None:
    """Write one uint8 picture ``(H, W, C)`` as PNG."""
    from autoencoders.run_folder import write_atomically
    from autoencoders.sheets import encode_png, to_image

    place.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(place, encode_png(to_image(picture)))
