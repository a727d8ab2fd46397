"""Reading MNIST, through torchvision."""

from pathlib import Path

import numpy as np

from autoencoders.dataset import DataError, Dataset, Source, Split
from autoencoders.torchvision_shim import load_torchvision

VALIDATION = 5_000
"""The last so many of MNIST's 60,000 training digits are its validation split."""


def read(root: Path, split: Split, *, progress: bool) -> Dataset:
    """Read one split; it takes too little time for a bar.

    Raises:
        DataError: for files that are missing or damaged.
    """
    del progress
    torchvision = load_torchvision()
    try:
        source = torchvision.datasets.MNIST(root=root, train=split != "test", download=False)
        pixels, labels = source.data.numpy(), source.targets.numpy().astype(np.int64)
    except (RuntimeError, ValueError, OSError, AssertionError, IndexError, EOFError) as error:
        raise DataError(
            f"The MNIST files in {root / 'MNIST' / 'raw'} are missing or damaged ({error}); fetch "
            "them again with 'python -m autoencoders data --download mnist'."
        ) from error
    ids = np.arange(len(pixels), dtype=np.int64)
    part = {
        "train": slice(None, -VALIDATION),
        "validation": slice(-VALIDATION, None),
        "test": slice(None),
    }[split]
    return Dataset(
        name="mnist",
        split=split,
        images=pixels[part, :, :, None],
        labels=labels[part],
        label_names=tuple("0123456789"),
        ids=ids[part],
    )


def fetch(root: Path) -> None:
    """Download it below ``root``.

    Raises:
        DataError: when it cannot be had.
    """
    torchvision = load_torchvision()
    try:
        torchvision.datasets.MNIST(root=root, download=True)
    except (RuntimeError, OSError) as error:
        raise DataError(
            f"MNIST could not be downloaded ({error}); check the connection, or copy its four "
            f"files into {root / 'MNIST' / 'raw'}."
        ) from error


SOURCE = Source(
    title="MNIST, handwritten digits",
    folder="MNIST",
    origin="Y. LeCun, C. Cortes and C. Burges, 1998, from NIST's digits; read by torchvision",
    terms="free to use",
    split_rule=(
        "test: its own 10,000 test digits; validation: the last 5,000 of the 60,000 training "
        "digits; train: the other 55,000"
    ),
    seen="centred, upright digits of MNIST",
    draws="a digit",
    noun="digits",
    counts={"train": 55_000, "validation": 5_000, "test": 10_000},
    read=read,
    fetch=fetch,
)
