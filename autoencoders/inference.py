"""The engine: NumPy in, NumPy out, on any device, from any number of threads at once."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from autoencoders import checkpoint
from autoencoders.checkpoint import ModelFolderError
from autoencoders.config import ModelConfig
from autoencoders.devices import select_device
from autoencoders.digits import prepare_digit
from autoencoders.images import Pixels, check_images, to_network, to_pixels
from autoencoders.losses import squared_error_per_image
from autoencoders.metrics import percentiles
from autoencoders.prepared import Prepared

T = TypeVar("T", bound=np.generic)
S = TypeVar("S", bound=np.generic)

Precision = Literal["auto", "float32", "bfloat16"]
FEW_PICTURES = 8
"""So many are computed on one thread of the CPU."""
_THREADS = torch.get_num_threads()
FAR_PERCENTILE = 95.0
"""A picture with a larger error than this share of the test pictures is far from the data."""


class UnknownModelError(ValueError):
    """No model of that name; the message lists those there are."""


@dataclass(frozen=True)
class Scores:
    """How well pictures came back.

    Attributes:
        mse: float32 ``(B,)``, mean squared error on 0..1.
        percentile: float32 ``(B,)``, 0..100: share of the test pictures with a smaller error.
        far: bool ``(B,)``: the error is larger than that of ``FAR_PERCENTILE`` of them.
    """

    mse: NDArray[np.float32]
    percentile: NDArray[np.float32]
    far: NDArray[np.bool_]


class Engine:
    """A pretrained autoencoder.

    It holds no user's data: one object serves every session, from any thread.

    Attributes:
        name, digest: the model's name, and sixteen hex digits that change with any of its files.
        folder: where it lies.
        device, precision: where and in what it computes, for instance "cpu" and "float32".
        latents, history: what the folder keeps of the test pictures and of the training.
        card: the model card, Markdown.
    """

    def __init__(
        self, folder: Path, *, device: str = "auto", precision: Precision = "auto"
    ) -> None:
        network, description = checkpoint.load_network(folder)
        self._device = select_device(device)
        self._network = network.to(self._device)
        # bfloat16 is asked for, not chosen: its decodes differ from float32's by up to a grey level
        # or two, which a calibration by measurement has to weigh first.
        self.precision: str = "float32" if precision == "auto" else precision
        self._description = description
        self._lock = threading.Lock()
        self._chunk = 1024
        self.folder = folder
        self.name = description.name
        self.digest = description.digest
        self.device = str(self._device)
        self.latents = checkpoint.load_latents(folder)
        self.history = checkpoint.load_history(folder)
        self.card = checkpoint.card(folder)

    @property
    def config(self) -> ModelConfig:
        """The network's description."""
        return self._description.model

    @property
    def description(self) -> checkpoint.Description:
        """Everything that config.json says."""
        return self._description

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """Height, width and channels of the pictures it takes and gives."""
        return self.config.image_shape

    @property
    def code_size(self) -> int:
        """Numbers in a code."""
        return self.config.code_size

    @property
    def dataset(self) -> str:
        """Name of the dataset it was trained on."""
        return self._description.training.dataset

    @property
    def label_names(self) -> tuple[str, ...]:
        """What each label of ``latents`` means."""
        return self._description.label_names

    def prepare(self, image: Image.Image) -> Pixels:
        """Turn any picture into what the model takes, uint8 ``(1, H, W, C)``.

        For models of digits: found, inverted if need be, scaled and centred as MNIST was.

        Raises:
            ValueError: for a picture with nothing on it.
        """
        return self.prepare_shown(image).pixels[None]

    def prepare_shown(self, image: Image.Image) -> Prepared:
        """Prepare a picture as ``prepare`` does, and keep the steps and a word on each.

        Raises:
            ValueError: for a picture with nothing on it.
        """
        if self.dataset == "mnist":
            return prepare_digit(image)
        height, width, channels = self.image_shape
        converted = image.convert("L" if channels == 1 else "RGB").resize(
            (width, height), Image.Resampling.BICUBIC
        )
        return Prepared(np.asarray(converted, np.uint8).reshape(height, width, channels))

    def encode(self, images: Pixels) -> NDArray[np.float32]:
        """Codes, float32 ``(B, D)``, of uint8 pictures ``(B, H, W, C)``; deterministic.

        Raises:
            ValueError: for another shape or dtype.
        """
        checked = check_images(images, shape=self.image_shape)
        empty = np.empty((0, self.code_size), np.float32)
        return self._in_chunks(self._encode, checked, empty)

    def decode(self, codes: NDArray[np.floating]) -> Pixels:
        """Pictures, uint8 ``(B, H, W, C)``, of codes ``(B, D)``.

        Raises:
            ValueError: for another width, another kind of number, NaN or infinity.
        """
        checked = self.check_codes(codes)
        return self._in_chunks(self._decode, checked, np.empty((0, *self.image_shape), np.uint8))

    def reconstruct(self, images: Pixels) -> Pixels:
        """Encode and decode: uint8 ``(B, H, W, C)`` to the same.

        Raises:
            ValueError: as ``encode``.
        """
        return self.decode(self.encode(images))

    def score(self, images: Pixels) -> Scores:
        """Error of each picture's reconstruction and where it stands among the test pictures.

        Raises:
            ValueError: as ``encode``.
        """
        checked = check_images(images, shape=self.image_shape)
        errors = self._in_chunks(self._errors, checked, np.empty(0, np.float32))
        percentile = percentiles(errors, among=self.latents.mse)
        return Scores(errors, percentile, percentile >= FAR_PERCENTILE)

    def check_codes(self, codes: object) -> NDArray[np.float32]:
        """Return ``codes`` as float32 ``(B, D)``.

        Raises:
            ValueError: for another shape, another kind of number, NaN or infinity.
        """
        wanted = f"finite numbers of shape (B, {self.code_size})"
        if not isinstance(codes, np.ndarray) or codes.dtype.kind not in "fiu":
            kind = codes.dtype if isinstance(codes, np.ndarray) else type(codes).__name__
            raise ValueError(f"{self.name} decodes {wanted}; it was given {kind}.")
        if codes.ndim != 2 or codes.shape[1] != self.code_size:
            raise ValueError(f"{self.name} decodes {wanted}; it was given shape {codes.shape}.")
        with np.errstate(over="ignore"):
            checked = codes.astype(np.float32)
        if not np.isfinite(checked).all():
            bad = int(np.argmin(np.isfinite(checked).all(axis=1)))
            raise ValueError(
                f"{self.name} decodes {wanted}; code {bad} holds NaN, infinity or a number too "
                "large for float32."
            )
        return checked

    def _encode(self, images: Pixels) -> NDArray[np.float32]:
        tensor = to_network(images, device=self._device)
        return np.asarray(self._network.encode(tensor).float().cpu().numpy(), np.float32)

    def _decode(self, codes: NDArray[np.float32]) -> Pixels:
        return to_pixels(self._network.decode(torch.from_numpy(codes).to(self._device)))

    def _errors(self, images: Pixels) -> NDArray[np.float32]:
        tensor = to_network(images, device=self._device)
        output: Tensor = self._network(tensor)
        return np.asarray(squared_error_per_image(output, tensor).cpu().numpy(), np.float32)

    def _in_chunks(
        self, job: Callable[[NDArray[S]], NDArray[T]], values: NDArray[S], empty: NDArray[T]
    ) -> NDArray[T]:
        """Run ``job`` on parts that fit into memory; on out-of-memory the parts are halved."""
        results: list[NDArray[T]] = []
        start = 0
        while start < len(values):
            part = values[start : start + self._chunk]
            try:
                with self._lock, torch.inference_mode(), self._autocast():
                    self._choose_threads(len(part))
                    results.append(job(part))
            except (torch.OutOfMemoryError, MemoryError):
                if len(part) == 1:
                    raise
                if self._device.type == "cuda":
                    torch.cuda.empty_cache()
                self._chunk = max(1, len(part) // 2)
                continue
            start += len(part)
        return np.concatenate(results) if results else empty

    def _choose_threads(self, count: int) -> None:
        """Compute a few pictures on one thread.

        Sharing so little work costs more than it saves: on a busy machine each share waits for a
        core. The setting is torch's, not the engine's, so it is chosen anew each time.
        """
        if self._device.type == "cpu":
            torch.set_num_threads(1 if count <= FEW_PICTURES else _THREADS)

    def _autocast(self) -> torch.autocast:
        return torch.autocast(
            self._device.type, torch.bfloat16, enabled=self.precision == "bfloat16"
        )


def available_models(extra: Sequence[Path] = ()) -> list[str]:
    """Names of the models that can be loaded, sorted."""
    return [entry.name for entry in checkpoint.list_models(extra) if entry.problem is None]


def find_model(name_or_folder: str | Path, *, extra: Sequence[Path] = ()) -> Path:
    """Return the folder of a model, given its name or a path to it.

    Raises:
        UnknownModelError: if there is no such model; lists those there are.
        ModelFolderError: if it is a folder but no model.
    """
    folders = {folder.name: folder for folder in checkpoint.model_folders(extra)}
    if str(name_or_folder) in folders:
        return folders[str(name_or_folder)]
    path = Path(name_or_folder)
    if (path / checkpoint.CONFIG).exists():
        return path.resolve()
    if path.is_dir():
        raise ModelFolderError(f"The folder {path} is no model: it has no {checkpoint.CONFIG}.")
    known = ", ".join(folders) or "none; train one with 'python -m autoencoders train'"
    raise UnknownModelError(f"There is no model called {str(name_or_folder)!r}; there is {known}.")


def load(
    name_or_folder: str | Path, *, device: str = "auto", precision: Precision = "auto"
) -> Engine:
    """Load a model by its name in the registry or by its folder.

    Raises:
        UnknownModelError: if there is no such model; lists those there are.
        ModelFolderError: if its folder is incomplete or damaged.
        ValueError: for a device this machine does not have.
    """
    return Engine(find_model(name_or_folder), device=device, precision=precision)
