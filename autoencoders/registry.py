"""Models by their names: which there are, where they lie, and loading one."""

from collections.abc import Sequence
from pathlib import Path

from autoencoders import checkpoint, listing
from autoencoders.checkpoint import ModelFolderError
from autoencoders.inference import Engine, Precision


class UnknownModelError(ValueError):
    """No model of that name; the message lists those there are."""


def available_models(extra: Sequence[Path] = ()) -> list[str]:
    """Names of the models that can be loaded, sorted."""
    return [entry.name for entry in listing.list_models(extra) if entry.problem is None]


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
