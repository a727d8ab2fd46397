"""latents.npz: what a model folder keeps of the pictures it was measured on."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

_STACKED = ("base", "anchors", "anchor_bases")
LONG = 64
"""Codes of so many numbers and more are kept in half precision: of ten thousand they are large."""
UNKNOWN = -1
"""An attribute that is not known, in latents.npz."""


@dataclass(frozen=True)
class Latents:
    """Codes of a split, and how well each picture came back.

    Attributes:
        codes: float32 ``(N, D)``.
        mse: float32 ``(N,)``, mean squared error of each reconstruction, on 0..1.
        labels: int64 ``(N,)``, or None.
        ids: ``(N,)``, for MNIST the index in its set (int64), otherwise the first 16 hex digits of
            the SHA-256 of the picture file's bytes (str).
        split: the split they are of.
        attributes: float32 ``(N, A)``: 1 yes, 0 no, NaN unknown; None where nothing is known.
        base: float32 ``(N, K)``, a stacked model's codes in its base; None for others.
        anchors, anchor_bases: float32 ``(M, D)`` and ``(M, K)``, codes of some training pictures
            in a stacked model and in its base, whose residuals people its map; None for others.
    """

    codes: NDArray[np.float32]
    mse: NDArray[np.float32]
    labels: NDArray[np.int64] | None
    ids: NDArray[Any]
    split: str
    attributes: NDArray[np.float32] | None = None
    base: NDArray[np.float32] | None = None
    anchors: NDArray[np.float32] | None = None
    anchor_bases: NDArray[np.float32] | None = None

    def to_bytes(self) -> bytes:
        """As a compressed .npz."""
        long = self.codes.shape[1] >= LONG
        arrays: dict[str, NDArray[Any]] = {
            "codes": self.codes.astype(np.float16) if long else self.codes,
            "mse": self.mse,
            "ids": self.ids if self.ids.dtype.kind == "U" else self.ids.astype(np.int32),
            "split": np.array(self.split),
        }
        if self.labels is not None:
            arrays["labels"] = self.labels.astype(np.int16)
        if self.attributes is not None:
            arrays["attributes"] = np.where(
                np.isnan(self.attributes), UNKNOWN, self.attributes
            ).astype(np.int8)
        for name in _STACKED:
            if (values := getattr(self, name)) is not None:
                arrays[name] = values.astype(np.float16)
        buffer = io.BytesIO()
        np.savez_compressed(buffer, allow_pickle=False, **arrays)
        return buffer.getvalue()

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Read what ``to_bytes`` wrote.

        Raises:
            OSError, ValueError, KeyError: if the file is missing or damaged.
        """
        with np.load(path, allow_pickle=False) as file:
            return cls(
                codes=file["codes"].astype(np.float32),
                mse=file["mse"].astype(np.float32),
                labels=file["labels"].astype(np.int64) if "labels" in file else None,
                ids=file["ids"] if file["ids"].dtype.kind == "U" else file["ids"].astype(np.int64),
                split=str(file["split"]),
                attributes=_known(file["attributes"]) if "attributes" in file else None,
                **{name: file[name].astype(np.float32) for name in _STACKED if name in file},
            )


def _known(attributes: NDArray[np.int8]) -> NDArray[np.float32]:
    return np.where(attributes == UNKNOWN, np.nan, attributes).astype(np.float32)
