"""An engine for tests of the games: its encoder reads what its decoder writes."""

from dataclasses import dataclass, field
from types import SimpleNamespace

import generating
import numpy as np
from generating import Plain
from numpy.typing import NDArray


def read(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The two numbers that ``generating.shades`` draws, up to rounding."""
    half = generating.SIDE // 2
    means = [pictures[:, :, :half].mean(axis=(1, 2, 3)), pictures[:, :, half:].mean(axis=(1, 2, 3))]
    share = np.clip(np.stack(means, axis=1) / 255, 1e-3, 1 - 1e-3)
    return (np.log(share / (1 - share)) / 2).astype(np.float32)


def only_first(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """A PCA of sorts: it sees the first number alone."""
    return read(pictures) * np.float32([1, 0])


@dataclass
class Reader(Plain):
    """A plain model with an encoder and, if asked for, a PCA that sees half of it."""

    name: str = "reader-2"
    digest: str = "00000000000000ee"
    principal: SimpleNamespace | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self.principal = SimpleNamespace(
            codes=self.latents.codes[:, :2] * np.float32([1, 0]),
            encode=only_first,
            decode=generating.shades,
            size=2,
        )

    def encode(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        return read(images)


@dataclass
class Sharper(Reader):
    """The same test pictures by a longer code; its pictures are darker, to be told apart."""

    name: str = "sharper-4"
    digest: str = "00000000000000ff"
    code_size: int = 4
    config: SimpleNamespace = field(
        default_factory=lambda: SimpleNamespace(
            family="convolutional",
            code_range="free",
            base="",
            image_shape=(generating.SIDE, generating.SIDE, 1),
        )
    )

    def __post_init__(self) -> None:
        codes = np.hstack([generating.lattice(), generating.lattice()])
        self.latents = generating.kept(codes)
        super().__post_init__()

    def decode(self, codes: NDArray[np.float32]) -> NDArray[np.uint8]:
        return generating.shades(codes[:, :2]) // 2


def originals(engine) -> NDArray[np.uint8]:
    """Pictures that the codes could be of: what is drawn of them, a little brighter."""
    return np.minimum(generating.shades(engine.latents.codes).astype(int) + 5, 255).astype(np.uint8)


def generating_extent() -> list[float]:
    """The lattice's box, -1..0 by -1..1, as a square with a margin of 6% on every side."""
    return [-0.5 - 1.12, -0.5 + 1.12, -1.12, 1.12]
