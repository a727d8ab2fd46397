"""Where to compute: CUDA, then MPS, then the CPU."""

import torch


def select_device(device: str = "auto") -> torch.device:
    """Return the device asked for; "auto" takes CUDA, then MPS, then the CPU.

    Raises:
        ValueError: for a device this machine does not have.
    """
    if device == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        chosen = torch.device(device)
        torch.empty(1, device=chosen)
    except (RuntimeError, AssertionError) as error:
        raise ValueError(
            f"The device {device!r} cannot be used here; use 'auto', 'cpu', or 'cuda' or 'mps' "
            "where the machine has one."
        ) from error
    return chosen
