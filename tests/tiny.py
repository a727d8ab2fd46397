"""A real model and a real dataset, both so small that they are made in milliseconds."""

import dataclasses
from pathlib import Path

import numpy as np

from autoencoders import checkpoint
from autoencoders.checkpoint import Latents
from autoencoders.config import Family, ModelConfig, TrainConfig
from autoencoders.data import SPLITS, Dataset, Split
from autoencoders.directions import Direction, to_bytes
from autoencoders.inference import Engine
from autoencoders.models import Autoencoder, build
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


def with_attributes(data: Dataset) -> Dataset:
    """The same blobs, two a person: whether they lie in the upper half, known of most."""
    assert data.labels is not None
    high = np.isin(data.labels, (8, 9, 0, 1, 2)).astype(np.float32)
    high[::7] = np.nan
    return dataclasses.replace(
        data,
        labels=None,
        label_names=(),
        attributes=np.stack([high, np.full_like(high, np.nan)], axis=1),
        attribute_names=("high", "never_known"),
        groups=np.arange(len(data)) // 2 + 10_000 * SPLITS.index(data.split),
        ids=np.array([f"{data.split[:4]}{number:012d}" for number in range(len(data))]),
    )


FAMILIES: dict[str, ModelConfig] = {
    "linear": dataclasses.replace(
        MODEL, family="linear", encoder_channels=(), encoder_hidden=(), decoder_hidden=(),
        code_range="free", output="linear",
    ),
    "convolutional": MODEL,
    "denoising": dataclasses.replace(MODEL, family="denoising"),
    "variational": dataclasses.replace(MODEL, family="variational", code_range="free"),
    "stacked": dataclasses.replace(
        MODEL, family="stacked", base="base-6", encoder_channels=(), encoder_hidden=(16,),
        decoder_hidden=(16,),
    ),
}  # fmt: skip
BASE = dataclasses.replace(MODEL, code_size=6, decoder_hidden=(16,))


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


def save_family(folder: Path, family: str, *, count: int = 40, large: bool = False) -> Path:
    """Write a model folder of a family with an untrained network, and its base beside it.

    ``large``: of coloured pictures, 56x56.
    """
    data = with_attributes(digits(count))
    shape = {}
    if large:
        images = data.images.repeat(2, axis=1).repeat(2, axis=2).repeat(3, axis=3)
        data = dataclasses.replace(data, images=images)
        shape = {"height": 56, "width": 56, "channels": 3}
    config, base, about = dataclasses.replace(FAMILIES[family], **shape), None, {}
    if config.base:
        place = folder.parent / config.base
        base = build(dataclasses.replace(BASE, **shape), seed=1).eval()
        _write(place, base, Latents(np.zeros((1, 6), np.float32), np.zeros(1, np.float32),
                                    None, data.ids[:1], "test"), {})  # fmt: skip
        about = {"base_digest": checkpoint.describe(place).digest_of_weights}
    network = build(config, base=base).eval()
    nothing = Latents(np.zeros((1, 2), np.float32), np.zeros(1, np.float32), None,
                      data.ids[:1], "test")  # fmt: skip
    engine = Engine(_write(folder, network, nothing, about), device="cpu")
    bases = engine.encode_base(data.images)
    stacked = (
        {"base": bases, "anchors": engine.from_base(bases)[:9], "anchor_bases": bases[:9]}
        if base is not None
        else {}
    )
    vector = np.linspace(1, 2, engine.base_size, dtype=np.float32)
    direction = Direction("high", vector, vector, 0.0, 1.0, "means", 9, 9)
    latents = Latents(
        engine.encode(data.images), engine.score(data.images).mse, None, data.ids, "test",
        data.attributes, **stacked,
    )  # fmt: skip
    return _write(folder, network, latents, about, directions=to_bytes([direction]))


def save_network(folder: Path, config: ModelConfig, *, seed: int = 0) -> Path:
    """Write a folder of an untrained network of any kind that has no base."""
    latents = Latents(
        np.zeros((1, config.code_size), np.float32), np.zeros(1, np.float32), None,
        np.array(["a" * 16]), "test",
    )  # fmt: skip
    return _write(folder, build(config, seed=seed).eval(), latents, {})


def save_coloured(folder: Path, *, dataset: str, family: Family = "convolutional") -> Path:
    """Write a folder of a model of square colour photographs, 16x16, with an untrained network."""
    config = dataclasses.replace(MODEL, family=family, height=16, width=16, channels=3)
    vector = np.array([2, 2], np.float32)
    direction = Direction("high", vector, vector, 0.0, 1.0, "means", 9, 9)
    codes, errors = np.zeros((2, 2), np.float32), np.zeros(2, np.float32)
    latents = Latents(codes, errors, None, np.array(["a" * 16, "b" * 16]), "test")
    return _write(
        folder, build(config, seed=3).eval(), latents, {}, dataset=dataset,
        directions=to_bytes([direction]),
    )  # fmt: skip


def _write(
    folder: Path, network: Autoencoder, latents: Latents, about: dict[str, str], *,
    dataset: str = "mnist", **more: bytes,
) -> Path:  # fmt: skip
    training = dataclasses.replace(TRAINING, dataset=dataset)
    checkpoint.save_model(
        folder, network=network, training=training, latents=latents, history=None, label_names=(),
        attribute_names=("high", "never_known"), metrics={}, about=about,
        card=f"# {folder.name}\n\nFor tests.\n", half=False, **more,
    )  # fmt: skip
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
