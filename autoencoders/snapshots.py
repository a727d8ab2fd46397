"""The training movie: what a network made of the same validation pictures, epoch by epoch."""

import dataclasses
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray

from autoencoders.dataset import Dataset
from autoencoders.images import Pixels, to_network, to_pixels
from autoencoders.models import Autoencoder
from autoencoders.run_folder import write_atomically

CODES = 2_000
"""Validation pictures whose codes a snapshot keeps."""
MOST_BYTES = 3 * 2**20
"""What a model folder's movie may weigh."""
SMALLEST = 32
"""Reconstructions are not halved below this side."""
RECONSTRUCTIONS = 64
"""Validation pictures whose reconstructions a snapshot keeps."""


@dataclass(frozen=True)
class History:
    """Losses of every epoch and snapshots of some.

    Attributes:
        epochs: int64 ``(S,)``, the epoch after which each snapshot was taken; 0 is untrained.
        codes: float32 ``(S, V, 2)`` of the same validation pictures; of codes with more numbers,
            the two principal axes of the last snapshot.
        labels: int64 ``(V,)``, or None.
        reconstructions: uint8 ``(S, R, H, W, C)`` of the first R of them.
        train_loss, validation_loss: float32 ``(E,)``, mean squared error after each epoch.
    """

    epochs: NDArray[np.int64]
    codes: NDArray[np.float32]
    labels: NDArray[np.int64] | None
    reconstructions: Pixels
    train_loss: NDArray[np.float32]
    validation_loss: NDArray[np.float32]

    @classmethod
    def collect(
        cls, files: Sequence[Path], *, train_loss: Sequence[float], validation_loss: Sequence[float]
    ) -> Self:
        """Put the snapshots in ``files`` together."""
        epochs, codes, pictures = [], [], []
        labels: NDArray[np.int64] | None = None
        for file in files:
            with np.load(file, allow_pickle=False) as snapshot:
                epochs.append(int(snapshot["epoch"]))
                codes.append(snapshot["codes"])
                pictures.append(snapshot["reconstructions"])
                labels = snapshot.get("labels", None)
        return cls(
            epochs=np.array(epochs, np.int64),
            codes=_on_two_axes(np.stack(codes)),
            labels=labels,
            reconstructions=np.stack(pictures),
            train_loss=np.array(train_loss, np.float32),
            validation_loss=np.array(validation_loss, np.float32),
        )

    def to_bytes(self, *, limit: int = MOST_BYTES) -> bytes:
        """As a compressed .npz of at most ``limit`` bytes; codes are kept as float16.

        Where it would be larger, the reconstructions are halved in size once, then every other
        snapshot is left out until it fits; the first and the last stay.
        """
        data = self._packed()
        if len(data) <= limit:
            return data
        side = max(self.reconstructions.shape[2:4])
        if side > SMALLEST:
            return self._with_small_pictures().to_bytes(limit=limit)
        if len(self.epochs) <= 2:
            return data
        kept = np.unique(np.append(np.arange(0, len(self.epochs), 2), len(self.epochs) - 1))
        fewer = dataclasses.replace(
            self,
            epochs=self.epochs[kept],
            codes=self.codes[kept],
            reconstructions=self.reconstructions[kept],
        )
        return fewer.to_bytes(limit=limit)

    def _with_small_pictures(self) -> Self:
        """Halve the reconstructions' sides by averaging 2x2 pixels."""
        frames, count, height, width, channels = self.reconstructions.shape
        blocks = self.reconstructions.reshape(
            frames, count, height // 2, 2, width // 2, 2, channels
        )
        small = np.rint(blocks.mean(axis=(3, 5))).astype(np.uint8)
        return dataclasses.replace(self, reconstructions=small)

    def _packed(self) -> bytes:
        arrays: dict[str, NDArray[Any]] = {
            "epochs": self.epochs,
            "codes": self.codes.astype(np.float16),
            "reconstructions": self.reconstructions,
            "train_loss": self.train_loss,
            "validation_loss": self.validation_loss,
        }
        if self.labels is not None:
            arrays["labels"] = self.labels.astype(np.int16)
        buffer = io.BytesIO()
        np.savez_compressed(buffer, allow_pickle=False, **arrays)
        return buffer.getvalue()

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Read what ``to_bytes`` wrote."""
        with np.load(path, allow_pickle=False) as file:
            return cls(
                epochs=file["epochs"].astype(np.int64),
                codes=file["codes"].astype(np.float32),
                labels=file["labels"].astype(np.int64) if "labels" in file else None,
                reconstructions=file["reconstructions"],
                train_loss=file["train_loss"].astype(np.float32),
                validation_loss=file["validation_loss"].astype(np.float32),
            )


def snapshot_epochs(epochs: int, count: int) -> list[int]:
    """Return at most ``count`` epochs from 0 (untrained) to the last, dense where much changes."""
    spread = np.geomspace(1, epochs + 1, min(count, epochs + 1)) - 1
    # Rounding makes the first few coincide; the gaps are filled from the front.
    chosen = sorted({round(float(value)) for value in spread})
    for epoch in range(epochs + 1):
        if len(chosen) >= min(count, epochs + 1):
            break
        if epoch not in chosen:
            chosen.append(epoch)
    return sorted(chosen)


@torch.inference_mode()
def take_snapshot(
    network: Autoencoder, validation: Dataset, path: Path, *, device: torch.device
) -> None:
    """Encode and reconstruct the first validation pictures and write them to ``path``."""
    network.eval()
    images = validation.images[:CODES]
    parts = [images[start : start + 500] for start in range(0, len(images), 500)]
    codes = [network.encode(to_network(part, device=device)) for part in parts]
    every = torch.cat(codes).float()
    arrays: dict[str, NDArray[Any]] = {
        "epoch": np.array(int(path.stem.rsplit("-", 1)[1])),
        "codes": every.cpu().numpy(),
        "reconstructions": to_pixels(network.decode(every[:RECONSTRUCTIONS])),
    }
    if validation.labels is not None:
        arrays["labels"] = validation.labels[:CODES]
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    write_atomically(path, buffer.getvalue())


def _on_two_axes(codes: NDArray[np.float32]) -> NDArray[np.float32]:
    """``(S, V, D)`` to ``(S, V, 2)``: padded, as it is, or on the last snapshot's main axes."""
    size = codes.shape[2]
    if size == 1:
        return np.concatenate([codes, np.zeros_like(codes)], axis=2)
    if size == 2:
        return codes
    last = codes[-1] - codes[-1].mean(axis=0)
    axes = np.linalg.svd(last, full_matrices=False)[2][:2]
    return np.asarray((codes - codes[-1].mean(axis=0)) @ axes.T, np.float32)
