"""What outlives a rerun: the one store that all sessions and routes share, and the link."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

import streamlit as st

from autoencoders.latent import parse_code
from autoencoders.ui.collector import keep_for_good
from autoencoders.ui.private import PrivateStore
from autoencoders.ui.trainings import Trainings

if TYPE_CHECKING:
    from autoencoders.inference import Engine
    from autoencoders.listing import ModelEntry

Value = TypeVar("Value")
Key = tuple[Any, ...]
_Version = tuple[int, int]


FIRST_MODEL = "digits-conv-2"
"""The model that the page opens with, if it is there."""


class UnusableModelError(LookupError):
    """A model that is not in the registry or cannot be used; the message says what there is."""


class OnceCache(Generic[Value]):
    """Values made once and kept: a second asker waits for the first one's result."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._making: dict[Key, threading.Lock] = {}
        self._values: dict[Key, Value] = {}

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """Return the value under ``key``, made by ``make`` when it is not there yet."""
        with self._lock:
            if key in self._values:
                return self._values[key]
            turn = self._making.setdefault(key, threading.Lock())
        with turn:
            if key not in self._values:
                self._values[key] = make()
            return self._values[key]

    def drop(self, unwanted: Callable[[Key], bool]) -> None:
        """Forget every value whose key is unwanted."""
        with self._lock:
            for key in [key for key in self._values if unwanted(key)]:
                del self._values[key]
                self._making.pop(key, None)


class Store:
    """Engines, sheets and private pictures of this process. Safe to use from many threads.

    Args:
        list_models: the registry.
        load: model folder -> engine.
    """

    def __init__(
        self,
        *,
        list_models: Callable[[], Sequence["ModelEntry"]],
        load: Callable[[Path], "Engine"],
    ) -> None:
        self._list_models = list_models
        self._load = load
        self._engines: OnceCache[Engine] = OnceCache()
        self._loaded: dict[str, tuple[Path, _Version, Engine]] = {}
        self.packed: OnceCache[bytes] = OnceCache()
        self._made: OnceCache[Any] = OnceCache()
        self.private = PrivateStore()
        self.trainings = Trainings()

    def entries(self) -> Sequence["ModelEntry"]:
        """Return every model folder of the registry, the broken ones with their problem."""
        return self._list_models()

    def usable(self) -> list[str]:
        """Return the names of the models that work.

        The one to open with comes first, then those whose code is a plane.
        """
        usable = [entry for entry in self.entries() if entry.problem is None]
        usable.sort(key=lambda e: (e.name != FIRST_MODEL, e.code_size != 2, e.name))
        return [entry.name for entry in usable]

    def engine(self, name: str) -> "Engine":
        """Return the engine of a model, loaded at its first use and again when its folder changes.

        Raises:
            UnusableModelError: when the registry has no such model or the folder is broken.
        """
        loaded = self._loaded.get(name)
        if loaded is not None and _version(loaded[0]) == loaded[1]:
            return loaded[2]
        folder = self._folder(name)
        version = _version(folder)
        key = (name, version)
        engine = self._engines.get(key, lambda: self._load(folder))
        self._loaded[name] = (folder, version, engine)
        self._engines.drop(lambda old: old[0] == name and old != key)
        for cache in (self.packed, self._made):
            cache.drop(lambda old: old[0] == name and old[1] != engine.digest)
        return engine

    def made(self, engine: "Engine", make: Callable[["Engine"], Value]) -> Value:
        """Return what ``make`` makes of an engine, made once: planes, PCA, all that takes long."""
        key = (engine.name, engine.digest, make.__qualname__)
        return cast(Value, self._made.get(key, lambda: make(engine)))

    def _folder(self, name: str) -> Path:
        entries = self.entries()
        entry = next((entry for entry in entries if entry.name == name), None)
        if entry is None:
            there = ", ".join(entry.name for entry in entries if entry.problem is None) or "none"
            raise UnusableModelError(f"There is no model {name[:80]!r}; there are: {there}.")
        if entry.problem is not None:
            raise UnusableModelError(f"The model {name!r} cannot be used: {entry.problem}")
        return entry.folder


def _version(folder: Path) -> _Version:
    """Tell a model folder from a later one: its config holds the hashes of all other files."""
    try:
        stat = (folder / "config.json").stat()
    except OSError:
        return (0, 0)
    return (stat.st_mtime_ns, stat.st_size)


@st.cache_resource(show_spinner=False)
def store() -> Store:
    """Return the one store of this process, the same for scripts and routes."""
    from autoencoders import listing, registry

    def load(folder: Path) -> "Engine":
        engine = registry.load(folder)
        keep_for_good()
        return engine

    return Store(list_models=listing.list_models, load=load)


@dataclass(frozen=True)
class Link:
    """What the address of the page asks for.

    Attributes:
        model: name of a usable model, None when there is none at all.
        pin: the pinned place, None for none.
        problem: one sentence when a part of the address could not be used.
    """

    model: str | None
    pin: tuple[float, ...] | None
    problem: str | None


def read_link(
    *,
    model: str | None,
    code: str | None,
    usable: Sequence[str],
    broken: Mapping[str, str],
    code_sizes: Mapping[str, int] | None = None,
) -> Link:
    """Understand ``?model=&z=``; what is damaged is left out and said.

    Args:
        model, code: the raw values, None when absent. ``z`` is a place on the model's map: its
            code where that has two numbers, else two numbers of the plane that the map draws.
        usable: names of the models that can be shown, the default first.
        broken: the others, each with its problem.
        code_sizes: by the name of a model the numbers in its code: ``z`` may be a whole code, too.
    """
    if not usable:
        return Link(None, None, None)
    if model is not None and model not in usable:
        what = "cannot be used" if model in broken else "is not here"
        reason = f" ({broken[model].rstrip('.')})" if model in broken else ""
        return Link(
            usable[0],
            None,
            f"The link asks for the model {model[:80]!r}, which {what}{reason}; "
            f"this is {usable[0]} instead.",
        )
    chosen = model or usable[0]
    if code is None:
        return Link(chosen, None, None)
    whole = (code_sizes or {}).get(chosen, 2)
    size = whole if code.count(",") + 1 == whole else 2
    try:
        return Link(chosen, parse_code(code, size, of="A place on the map"), None)
    except ValueError as error:
        return Link(chosen, None, f"The link's pinned code was left out. {error}")
