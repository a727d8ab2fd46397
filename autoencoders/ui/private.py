"""Pictures that belong to one browser: kept in memory only, bounded, forgotten after a while."""

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Prepared = tuple[NDArray[np.uint8], tuple[str, ...]]
"""A picture as a model takes it, uint8 ``(H, W, C)``, and a note on each thing that was done."""

PER_BROWSER = 24
"""Uploads kept for one browser; the oldest goes first."""

TOTAL_BYTES = 256 * 2**20
"""Bytes of pictures kept for all browsers together; the oldest goes first."""

LIFETIME_S = 6 * 3600.0
"""Seconds after which an upload is forgotten."""


@dataclass(frozen=True, kw_only=True)
class Upload:
    """One uploaded picture and what was made of it.

    Attributes:
        browser: the cookie of the browser it belongs to.
        id: unguessable; part of the address of each of its images.
        model: name of the model that looked at it.
        answer: what the browser was told about it, plain JSON values.
        images: PNG files by name.
        born: when it was kept, in seconds of the store's clock.
        source: the file as it came, for other models to look at.
    """

    browser: str
    id: str
    model: str
    answer: Mapping[str, Any]
    images: Mapping[str, bytes] = field(repr=False)
    born: float
    source: bytes = field(default=b"", repr=False)
    _prepared: dict[str, Prepared] = field(default_factory=dict, repr=False)

    @property
    def size(self) -> int:
        """Bytes of the file and of all its images."""
        made = sum(pixels.nbytes for pixels, _ in tuple(self._prepared.values()))
        return len(self.source) + sum(map(len, self.images.values())) + made

    def prepared_for(self, digest: str, prepare: Callable[[], Prepared]) -> Prepared:
        """Return the picture as a model takes it, prepared at the first time it is asked for.

        Args:
            digest: of the model.
            prepare: makes pixels, uint8 ``(H, W, C)``, and a note on each thing that was done.
        """
        if digest not in self._prepared:
            self._prepared[digest] = prepare()  # by two at once: twice the same
        return self._prepared[digest]


class PrivateStore:
    """Uploads by browser. Safe to use from many threads."""

    def __init__(
        self,
        *,
        per_browser: int = PER_BROWSER,
        total_bytes: int = TOTAL_BYTES,
        lifetime_s: float = LIFETIME_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._per_browser = per_browser
        self._total_bytes = total_bytes
        self._lifetime_s = lifetime_s
        self._clock = clock
        self._lock = threading.Lock()
        self._uploads: dict[str, Upload] = {}  # oldest first

    def new_id(self) -> str:
        """Return an id that cannot be guessed (128 random bits)."""
        return secrets.token_urlsafe(16)

    def keep(
        self,
        *,
        browser: str,
        id: str,
        model: str,
        answer: Mapping[str, Any],
        images: Mapping[str, bytes],
        source: bytes = b"",
    ) -> Upload:
        """Keep an upload for its browser; the oldest ones go when there is no more room."""
        upload = Upload(
            browser=browser,
            id=id,
            model=model,
            answer=answer,
            images=images,
            born=self._clock(),
            source=source,
        )
        with self._lock:
            self._uploads[id] = upload
            self._make_room(browser)
        return upload

    def find(self, *, browser: str, id: str) -> Upload | None:
        """Return an upload if it is there and belongs to this browser."""
        with self._lock:
            self._forget_the_old()
            upload = self._uploads.get(id)
        if upload is None or not secrets.compare_digest(upload.browser, browser):
            return None
        return upload

    def of(self, *, browser: str, model: str) -> list[Upload]:
        """Return this browser's uploads to a model, oldest first."""
        with self._lock:
            self._forget_the_old()
            return [
                upload
                for upload in self._uploads.values()
                if upload.model == model and secrets.compare_digest(upload.browser, browser)
            ]

    def forget(self, *, browser: str, id: str) -> bool:
        """Delete an upload of this browser; say whether it was there."""
        if self.find(browser=browser, id=id) is None:
            return False
        with self._lock:
            return self._uploads.pop(id, None) is not None

    def _forget_the_old(self) -> None:
        dead = self._clock() - self._lifetime_s
        for id in [id for id, upload in self._uploads.items() if upload.born < dead]:
            del self._uploads[id]

    def _make_room(self, browser: str) -> None:
        self._forget_the_old()
        own = [id for id, upload in self._uploads.items() if upload.browser == browser]
        for id in own[: max(0, len(own) - self._per_browser)]:
            del self._uploads[id]
        total = sum(upload.size for upload in self._uploads.values())
        for id in list(self._uploads)[:-1]:  # the newest stays, whatever its size
            if total <= self._total_bytes:
                break
            total -= self._uploads.pop(id).size
