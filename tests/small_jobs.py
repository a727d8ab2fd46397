"""Small trainings for tests: a job that trains nothing, and waiting for what really happens."""

import json
import sys
import time
from pathlib import Path

import numpy as np

from autoencoders.ui.training_run import GIVEN, RUN

PATIENCE = 120.0
SOON = 0.02

# Does what a job does, in no time: it tells, leaves snapshots, and goes on when it is told to by a
# file beside its folder.  Its pipe tells it when whoever started it is gone.
PRETENDED = """
import json, pathlib, select, sys, time
import numpy as np
folder = pathlib.Path(sys.argv[1])
gates, choices = folder.parent.parent, json.loads((folder / "job.json").read_text())["choices"]
epochs = choices["epochs"]
def tell(event, **said):
    print(json.dumps({"event": event, **said}), flush=True)
def wait(gate):
    while not (gates / gate).exists():
        if select.select([sys.stdin], [], [], 0.01)[0]:
            sys.exit(1)
def snapshot(epoch):
    random = np.random.default_rng(epoch)
    (folder / "run").mkdir(exist_ok=True)
    codes = random.normal(0, 1 + epoch, (20, choices["code_size"])).astype(np.float32)
    pictures = np.full((64, 4, 4, 1), 20 * epoch, np.uint8)
    np.savez(folder / "run" / f"snapshot-{epoch:05d}.npz", codes=codes, reconstructions=pictures)
labels = np.arange(20) % 3
np.savez(folder / "given.npz", images=np.full((64, 4, 4, 1), 99, np.uint8), labels=labels)
tell("says", text="Drawing")
tell("ready", snapshots=list(range(epochs + 1)), names=["a", "b", "c"], pictures=20, weights=9,
     pca=0.05)
snapshot(0)
done = len(list((folder / "run").glob("snapshot-*"))) - 1
for epoch in range(done + 1, epochs + 1):
    wait(f"epoch-{epoch}")
    if choices["seed"] == 13:
        tell("failed", text="The loss became nan in epoch 1; try a learning rate below 0.002.")
        sys.exit(0)
    if choices["seed"] == 14:
        sys.exit(9)
    snapshot(epoch)
    tell("epoch", epoch=epoch, train=0.1 / epoch, validation=0.2 / epoch)
tell("measured", train_loss=[0.1 / e for e in range(1, epochs + 1)],
     validation_loss=[0.2 / e for e in range(1, epochs + 1)], test=0.03, pca=0.05, pictures=20,
     minutes=0.5)
(folder / "model.zip").write_bytes(b"PK")
if choices["code_size"] == 2:
    from autoencoders import sheets
    def decode(codes):  # the brighter the further right
        shade = np.clip(127 + 100 * codes[:, 0], 0, 255).astype(np.uint8)
        return np.broadcast_to(shade[:, None, None, None], (len(codes), 8, 8, 1)).copy()
    sheet = sheets.atlas(decode, (-1.0, 1.0, -1.0, 1.0), 8, 8)
    (folder / "atlas.bin").write_bytes(sheets.pack(sheet.header(), sheet.payload))
tell("packed", bytes=2, name="own")
"""


def pretended(folder: Path) -> list[str]:
    """The command of a job that trains nothing."""
    return [sys.executable, "-c", PRETENDED, str(folder)]


def until(condition, what: str = "it"):
    """Wait for a condition and return what it returns."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(SOON)
    raise AssertionError(f"{what} never happened")


def lives(pid: int) -> bool:
    """Whether a process runs: neither gone nor only not yet reaped."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def snapshot_of(run, epoch: int) -> np.ndarray:
    """Codes of a snapshot, as the job left them."""
    with np.load(run.folder / RUN / f"snapshot-{epoch:05d}.npz") as file:
        return file["codes"]


def told(run) -> dict:
    """What a browser is told, through JSON and back."""
    return json.loads(json.dumps(run.status(before=0), allow_nan=False))


__all__ = ["GIVEN", "lives", "pretended", "snapshot_of", "told", "until"]
