"""Running a network on any number of pictures: in parts that fit, one caller at a time."""

import threading
from collections.abc import Callable
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

T = TypeVar("T", bound=np.generic)
S = TypeVar("S", bound=np.generic)

FEW_PICTURES = 8
"""So many are computed on one thread of the CPU."""
MOST_PICTURES = 1024
"""So many at most are computed at a time."""
MOST_NUMBERS = 2**20
"""So many numbers of pictures at most are computed at a time: of 64x64 in colour, 85 pictures."""
_THREADS = torch.get_num_threads()


class Computing:
    """Takes work in parts, with a lock around each, on one device in one precision.

    Args:
        device: where.
        bfloat16: in mixed precision instead of float32.
        numbers: in one picture; decides how many are computed at a time.
    """

    def __init__(self, device: torch.device, *, bfloat16: bool, numbers: int) -> None:
        self.device = device
        self._bfloat16 = bfloat16
        self._lock = threading.Lock()
        self._part = min(MOST_PICTURES, max(1, MOST_NUMBERS // numbers))

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
        results: list[NDArray[T]] = []
        start = 0
        while start < len(values):
            part = values[start : start + self._part]
            try:
                with self._lock, torch.inference_mode(), self._autocast():
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

    def _choose_threads(self, count: int) -> None:
        """Compute a few pictures on one thread.

        Sharing so little work costs more than it saves: on a busy machine each share waits for a
        core. The setting is torch's, not the engine's, so it is chosen anew each time.
        """
        if self.device.type == "cpu":
            torch.set_num_threads(1 if count <= FEW_PICTURES else _THREADS)

    def _autocast(self) -> torch.autocast:
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self._bfloat16)
