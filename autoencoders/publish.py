"""From a finished training run to a model folder: codes, measures, movie, picture and card."""

import copy
import os
import platform
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from autoencoders import checkpoint
from autoencoders.attributes import find_directions
from autoencoders.card import card
from autoencoders.config import Recipe
from autoencoders.crowd import spread_out
from autoencoders.dataset import Dataset, Source
from autoencoders.directions import to_bytes
from autoencoders.evaluation import Evaluation, evaluate
from autoencoders.even_code import can_be_evened, codes_of, even_out
from autoencoders.images import to_network
from autoencoders.inference import Engine
from autoencoders.insides import inside_of
from autoencoders.latent import grid_codes, plane_extent
from autoencoders.latents import Latents
from autoencoders.metrics import PCA
from autoencoders.models import Autoencoder
from autoencoders.principal import Principal
from autoencoders.sheets import encode_png, mosaic, to_image
from autoencoders.sizes import renew_cards
from autoencoders.training import FitResult

HALF_PRECISION_PSNR = 50.0
"""Weights ship as float16 where decodes stay this close (dB) to those of the float32 weights."""
EVENED = 2000
"""Training pictures by which a free code is evened out."""
ANCHORS = 200
"""Training pictures whose residuals people the map of a stacked model: as many as a sheet of some
2 MiB can tell apart (``bench atlas``)."""


class Published(NamedTuple):
    """Measures on the test split, and a sentence for all that the folder has to do without."""

    evaluation: Evaluation
    problems: tuple[str, ...]


def publish(
    folder: Path,
    recipe: Recipe,
    result: FitResult,
    *,
    train: Dataset,
    validation: Dataset,
    test: Dataset,
    source: Source,
    command: str,
    device: str,
    base: Path | None = None,
) -> Published:
    """Write the model folder of a finished run and say how good it is.

    The measures are those of the weights as they ship, read back from the folder.

    Args:
        folder: where to write; its name becomes the model's.
        recipe: what was trained.
        result: what ``fit`` returned.
        train, validation, test: PCA is fitted on the first; the others are measured.
        source: what the data is.
        command: the command that trains it again.
        device: where it was trained.
        base: the folder of the model that a stacked one stands on.
    """
    network = result.network.cpu().eval().to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    if can_be_evened(network.config) and len(train) > network.config.code_size:
        even_out(network, codes_of(network, to_network(train.images[:EVENED])))
    half = _survives_half(network, test)
    about: dict[str, Any] = {
        "title": recipe.title,
        "split_rule": source.split_rule,
        "crop": source.crop or None,
        "command": command,
        "minutes": round(result.minutes, 1),
        "hardware": _hardware(device),
        "torch": torch.__version__,
        "weights": "float16" if half else "float32",
    }
    if base is not None:
        about["base_digest"] = checkpoint.describe(base).digest_of_weights

    def write(place: Path, latents: Latents, **measured: Any) -> Path:
        checkpoint.save_model(
            place,
            network=network,
            training=recipe.training,
            latents=latents,
            history=result.history,
            label_names=train.label_names,
            attribute_names=train.attribute_names,
            about=about,
            half=half,
            **measured,
        )
        return place

    # The codes and the measures have to come from the weights as they ship: first folders, soon
    # forgotten, hold them before the card can speak of them.
    with tempfile.TemporaryDirectory() as place:
        first = Path(place) / folder.name
        if base is not None:
            (Path(place) / base.name).symlink_to(base.resolve(), target_is_directory=True)
        nothing = Latents(
            np.zeros((1, network.config.code_size), np.float32), np.zeros(1, np.float32),
            None, test.ids[:1], test.split,
        )  # fmt: skip
        engine = Engine(
            write(first, nothing, metrics={}, card="", preview=None), device="cpu",
            precision="float32",
        )  # fmt: skip
        latents = _latents(engine, train, test)
        directions, problems = find_directions(engine, train, validation)
        pca = PCA.fit(train.images, components=engine.code_size)
        evaluations = [
            evaluate(engine, split, pca=pca, train=train) for split in (test, validation)
        ]
        principal = Principal.fit(pca, test.images)
        inside = inside_of(engine, recipe.training, test.images, pca=pca)
        measured: dict[str, Any] = {
            "metrics": {evaluation.split: evaluation.to_dict() for evaluation in evaluations},
            "preview": preview_of(engine, latents.codes),
            "directions": to_bytes(directions) if directions else None,
            "pictures": inside.pictures,
            "principal": principal.to_bytes() if principal else None,
        }
        engine = Engine(write(first, latents, card="", **measured), device="cpu")
        text = card(engine, recipe, evaluations, source, about, inside=inside.text)
    write(folder, latents, card=text, **measured)
    renew_cards(folder.parent)  # The same with another size of code may lie beside.
    return Published(evaluations[0], problems)


def _latents(engine: Engine, train: Dataset, test: Dataset) -> Latents:
    """Codes and errors of the test pictures; of a stacked model base codes and anchors as well."""
    stacked: dict[str, Any] = {}
    if engine.config.base:
        bases = engine.encode_base(train.images)
        places = engine.from_base(bases)
        chosen = spread_out(places, count=ANCHORS)
        stacked = {
            "base": engine.encode_base(test.images),
            "anchors": places[chosen],
            "anchor_bases": bases[chosen],
        }
    return Latents(
        engine.encode(test.images),
        engine.score(test.images).mse,
        test.labels,
        test.ids,
        test.split,
        test.attributes,
        **stacked,
    )


def _survives_half(network: Autoencoder, test: Dataset) -> bool:
    """Whether decodes of float16 weights stay within ``HALF_PRECISION_PSNR`` of float32's."""
    rounded = copy.deepcopy(network)
    rounded.load_state_dict(
        {
            name: tensor.half().to(tensor.dtype) if tensor.is_floating_point() else tensor
            for name, tensor in network.state_dict().items()
        }
    )
    with torch.inference_mode():
        codes = network.encode(to_network(test.images[:200]))
        whole = network.decode(codes)
        part = rounded.eval().decode(codes)
    error = float((whole - part).square().mean())
    return error == 0.0 or -10.0 * np.log10(error) >= HALF_PRECISION_PSNR


def _hardware(device: str) -> str:
    if device.startswith("cuda"):
        return torch.cuda.get_device_name()
    # Not torch's threads: a run may have been trained in several goes, and what this process is
    # set to says nothing about them.
    return f"{os.cpu_count()} cores, {platform.machine()}"


def preview_of(engine: Engine, codes: np.ndarray) -> bytes:
    """Return a PNG of the plane painted with what it decodes to, or of some decodings."""
    tiles = max(4, min(12, 512 // engine.config.width))
    if engine.code_size == 2:
        chosen = grid_codes(plane_extent(codes), tiles, tiles)
    else:
        chosen = np.resize(codes, (tiles * tiles, engine.code_size))
    bases = engine.to_base(chosen, detail=1.0)
    return encode_png(to_image(mosaic(engine.decode_base(bases), side=tiles)))
