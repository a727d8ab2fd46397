"""The pixel contract: the only place that turns pictures into network input and back.

Outside the networks a picture is uint8, ``(B, H, W, C)``, 0..255; inside it is floating point,
``(B, C, H, W)``, 0..1. Every error the project quotes is on the 0..1 scale.
"""

import numpy as np
import torch
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


def check_images(images: object, *, shape: tuple[int, int, int]) -> Pixels:
    """Return ``images`` if it is a batch of uint8 pictures ``(B, H, W, C)`` of the given ``shape``.

    Raises:
        ValueError: with one sentence that says what was given and what is expected.
    """
    wanted = f"uint8 pictures of shape (B, {shape[0]}, {shape[1]}, {shape[2]}), values 0 to 255"
    if not isinstance(images, np.ndarray):
        raise ValueError(f"Expected {wanted}, got {type(images).__name__}; pass a NumPy array.")
    if images.dtype != np.uint8 or images.ndim != 4 or images.shape[1:] != shape:
        raise ValueError(
            f"Expected {wanted}, got {images.dtype} of shape {images.shape}; "
            "Engine.prepare turns any picture into what the model takes."
        )
    return images


def to_network(
    images: Pixels,
    *,
    device: torch.device | str = "cpu",
    dtype: torch.dtype = torch.float32,
) -> torch.Tensor:
    """Turn uint8 ``(B, H, W, C)`` into ``dtype`` ``(B, C, H, W)`` on 0..1, on ``device``."""
    tensor = torch.from_numpy(np.ascontiguousarray(images)).to(device)
    return tensor.permute(0, 3, 1, 2).to(dtype).div_(255.0).contiguous()


def to_pixels(tensor: torch.Tensor) -> Pixels:
    """Turn floating point ``(B, C, H, W)`` on 0..1 into uint8 ``(B, H, W, C)``, rounded."""
    scaled = tensor.detach().float().mul(255.0).round_().clamp_(0.0, 255.0).to(torch.uint8)
    return scaled.permute(0, 2, 3, 1).contiguous().cpu().numpy()
