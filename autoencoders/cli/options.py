"""Options that several verbs share, and the checks of what is given to them."""

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from autoencoders.cli.output import CommandError

if TYPE_CHECKING:
    from autoencoders.inference import Engine

    # What ArgumentParser.add_subparsers() returns; its type has no public name.
    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]


FOLDER = "folder"
"""The dataset of models that were trained on a person's own pictures."""


def add_verb(verbs: "Verbs", name: str, text: str) -> argparse.ArgumentParser:
    """Add a verb that knows ``--json``; ``text`` is its help, whose first sentence is listed."""
    first = text.split(". ", maxsplit=1)[0].rstrip(".")
    verb = verbs.add_parser(name, help=first, description=text, allow_abbrev=False)
    verb.add_argument("--json", action="store_true", help="answer with one JSON document")
    return verb


def add_models(verb: argparse.ArgumentParser) -> None:
    """Add ``--models``."""
    verb.add_argument(
        "--models",
        metavar="FOLDER",
        type=Path,
        action="append",
        default=[],
        help="a further folder of models, or a model folder; may be given more than once",
    )


def add_engine(verb: argparse.ArgumentParser) -> None:
    """Add the model and what it computes on."""
    verb.add_argument("model", metavar="MODEL", help="a model's name, or its folder")
    add_computation(verb)


def add_computation(verb: argparse.ArgumentParser) -> None:
    """Add ``--models``, ``--device`` and ``--precision``."""
    add_models(verb)
    add_device(verb)
    verb.add_argument(
        "--precision",
        choices=("auto", "float32", "bfloat16"),
        default="auto",
        help="of the computation (default: auto)",
    )


def add_pictures(verb: argparse.ArgumentParser) -> None:
    """Add the model, what it computes on, and the pictures it is given."""
    add_engine(verb)
    verb.add_argument("pictures", metavar="PICTURE", type=Path, nargs="+", help="a file or folder")


def add_device(verb: argparse.ArgumentParser) -> None:
    """Add ``--device``."""
    verb.add_argument(
        "--device",
        default="auto",
        help="auto, cpu, cuda or mps (default: auto, the fastest there is)",
    )


def add_own_data(verb: argparse.ArgumentParser) -> None:
    """Add ``--data``."""
    verb.add_argument(
        "--data",
        metavar="FOLDER",
        type=Path,
        help="your own pictures, in subfolders if some belong together, in the dataset's place",
    )


def add_data_root(verb: argparse.ArgumentParser) -> None:
    """Add ``--data-root``."""
    verb.add_argument(
        "--data-root",
        metavar="FOLDER",
        type=Path,
        help="where the datasets lie (default: HOURGLASS_DATA, else data)",
    )


def model_places(options: argparse.Namespace) -> list[Path]:
    """Return what ``--models`` names.

    Raises:
        CommandError: if one is no folder.
    """
    places: list[Path] = options.models
    for place in places:
        if not place.is_dir():
            raise CommandError(f"There is no folder {place}; --models names a folder of models.")
    return places


def load_engine(options: argparse.Namespace) -> "Engine":
    """Load the model that the options name.

    Raises:
        ValueError: for an unknown or damaged model, or a device that is not there.
    """
    from autoencoders.inference import Engine
    from autoencoders.registry import find_model

    folder = find_model(options.model, extra=model_places(options))
    return Engine(folder, device=options.device, precision=options.precision)


def writable_folder(folder: Path, *, option: str = "--output") -> Path:
    """Make the folder if need be and try to write into it, before the work and not after it.

    ``option`` is what the person may choose another folder with.

    Raises:
        CommandError: if that is not possible.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise CommandError(
            f"Nothing can be written to {folder} ({error.strerror}); choose another place with "
            f"{option}."
        ) from error
    return folder
