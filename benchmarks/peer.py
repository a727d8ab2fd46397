"""Hourglass's trainer beside pythae's: the same networks, digits, epochs, batches and threads.

pythae (Chadebec, Vincent and Allassonniere, 2022) is what people train autoencoders with today. It
lives in an environment of its own; each of its runs is a process there, timed inside, without the
time its imports take. Ours is timed in a fresh process too.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Literal

import numpy as np

from autoencoders.cli.output import CommandError, Output
from autoencoders.data import load_dataset
from benchmarks.machine import machine
from benchmarks.report import Figure, Report

Family = Literal["ae", "vae"]
SETTINGS: dict[str, Any] = {
    "code_size": 16,
    "epochs": 5,
    "batch_size": 128,
}
RATES: dict[tuple[str, Family], float] = {
    ("ours", "ae"): 1e-2,
    ("theirs", "ae"): 5e-3,
    ("ours", "vae"): 3e-3,
    ("theirs", "vae"): 2e-3,
}
"""Each trainer's learning rate: the best for it on validation pictures of those in RESULTS.md. Ours
falls to zero over the run, pythae's stays, so that one rate cannot serve both."""
PASSES = 3
"""Runs of each; the median counts, and the two take turns."""
LONGEST = 3600
"""Seconds that a run may take."""
NAMES: dict[Family, str] = {"ae": "autoencoder", "vae": "variational autoencoder"}


def measure(
    *, python: Path, data_root: Path | None, threads: int, passes: int, out: Output
) -> Report:
    """Train both families with both, in turns.

    Args:
        python: the interpreter of an environment that has pythae.
        data_root: where MNIST lies.
        threads: for each run.
        passes: how often; medians are told.
        out: where to say how far it is.

    Raises:
        CommandError: where the interpreter has no pythae, or a run fails.
    """
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        _write_data(folder, data_root)
        for family, title in NAMES.items():
            found: dict[str, list[dict[str, float]]] = {"ours": [], "theirs": []}
            for number in range(passes):
                out.warn(f"{title}, {number + 1} of {passes} …")
                asked = {**SETTINGS, "family": family, "threads": threads, "seed": number}
                for name, command in (
                    ("theirs", [str(python), str(Path(__file__).with_name("peer_pythae.py"))]),
                    ("ours", [sys.executable, "-m", "benchmarks.peer"]),
                ):
                    rate = {"learning_rate": RATES[name, family]}
                    run = folder / f"{family}-{number}-{name}"
                    found[name].append(_run(command, run, asked | rate))
            figures += _figures(family, found)
    return Report(
        f"Training beside pythae, {threads} threads, median of {passes}",
        tuple(figures),
        machine("torch"),
    )


def _write_data(folder: Path, root: Path | None) -> None:
    for split in ("train", "validation", "test"):
        images = load_dataset("mnist", split, root=root).images  # type: ignore[arg-type]
        floats = images.transpose(0, 3, 1, 2).astype(np.float32) / 255.0
        np.save(folder / f"{split}.npy", floats)


def _run(command: list[str], folder: Path, asked: dict[str, Any]) -> dict[str, float]:
    """Run one training in a process of its own; return its seconds and its test error."""
    folder.mkdir()
    for split in ("train", "validation", "test"):
        (folder / f"{split}.npy").symlink_to(folder.parent / f"{split}.npy")
    (folder / "asked.json").write_text(json.dumps(asked))
    threads = str(asked["threads"])
    done = subprocess.run(
        [*command, str(folder)],
        env={**os.environ, "OMP_NUM_THREADS": threads, "MKL_NUM_THREADS": threads},
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise CommandError(
            f"{Path(command[0]).name} failed: {last}; name an interpreter whose environment has "
            "pythae and torch."
        )
    answer: dict[str, float] = json.loads((folder / "answer.json").read_text())
    return answer


def _figures(family: Family, found: dict[str, list[dict[str, float]]]) -> list[Figure]:
    median = {
        (name, what): statistics.median(run[what] for run in runs)
        for name, runs in found.items()
        for what in ("seconds", "mse")
    }
    time_ratio = median["ours", "seconds"] / median["theirs", "seconds"]
    mse_ratio = median["ours", "mse"] / median["theirs", "mse"]
    seconds = f"{median['ours', 'seconds']:.1f} s, theirs {median['theirs', 'seconds']:.1f} s"
    errors = f"{median['ours', 'mse']:.5f}, theirs {median['theirs', 'mse']:.5f}"
    return [
        Figure(
            f"{family}_time", f"{NAMES[family]}: time over pythae's", time_ratio,
            f"{time_ratio:.2f} ({seconds})", "at most 1.0, aim 0.5", time_ratio <= 1.0,
        ),
        Figure(
            f"{family}_mse", "  test error over pythae's", mse_ratio,
            f"{mse_ratio:.3f} ({errors})", "at most 1.0", mse_ratio <= 1.0,
        ),
    ]  # fmt: skip


# Our half: run as a module, with a folder as pythae's half takes it ------------------------------


def train(folder: Path) -> None:
    """Train what was asked for and say how long it took and how well test pictures come back."""
    import torch

    from autoencoders.config import ModelConfig, TrainConfig
    from autoencoders.dataset import Dataset
    from autoencoders.training import fit, reconstruction_errors

    asked = json.loads((folder / "asked.json").read_text())
    torch.set_num_threads(asked["threads"])
    variational = asked["family"] == "vae"
    model = ModelConfig(
        family="variational" if variational else "dense",
        height=28,
        width=28,
        channels=1,
        code_size=asked["code_size"],
        encoder_channels=(),
        encoder_hidden=(512,),
        decoder_hidden=(512,),
        decoder_channels=(),
        activation="relu",
    )
    config = TrainConfig(
        dataset="mnist",
        epochs=asked["epochs"],
        batch_size=asked["batch_size"],
        learning_rate=asked["learning_rate"],
        weight_decay=0.0,
        # pythae's loss is half the sum of squared errors plus the divergence: per pixel and
        # without the half, that is a beta of 2.
        beta=2.0 if variational else 0.0,
        beta_warmup=0.0,
        precision="bfloat16",
        seed=asked["seed"],
        snapshots=1,
    )
    sets = {}
    for split in ("train", "validation", "test"):
        floats = np.load(folder / f"{split}.npy")
        images = np.rint(floats.transpose(0, 2, 3, 1) * 255).astype(np.uint8)
        sets[split] = Dataset(
            name="mnist", split=split, images=images, labels=None, label_names=(),
            ids=np.arange(len(images)),
        )  # fmt: skip
    began = time.perf_counter()
    result = fit(
        model, config, train=sets["train"], validation=sets["validation"], run=folder / "run",
        device="cpu", progress="silent",
    )  # fmt: skip
    seconds = time.perf_counter() - began
    errors = reconstruction_errors(result.network, sets["test"].images, device=torch.device("cpu"))
    answer = {"seconds": seconds, "mse": float(errors.mean())}
    (folder / "answer.json").write_text(json.dumps(answer))


if __name__ == "__main__":
    train(Path(sys.argv[1]))
