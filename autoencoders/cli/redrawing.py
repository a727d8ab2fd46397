"""The verbs from pictures to pictures: ``reconstruct``, ``denoise`` and ``edit``."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from autoencoders.cli.options import add_pictures, add_verb, load_engine, writable_folder
from autoencoders.cli.output import CommandError, Output
from autoencoders.cli.pictures import (
    BATCH,
    PictureFile,
    ReadyPicture,
    close,
    find_pictures,
    in_groups,
    line_on,
    ready_pictures,
)

if TYPE_CHECKING:
    from PIL import Image

    from autoencoders.cli.options import Verbs
    from autoencoders.inference import Engine

PASTED = 16
"""Pictures in memory at a time with ``--paste``, each with its photo."""


@dataclass(frozen=True)
class Redrawn:
    """What a model makes of pictures.

    Attributes:
        pictures: uint8 ``(B, H, W, C)``.
        unedited: the same pictures without the edit, where there is one.
    """

    pictures: NDArray[np.uint8]
    unedited: NDArray[np.uint8] | None = None


Redraw = Callable[["Engine", NDArray[np.uint8]], Redrawn]


def add_verbs(verbs: "Verbs") -> None:
    """Add the three verbs."""
    reconstruct = add_verb(
        verbs,
        "reconstruct",
        "Write what a model makes of pictures, as PNG in the model's size or, with --paste, in "
        "theirs.",
    )
    _add_files(reconstruct, "reconstructions")
    reconstruct.set_defaults(run_verb=run_reconstruct)

    denoise = add_verb(
        verbs,
        "denoise",
        "Write noisy pictures as a denoising model cleans them, as PNG in the model's size or, "
        "with --paste, in theirs.",
    )
    _add_files(denoise, "denoised")
    denoise.set_defaults(run_verb=run_denoise)

    edit = add_verb(
        verbs,
        "edit",
        "Write pictures with an attribute changed, as PNG in the model's size or, with --paste, in "
        "theirs. Strength 1 is as far as the means of those with and without the attribute are "
        "apart.",
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
    verb.add_argument(
        "--paste",
        action="store_true",
        help="put the result back into the photo, at the photo's size: where the face was found, "
        "else in the middle; of an edit, only what it changes",
    )


def run_reconstruct(options: argparse.Namespace) -> int:
    """Run ``reconstruct``."""
    return _redraw(options, lambda engine, it: Redrawn(engine.reconstruct(it)), "reconstructions")


def run_denoise(options: argparse.Namespace) -> int:
    """Run ``denoise``."""
    return _redraw(options, lambda engine, it: Redrawn(engine.denoise(it)), "denoised pictures")


def run_edit(options: argparse.Namespace) -> int:
    """Run ``edit``."""
    strengths = {options.attribute: options.strength}

    def redraw(engine: "Engine", images: NDArray[np.uint8]) -> Redrawn:
        bases = engine.encode_base(images)
        unedited = engine.decode_base(bases) if options.paste else None
        return Redrawn(engine.decode_base(engine.edit(bases, strengths)), unedited)

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
    if options.paste:
        _check_pasting(engine)
    findings = find_pictures(options.pictures)
    places = _targets(findings.files, options.output)
    writable_folder(options.output)
    done: list[dict[str, Any]] = []
    ready = ready_pictures(findings, engine, out, with_photos=options.paste)
    for group in in_groups(ready, PASTED if options.paste else BATCH):
        images = np.stack([one.pixels for one in group])
        redrawn, errors = redraw(engine, images), engine.score(images).mse
        for index, (one, error) in enumerate(zip(group, errors, strict=True)):
            name, place = one.file.name, places[one.file]
            for note in one.notes if options.paste else _doubts(findings.foreign.get(name)):
                out.warn(line_on(name, note))
            save_png(_result(redrawn, index, one), place)
            entry = {"file": name, "output": str(place), "mse": round(float(error), 6)}
            done.append(entry | _where(one))
    out.answer({"model": engine.name, "done": done, "bad": findings.listed()})
    if done:
        out.say(f"{len(done):,} {noun} by {engine.name} in {options.output}")
    return close(findings, out, done=len(done))


def _check_pasting(engine: "Engine") -> None:
    """Refuse ``--paste`` where nobody can tell what part of a picture the model is given."""
    from autoencoders.preparation import can_be_placed

    if not can_be_placed(engine.dataset, engine.image_shape):
        raise CommandError(
            f"--paste is for models of faces and photographs, square cuts of a picture; what "
            f"{engine.name} is given is no such cut: leave --paste out."
        )


def _doubts(foreign: str | None) -> list[str]:
    return [f"{foreign}; what the model makes of it may mean little."] if foreign else []


def _where(one: ReadyPicture) -> dict[str, Any]:
    """For machines: the square of the photo that was redrawn, and what was done to the photo."""
    if one.photo is None or one.placement is None:
        return {}
    return {"placement": asdict(one.placement), "notes": list(one.notes)}


def _result(redrawn: Redrawn, index: int, one: ReadyPicture) -> "Image.Image":
    """The picture to write: the model's, or the photo with it put back."""
    from autoencoders.placement import paste_back, paste_difference
    from autoencoders.sheets import to_image

    picture = redrawn.pictures[index]
    if one.photo is None or one.placement is None:
        return to_image(picture)
    if redrawn.unedited is not None:
        # Only what the edit changes: what the model cannot draw of a person stays in the photo.
        unedited = redrawn.unedited[index]
        pasted = paste_difference(one.photo, _coloured(picture), _coloured(unedited), one.placement)
    else:
        # Here the model's picture is the answer: noise, say, would stay in a difference.
        pasted = paste_back(one.photo, _coloured(picture), one.placement)
    return pasted.convert(one.photo.mode)  # a grey photo stays grey


def _coloured(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Give a grey picture ``(H, W, 1)`` three equal channels."""
    return np.broadcast_to(picture, (*picture.shape[:2], 3))


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


def save_png(picture: "Image.Image", place: Path) -> None:
    """Write one picture as PNG."""
    from autoencoders.run_folder import write_atomically
    from autoencoders.sheets import encode_png

    place.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(place, encode_png(picture))
