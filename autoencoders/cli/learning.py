"""The verbs ``train`` and ``evaluate``."""

import argparse
import dataclasses
import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autoencoders.cli.options import (
    add_data_root,
    add_device,
    add_engine,
    add_verb,
    load_engine,
    writable_folder,
)
from autoencoders.cli.output import CommandError, Output, table

if TYPE_CHECKING:
    from autoencoders.cli.options import Verbs
    from autoencoders.recipes import Recipe

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
    """Add both verbs."""
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
    add_data_root(train)
    add_device(train)
    train.set_defaults(run_verb=train_model)

    evaluate = add_verb(
        verbs,
        "evaluate",
        "Measure a model on its dataset, with PCA of the same code size beside it. Mean squared "
        "error is on 0..1, PSNR the mean of each picture's, and the neighbour accuracy that of 15 "
        "nearest neighbours in the code, leave-one-out.",
    )
    add_engine(evaluate)
    evaluate.add_argument(
        "--split",
        choices=("train", "validation", "test"),
        default="validation",
        help="which pictures (default: validation)",
    )
    add_data_root(evaluate)
    evaluate.set_defaults(run_verb=evaluate_model)


def default_run(name: str) -> Path:
    """Return the folder of a model's run: in HOURGLASS_RUNS, else in the person's cache folder."""
    named = os.environ.get("HOURGLASS_RUNS")
    if named:
        return Path(named) / name
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "hourglass" / "runs" / name


def train_model(options: argparse.Namespace) -> int:
    """Run ``train``."""
    from autoencoders.checkpoint import SHIPPED
    from autoencoders.data import load_dataset
    from autoencoders.devices import select_device
    from autoencoders.publish import publish
    from autoencoders.recipes import recipe
    from autoencoders.training import fit

    out = Output(as_json=options.json)
    changes = {name: value for name in _OVERRIDES if (value := getattr(options, name)) is not None}
    chosen = _changed(recipe(options.name), changes)
    target = _free_folder(options.output or SHIPPED / options.name, replace=options.replace)
    run = writable_folder(options.run or default_run(options.name), option="--run")
    device = str(select_device(options.device))
    name, root = chosen.training.dataset, options.data_root
    train, validation, test = (
        load_dataset(name, "train", root=root),
        load_dataset(name, "validation", root=root),
        load_dataset(name, "test", root=root),
    )
    out.say(f"Training {options.name} on {device}; Ctrl+C stops it.")
    try:
        result = fit(
            chosen.model,
            chosen.training,
            train=train,
            validation=validation,
            run=run,
            device=device,
            progress="silent" if options.json else "bar",
        )
    except KeyboardInterrupt:
        out.warn("The same command goes on from the last checkpoint.")
        raise
    evaluation = publish(
        target, chosen, result, train=train, test=test, command=command_of(options.name, changes),
        device=device,
    )  # fmt: skip
    measures = evaluation.to_dict()
    out.answer({"folder": str(target), "minutes": round(result.minutes, 1), "test": measures})
    out.say(
        *_measures(measures), f"Written to {target} ({result.minutes:.1f} minutes of training)."
    )
    return 0


def command_of(name: str, changes: dict[str, Any]) -> str:
    """Return the command that trains this model again, anywhere: what changes the weights only."""
    given = [f"--{key.replace('_', '-')} {value}" for key, value in changes.items()]
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


def evaluate_model(options: argparse.Namespace) -> int:
    """Run ``evaluate``."""
    from autoencoders.data import load_dataset
    from autoencoders.evaluation import evaluate
    from autoencoders.metrics import PCA

    out = Output(as_json=options.json)
    engine = load_engine(options)
    with out.bar(total=3, unit="step") as bar:
        bar.set_description("reading")
        dataset = load_dataset(engine.dataset, options.split, root=options.data_root)
        train = load_dataset(engine.dataset, "train", root=options.data_root)
        bar.update()
        bar.set_description("fitting PCA")
        pca = PCA.fit(train.images, components=engine.code_size)
        bar.update()
        bar.set_description("measuring")
        measures = evaluate(engine, dataset, pca=pca).to_dict()
        bar.update()
    out.answer(measures | {"device": engine.device, "precision": engine.precision})
    out.say(*_measures(measures))
    return 0


def _measures(measures: dict[str, Any]) -> list[str]:
    rows = [
        ("", measures["model"], "PCA"),
        ("mean squared error", f"{measures['mse']:.4f}", f"{measures['pca_mse']:.4f}"),
        ("PSNR in dB", f"{measures['psnr']:.2f}", ""),
    ]
    if measures["neighbour_accuracy"] is not None:
        rows.append(
            (
                "15-neighbour accuracy",
                f"{measures['neighbour_accuracy']:.3f}",
                f"{measures['pca_neighbour_accuracy']:.3f}",
            )
        )
    heading = f"{measures['pictures']:,} {measures['split']} pictures of {measures['dataset']}"
    return [heading, *table(rows, right=(1, 2))]
