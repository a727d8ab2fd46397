"""The verb ``train``."""

import argparse
import dataclasses
import os
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autoencoders.cli.measuring import lines_of
from autoencoders.cli.options import (
    FOLDER,
    add_data_root,
    add_device,
    add_own_data,
    add_verb,
    writable_folder,
)
from autoencoders.cli.output import CommandError, Output

if TYPE_CHECKING:
    from autoencoders.cli.options import Verbs
    from autoencoders.config import ModelConfig, Recipe
    from autoencoders.dataset import Dataset, Source

_OVERRIDES: dict[str, type] = {
    "epochs": int,
    "seed": int,
    "batch_size": int,
    "learning_rate": float,
    "limit": int,
    "precision": str,
}
_MEANINGS = {
    "epochs": "passes over the training pictures",
    "seed": "decides initial weights, order and augmentation",
    "batch_size": "pictures a step",
    "learning_rate": "its peak",
    "limit": "use only so many training pictures (0: all)",
    "precision": "float32 or bfloat16",
}


def add_verbs(verbs: "Verbs") -> None:
    """Add the verb."""
    train = add_verb(
        verbs,
        "train",
        "Train a model, or go on where its run stopped. Its folder is written when training ends; "
        "after Ctrl+C or a kill the same command goes on from the last checkpoint.",
    )
    train.add_argument("name", metavar="NAME", help="which model; an unknown name lists them")
    for name, kind in _OVERRIDES.items():
        option = "--" + name.replace("_", "-")
        train.add_argument(option, type=kind, metavar=kind.__name__.upper(), help=_MEANINGS[name])
    train.add_argument(
        "--run",
        metavar="FOLDER",
        type=Path,
        help="for checkpoints (default: NAME in HOURGLASS_RUNS, else in the cache folder)",
    )
    train.add_argument(
        "--output",
        metavar="FOLDER",
        type=Path,
        help="the model folder to write (default: pretrained/NAME)",
    )
    train.add_argument(
        "--replace", action="store_true", help="replace the model that --output holds already"
    )
    add_own_data(train)
    add_data_root(train)
    add_device(train)
    train.set_defaults(run_verb=train_model)


def default_run(name: str) -> Path:
    """Return the folder of a model's run: in HOURGLASS_RUNS, else in the person's cache folder."""
    named = os.environ.get("HOURGLASS_RUNS")
    if named:
        return Path(named) / name
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "hourglass" / "runs" / name


def train_model(options: argparse.Namespace) -> int:
    """Run ``train``."""
    from autoencoders.checkpoint import SHIPPED, load_network
    from autoencoders.dataset import check_apart
    from autoencoders.devices import select_device
    from autoencoders.publish import publish
    from autoencoders.recipes import recipe
    from autoencoders.training import fit

    out = Output(as_json=options.json)
    changes = {name: value for name in _OVERRIDES if (value := getattr(options, name)) is not None}
    if options.data is not None:
        changes["dataset"] = FOLDER
    chosen = _changed(recipe(options.name), changes)
    name = options.name if options.data is None else own_name(options.data, chosen.model)
    target = _free_folder(options.output or SHIPPED / name, replace=options.replace)
    run = writable_folder(options.run or default_run(name), option="--run")
    device = str(select_device(options.device))
    base = _base(chosen.model.base, options)
    source, (train, validation, test) = _read_data(chosen, options)
    check_apart((train, validation, test))
    for problem in dict.fromkeys(train.problems + validation.problems + test.problems):
        out.warn(problem)
    out.say(f"Training {name} on {device}; Ctrl+C stops it.")
    try:
        result = fit(
            chosen.model,
            chosen.training,
            train=train,
            validation=validation,
            run=run,
            base=None if base is None else load_network(base)[0],
            device=device,
            progress="silent" if options.json else "bar",
        )
    except KeyboardInterrupt:
        out.warn("The same command goes on from the last checkpoint.")
        raise
    evaluation, problems = publish(
        target, chosen, result, train=train, validation=validation, test=test, source=source,
        command=command_of(options.name, changes, data=options.data), device=device, base=base,
    )  # fmt: skip
    for problem in problems:
        out.warn(problem)
    measures = evaluation.to_dict()
    out.answer({"folder": str(target), "minutes": round(result.minutes, 1), "test": measures})
    out.say(*lines_of(measures), f"Written to {target} ({result.minutes:.1f} minutes of training).")
    return 0


def own_name(folder: Path, model: "ModelConfig") -> str:
    """Return what a model trained on a person's own pictures is called: data, family, size."""
    data = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-") or "pictures"
    family = {"convolutional": "conv", "variational": "vae"}.get(model.family, model.family)
    return f"{data}-{family}-{model.code_size}"


def _base(name: str, options: argparse.Namespace) -> Path | None:
    """Return the folder of the model that a stacked one stands on."""
    from autoencoders.registry import find_model

    beside = [options.output.parent] if options.output else []
    return find_model(name, extra=beside) if name else None


def _read_data(
    recipe: "Recipe", options: argparse.Namespace
) -> "tuple[Source, tuple[Dataset, Dataset, Dataset]]":
    """Read the three splits of the recipe's dataset, or of a folder of pictures."""
    from autoencoders.data import load_dataset, source_of
    from autoencoders.folders import folder_source, read_folder

    progress = not options.json
    if options.data is None:
        name, root = recipe.training.dataset, options.data_root
        return source_of(name), (
            load_dataset(name, "train", root=root, progress=progress),
            load_dataset(name, "validation", root=root, progress=progress),
            load_dataset(name, "test", root=root, progress=progress),
        )
    shape = recipe.model.image_shape
    return folder_source(options.data), (
        read_folder(options.data, "train", shape=shape, progress=progress),
        read_folder(options.data, "validation", shape=shape, progress=progress),
        read_folder(options.data, "test", shape=shape, progress=progress),
    )


def command_of(name: str, changes: dict[str, Any], *, data: Path | None = None) -> str:
    """Return the command that trains this model again, anywhere: what changes the weights only."""
    given = [
        f"--{key.replace('_', '-')} {value}" for key, value in changes.items() if key != "dataset"
    ]
    if data is not None:
        given.insert(0, f"--data {shlex.quote(data.name)}")
    return " ".join(["python -m autoencoders train", shlex.quote(name), *given])


def _changed(recipe: "Recipe", changes: dict[str, Any]) -> "Recipe":
    """Put the options in the place of the recipe's values.  Raises ConfigError for wrong ones."""
    from autoencoders.config import TrainConfig

    training = TrainConfig.from_dict(recipe.training.to_dict() | changes)
    return dataclasses.replace(recipe, training=training)


def _free_folder(folder: Path, *, replace: bool) -> Path:
    """Return the folder to write a model to, if nothing else is lost by that."""
    from autoencoders.checkpoint import CONFIG

    if folder.is_dir() and any(folder.iterdir()):
        if not (folder / CONFIG).exists():
            raise CommandError(
                f"The folder {folder} holds other files; name a new one with --output."
            )
        if not replace:
            raise CommandError(
                f"The folder {folder} holds a model already; name another with --output, or "
                "replace it with --replace."
            )
    return writable_folder(folder)
