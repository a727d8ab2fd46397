"""pca.npz: the principal components that stand beside a model, kept in its folder.

The pictures themselves are not shipped; with these numbers, PCA's reconstructions of the model's
test pictures can be shown beside its own all the same.
"""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from autoencoders.images import Pixels
from autoencoders.metrics import PCA, Floats

MOST_BYTES = 2_000_000
"""A folder keeps them up to this size, before compression."""


@dataclass(frozen=True)
class Principal:
    """Principal components of the training pictures, and the test pictures' codes in them.

    Attributes:
        pca: mean and components, as many as the model's code has numbers.
        codes: float32 ``(N, K)`` of the same pictures, in the same order, as the model's latents.
        shape: height, width and channels of a picture.
    """

    pca: PCA
    codes: Floats
    shape: tuple[int, int, int]

    @classmethod
    def fit(cls, pca: PCA, images: Pixels) -> Self | None:
        """Return what a folder keeps of ``pca``, None where that is too large.

        Args:
            pca: fitted on the training pictures.
            images: the test pictures, uint8 ``(N, H, W, C)``.
        """
        numbers = pca.mean.size + pca.components.size + len(images) * len(pca.components)
        if 2 * numbers > MOST_BYTES:
            return None
        height, width, channels = images.shape[1:]
        return cls(pca, pca.encode(images), (height, width, channels))

    @property
    def size(self) -> int:
        """How many components there are."""
        return len(self.pca.components)

    def encode(self, images: Pixels) -> Floats:
        """Codes, float32 ``(B, K)``, of uint8 pictures ``(B, H, W, C)``."""
        return self.pca.encode(images)

    def decode(self, codes: Floats) -> Pixels:
        """Pictures, uint8 ``(B, H, W, C)``, of codes ``(B, k)``.

        With k below K the first k components draw them: PCA of k numbers.

        Raises:
            ValueError: for no numbers, or more than there are components.
        """
        count = codes.shape[1]
        if not 1 <= count <= self.size:
            raise ValueError(f"PCA draws from 1 to {self.size} numbers here; {count} were given.")
        return PCA(self.pca.mean, self.pca.components[:count]).decode(codes, shape=self.shape)

    def to_bytes(self) -> bytes:
        """As a compressed .npz of half-precision numbers."""
        buffer = io.BytesIO()
        np.savez_compressed(
            buffer,
            allow_pickle=False,
            mean=self.pca.mean.astype(np.float16),
            components=self.pca.components.astype(np.float16),
            codes=self.codes.astype(np.float16),
            shape=np.array(self.shape, np.int32),
        )
        return buffer.getvalue()

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Read what ``to_bytes`` wrote.

        Raises:
            OSError, ValueError, KeyError: if the file is missing or damaged.
        """
        with np.load(path, allow_pickle=False) as file:
            height, width, channels = file["shape"].tolist()
            pca = PCA(file["mean"].astype(np.float64), file["components"].astype(np.float64))
            return cls(pca, file["codes"].astype(np.float32), (height, width, channels))
