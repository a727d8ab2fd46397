"""What the server knows of one small training run; it is a browser's, and nobody else sees it."""

import math
import subprocess
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from numpy.typing import NDArray

from autoencoders.small_runs import Choices

State = Literal["waiting", "running", "stopped", "finished", "failed"]

JOB = "job.json"
RUN = "run"
GIVEN = "given.npz"
MODEL = "model.zip"
ATLAS = "atlas.bin"
"""Files in the folder of a run; ``training_job`` writes them."""

RECENT = 3
"""Epochs by whose seconds the time that is left is told."""


@dataclass
class TrainingRun:
    """One run.  Whoever changes it holds the lock of ``Trainings``.

    Attributes:
        browser: whose it is.
        id: unguessable; part of the address of whatever it leaves.
        choices: what was chosen.
        folder: all that it writes.
        seen: when its browser asked for it last, in seconds of the store's clock.
        state: where it stands.
        version: grows with each thing that happens.
        text: what it is at, or why it stopped, in a sentence.
        ready: what the job told before its first epoch.
        losses: training and validation error by epoch, from 1.
        ended: when each of the last epochs ended.
        began: when its process was started.
        measured, packed: what the job told at its end.
        process: the job while it runs.
        axes: of the snapshots so far; see ``training_frames``.
        reading: held while its snapshots are read.
    """

    browser: str
    id: str
    choices: Choices
    folder: Path
    seen: float
    state: State = "waiting"
    version: int = 0
    text: str = ""
    ready: dict[str, Any] | None = None
    losses: dict[int, tuple[float, float]] = field(default_factory=dict)
    ended: list[float] = field(default_factory=list)
    began: float = 0.0
    measured: dict[str, Any] | None = None
    packed: dict[str, Any] | None = None
    process: "subprocess.Popen[str] | None" = None
    axes: list[NDArray[Any]] = field(default_factory=list)
    reading: threading.Lock = field(default_factory=threading.Lock)

    @property
    def active(self) -> bool:
        """Whether it trains or waits to."""
        return self.state in ("waiting", "running")

    @property
    def epoch(self) -> int:
        """Finished epochs."""
        return max(self.losses, default=0)

    def change(self, state: State, text: str = "") -> None:
        """Let it stand somewhere else."""
        self.state, self.text = state, text
        self.version += 1

    def hear(self, event: dict[str, Any], *, now: float) -> None:
        """Take note of what its job tells."""
        kind = event.pop("event", None)
        if kind == "says":
            self.text = str(event["text"])
        elif kind == "ready":
            self.ready, self.text = event, ""
        elif kind == "epoch":
            self.losses[int(event["epoch"])] = (event["train"], event["validation"])
            self.ended = [*self.ended, now][-RECENT - 1 :]
        elif kind == "measured":
            pairs = zip(event.pop("train_loss"), event.pop("validation_loss"), strict=True)
            self.losses = dict(enumerate(pairs, start=1))
            self.measured = event
        elif kind == "packed":
            self.packed = event
        elif kind == "failed":
            self.state, self.text = "failed", str(event["text"])
        self.version += 1

    def seconds_left(self) -> float | None:
        """How long the epochs that are left will take; None before two have ended."""
        if self.state != "running" or len(self.ended) < 2:
            return None
        each = (self.ended[-1] - self.ended[0]) / (len(self.ended) - 1)
        return (self.choices.epochs - self.epoch) * each

    def snapshots(self) -> list[int]:
        """Return the epochs of the snapshots that are there."""
        found = (self.folder / RUN).glob("snapshot-*.npz")
        return sorted(int(path.stem.rpartition("-")[2]) for path in found)

    def status(self, *, before: int) -> dict[str, Any]:
        """Return what its browser is told, plain JSON values.

        Args:
            before: runs that come before it.
        """
        epochs = range(1, self.epoch + 1)
        nothing = (math.nan, math.nan)
        losses = [self.losses.get(epoch, nothing) for epoch in epochs]
        return {
            "id": self.id,
            "state": self.state,
            "version": self.version,
            "text": self.text,
            "before": before,
            "title": self.choices.title,
            "choices": self.choices.to_dict(),
            "epoch": self.epoch,
            "train_loss": [_finite(train) for train, _ in losses],
            "validation_loss": [_finite(validation) for _, validation in losses],
            "seconds_left": self.seconds_left(),
            "ready": self.ready,
            "snapshots": self.snapshots() if self.ready else [],
            "measured": self.measured,
            "packed": self.packed,
            "atlas": self.packed is not None and (self.folder / ATLAS).is_file(),
        }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
