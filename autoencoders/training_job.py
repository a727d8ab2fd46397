"""One small training run in a process of its own: ``python -m autoencoders.training_job FOLDER``.

The app starts it (``ui/trainings.py``) and never trains itself.  What it is to do lies in the
folder, ``job.json``; what it leaves there: ``run/`` (checkpoint and snapshots), ``given.npz``, and
at the end ``model.zip`` and, of a code of two numbers, ``atlas.bin``.  What happens is told on
standard output, a line of JSON for each event.  It ends as soon as whoever started it is gone:
standard input is a pipe that nothing is written to.
"""

import contextlib
import dataclasses
import io
import json
import os
import select
import shutil
import sys
import tempfile
import threading
import zipfile
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import torch
from numpy.typing import NDArray

from autoencoders import data, drawn, drawn_dataset, sheets
from autoencoders.config import TrainConfig
from autoencoders.corruption import corrupt_for_training
from autoencoders.dataset import DataError, Dataset, Source, Split
from autoencoders.images import to_network, to_pixels
from autoencoders.inference import Engine
from autoencoders.latent import plane_extent
from autoencoders.metrics import PCA
from autoencoders.models import build, count_parameters
from autoencoders.publish import publish
from autoencoders.run_folder import write_atomically
from autoencoders.small_runs import SIDES, Choices, small_recipe
from autoencoders.snapshots import RECONSTRUCTIONS, snapshot_epochs
from autoencoders.training import FitResult, TrainingError, fit, reconstruction_errors

JOB = "job.json"
RUN = "run"
GIVEN = "given.npz"
MODEL = "model.zip"
ATLAS = "atlas.bin"
GRID = 24
VALIDATED: dict[str, int] = {"drawn": 500, "mnist": 1_000}
"""Validation pictures, whose codes are the map; as many test pictures measure the result."""
SPREAD = {
    "hair": 1.0,
    "hair_tone": 1.0,
    "skin": 1.0,
    "eyeglasses": 1.0,
    "smiling": 1.0,
    "pose": 0.15,
}
"""How far the drawn faces vary: two numbers have room for hair and skin, eight for glasses too."""
KINDS = ("bald", "short hair", "long hair")
"""What the drawn faces of the map are coloured by."""
WATCH_S = 1.0


def tell(event: str, **said: Any) -> None:
    """Say that something happened."""
    sys.stdout.write(json.dumps({"event": event, **said}) + "\n")
    sys.stdout.flush()


def end_with_parent(folder: Path) -> None:
    """End this process, and remove its folder, when the one that started it is gone."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            readable, _, _ = select.select([sys.stdin.fileno()], [], [], WATCH_S)
            if readable and not os.read(sys.stdin.fileno(), 1):
                break
        give_up(folder)

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()


def give_up(folder: Path) -> NoReturn:
    """End this process and remove what it left: nobody is there any more to whom it is of use."""
    shutil.rmtree(folder, ignore_errors=True)
    with contextlib.suppress(OSError):  # other runs lie there
        folder.parent.rmdir()
    os._exit(1)


def read_pictures(choices: Choices, split: Split, count: int, *, root: str | None) -> Dataset:
    """Read or draw the first pictures of a split, in the size that small runs have.

    Raises:
        DataError: for data that is missing or damaged.
    """
    if choices.data == "drawn":
        whole = drawn_dataset.first(count, split, spread=SPREAD)
        return dataclasses.replace(whole, images=halved(whole.images))
    whole = data.load_dataset(choices.data, split, root=root)
    return dataclasses.replace(
        whole,
        images=whole.images[:count],
        labels=None if whole.labels is None else whole.labels[:count],
        ids=whole.ids[:count],
    )


def halved(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Halve the sides of pictures ``(N, H, W, C)`` by averaging 2x2 pixels."""
    count, height, width, channels = images.shape
    blocks = images.reshape(count, height // 2, 2, width // 2, 2, channels)
    return np.asarray(np.rint(blocks.mean(axis=(2, 4), dtype=np.float32)), np.uint8)


def kinds_of(dataset: Dataset) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Return what the points are coloured by, int64 ``(N,)``, and what each number means."""
    if dataset.labels is not None:
        return dataset.labels, dataset.label_names
    parameters, _ = drawn_dataset.numbers(len(dataset), dataset.split)
    hair = parameters[:, drawn.NAMES.index("hair")]
    return np.digitize(hair, [-1 / 3, 1 / 3]).astype(np.int64), KINDS


def train(folder: Path, choices: Choices, *, root: str | None) -> None:
    """Train, or go on, and measure what came of it.

    Raises:
        TrainingError, ValueError, MemoryError: what ``fit`` raises, and for missing data.
    """
    recipe = small_recipe(choices)
    count = VALIDATED[choices.data]
    doing = (
        f"Drawing {choices.pictures + count:,} faces"
        if choices.data == "drawn"
        else "Reading digits"
    )
    tell("says", text=doing)
    learned = read_pictures(choices, "train", choices.pictures, root=root)
    validation = read_pictures(choices, "validation", count, root=root)
    labels, names = kinds_of(validation)
    given = io.BytesIO()
    np.savez_compressed(given, images=validation.images[:RECONSTRUCTIONS], labels=labels)
    write_atomically(folder / GIVEN, given.getvalue())
    pca = PCA.fit(learned.images, components=choices.code_size)
    tell(
        "ready",
        snapshots=snapshot_epochs(choices.epochs, recipe.training.snapshots),
        names=names,
        pictures=len(validation),
        weights=count_parameters(build(recipe.model)),
        pca=error_of_pca(pca, validation.images, recipe.training),
    )
    result = fit(
        recipe.model,
        recipe.training,
        train=learned,
        validation=validation,
        run=folder / RUN,
        progress="silent",
        on_epoch=lambda epoch, train, validation: tell(
            "epoch", epoch=epoch, train=train, validation=validation
        ),
    )
    tell("says", text="Measuring on pictures it has never seen")
    test = read_pictures(choices, "test", count, root=root)
    device = next(result.network.parameters()).device
    errors = reconstruction_errors(
        result.network, test.images, device=device, noise=recipe.training
    )
    tell(
        "measured",
        train_loss=result.history.train_loss.tolist(),
        validation_loss=result.history.validation_loss.tolist(),
        test=float(errors.mean()),
        pca=error_of_pca(pca, test.images, recipe.training),
        pictures=len(test),
        minutes=result.minutes,
    )
    tell("says", text="Packing the model")
    pack(folder, choices, result, splits=(learned, validation, test), device=str(device))


def error_of_pca(pca: PCA, images: NDArray[np.uint8], training: TrainConfig) -> float:
    """Return PCA's mean squared error; of noisy pictures, where the network is given those."""
    if not training.noise:
        return float(pca.errors(images).mean())
    generator = torch.Generator().manual_seed(0)
    noisy = to_pixels(corrupt_for_training(to_network(images), training, generator=generator))
    redrawn = pca.decode(pca.encode(noisy), shape=images.shape[1:])
    return float(np.square((redrawn.astype(np.float32) - images) / 255).mean())


def pack(
    folder: Path,
    choices: Choices,
    result: FitResult,
    *,
    splits: tuple[Dataset, Dataset, Dataset],
    device: str,
) -> None:
    """Write the model folder, as ``train`` of the command line does, into one file."""
    train, validation, test = splits
    with tempfile.TemporaryDirectory(dir=folder) as place:
        model = Path(place) / choices.name
        publish(
            model,
            small_recipe(choices),
            result,
            train=train,
            validation=validation,
            test=test,
            source=source_of(choices),
            command=f"on the page Training: {described(choices)}",
            device=device,
        )
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(model.iterdir()):
                archive.write(file, f"{choices.name}/{file.name}")
        write_atomically(folder / MODEL, packed.getvalue())
        if choices.code_size == 2:
            write_atomically(folder / ATLAS, atlas_of(Engine(model, device="cpu")))
    tell("packed", bytes=len(packed.getvalue()), name=choices.name)


def atlas_of(engine: Engine) -> bytes:
    """Pack a sheet over the whole map, so that it can be dragged when this process is gone."""
    extent = plane_extent(engine.latents.codes)
    sheet = sheets.atlas(engine.decode, extent, GRID, GRID, encoding=sheets.Encoding(quality=92))
    return sheets.pack(sheet.header(), sheet.payload)


def source_of(choices: Choices) -> Source:
    """Return what the pictures are, for the model's card."""
    source = data.source_of(choices.data)
    if choices.data != "drawn":
        return source
    return dataclasses.replace(
        source,
        crop="half the size that they are drawn in",
        seen="drawings of faces with all kinds of hair and skin before one backdrop",
    )


def described(choices: Choices) -> str:
    """Return choices as one line."""
    return ", ".join(f"{name} {value}" for name, value in choices.to_dict().items())


def main(folder: Path) -> int:
    """Do the job that lies in a folder; return the exit code."""
    end_with_parent(folder)
    job = json.loads((folder / JOB).read_text())
    os.nice(job["niceness"])
    torch.set_num_threads(job["threads"])
    choices = Choices.from_dict(job["choices"])
    try:
        train(folder, choices, root=job["root"])
    except BrokenPipeError:  # noticed before the watch did
        give_up(folder)
    except (torch.OutOfMemoryError, MemoryError):
        height, width, _ = SIDES[choices.data]
        tell(
            "failed",
            text=f"There is not enough memory for {choices.pictures:,} pictures of "
            f"{height}x{width}; use fewer pictures or fewer layers.",
        )
    except (TrainingError, DataError, ValueError) as error:
        tell("failed", text=str(error))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
