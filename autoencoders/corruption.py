"""Noise for pictures: what a denoising autoencoder is given, and what it is measured on."""

import torch
from torch import Tensor

from autoencoders.config import Noise, TrainConfig


def corrupt(
    images: Tensor, kind: Noise, level: Tensor | float, *, generator: torch.Generator
) -> Tensor:
    """Put noise on pictures, clip them and round them to 256 levels, as a saved picture is.

    Args:
        images: ``(B, C, H, W)``, 0..1.
        kind: "gaussian" adds it to every number; "salt_and_pepper" turns whole pixels black or
            white; "masking" turns whole pixels black.
        level: one for all, or ``(B,)``: standard deviation, or share of the pixels, 0..1.
        generator: on the CPU, so that the same seed gives the same noise on every device.
    """
    count, channels, height, width = images.shape
    amount = torch.as_tensor(level, dtype=torch.float32).expand(count)[:, None, None, None]
    if kind == "gaussian":
        noise = torch.randn(count, channels, height, width, generator=generator) * amount
        return _saved(images + noise.to(images.device, images.dtype))
    struck = torch.rand(count, 1, height, width, generator=generator) < amount
    colour = torch.zeros(count, 1, height, width)
    if kind == "salt_and_pepper":
        colour = (torch.rand(count, 1, height, width, generator=generator) < 0.5).float()
    chosen = struck.to(images.device)
    return _saved(torch.where(chosen, colour.to(images.device, images.dtype), images))


def _saved(images: Tensor) -> Tensor:
    return images.clamp(0.0, 1.0).mul(255.0).round_().div_(255.0)


def corrupt_for_training(
    images: Tensor, config: TrainConfig, *, generator: torch.Generator
) -> Tensor:
    """Put noise of a drawn kind and level on each picture ``(B, C, H, W)``, 0..1.

    Args:
        images: clean.
        config: ``noise`` names the kinds, ``noise_level`` the most of it.
        generator: on the CPU.
    """
    if not config.noise:
        return images
    level = torch.rand(len(images), generator=generator) * config.noise_level
    which = torch.randint(len(config.noise), (len(images),), generator=generator)
    noisy = images.clone()
    for index, kind in enumerate(config.noise):
        chosen = which == index
        if chosen.any():
            part = corrupt(images[chosen], kind, level[chosen], generator=generator)
            noisy[chosen] = part
    return noisy
