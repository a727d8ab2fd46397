"""What the models are for, on test pictures: smiles, sharp places between people, less noise.

``evaluate`` measures how well pictures come back; here is the rest of what was promised. What is
missing on this disk, a model, a dataset or a package, is left out, and said.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, get_args

from autoencoders.checkpoint import ModelFolderError
from autoencoders.cli.learning import default_run
from autoencoders.cli.output import Output
from autoencoders.data import DataError, load_dataset
from autoencoders.dataset import Dataset, Split
from autoencoders.inference import Engine
from autoencoders.registry import UnknownModelError, find_model
from benchmarks import anomalies, midpoints, noise, smiles
from benchmarks.machine import machine
from benchmarks.report import Figure, Report

Part = Literal["smiles", "midpoints", "noise", "anomalies"]
PARTS: tuple[Part, ...] = get_args(Part)
SHARP, STACKED, PLAIN = "faces-conv-128", "faces-stacked-2", "faces-conv-2"


class Reader:
    """Reads each split of a dataset once, and holds those of one dataset at a time."""

    def __init__(self, root: Path | None, *, progress: bool) -> None:
        self._root = root
        self._progress = progress
        self._held: dict[tuple[str, Split], Dataset] = {}

    def of(self, name: str) -> Callable[[Split], Dataset]:
        """Return what gives a split of this dataset."""

        def read(split: Split) -> Dataset:
            if (name, split) not in self._held:
                # Whole photographs take gigabytes: what another dataset took is given back first.
                self._held = {key: data for key, data in self._held.items() if key[0] == name}
                self._held[name, split] = load_dataset(
                    name, split, root=self._root, progress=self._progress
                )
            return self._held[name, split]

        return read


class Desk:
    """What every part is given: engines, data, somewhere to say what is left out."""

    def __init__(self, models: Sequence[Path], reader: Reader, out: Output) -> None:
        self.models = models
        self.reader = reader
        self.out = out
        self.left_out: list[str] = []

    def skip(self, what: str, why: object) -> None:
        """Note, and say at once, that something is not measured."""
        self.left_out.append(f"{what}: left out. {why}")
        self.out.warn(self.left_out[-1])

    def engine(self, name: str, what: str) -> Engine | None:
        """Load a model; None, and a note, where it is not there or damaged."""
        try:
            return Engine(find_model(name, extra=self.models))
        except (UnknownModelError, ModelFolderError) as error:
            self.skip(what, error)
            return None


def measure(
    *, parts: Sequence[Part], models: Sequence[Path], data_root: Path | None, out: Output
) -> Report:
    """Measure the parts, of all that there is.

    Args:
        parts: of ``PARTS``; none: all of them.
        models: further folders of models.
        data_root: see ``data.find_root``.
        out: for progress and for what is left out.

    Raises:
        ValueError: where nothing could be measured.
    """
    desk = Desk(models, Reader(data_root, progress=not out.as_json), out)
    figures: list[Figure] = []
    for part in parts or PARTS:
        for what, work in _JOBS[part](desk):
            try:
                figures += [replace(each, key=f"{part}/{each.key}") for each in work()]
            except (DataError, ValueError) as error:
                desk.skip(what, error)
    if not figures:
        raise ValueError("Nothing could be measured. " + " ".join(desk.left_out))
    packages = ["torch", "numpy", "scipy"]
    title = "Measured on test pictures"
    return Report(title, tuple(figures), machine(*packages), tuple(desk.left_out))


Job = tuple[str, Callable[[], list[Figure]]]
"""What is measured, in words, and what measures it."""


def _smiles(desk: Desk) -> Iterator[Job]:
    engine = desk.engine(SHARP, "smiles")
    if engine is not None:
        cache = default_run("judges")
        read = desk.reader.of(engine.dataset)
        yield "smiles", lambda: smiles.measure(engine, read, cache=cache, out=desk.out)


def _midpoints(desk: Desk) -> Iterator[Job]:
    stacked = desk.engine(STACKED, "midpoints")
    if stacked is None:
        return
    plain = desk.engine(PLAIN, f"midpoints of {PLAIN}")
    read = desk.reader.of(stacked.dataset)
    yield "midpoints", lambda: midpoints.measure(stacked, plain, read("test"))


def _noise(desk: Desk) -> Iterator[Job]:
    for sentence in noise.missing():
        desk.skip("noise", sentence)
    for name, trial in noise.TRIALS.items():
        engine = desk.engine(name, f"noise, {name}")
        if engine is not None:
            yield f"noise, {name}", _noise_job(engine, trial, desk)


def _noise_job(engine: Engine, trial: noise.Trial, desk: Desk) -> Callable[[], list[Figure]]:
    read = desk.reader.of(engine.dataset)
    return lambda: noise.measure(engine, trial, read, desk.out)


def _anomalies(desk: Desk) -> Iterator[Job]:
    engine = desk.engine(SHARP, "anomalies on faces")
    if engine is not None:
        read = desk.reader.of(engine.dataset)
        yield "anomalies on faces", lambda: anomalies.measure_faces(engine, read)
    digits = desk.reader.of(anomalies.TRAINING.dataset)
    yield "one digit against nine", lambda: anomalies.measure_digits(digits, desk.out)


_JOBS: dict[Part, Callable[[Desk], Iterator[Job]]] = {
    "smiles": _smiles,
    "midpoints": _midpoints,
    "noise": _noise,
    "anomalies": _anomalies,
}
