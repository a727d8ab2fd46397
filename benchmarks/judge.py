"""Who says whether a face smiles: a small network of our own that looks at the mouth.

It learns from real photographs of training people and judges decoded pictures, which it never saw.
It sees nothing but the rows around the mouth, so that nothing else in the picture can please it.
"""

import dataclasses
import hashlib
import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load, save
from scipy.stats import rankdata
from torch import Tensor, nn
from torch.nn import functional

from autoencoders.cli.output import Output
from autoencoders.dataset import Dataset
from autoencoders.images import Pixels, to_network
from autoencoders.run_folder import write_atomically

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class JudgeConfig:
    """How a judge is built and trained; another value is another judge.

    Attributes:
        attribute: what it is asked.
        rows, columns: the part of a picture that it sees, first and behind the last.
        widths: channels of its convolutions; behind each but the last the side is halved.
        dropout: before the last layer.
        epochs, batch_size, learning_rate, weight_decay: of AdamW, with a cosine.
        smoothing: labels are this far from 0 and 1 (Szegedy et al., 2016): some of them are wrong.
        shift: pixels by which training pictures are moved, at most, each way.
        seed: of its first weights and of all that is drawn.
    """

    attribute: str = "smiling"
    rows: tuple[int, int] = (26, 64)
    columns: tuple[int, int] = (4, 60)
    widths: tuple[int, ...] = (24, 48, 96, 128)
    dropout: float = 0.4
    epochs: int = 8
    batch_size: int = 64
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    smoothing: float = 0.02
    shift: int = 2
    seed: int = 0


class Judge:
    """A trained judge."""

    def __init__(self, network: nn.Module, config: JudgeConfig) -> None:
        self.network = network.eval()
        self.config = config

    def probabilities(self, images: Pixels) -> NDArray[np.float32]:
        """How likely each has the attribute, float32 ``(B,)``, 0..1; uint8 ``(B, 64, 64, C)``."""
        found = [np.empty(0, np.float32)]
        with torch.inference_mode():
            for start in range(0, len(images), 256):
                logits = self.network(_seen(images[start : start + 256], self.config))
                found.append(torch.sigmoid(logits).squeeze(1).numpy())
        return np.concatenate(found)


def known_examples(data: Dataset, attribute: str) -> tuple[NDArray[np.intp], Flags]:
    """Rows of the pictures for which an attribute is known ``(K,)``, and the answers ``(K,)``.

    Raises:
        ValueError: for a dataset without that attribute, or without both answers to it.
    """
    if data.attributes is None or attribute not in data.attribute_names:
        there = ", ".join(data.attribute_names) or "none"
        raise ValueError(f"{data.name} has no attribute {attribute!r}; it has {there}.")
    values = data.attributes[:, data.attribute_names.index(attribute)]
    rows = np.flatnonzero(~np.isnan(values))
    answers = values[rows] > 0.5
    if answers.all() or not answers.any():
        raise ValueError(
            f"The {data.split} split of {data.name} holds {int(answers.sum())} pictures with "
            f"{attribute} and {int((~answers).sum())} without it; it takes some of both."
        )
    return rows, answers


def area_under_curve(scores: NDArray[np.floating], answers: Flags) -> float:
    """Share of (yes, no) pairs that ``scores`` ``(N,)`` rank rightly, ties by half (Mann-Whitney).

    Raises:
        ValueError: without both answers in ``answers``, bool ``(N,)``.
    """
    yes, no = int(answers.sum()), int((~answers).sum())
    if not yes or not no:
        raise ValueError(f"{yes} with and {no} without it have no pairs to be ranked.")
    ranks = float(rankdata(scores)[answers].sum())
    return (ranks - yes * (yes + 1) / 2) / (yes * no)


def trained_judge(
    train: Dataset, *, cache: Path, out: Output, config: JudgeConfig | None = None
) -> Judge:
    """Return the judge for these training pictures, trained now unless ``cache`` holds it.

    Its file is named after everything that makes it: config, pictures and answers.

    Raises:
        ValueError: as ``known_examples``.
        OSError: where nothing can be written to ``cache``.
    """
    config = config or JudgeConfig()
    rows, answers = known_examples(train, config.attribute)
    file = cache / f"{config.attribute}-{_key(train, rows, answers, config)}.safetensors"
    network = _network(config, channels=train.images.shape[3])
    try:
        network.load_state_dict(load(file.read_bytes()))
    except FileNotFoundError:
        _train(network, train.images[rows], answers, config, out)
        cache.mkdir(parents=True, exist_ok=True)
        write_atomically(file, save(network.state_dict()))
    except (SafetensorError, RuntimeError) as error:
        raise ValueError(
            f"The judge in {file} is damaged ({str(error).splitlines()[0]}); remove the file, and "
            "it is trained again."
        ) from error
    return Judge(network, config)


def _key(train: Dataset, rows: NDArray[np.intp], answers: Flags, config: JudgeConfig) -> str:
    """Sixteen hex digits that change with the config, a picture, or an answer."""
    digest = hashlib.sha256(json.dumps(dataclasses.asdict(config), sort_keys=True).encode())
    for array in (train.images[rows], answers):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()[:16]


def _network(config: JudgeConfig, *, channels: int) -> nn.Sequential:
    """Layers from the part that is seen, ``(B, C, H, W)``, to a logit ``(B, 1)``."""
    layers: list[nn.Module] = []
    height, width = (end - start for start, end in (config.rows, config.columns))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        for index, size in enumerate(config.widths):
            if index:
                layers.append(nn.MaxPool2d(2))
                height, width = height // 2, width // 2
            layers += [
                nn.Conv2d(channels, size, 3, padding=1, bias=False),
                nn.BatchNorm2d(size),
                nn.ReLU(),
            ]
            channels = size
        layers += [nn.Flatten(), nn.Dropout(config.dropout)]
        layers.append(nn.Linear(channels * height * width, 1))
    return nn.Sequential(*layers)


def _seen(images: Pixels, config: JudgeConfig) -> Tensor:
    """What the network is given of uint8 ``(B, 64, 64, C)``: ``(B, C, H, W)``, evenly lit."""
    (top, bottom), (left, right) = config.rows, config.columns
    return _evenly_lit(to_network(images[:, top:bottom, left:right]))


def _evenly_lit(part: Tensor) -> Tensor:
    """Each picture's mean taken off and its contrast made equal: light is no smile."""
    mean = part.mean(dim=(1, 2, 3), keepdim=True)
    # A flat picture stays flat: the noise in it is not blown up.
    return (part - mean) / (part.std(dim=(1, 2, 3), keepdim=True) + 0.05)


def _changed(images: Pixels, config: JudgeConfig, random: np.random.Generator) -> Tensor:
    """Training pictures as seen, half of them mirrored, all of one batch moved by some pixels."""
    (top, bottom), (left, right) = config.rows, config.columns
    mirrored = random.random(len(images)) < 0.5
    images = np.where(mirrored[:, None, None, None], images[:, :, ::-1], images)
    down, across = random.integers(-config.shift, config.shift + 1, 2)
    wide = np.pad(images, ((0, 0), *[(config.shift, config.shift)] * 2, (0, 0)), mode="edge")
    rows = slice(top + config.shift + down, bottom + config.shift + down)
    columns = slice(left + config.shift + across, right + config.shift + across)
    return _evenly_lit(to_network(wide[:, rows, columns]))


def _train(
    network: nn.Sequential, images: Pixels, answers: Flags, config: JudgeConfig, out: Output
) -> None:
    """Train it in place, the same on every run of one machine."""
    random = np.random.default_rng(config.seed)
    targets = torch.from_numpy(answers.astype(np.float32))
    targets = targets * (1 - 2 * config.smoothing) + config.smoothing
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay
    )
    steps = config.epochs * math.ceil(len(images) / config.batch_size)
    step = 0  # of our own: a bar that is not drawn does not count
    network.train()
    with (
        torch.random.fork_rng(devices=[]),
        out.bar(total=steps, unit="step") as bar,
    ):
        torch.manual_seed(config.seed)  # of the dropout
        bar.set_description("training the judge")
        for _ in range(config.epochs):
            order = random.permutation(len(images))
            for start in range(0, len(order), config.batch_size):
                chosen = order[start : start + config.batch_size]
                # Up over a hundred steps, then down along a cosine.
                fall = 0.5 * (1 + math.cos(math.pi * step / steps))
                for group in optimizer.param_groups:
                    group["lr"] = config.learning_rate * min(1.0, (step + 1) / 100) * fall
                logits = network(_changed(images[chosen], config, random)).squeeze(1)
                loss = functional.binary_cross_entropy_with_logits(logits, targets[chosen])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                step += 1
                bar.update()
    network.eval()
