"""One ``fit()`` for every family: seeded, resumable, with a checkpoint that survives a kill.

Whatever is random is a function of the seed, the epoch and the step alone, so that a run that was
stopped and resumed ends, on the same CPU, at the same weights as one that was not.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel
from tqdm import tqdm

from autoencoders.augmentation import augment, strength
from autoencoders.config import ModelConfig, TrainConfig
from autoencoders.corruption import corrupt_for_training
from autoencoders.dataset import Dataset
from autoencoders.devices import select_device
from autoencoders.greedy import Outermost, check_length, check_mirrored, pair_of, phase_of
from autoencoders.images import check_images, to_network
from autoencoders.losses import squared_error_per_image
from autoencoders.models import Autoencoder, build
from autoencoders.objective import Objective, nearest_pictures
from autoencoders.run_folder import RunFolder, RunState
from autoencoders.snapshots import History, snapshot_epochs, take_snapshot

CHECKPOINT_SECONDS = 60.0


class TrainingError(RuntimeError):
    """Training that cannot go on; the message says why and what to try."""


@dataclass(frozen=True)
class FitResult:
    """What a finished run leaves: the network to ship, its history and the minutes it took."""

    network: Autoencoder
    history: History
    minutes: float


def learning_rate(config: TrainConfig, *, step: int, steps: int) -> float:
    """Return the learning rate of one step: linear warm-up, then a cosine down to zero."""
    warmup = max(1, round(config.warmup * steps))
    if step < warmup:
        return config.learning_rate * (step + 1) / warmup
    through = (step - warmup) / max(1, steps - warmup)
    return config.learning_rate * 0.5 * (1.0 + math.cos(math.pi * through))


def _seed(*parts: int) -> int:
    """One seed from several numbers, spread so that neighbours share nothing."""
    return int(np.random.SeedSequence(parts).generate_state(1, np.uint64)[0] >> 1)


Tensors = tuple[Tensor, ...] | list[Tensor]


def _ramped_average(decay: float) -> Callable[[Tensors, Tensors, Tensor | int], None]:
    """A running average whose memory grows with the steps taken, up to ``decay``.

    With a fixed decay the first epochs would show the random initial weights for a long time.
    """

    def update(averaged: Tensors, current: Tensors, count: Tensor | int) -> None:
        if not averaged[0].is_floating_point():
            torch._foreach_copy_(averaged, current)  # counters
            return
        taken = int(count)
        weight = 1.0 - min(decay, (1 + taken) / (10 + taken))
        torch._foreach_lerp_(averaged, current, weight)

    return update


def _check_suits(
    model_config: ModelConfig, config: TrainConfig, *, base: Autoencoder | None
) -> None:
    """Refuse a training that the network cannot have; one sentence each."""
    family = model_config.family
    if config.loss == "code" and base is None:
        raise ValueError(
            "The loss 'code' is measured in the code of a base, and only stacked models have "
            f"one; this model is {family}: use mse or bce."
        )
    if config.sparsity and family != "sparse":
        raise ValueError(
            f"sparsity is {config.sparsity:g} and the model {family}; only sparse models are held "
            "to few numbers: use 0."
        )
    if config.activity and model_config.code_range != "logistic":
        raise ValueError(
            f"activity is {config.activity:g} and code_range {model_config.code_range!r}; only the "
            "units of a 'logistic' code have an activity between 0 and 1: use that, or activity 0."
        )
    if bool(config.neighbours) != (family == "map"):
        raise ValueError(
            f"neighbours is {config.neighbours} and the model {family}; map models, and only they, "
            "draw neighbours together: use more than 0 for them and 0 for others."
        )
    if config.greedy:
        check_mirrored(model_config)
        check_length(model_config, config)


class _Run:
    """The moving parts of one training run."""

    def __init__(
        self,
        model_config: ModelConfig,
        config: TrainConfig,
        *,
        train: Dataset,
        validation: Dataset,
        device: torch.device,
        base: Autoencoder | None,
    ) -> None:
        self.config = config
        self.device = device
        self.images = check_images(train.images, shape=model_config.image_shape)
        if config.limit:
            self.images = self.images[: config.limit]
        self.validation = check_images(validation.images, shape=model_config.image_shape)
        if len(self.images) < 2:
            raise ValueError(
                f"There is {len(self.images)} training picture; training needs at least 2, and "
                "some hundred to be of use."
            )
        whole, rest = divmod(len(self.images), config.batch_size)
        # A batch of one has no spread to normalise by: it is left out, another picture each epoch.
        self.steps_per_epoch = whole + (rest > 1)
        self.pictures_per_epoch = len(self.images) - (rest == 1)
        self.steps = config.epochs * self.steps_per_epoch
        _check_suits(model_config, config, base=base)
        self.near: np.ndarray | None = None
        if config.neighbours:
            count = min(config.neighbours, len(self.images) - 1)
            self.near = nearest_pictures(self.images, count=count)
        self.network = build(model_config, seed=config.seed, base=base).to(device)
        # Convolutions on a CPU are quickest with the channels last, in bfloat16 above all.
        self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = AveragedModel(
            self.network,
            multi_avg_fn=_ramped_average(config.average),
            use_buffers=True,
        )
        trained = [weights for weights in self.network.parameters() if weights.requires_grad]
        # One pass over the weights instead of a dozen: of a dense network's step on a CPU the plain
        # optimizer took nearly half.
        fused = device.type in ("cpu", "cuda")
        self.optimizer = torch.optim.AdamW(
            trained, lr=config.learning_rate, weight_decay=config.weight_decay, fused=fused
        )
        self.loss = Objective(self.network, config, images=self.images, device=device)

    @property
    def averaged(self) -> Autoencoder:
        """The network whose weights are the running average: the one that ships."""
        return cast(Autoencoder, self.average.module)

    def align(self) -> None:
        """Lay out what the optimizer remembers as the weights are, which a file does not keep.

        The fused optimizer goes through both in the order in which they lie in memory.
        """
        for weights, remembered in self.optimizer.state.items():
            for name, value in remembered.items():
                if value.shape == weights.shape:
                    remembered[name] = torch.empty_like(weights).copy_(value)

    def order(self, epoch: int) -> Tensor:
        generator = torch.Generator().manual_seed(_seed(self.config.seed, epoch))
        return torch.randperm(len(self.images), generator=generator)

    def pair(self, epoch: int) -> int | None:
        """Which pair of layers an epoch trains alone; None: all of them."""
        return pair_of(self.network.config, self.config, epoch)

    def learning_rate(self, epoch: int, number: int) -> float:
        """The learning rate of one step: each phase of the run warms up and comes to rest."""
        first, last = phase_of(self.network.config, self.config, epoch)
        step = (epoch - first) * self.steps_per_epoch + number
        return learning_rate(self.config, step=step, steps=(last - first) * self.steps_per_epoch)

    def with_neighbours(self, chosen: Tensor, *, generator: torch.Generator) -> Tensor:
        """The pictures of a batch and, of a map, a neighbour of each, drawn by chance, behind."""
        if self.near is None:
            return chosen
        drawn = torch.randint(self.near.shape[1], (len(chosen),), generator=generator)
        beside = self.near[chosen.numpy(), drawn.numpy()]
        return torch.cat([chosen, torch.from_numpy(beside)])

    def step(self, epoch: int, number: int, chosen: Tensor) -> float:
        """Take one step on the pictures ``chosen``; return the loss before it."""
        seed = _seed(self.config.seed, epoch, number)
        torch.manual_seed(seed)  # whatever a layer draws
        generator = torch.Generator().manual_seed(seed)
        at = epoch * self.steps_per_epoch + number
        through = at / self.steps
        rows = self.with_neighbours(chosen, generator=generator).numpy()
        batch = to_network(self.images[rows], device=self.device)
        batch = augment(
            batch, self.config, generator=generator, share=strength(self.config, through=through)
        )
        batch = batch.contiguous(memory_format=torch.channels_last)
        given = corrupt_for_training(batch, self.config, generator=generator)
        if self.near is not None:
            batch = batch[: len(chosen)]
        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate(epoch, number)
        self.network.train()
        loss = self.loss(given, batch, through=through, pair=self.pair(epoch))
        value = float(loss.detach())
        if not math.isfinite(value):
            raise TrainingError(
                f"The loss became {value} in epoch {epoch + 1}, batch {number + 1} of "
                f"{self.steps_per_epoch}; try a learning rate below {self.config.learning_rate:g}, "
                f"{'a smaller beta, ' if self.config.beta else ''}or precision float32."
            )
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        if self.config.average:
            self.average.update_parameters(self.network)
        return value

    def best(self) -> Autoencoder:
        return self.averaged if self.config.average else self.network

    def what_fits(self) -> str:
        """Say, after a batch did not fit into memory, which one would."""
        self.optimizer.zero_grad(set_to_none=True)
        size = self.config.batch_size
        height, width, channels = self.network.config.image_shape
        while size > 2:  # a batch of one has no spread to normalise by
            size = max(2, size // 2)
            try:
                batch = torch.zeros(size, channels, height, width, device=self.device)
                self.loss(batch, batch, through=0.0).backward()
            except (torch.OutOfMemoryError, MemoryError):
                continue
            finally:
                self.optimizer.zero_grad(set_to_none=True)
            return (
                f"A batch of {self.config.batch_size} pictures does not fit into the memory of "
                f"{self.device}; one of {size} does: give --batch-size {size} and another --run."
            )
        return (
            f"Not even two pictures at a time fit into the memory of {self.device}; train a "
            "smaller network, or free memory."
        )

    def validate(self, epoch: int) -> float:
        """Mean squared error of the shipped weights over the validation pictures.

        While pairs of layers are trained, of those that were or are being.
        """
        pair = self.pair(epoch)
        network = self.best() if pair is None else Outermost(self.best(), pairs=pair + 1)
        errors = reconstruction_errors(
            network, self.validation, device=self.device, noise=self.config
        )
        return float(errors.mean())


@torch.inference_mode()
def reconstruction_errors(
    network: nn.Module,
    images: np.ndarray,
    *,
    device: torch.device,
    noise: TrainConfig | None = None,
    batch_size: int = 128,
) -> np.ndarray:
    """Mean squared error of each picture, float32 ``(N,)``; ``images`` uint8 ``(N, H, W, C)``.

    ``noise`` puts its noise on what the network is given, the same at every call.
    """
    network.eval()
    errors = []
    for start in range(0, len(images), batch_size):
        batch = to_network(images[start : start + batch_size], device=device)
        given = batch
        if noise is not None:
            generator = torch.Generator().manual_seed(_seed(start))
            given = corrupt_for_training(batch, noise, generator=generator)
        errors.append(squared_error_per_image(network(given), batch).cpu().numpy())
    return np.concatenate(errors)


Progress = Literal["bar", "silent"]


def fit(
    model_config: ModelConfig,
    train_config: TrainConfig,
    *,
    train: Dataset,
    validation: Dataset,
    run: Path | str,
    base: Autoencoder | None = None,
    device: str = "auto",
    progress: Progress = "bar",
    on_epoch: Callable[[int, float, float], None] | None = None,
) -> FitResult:
    """Train a network, or go on where the run in the folder ``run`` stopped.

    Args:
        model_config, train_config: the network and the training.
        train, validation: uint8 pictures ``(N, H, W, C)`` of the network's size.
        run: a folder for the checkpoint and the snapshots; made if it is not there.
        base: what a stacked network stands on; its weights stay as they are.
        device: "auto", or a torch device.
        progress: "bar" draws one with the time left on standard error.
        on_epoch: called after each epoch with its number from 1, training and validation loss.

    Raises:
        TrainingError: the loss is no longer a number, or a batch does not fit into memory.
        ValueError: pictures of another size, fewer than two, an unknown device, or a run folder
            that holds another run.
    """
    folder = RunFolder(Path(run), model_config, train_config)
    parts = _Run(
        model_config,
        train_config,
        train=train,
        validation=validation,
        device=select_device(device),
        base=base,
    )
    state = folder.load(parts.network, parts.average, parts.optimizer) or RunState()
    parts.align()
    wanted = snapshot_epochs(train_config.epochs, train_config.snapshots)
    if state.epoch == 0 and state.step == 0 and 0 in wanted:
        take_snapshot(parts.best(), validation, folder.snapshot(0), device=parts.device)
    with tqdm(
        total=parts.steps,
        initial=state.epoch * parts.steps_per_epoch + state.step,
        unit="batch",
        disable=progress != "bar",
        mininterval=0.5,
    ) as bar:
        while state.epoch < train_config.epochs:
            _one_epoch(parts, folder, state, bar)
            if state.epoch in wanted:
                take_snapshot(
                    parts.best(), validation, folder.snapshot(state.epoch), device=parts.device
                )
            folder.save(parts.network, parts.average, parts.optimizer, state)
            if on_epoch:
                on_epoch(state.epoch, state.train_loss[-1], state.validation_loss[-1])
    history = History.collect(
        [folder.snapshot(epoch) for epoch in wanted],
        train_loss=state.train_loss,
        validation_loss=state.validation_loss,
    )
    return FitResult(parts.best().eval(), history, state.seconds / 60.0)


def _one_epoch(parts: _Run, folder: RunFolder, state: RunState, bar: "tqdm[Any]") -> None:
    """Finish the epoch that ``state`` stands in, saving a checkpoint every minute on the way."""
    order = parts.order(state.epoch)
    began = saved = time.monotonic()
    before = state.seconds
    size = parts.config.batch_size
    for number in range(state.step, parts.steps_per_epoch):
        chosen = order[number * size : (number + 1) * size]
        try:
            state.loss_sum += parts.step(state.epoch, number, chosen) * len(chosen)
        except (torch.OutOfMemoryError, MemoryError) as error:
            raise TrainingError(parts.what_fits()) from error
        state.step = number + 1
        bar.update()
        now = time.monotonic()
        state.seconds = before + now - began
        if now - saved > CHECKPOINT_SECONDS:
            folder.save(parts.network, parts.average, parts.optimizer, state)
            saved = now
    state.train_loss.append(state.loss_sum / parts.pictures_per_epoch)
    state.validation_loss.append(parts.validate(state.epoch))
    state.epoch, state.step, state.loss_sum = state.epoch + 1, 0, 0.0
    bar.set_postfix(
        epoch=f"{state.epoch}/{parts.config.epochs}",
        train=f"{state.train_loss[-1]:.4f}",
        validation=f"{state.validation_loss[-1]:.4f}",
    )
