"""Hourglass: explore what autoencoders learn."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autoencoders.inference import Engine, Scores
    from autoencoders.registry import available_models, load

__all__ = ["Engine", "Scores", "available_models", "load"]


def __getattr__(name: str) -> Any:
    """Import the engine, and torch with it, at its first use: commands without it start at once."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from autoencoders import inference, registry

    return getattr(registry if hasattr(registry, name) else inference, name)
