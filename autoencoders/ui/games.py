"""What the games on a map are played with: pictures, where they lie, and what others make of them.

Each game has a few rounds that follow from a model and a seed.  The encoder and PCA play along:
what they guess is told, and the page gives all three points by one rule.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from autoencoders.metrics import mean_squared_errors
from autoencoders.ui.answers import RefusedError
from autoencoders.ui.charts import code_chart, nearest
from autoencoders.ui.state import Store

if TYPE_CHECKING:
    from autoencoders.inference import Engine

Codes = NDArray[np.float32]
Pictures = NDArray[np.uint8]
Arrays = dict[str, NDArray[Any]]
Made = tuple[Arrays, dict[str, Any]]
"""What an answer holds, and more of its header."""
Originals = Callable[["Engine"], Pictures | None]

ROUNDS = 5
APART = 0.12
"""Least distance of two targets, as a share of the map's side, as long as there are such."""
WELL = 0.8
"""Targets are of this share of the test pictures, those with the smallest errors."""
CHOICES = 4
LOOKALIKES = 50
"""Other choices are among the nearest of the test pictures by code: one in so many of them..."""
LEAST_LOOKALIKES = 12
"""... but at least so many."""
AVERAGED = 400
"""Pictures whose average is what one could show without looking: worth no points."""


def targets(codes: Codes, mse: NDArray[np.float32], *, seed: int, side: float) -> list[int]:
    """Choose test pictures to be found, far from each other.

    Args:
        codes: of the test pictures, float32 ``(N, 2)``.
        mse: their errors, float32 ``(N,)``.
        seed: of the choice.
        side: of the map.
    """
    order = np.random.default_rng(seed).permutation(len(codes))
    well = order[mse[order] <= np.quantile(mse, WELL)]
    chosen: list[int] = []
    for index in well:
        away = np.linalg.norm(codes[chosen] - codes[index], axis=1)
        if len(chosen) < ROUNDS and (away > APART * side).all():
            chosen.append(int(index))
    others = [int(index) for index in order if index not in chosen]
    return [*chosen, *others][:ROUNDS]


def find(engine: "Engine", store: Store, originals: Originals, seed: int) -> Made:
    """A picture is given, its place is looked for.

    Arrays: ``pictures`` ``(R, H, W, C)``; ``truth`` ``(R, 2)``; ``encoder`` ``(R, 2)``, where it
    puts the pictures; ``pca`` ``(R, 2)``, where the test picture lies whose PCA code is nearest.
    """
    codes = engine.latents.codes
    chosen = _targets(engine, seed)
    pictures = engine.decode(codes[chosen])
    arrays: Arrays = {
        "pictures": pictures,
        "truth": codes[chosen],
        "encoder": engine.encode(pictures),
    }
    principal = _principal(engine)
    if principal is not None:
        seen = principal.encode(pictures)
        others = principal.codes.copy()
        others[chosen] = np.inf  # the picture itself is not there to be recognised
        arrays["pca"] = codes[nearest(seen, others)]
    return arrays, {}


def hit(engine: "Engine", store: Store, originals: Originals, seed: int) -> Made:
    """A picture is given, the code that draws it best is looked for.

    Arrays: ``pictures`` ``(R, H, W, C)``; ``truth`` ``(R, 2)`` and ``encoder``, what the encoder
    makes of them and the pictures that draws; ``pca``, what PCA with as many numbers draws;
    ``errors`` ``(R, 3)``: MSE of the encoder's, of PCA's (-1 without one) and of the average
    picture, which is worth nothing.
    """
    chosen = _targets(engine, seed)
    kept = originals(engine)
    codes = engine.latents.codes
    pictures = engine.decode(codes[chosen]) if kept is None else kept[chosen]
    found = engine.encode(pictures)
    drawn = engine.decode(found)
    some = np.linspace(0, len(codes) - 1, min(AVERAGED, len(codes))).astype(int)
    average = engine.decode(codes[some]).mean(axis=0, keepdims=True).round().astype(np.uint8)
    arrays: Arrays = {"pictures": pictures, "truth": found, "encoder": drawn}
    of_pca = np.full(len(chosen), -1, np.float32)
    principal = _principal(engine)
    if principal is not None:
        arrays["pca"] = principal.decode(principal.encode(pictures))
        of_pca = mean_squared_errors(arrays["pca"], pictures)
    wide = np.repeat(average, len(chosen), axis=0)
    errors = [mean_squared_errors(drawn, pictures), of_pca, mean_squared_errors(wide, pictures)]
    arrays["errors"] = np.stack(errors, axis=1).astype(np.float32)
    return arrays, {"original": kept is not None}


def which(engine: "Engine", store: Store, originals: Originals, seed: int) -> Made:
    """A reconstruction is given, its original is looked for among four that lie near each other.

    Arrays: ``pictures`` ``(R, H, W, C)``; ``choices`` ``(R, 4, H, W, C)``; ``truth``, ``encoder``
    and ``pca`` ``(R,)``: the right one, and what the other two choose, nearest by their codes.

    Raises:
        RefusedError: 422 where there are neither originals nor a sharper model.
    """
    codes = engine.latents.codes
    chosen = _targets(engine, seed)
    random = np.random.default_rng([seed, 1])
    rows = np.array([_lookalikes(codes, index, random) for index in chosen])
    pictures = engine.decode(codes[chosen])
    sharp, source = _sharper(engine, store, originals, rows)
    arrays: Arrays = {
        "pictures": pictures,
        "choices": sharp,
        "truth": (rows == np.array(chosen)[:, None]).argmax(axis=1).astype(np.int32),
        "encoder": _nearest_of(engine.encode(pictures), codes[rows]),
    }
    principal = _principal(engine)
    if principal is not None:
        arrays["pca"] = _nearest_of(principal.encode(pictures), principal.codes[rows])
    return arrays, {"source": source}


GAMES: dict[str, Callable[["Engine", Store, Originals, int], Made]] = {
    "find": find,
    "hit": hit,
    "which": which,
}


def _targets(engine: "Engine", seed: int) -> list[int]:
    x0, x1, _, _ = code_chart(engine).extent
    latents = engine.latents
    return targets(latents.codes, latents.mse, seed=seed, side=x1 - x0)


def _principal(engine: "Engine") -> Any:
    """Return the PCA that travels in the model's folder; None where there is none."""
    return getattr(engine, "principal", None)


def _lookalikes(codes: Codes, index: int, random: np.random.Generator) -> NDArray[np.intp]:
    """Return a test picture and three that lie near it, in any order."""
    others = np.argsort(np.linalg.norm(codes - codes[index], axis=1), kind="stable")
    others = others[others != index][: max(LEAST_LOOKALIKES, len(codes) // LOOKALIKES)]
    if len(others) < CHOICES - 1:
        raise RefusedError(422, "This model keeps too few test pictures for this game.")
    three = random.choice(others, CHOICES - 1, replace=False)
    return np.asarray(random.permutation([index, *three]), np.intp)


def _nearest_of(seen: Codes, choices: Codes) -> NDArray[np.int32]:
    """Return which of ``choices`` ``(R, 4, K)`` lies nearest to each of ``seen`` ``(R, K)``."""
    away = np.linalg.norm(choices - seen[:, None], axis=2)
    return np.asarray(away.argmin(axis=1), np.int32)


def _sharper(
    engine: "Engine", store: Store, originals: Originals, rows: NDArray[np.intp]
) -> tuple[Pictures, str]:
    """Return the pictures of test pictures ``(R, 4)`` and whose they are: "" for the originals."""
    flat = rows.ravel()
    kept = originals(engine)
    if kept is not None:
        return kept[flat].reshape(*rows.shape, *engine.image_shape), ""
    other = _sharper_model(engine, store)
    if other is None:
        raise RefusedError(
            422,
            "Neither the originals nor a model with a longer code of the same pictures are here, "
            "and this game needs one of them; play one of the other two.",
        )
    pictures = other.decode(other.latents.codes[flat])
    return pictures.reshape(*rows.shape, *engine.image_shape), other.name


def _sharper_model(engine: "Engine", store: Store) -> "Engine | None":
    """Return the model with the longest code that keeps the same test pictures."""
    there = [
        entry
        for entry in store.entries()
        if entry.problem is None
        and entry.description is not None
        and entry.description.training.dataset == engine.dataset
        and entry.description.model.image_shape == engine.image_shape
        and entry.code_size > engine.code_size
    ]
    # What was trained to take noise off is no measure of what a code keeps.
    there.sort(key=lambda e: (e.description.model.family == "denoising", -e.code_size, e.name))  # type: ignore[union-attr]
    for entry in there:
        other = store.engine(entry.name)
        if np.array_equal(other.latents.ids, engine.latents.ids):
            return other
    return None
