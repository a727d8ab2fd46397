"""What a model's card and ``evaluate`` say: its measures on one split, PCA's beside them."""

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from autoencoders.blocks import Blocks, find_blocks
from autoencoders.corruption import corrupt
from autoencoders.dataset import Dataset
from autoencoders.features import Feature, compare_features
from autoencoders.images import Pixels, to_network, to_pixels
from autoencoders.inference import Engine
from autoencoders.metrics import PCA, neighbour_accuracy, psnr, sharpness, ssim

NOISES = (0.25, 0.3, 0.5)
"""Standard deviations of the Gaussian noise that denoising models are measured on."""
FACES = ("lfw", "drawn")
"""Datasets of faces: on these, blocks of texture are looked for."""
_DIGITS = {"mse": 6, "psnr": 3}


@dataclass(frozen=True)
class Quality:
    """How well pictures came back, means over the pictures.

    Attributes:
        mse: mean squared error on 0..1, of unrounded reconstructions.
        psnr: in dB, of reconstructions rounded to uint8, as the two below.
        ssim: structural similarity.
        sharpness: variance of the Laplacian over that of the originals, of the means of both.
        neighbour_accuracy: of 15 nearest neighbours in the code, leave-one-out; None without
            labels.
    """

    mse: float
    psnr: float
    ssim: float
    sharpness: float
    neighbour_accuracy: float | None


@dataclass(frozen=True)
class Denoised:
    """PSNR in dB before and after, of Gaussian noise of deviation ``sigma`` clipped to uint8."""

    sigma: float
    noisy: float
    psnr: float


@dataclass(frozen=True)
class Evaluation:
    """Measures of a model on one split.

    Attributes:
        model, dataset, split: what was measured on what.
        pictures: how many.
        quality: the model's.
        pca: PCA's with as many numbers, fitted on the training split.
        denoised: of a denoising model, by noise.
        features: how well labels are read from the codes and from what else there is; none where
            there are no labels.
        blocks, pca_blocks: of faces, how well blocks of texture on them are found by the errors of
            the model's reconstructions and of PCA's.
    """

    model: str
    dataset: str
    split: str
    pictures: int
    quality: Quality
    pca: Quality
    denoised: tuple[Denoised, ...] = ()
    features: tuple[Feature, ...] = ()
    blocks: Blocks | None = None
    pca_blocks: Blocks | None = None

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values, rounded to what means something."""
        values: dict[str, Any] = {
            "model": self.model,
            "dataset": self.dataset,
            "split": self.split,
            "pictures": self.pictures,
        }
        values |= _rounded(self.quality)
        values |= {f"pca_{name}": value for name, value in _rounded(self.pca).items()}
        if self.denoised:
            values["denoised"] = [_rounded(entry) for entry in self.denoised]
        if self.features:
            values["features"] = [_rounded(entry) for entry in self.features]
        if self.blocks is not None and self.pca_blocks is not None:
            values["blocks"] = _rounded(self.blocks)
            values["pca_blocks"] = _rounded(self.pca_blocks)
        return values


def _rounded(measures: Quality | Denoised | Feature | Blocks) -> dict[str, Any]:
    return {
        name: round(value, _DIGITS.get(name, 4)) if isinstance(value, float) else value
        for name, value in dataclasses.asdict(measures).items()
    }


def evaluate(
    engine: Engine, dataset: Dataset, *, pca: PCA, train: Dataset | None = None
) -> Evaluation:
    """Measure ``engine`` on every picture of ``dataset``, with ``pca`` beside it.

    Args:
        engine, dataset, pca: what is measured on what beside what.
        train: labelled training pictures, for the measures of codes as features.
    """
    images = dataset.images
    codes = engine.encode(images)
    pca_codes = pca.encode(images)
    height, width, channels = images.shape[1:]
    shape = (height, width, channels)
    faces = dataset.name in FACES
    return Evaluation(
        model=engine.name,
        dataset=dataset.name,
        split=dataset.split,
        pictures=len(dataset),
        quality=_quality(dataset, codes, engine.decode(codes), engine.score(images).mse),
        pca=_quality(dataset, pca_codes, pca.decode(pca_codes, shape=shape), pca.errors(images)),
        denoised=_denoised(engine, images) if engine.config.family == "denoising" else (),
        features=(
            compare_features(engine, train=train, test=dataset, pca=pca)
            if train is not None and dataset.labels is not None
            else ()
        ),
        blocks=find_blocks(engine.reconstruct, images) if faces else None,
        pca_blocks=(
            find_blocks(lambda given: pca.decode(pca.encode(given), shape=shape), images)
            if faces
            else None
        ),
    )


def _quality(dataset: Dataset, codes: Any, reconstructions: Pixels, errors: Any) -> Quality:
    images = dataset.images
    return Quality(
        mse=float(errors.mean(dtype=float)),
        psnr=float(psnr(images, reconstructions).mean(dtype=float)),
        ssim=float(ssim(images, reconstructions).mean(dtype=float)),
        sharpness=float(
            sharpness(reconstructions).mean(dtype=float) / sharpness(images).mean(dtype=float)
        ),
        neighbour_accuracy=(
            None if dataset.labels is None else neighbour_accuracy(codes, dataset.labels)
        ),
    )


def with_noise(images: Pixels, sigma: float) -> Pixels:
    """Pictures with Gaussian noise on, the same at every call, as saved ones.

    Args:
        images: uint8 ``(B, H, W, C)``.
        sigma: the noise's deviation on 0..1.

    Returns:
        uint8 of the same shape.
    """
    # In parts, since a photograph as numbers is large.
    generator = torch.Generator().manual_seed(0)
    parts = np.array_split(images, max(1, len(images) // 100))
    return np.concatenate(
        [to_pixels(corrupt(to_network(p), "gaussian", sigma, generator=generator)) for p in parts]
    )


def _denoised(engine: Engine, images: Pixels) -> tuple[Denoised, ...]:
    results = []
    for sigma in NOISES:
        noisy = with_noise(images, sigma)
        results.append(
            Denoised(
                sigma,
                float(np.mean(psnr(images, noisy), dtype=float)),
                float(np.mean(psnr(images, engine.denoise(noisy)), dtype=float)),
            )
        )
    return tuple(results)
