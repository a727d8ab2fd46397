"""The folder format of ``pretrained/``: save, load, list and verify models.

A model folder holds config.json, model.safetensors, latents.npz, history.npz, directions.npz (where
there are attributes), pca.npz (where that is small), preview.png and README.md (the card).
config.json names the SHA-256 of each of the others.
"""

import functools
import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors

from autoencoders.config import ModelConfig, TrainConfig
from autoencoders.directions import Direction, from_bytes
from autoencoders.latents import Latents
from autoencoders.models import Autoencoder, build
from autoencoders.principal import Principal
from autoencoders.run_folder import write_atomically
from autoencoders.snapshots import History
from autoencoders.strict_config import ConfigError

T = TypeVar("T")

FORMAT_VERSION = 2
CONFIG = "config.json"
WEIGHTS = "model.safetensors"
LATENTS = "latents.npz"
HISTORY = "history.npz"
DIRECTIONS = "directions.npz"
PRINCIPAL = "pca.npz"
CARD = "README.md"
PREVIEW = "preview.png"
REQUIRED = (WEIGHTS, LATENTS, CARD)
_OF_BASE = "base."
"""What the names of a base's weights begin with in a stacked network."""
SHIPPED = Path(__file__).resolve().parent.parent / "pretrained"


class ModelFolderError(ValueError):
    """A model folder that cannot be used; the message says what is wrong with it."""


@dataclass(frozen=True)
class Description:
    """config.json, read and checked.

    Attributes:
        name: the model's name.
        model, training: how it is built and was trained.
        label_names: what each label means.
        attribute_names: what each column of the attributes means.
        files: SHA-256 of every other file, in hex.
        metrics: measures by split, as ``evaluate`` gives them.
        about: what else stands there: split rule, command, minutes, hardware.
    """

    name: str
    model: ModelConfig
    training: TrainConfig
    label_names: tuple[str, ...]
    attribute_names: tuple[str, ...]
    files: Mapping[str, str]
    metrics: Mapping[str, Any]
    about: Mapping[str, Any]

    @property
    def digest_of_weights(self) -> str:
        """SHA-256 of the weights: what a stacked model knows its base by."""
        return self.files[WEIGHTS]

    @property
    def digest(self) -> str:
        """Sixteen hex digits that change with any file of the folder."""
        text = "\n".join(f"{name} {self.files[name]}" for name in sorted(self.files))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def save_model(
    folder: Path,
    *,
    network: Autoencoder,
    training: TrainConfig,
    latents: Latents,
    history: History | None,
    label_names: Sequence[str],
    metrics: Mapping[str, Any],
    about: Mapping[str, Any],
    card: str,
    attribute_names: Sequence[str] = (),
    preview: bytes | None = None,
    pictures: Mapping[str, bytes] | None = None,
    directions: bytes | None = None,
    principal: bytes | None = None,
    half: bool = True,
) -> None:
    """Write a whole model folder; config.json comes last, so that a half-written one is no model.

    ``pictures`` are further files that the card shows, by their names.  ``half`` keeps the weights
    as float16; the caller checks that decodes stay within 50 dB.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, bytes] = {
        WEIGHTS: save_tensors(_shipped_weights(network, half=half)),
        LATENTS: latents.to_bytes(),
        CARD: card.encode(),
    }
    if history is not None:
        files[HISTORY] = history.to_bytes()
    if preview is not None:
        files[PREVIEW] = preview
    files |= pictures or {}
    if directions is not None:
        files[DIRECTIONS] = directions
    if principal is not None:
        files[PRINCIPAL] = principal
    description = {
        "format_version": FORMAT_VERSION,
        "name": folder.name,
        "model": network.config.to_dict(),
        "training": training.to_dict(),
        "label_names": list(label_names),
        "attribute_names": list(attribute_names),
        "metrics": metrics,
        "about": about,
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
    }
    for name, data in files.items():
        write_atomically(folder / name, data)
    text = json.dumps(description, indent=2) + "\n"
    write_atomically(folder / CONFIG, text.encode())


def replace_card(folder: Path, text: str) -> None:
    """Write another card; nothing else of the folder changes but the card's hash.

    Raises:
        OSError: where the folder cannot be written.
    """
    described = json.loads((folder / CONFIG).read_text())
    described["files"][CARD] = hashlib.sha256(text.encode()).hexdigest()
    write_atomically(folder / CARD, text.encode())
    write_atomically(folder / CONFIG, (json.dumps(described, indent=2) + "\n").encode())


def _shipped_weights(network: Autoencoder, *, half: bool) -> dict[str, torch.Tensor]:
    return {
        name: (tensor.half() if half and tensor.is_floating_point() else tensor)
        .cpu()
        .contiguous()
        .clone()
        for name, tensor in network.state_dict().items()
        if not name.startswith(_OF_BASE)
    }


def describe(folder: Path) -> Description:
    """Read and check config.json.

    Raises:
        ModelFolderError: if it is missing, damaged, newer than this version or names something
            unknown.
    """
    path = folder / CONFIG
    try:
        values = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise ModelFolderError(
            f"{folder.name} has no {CONFIG}; a model folder is what "
            "'python -m autoencoders train' writes."
        ) from error
    except (OSError, ValueError) as error:
        raise ModelFolderError(
            f"{CONFIG} of {folder.name} cannot be read ({error}); copy the folder again."
        ) from error
    if not isinstance(values, dict) or not isinstance(values.get("format_version"), int):
        raise ModelFolderError(f"{CONFIG} of {folder.name} has no format_version; copy it again.")
    if values["format_version"] > FORMAT_VERSION:
        raise ModelFolderError(
            f"{folder.name} has format version {values['format_version']}, this Hourglass reads "
            f"up to {FORMAT_VERSION}; update Hourglass."
        )
    known = {
        "format_version", "name", "model", "training", "label_names", "attribute_names", "metrics",
        "about", "files",
    }  # fmt: skip
    if unknown := sorted(set(values) - known):
        raise ModelFolderError(
            f"{CONFIG} of {folder.name} does not know {', '.join(map(repr, unknown))}; it knows "
            f"{', '.join(sorted(known))}."
        )
    try:
        return Description(
            name=folder.name,
            model=ModelConfig.from_dict(values["model"]),
            training=TrainConfig.from_dict(values["training"]),
            label_names=tuple(str(name) for name in values["label_names"]),
            attribute_names=tuple(str(name) for name in values.get("attribute_names", ())),
            files={str(name): str(digest) for name, digest in values["files"].items()},
            metrics=dict(values["metrics"]),
            about=dict(values["about"]),
        )
    except ConfigError as error:
        raise ModelFolderError(f"{CONFIG} of {folder.name} is not usable: {error}") from error
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ModelFolderError(
            f"{CONFIG} of {folder.name} lacks a part or has one of the wrong kind ({error}); copy "
            "the folder again."
        ) from error


def verify(folder: Path) -> Description:
    """Check that every file is there and is the one config.json speaks of.

    Raises:
        ModelFolderError: naming the first file that is missing, damaged or swapped.
    """
    description = describe(folder)
    for name in REQUIRED:
        if name not in description.files:
            raise ModelFolderError(f"{CONFIG} of {folder.name} does not name {name}.")
    for name, expected in description.files.items():
        if Path(name).name != name:
            raise ModelFolderError(
                f"{CONFIG} of {folder.name} names {name!r}, which is not a file in the folder."
            )
        if (found := _sha256(folder, name)) != expected:
            raise ModelFolderError(
                f"{name} of {folder.name} is damaged or swapped: its SHA-256 begins with "
                f"{found[:12]}, {CONFIG} says {expected[:12]}; copy the folder again."
            )
    if description.model.base:
        base_folder(description, folder)
    return description


def _sha256(folder: Path, name: str) -> str:
    path = folder / name
    try:
        status = path.stat()
        return _sha256_of(path, status.st_mtime_ns, status.st_size)
    except OSError as error:
        raise ModelFolderError(
            f"{folder.name} lacks {name}; copy the folder again, whole."
        ) from error


@functools.lru_cache(maxsize=4096)
def _sha256_of(path: Path, changed: int, size: int) -> str:
    """The key holds time of change and size: an unchanged file is read once a process."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def base_folder(description: Description, folder: Path) -> Path:
    """Return the folder of the model that a stacked one stands on: beside it, or in the registry.

    Raises:
        ModelFolderError: if it is missing, broken, or another than it was trained on.
    """
    name = description.model.base
    places = [folder.parent / name, *model_folders()]
    found = next((place for place in places if place.name == name and place.is_dir()), None)
    if found is None:
        raise ModelFolderError(
            f"{folder.name} stands on {name}, which is not here; put that folder beside it."
        )
    expected = description.about.get("base_digest")
    if (base := verify(found)).digest_of_weights != expected:
        raise ModelFolderError(
            f"{folder.name} stands on another {base.name} than the one in {found}; copy the two "
            "folders together."
        )
    return found


def load_network(folder: Path) -> tuple[Autoencoder, Description]:
    """Verify the folder and build its network, float32, on the CPU, in evaluation mode.

    A stacked one comes with its base.

    Raises:
        ModelFolderError: for anything wrong with the folder.
    """
    description = verify(folder)
    stacked = bool(description.model.base)
    base = load_network(base_folder(description, folder))[0] if stacked else None
    network = build(description.model, base=base)
    own = {} if base is None else {_OF_BASE + name: t for name, t in base.state_dict().items()}
    try:
        network.load_state_dict(load_tensors((folder / WEIGHTS).read_bytes()) | own)
    except (SafetensorError, RuntimeError, OSError) as error:
        raise ModelFolderError(
            f"{WEIGHTS} of {folder.name} does not fit the network that {CONFIG} describes; copy "
            "the folder again, whole."
        ) from error
    return network.eval(), description


def _load(folder: Path, name: str, read: Callable[[Path], T]) -> T:
    try:
        return read(folder / name)
    except (OSError, ValueError, KeyError) as error:
        raise ModelFolderError(
            f"{name} of {folder.name} is missing or damaged; copy the folder again."
        ) from error


def load_latents(folder: Path) -> Latents:
    """Read the codes that the folder holds.

    Raises:
        ModelFolderError: if they are missing or damaged.
    """
    return _load(folder, LATENTS, Latents.from_file)


def load_history(folder: Path) -> History | None:
    """Read the training movie, or None where the folder has none.

    Raises:
        ModelFolderError: if it is damaged.
    """
    return _load(folder, HISTORY, History.from_file) if (folder / HISTORY).exists() else None


def load_directions(folder: Path) -> tuple[Direction, ...]:
    """Read the attribute directions; empty where the folder has none.

    Raises:
        ModelFolderError: if they are damaged.
    """
    if not (folder / DIRECTIONS).exists():
        return ()
    return _load(folder, DIRECTIONS, lambda path: tuple(from_bytes(path.read_bytes())))


def load_principal(folder: Path) -> Principal | None:
    """Read the principal components beside the model, or None where the folder has none.

    Raises:
        ModelFolderError: if they are damaged.
    """
    there = (folder / PRINCIPAL).exists()
    return _load(folder, PRINCIPAL, Principal.from_file) if there else None


def card(folder: Path) -> str:
    """The model card, Markdown; empty where there is none."""
    try:
        return (folder / CARD).read_text()
    except (OSError, UnicodeDecodeError):
        return ""


def model_folders(extra: Sequence[Path] = ()) -> list[Path]:
    """Every folder of the registry: ``pretrained/``, HOURGLASS_MODELS, and ``extra``.

    Each place is a model folder or a folder of them.  Of two with one name the first counts.
    """
    named = os.environ.get("HOURGLASS_MODELS", "")
    places = [*extra, *(Path(part) for part in named.split(os.pathsep) if part), SHIPPED]
    found: dict[str, Path] = {}
    for place in places:
        if (place / CONFIG).exists():
            candidates = [place.resolve()]
        elif place.is_dir():
            candidates = sorted(path for path in place.iterdir() if _looks_like_model(path))
        else:
            candidates = []
        for candidate in candidates:
            found.setdefault(candidate.name, candidate)
    return [found[name] for name in sorted(found)]


def _looks_like_model(path: Path) -> bool:
    return path.is_dir() and any((path / name).exists() for name in (CONFIG, WEIGHTS, LATENTS))
