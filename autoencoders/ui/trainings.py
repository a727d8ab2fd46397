"""Small training runs, each in a process of its own: one at a time, the others in a queue.

A run belongs to a browser and lives as long as that browser asks for it: a moment after the last
page that watched it is gone, its process is gone too, and a while later all that it left.
"""

import json
import logging
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from autoencoders.small_runs import Choices, small_recipe
from autoencoders.ui.answers import RefusedError
from autoencoders.ui.training_run import JOB, TrainingRun

_log = logging.getLogger(__name__)

GRACE_S = 20.0
"""Seconds without a word from its browser after which a run is stopped: a reload takes less."""
KEPT_S = 15 * 60.0
"""Seconds after which a run that nobody asks for is forgotten, with its checkpoint."""
LONGEST_S = 30 * 60.0
"""Seconds after which a run makes way for others; it can be resumed, at the end of the queue."""
MOST_WAITING = 8
MOST_KEPT = 24
"""Runs that do not train, of all browsers together; the one unseen for longest goes first."""
TICK_S = 0.5
NICENESS = 10
"""How far a training steps back where others want the processor, the app above all."""

ROOT = Path(__file__).resolve().parents[2]
LEFT = "It was stopped when the page was left, and goes on from its last epoch when you resume it."
STOPPED = "Stopped; it goes on from its last epoch when you resume it."
TOO_LONG = (
    f"It was stopped after {LONGEST_S / 60:.0f} minutes, so that others get their turn; resume it "
    "to go on."
)
CRASHED = (
    "The training ended without a word, perhaps because memory ran out; try fewer pictures or "
    "fewer layers."
)


def job_command(folder: Path) -> list[str]:
    """Return the command that does the job which lies in a folder."""
    return [sys.executable, "-m", "autoencoders.training_job", str(folder)]


class Trainings:
    """The runs of all browsers.  Safe to use from many threads.

    Args:
        clock: seconds.
        command: folder -> what does the job in it.
        watched: whether a thread of its own calls ``sweep``; otherwise somebody else has to.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        command: Callable[[Path], Sequence[str]] = job_command,
        watched: bool = True,
    ) -> None:
        self._clock = clock
        self._command = command
        self._watched = watched
        self._lock = threading.RLock()
        self._runs: dict[str, TrainingRun] = {}  # by browser
        self._queue: list[TrainingRun] = []
        self._watcher: threading.Thread | None = None
        self._folder: Path | None = None
        self._closed = False

    def start(self, browser: str, choices: Choices) -> TrainingRun:
        """Put a run at the end of the queue; what this browser had before is forgotten.

        Raises:
            ConfigError: for a network that is impossible.
            RefusedError: while one of this browser's trains, or when too many wait.
        """
        small_recipe(choices)
        root = data_root()
        with self._lock:
            self._check_room(browser)
            old = self._runs.pop(browser, None)
            if old is not None:
                _remove(old)
            if self._folder is None:
                self._folder = Path(tempfile.mkdtemp(prefix="hourglass-trainings-"))
            id = secrets.token_urlsafe(16)
            run = TrainingRun(browser, id, choices, self._folder / id, self._clock())
            run.folder.mkdir()
            job = {
                "choices": choices.to_dict(),
                "root": root,
                "threads": threads(),
                "niceness": NICENESS,
            }
            (run.folder / JOB).write_text(json.dumps(job))
            self._runs[browser] = run
            self._enqueue(run)
            return run

    def of(self, browser: str) -> TrainingRun | None:
        """Return a browser's run and note that it is still there."""
        with self._lock:
            run = self._runs.get(browser)
            if run is not None:
                run.seen = self._clock()
            return run

    def find(self, browser: str, id: str) -> TrainingRun:
        """Return the run of that id, if it is this browser's.

        Raises:
            RefusedError: 404.
        """
        run = self.of(browser)
        if run is None or not secrets.compare_digest(run.id.encode(), id.encode()):
            raise RefusedError(404, "This training is no longer kept; start another one.")
        return run

    def before(self, run: TrainingRun) -> int:
        """Count the runs that train or wait before this one."""
        with self._lock:
            return self._queue.index(run) if run in self._queue else 0

    def stop(self, run: TrainingRun, text: str = STOPPED) -> None:
        """Stop a run; its checkpoint is kept."""
        with self._lock:
            if not run.active:
                return
            run.change("stopped", text)
            self._leave(run)
        self.sweep()

    def resume(self, run: TrainingRun) -> None:
        """Let a stopped run go on, at the end of the queue.

        Raises:
            RefusedError: when too many wait.
        """
        with self._lock:
            if run.state != "stopped":
                return
            self._check_room(run.browser)
            self._enqueue(run)

    def discard(self, run: TrainingRun) -> None:
        """Forget a run and all that it left."""
        with self._lock:
            self._leave(run)
            if self._runs.get(run.browser) is run:
                del self._runs[run.browser]
            _remove(run)
        self.sweep()

    def sweep(self) -> None:
        """Do what is due: stop runs that were left, forget old ones, start the next."""
        with self._lock:
            now = self._clock()
            for run in list(self._runs.values()):
                if run.active and now - run.seen > GRACE_S:
                    run.change("stopped", LEFT)
                    self._leave(run)
                elif run.state == "running" and now - run.began > LONGEST_S:
                    run.change("stopped", TOO_LONG)
                    self._leave(run)
                elif not run.active and now - run.seen > KEPT_S:
                    self.discard(run)
            idle = sorted((r for r in self._runs.values() if not r.active), key=lambda r: r.seen)
            for run in idle[: max(0, len(idle) - MOST_KEPT)]:
                self.discard(run)
            if self._queue and self._queue[0].state == "waiting" and not self._closed:
                self._begin(self._queue[0])

    def close(self) -> None:
        """End every process and remove every file; nothing starts any more."""
        with self._lock:
            self._closed = True
            for run in list(self._runs.values()):
                self.discard(run)
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)
                self._folder = None

    def _check_room(self, browser: str) -> None:
        run = self._runs.get(browser)
        if self._closed:
            raise RefusedError(503, "The server is being shut down; try again in a minute.")
        if run is not None and run.active:
            raise RefusedError(409, "A training of yours is under way; stop it first.")
        if len(self._queue) > MOST_WAITING:
            raise RefusedError(
                503, f"{MOST_WAITING} trainings wait already; try again in some minutes."
            )

    def _enqueue(self, run: TrainingRun) -> None:
        run.ended = []
        run.change("waiting")
        self._queue.append(run)
        self._watch()
        self.sweep()

    def _leave(self, run: TrainingRun) -> None:
        """Take a run off the queue, and end its process; the checkpoint survives that."""
        if run in self._queue:
            self._queue.remove(run)
            for other in self._queue:
                other.version += 1
        process, run.process = run.process, None
        if process is not None:
            process.kill()
            process.wait()

    def _begin(self, run: TrainingRun) -> None:
        """Start a run's process; the lock is held."""
        count = str(threads())
        # Its standard input is a pipe that nobody writes to: it ends when this process does.
        run.process = subprocess.Popen(
            list(self._command(run.folder)),
            cwd=ROOT,
            env={**os.environ, "OMP_NUM_THREADS": count, "MKL_NUM_THREADS": count},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        run.began = self._clock()
        run.change("running", "Starting")
        threading.Thread(
            target=self._listen, args=(run, run.process), name="training", daemon=True
        ).start()

    def _listen(self, run: TrainingRun, process: "subprocess.Popen[str]") -> None:
        """Hear what a job tells until it ends."""
        assert process.stdout is not None and process.stdin is not None  # noqa: S101, PT018
        with process.stdout, process.stdin:
            for line in process.stdout:
                try:
                    event = json.loads(line)
                except ValueError:
                    _log.warning("A training said %r.", line[:200])
                    continue
                with self._lock:
                    if run.process is process:
                        run.hear(event, now=self._clock())
            process.wait()
        with self._lock:
            if run.process is not process:  # it was stopped, and may have been resumed
                return
            if run.packed is not None:
                run.change("finished")
            elif run.state != "failed":
                run.change("failed", CRASHED)
            self._leave(run)
        self.sweep()

    def _watch(self) -> None:
        if self._watched and self._watcher is None:
            self._watcher = threading.Thread(target=self._go_on, name="trainings", daemon=True)
            self._watcher.start()

    def _go_on(self) -> None:
        while not self._closed:
            time.sleep(TICK_S)
            self.sweep()
            with self._lock:
                if not self._runs:
                    self._watcher = None
                    return


def data_root() -> str | None:
    """Return the folder of the datasets, as another process finds it."""
    from autoencoders.data import find_root  # pages that need no data start quicker without

    root = find_root()
    return None if root is None else str(root.resolve())


def threads() -> int:
    """Cores that a training may keep busy: half of them, so that the app stays quick."""
    return max(1, (os.cpu_count() or 2) // 2)


def _remove(run: TrainingRun) -> None:
    shutil.rmtree(run.folder, ignore_errors=True)
