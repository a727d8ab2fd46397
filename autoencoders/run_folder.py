"""A training run on disk: one checkpoint, replaced atomically, and the movie's snapshots."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn
from torch.optim import Optimizer

from autoencoders.config import ModelConfig, TrainConfig


@dataclass
class RunState:
    """How far a run has come.

    Attributes:
        epoch, step: finished epochs, and finished steps of the next one.
        loss_sum: sum of the losses of the pictures seen in the unfinished epoch.
        seconds: time spent training.
        train_loss, validation_loss: one entry a finished epoch.
    """

    epoch: int = 0
    step: int = 0
    loss_sum: float = 0.0
    seconds: float = 0.0
    train_loss: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)


class RunFolder:
    """The folder of one run.

    Raises:
        ValueError: if the folder holds a run of another network or training.
    """

    def __init__(self, path: Path, model_config: ModelConfig, train_config: TrainConfig) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        configs = {"model": model_config.to_dict(), "training": train_config.to_dict()}
        described = path / "run.json"
        if not described.exists():
            write_atomically(described, json.dumps(configs, indent=2).encode())
        elif _read_configs(described) != (model_config, train_config):
            raise ValueError(
                f"The folder {path} holds a run with other settings; choose another folder with "
                "--run, or remove it to start again."
            )

    def snapshot(self, epoch: int) -> Path:
        """Where the snapshot of an epoch lies."""
        return self.path / f"snapshot-{epoch:05d}.npz"

    @property
    def _checkpoint(self) -> Path:
        return self.path / "checkpoint.safetensors"

    def save(
        self, network: nn.Module, average: nn.Module, optimizer: Optimizer, state: RunState
    ) -> None:
        """Replace the checkpoint in one step: a kill leaves the old one or the new one, whole."""
        tensors = _prefixed("network", network.state_dict())
        tensors |= _prefixed("average", average.state_dict())
        for index, entry in optimizer.state_dict()["state"].items():
            tensors |= _prefixed(f"optimizer.{index}", entry)
        data = save(tensors, {"state": json.dumps(asdict(state))})
        write_atomically(self._checkpoint, data)

    def load(self, network: nn.Module, average: nn.Module, optimizer: Optimizer) -> RunState | None:
        """Put the checkpoint into the three and return how far it had come; None without one."""
        if not self._checkpoint.exists():
            return None
        try:
            with safe_open(self._checkpoint, framework="pt") as file:
                state = json.loads(file.metadata()["state"])
                tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        except (SafetensorError, KeyError, ValueError) as error:
            raise ValueError(
                f"The checkpoint {self._checkpoint} is damaged ({error}); remove it to start again."
            ) from error
        network.load_state_dict(_under("network", tensors))
        average.load_state_dict(_under("average", tensors))
        saved = optimizer.state_dict()
        count = len(saved["param_groups"][0]["params"])
        entries = {index: _under(f"optimizer.{index}", tensors) for index in range(count)}
        saved["state"] = {index: entry for index, entry in entries.items() if entry}
        optimizer.load_state_dict(saved)
        return RunState(**state)


def _read_configs(path: Path) -> tuple[ModelConfig, TrainConfig] | None:
    """What a run was begun with; settings that came later have their defaults."""
    try:
        values = json.loads(path.read_text())
        return ModelConfig.from_dict(values["model"]), TrainConfig.from_dict(values["training"])
    except (ValueError, KeyError, TypeError):
        return None


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that after a kill or a full disk it is the old one or the new one, whole."""
    temporary = path.with_name(path.name + ".new")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _prefixed(prefix: str, tensors: dict[str, Any]) -> dict[str, Tensor]:
    # Two names must not share memory in a safetensors file, and rows must be in order.
    return {
        f"{prefix}.{key}": torch.as_tensor(value).detach().cpu().contiguous().clone()
        for key, value in tensors.items()
    }


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    start = prefix + "."
    return {key[len(start) :]: value for key, value in tensors.items() if key.startswith(start)}
