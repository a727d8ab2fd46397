"""What two models are held against each other by: kind, size, and what was measured of them."""

from typing import TYPE_CHECKING, Any

from autoencoders.listing import ModelEntry
from autoencoders.ui.partners import measured, number

if TYPE_CHECKING:
    from autoencoders.inference import Engine


def facts(engine: "Engine", entry: ModelEntry | None) -> dict[str, Any]:
    """Return a model's line in the table, plain JSON values; None for what is not known.

    "family", "numbers", "mse" and "pca" (test error on 0..1, its own and PCA's with as many
    numbers), "accuracy" and "pca_accuracy" (of a vote of the 15 nearest codes, 0..1), "parameters".
    """
    described = None if entry is None else entry.description
    found = {} if entry is None else measured(entry)
    return {
        "family": None if described is None else described.model.family,
        "numbers": engine.code_size,
        "mse": number(found.get("mse")),
        "pca": number(found.get("pca_mse")),
        "accuracy": number(found.get("neighbour_accuracy")),
        "pca_accuracy": number(found.get("pca_neighbour_accuracy")),
        "parameters": _parameters(engine),
    }


def _parameters(engine: "Engine") -> int | None:
    """Count the numbers that training chose, those of a stacked model's base, too."""
    network = getattr(engine, "network", None)
    if network is None:  # an engine need not have its network here
        return None
    base = getattr(network, "base", None)
    own = {id(one): one.numel() for one in network.parameters()}
    if base is not None:
        own |= {id(one): one.numel() for one in base.parameters()}
    return int(sum(own.values()))
