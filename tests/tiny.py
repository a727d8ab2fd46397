"""A real model and a real dataset, both so small that they are made in milliseconds."""

from pathlib import Path

import numpy as np

from autoencoders import checkpoint
from autoencoders.checkpoint import Latents
from autoencoders.config import ModelConfig, TrainConfig
from autoencoders.data import Dataset, Split
from autoencoders.inference import Engine
from autoencoders.models import build
from autoencoders.snapshots import History

MODEL = ModelConfig(
    family="convolutional",
    height=28,
    width=28,
    channels=1,
    code_size=2,
    encoder_channels=(4, 4),
    encoder_hidden=(8,),
    decoder_hidden=(8,),
    decoder_channels=(),
    code_range="unit",
)
TRAINING = TrainConfig(dataset="mnist", epochs=2, batch_size=16, rotate=5.0, shift=1.0, scale=0.05)


def digits(count: int = 64, *, split: Split = "test", seed: int = 0) -> Dataset:
    """Blobs at ten places: label and place go together, so there is something to learn."""
    random = np.random.default_rng(seed)
    labels = np.arange(count) % 10
    angle = labels * (2 * np.pi / 10)
    centre = 13.5 + 7 * np.stack([np.sin(angle), np.cos(angle)], axis=1)
    centre += random.normal(0, 0.5, centre.shape)
    down, across = np.mgrid[:28, :28]
    distance = (down - centre[:, 0, None, None]) ** 2 + (across - centre[:, 1, None, None]) ** 2
    images = np.round(255 * np.exp(-distance / 8)).astype(np.uint8)[..., None]
    return Dataset(
        name="mnist",
        split=split,
        images=images,
        labels=labels.astype(np.int64),
        label_names=tuple("0123456789"),
        ids=np.arange(count, dtype=np.int64),
    )


def save_model(folder: Path, *, seed: int = 0, count: int = 64, half: bool = True) -> Path:
    """Write a whole model folder with an untrained network; return it."""
    data = digits(count)
    network = build(MODEL, seed=seed).eval()
    epochs, kept = np.arange(3), 20
    random = np.random.default_rng(seed)
    history = History(
        epochs=epochs,
        codes=random.uniform(-1, 1, (3, kept, 2)).astype(np.float32),
        labels=data.labels[:kept],
        reconstructions=random.integers(0, 256, (3, 16, 28, 28, 1), dtype=np.uint8),
        train_loss=np.array([0.2, 0.1], np.float32),
        validation_loss=np.array([0.25, 0.15], np.float32),
    )

    def write(latents: Latents) -> None:
        checkpoint.save_model(
            folder,
            network=network,
            training=TRAINING,
            latents=latents,
            history=history,
            label_names=data.label_names,
            metrics={},
            about={"title": "Tiny digits"},
            card=f"# Tiny digits\n\nA tiny model\nfor tests.\n\nIts name is {folder.name}.\n",
            half=half,
        )

    empty = np.zeros(count, np.float32)
    write(Latents(np.zeros((count, 2), np.float32), empty, data.labels, data.ids, "test"))
    engine = Engine(folder, device="cpu")
    codes, errors = engine.encode(data.images), engine.score(data.images).mse
    write(Latents(codes, errors, data.labels, data.ids, "test"))
    return folder


def write_mnist(root: Path, *, train: int = 5_064, test: int = 40) -> Path:
    """Write blobs in MNIST's own file format below ``root``; return ``root``."""
    raw = root / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for prefix, count, seed in (("train", train, 1), ("t10k", test, 2)):
        data = digits(count, seed=seed)
        assert data.labels is not None
        sizes = np.array([0x803, count, 28, 28], ">i4").tobytes()
        (raw / f"{prefix}-images-idx3-ubyte").write_bytes(sizes + data.images.tobytes())
        sizes = np.array([0x801, count], ">i4").tobytes()
        labels = data.labels.astype(np.uint8).tobytes()
        (raw / f"{prefix}-labels-idx1-ubyte").write_bytes(sizes + labels)
    return root
