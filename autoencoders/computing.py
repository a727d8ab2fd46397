"""Running a network on any number of pictures: in parts that fit, one caller at a time."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

T = TypeVar("T", bound=np.generic)
S = TypeVar("S", bound=np.generic)
R = TypeVar("R")

FEW_PICTURES = 8
"""So many are computed on one thread of the CPU."""
MOST_PICTURES = 1024
"""So many at most are computed at a time."""
MOST_NUMBERS = {"cpu": 2**19}
"""So many numbers of pictures at most are computed at a time, by the kind of device.

On a CPU that is 42 pictures of 64x64 in colour, about 60 ms: as fast for each picture as twice as
many, and whoever waits with a pointer at rest waits no longer for a strip that is being decoded.
"""
MOST_NUMBERS_ELSEWHERE = 2**20
_THREADS = torch.get_num_threads()


class Turns:
    """A lock that whoever waits for a few pictures gets before whoever works on many.

    A plain lock is mostly taken again by the thread that has just let it go: an exact picture then
    waits for all parts of a long strip instead of for one.
    """

    def __init__(self) -> None:
        self._change = threading.Condition()
        self._busy = False
        self._hurried = 0

    @contextmanager
    def taken(self, *, hurried: bool) -> Iterator[None]:
        """Wait for a turn and hold it for the block.

        Args:
            hurried: before all that wait without hurry.
        """
        with self._change:
            self._hurried += hurried
            try:
                self._change.wait_for(lambda: not self._busy and (hurried or self._hurried == 0))
            finally:
                self._hurried -= hurried
            self._busy = True
        try:
            yield
        finally:
            with self._change:
                self._busy = False
                self._change.notify_all()


class Computing:
    """Takes work in parts, each in a turn of its own, on one device in one precision.

    Args:
        device: where.
        bfloat16: in mixed precision instead of float32.
        numbers: in one picture; decides how many are computed at a time.
    """

    def __init__(self, device: torch.device, *, bfloat16: bool, numbers: int) -> None:
        self.device = device
        self._bfloat16 = bfloat16
        self._turns = Turns()
        most = MOST_NUMBERS.get(device.type, MOST_NUMBERS_ELSEWHERE)
        self._part = min(MOST_PICTURES, max(1, most // numbers))

    def in_parts(
        self, job: Callable[[NDArray[S]], NDArray[T]], values: NDArray[S], empty: NDArray[T]
    ) -> NDArray[T]:
        """Run ``job`` on parts that fit into memory; on out-of-memory the parts are halved.

        Args:
            job: rows to as many rows.
            values: what it is run on, row by row.
            empty: what comes back for no rows.

        Raises:
            MemoryError: when not even one row fits.
        """
        hurried = len(values) <= FEW_PICTURES
        results: list[NDArray[T]] = []
        start = 0
        while start < len(values):
            part = values[start : start + self._part]
            try:
                turn = self._turns.taken(hurried=hurried)
                with turn, torch.inference_mode(), self._autocast():
                    self._choose_threads(len(part))
                    results.append(job(part))
            except (torch.OutOfMemoryError, MemoryError):
                if len(part) == 1:
                    raise
                if self.device.type == "cuda":
                    torch.cuda.empty_cache()
                self._part = max(1, len(part) // 2)
                continue
            start += len(part)
        return np.concatenate(results) if results else empty

    def at_once(self, job: Callable[[], R]) -> R:
        """Run ``job``, which works on a few pictures, in a turn of its own."""
        turn = self._turns.taken(hurried=True)
        with turn, torch.inference_mode(), self._autocast():
            self._choose_threads(1)
            return job()

    def _choose_threads(self, count: int) -> None:
        """Compute a few pictures on one thread.

        Sharing so little work costs more than it saves: on a busy machine each share waits for a
        core. The setting is torch's, not the engine's, so it is chosen anew each time.
        """
        if self.device.type == "cpu":
            torch.set_num_threads(1 if count <= FEW_PICTURES else _THREADS)

    def _autocast(self) -> torch.autocast:
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self._bfloat16)
