"""From a finished training run to a model folder: codes, measures, movie, picture and card."""

import os
import platform
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from autoencoders import checkpoint
from autoencoders.checkpoint import Latents
from autoencoders.data import DATASETS, Dataset
from autoencoders.evaluation import Evaluation, evaluate
from autoencoders.images import to_network
from autoencoders.inference import Engine
from autoencoders.latent import grid_codes, plane_extent
from autoencoders.metrics import PCA
from autoencoders.models import Autoencoder, build, count_parameters
from autoencoders.recipes import Recipe
from autoencoders.sheets import encode_png, mosaic, to_image
from autoencoders.training import FitResult

_THREADS = torch.get_num_threads()  # the engine changes it for a few pictures
HALF_PRECISION_PSNR = 50.0
"""Weights ship as float16 where decodes stay this close (dB) to those of the float32 weights."""


def publish(
    folder: Path,
    recipe: Recipe,
    result: FitResult,
    *,
    train: Dataset,
    test: Dataset,
    command: str,
    device: str,
) -> Evaluation:
    """Write the model folder of a finished run and return its measures on the test split.

    The measures are those of the weights as they ship, read back from the folder.

    Args:
        folder: where to write; its name becomes the model's.
        recipe: what was trained.
        result: what ``fit`` returned.
        train, test: PCA is fitted on the one, both are measured on the other.
        command: the command that trains it again.
        device: where it was trained.
    """
    network = result.network.cpu().eval().to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    half = _survives_half(network, test)
    about = {
        "title": recipe.title,
        "split_rule": DATASETS[train.name].split_rule,
        "crop": None,
        "command": command,
        "minutes": round(result.minutes, 1),
        "hardware": _hardware(device),
        "torch": torch.__version__,
        "weights": "float16" if half else "float32",
    }

    def write(place: Path, latents: Latents, **measured: Any) -> None:
        checkpoint.save_model(
            place,
            network=network,
            training=recipe.training,
            latents=latents,
            history=result.history,
            label_names=train.label_names,
            about=about,
            half=half,
            **measured,
        )

    # The codes and the measures have to come from the weights as they ship: a first folder, soon
    # forgotten, holds only these.
    with tempfile.TemporaryDirectory() as place:
        first = Path(place) / folder.name
        nothing = Latents(
            np.zeros((1, network.config.code_size), np.float32), np.zeros(1, np.float32),
            None, test.ids[:1], test.split,
        )  # fmt: skip
        write(first, nothing, metrics={}, card="", preview=None)
        engine = Engine(first, device="cpu", precision="float32")
    codes = engine.encode(test.images)
    errors = engine.score(test.images).mse
    pca = PCA.fit(train.images, components=engine.code_size)
    evaluation = evaluate(engine, test, pca=pca)
    write(
        folder,
        Latents(codes, errors, test.labels, test.ids, test.split),
        metrics={evaluation.split: evaluation.to_dict()},
        card=_card(folder.name, recipe, engine, evaluation, about),
        preview=preview_of(engine, codes),
    )
    return evaluation


def _survives_half(network: Autoencoder, test: Dataset) -> bool:
    """Whether decodes of float16 weights stay within ``HALF_PRECISION_PSNR`` of float32's."""
    rounded = type(network)(network.config)
    rounded.load_state_dict(
        {
            name: tensor.half().to(tensor.dtype) if tensor.is_floating_point() else tensor
            for name, tensor in network.state_dict().items()
        }
    )
    with torch.inference_mode():
        codes = network.encode(to_network(test.images[:500]))
        whole = network.decode(codes)
        part = rounded.eval().decode(codes)
    error = float((whole - part).square().mean())
    return error == 0.0 or -10.0 * np.log10(error) >= HALF_PRECISION_PSNR


def _hardware(device: str) -> str:
    if device.startswith("cuda"):
        return torch.cuda.get_device_name()
    return f"{os.cpu_count()} cores, {platform.machine()}, torch threads: {_THREADS}"


def preview_of(engine: Engine, codes: np.ndarray, *, tiles: int = 12) -> bytes:
    """Return a PNG of the plane painted with what it decodes to, or of some decodings."""
    if engine.code_size == 2:
        chosen = grid_codes(plane_extent(codes), tiles, tiles)
    else:
        chosen = np.resize(codes, (tiles * tiles, engine.code_size))
    return encode_png(to_image(mosaic(engine.decode(chosen), side=tiles)))


def _card(
    name: str,
    recipe: Recipe,
    engine: Engine,
    evaluation: Evaluation,
    about: Mapping[str, object],
) -> str:
    source = DATASETS[engine.dataset]
    network = engine.config
    accuracy = evaluation.neighbour_accuracy
    pca_accuracy = evaluation.pca_neighbour_accuracy
    epochs = recipe.training.epochs
    losses = engine.history.validation_loss if engine.history is not None else np.empty(0)
    numbers = "number" if engine.code_size == 1 else "numbers"
    rows = [f"| mean squared error (0..1) | {evaluation.mse:.4f} | {evaluation.pca_mse:.4f} |"]
    if accuracy is not None and pca_accuracy is not None:
        rows.append(f"| 15-neighbour accuracy of the code | {accuracy:.3f} | {pca_accuracy:.3f} |")
    # One line a paragraph: how wide a card is shown is its reader's choice.
    return f"""# {recipe.title}

{recipe.summary}

![What the code decodes to](preview.png)

## Measures

On the {evaluation.pictures:,} {evaluation.split} pictures, PCA with {engine.code_size} \
{numbers} beside it, fitted on the training pictures:

| measure | {name} | PCA-{engine.code_size} |
|---|---|---|
{chr(10).join(rows)}

PSNR {evaluation.psnr:.2f} dB (mean of each picture's). The neighbour accuracy is leave-one-out \
among the same pictures. Made by `python -m autoencoders evaluate {name} --split \
{evaluation.split}`.

## Network

{network.family.capitalize()}, {network.height}x{network.width}x{network.channels} pixels to \
{network.code_size} {numbers} and back, {count_parameters(build(network)):,} parameters, shipped \
as {about["weights"]}. `config.json` describes it whole.

## Data

{source.title}: {source.origin}. Terms: {source.terms}. Splits: {source.split_rule}. The \
pictures are not part of this folder; `latents.npz` holds their codes.

## Training

```
{about["command"]}
```

{epochs} epochs, {about["minutes"]} minutes ({about["hardware"]}); validation error after the \
last epoch {losses[-1] if len(losses) else float("nan"):.4f}.

## Limits

It has seen centred, upright digits of {source.title.split(",")[0]} and nothing else: whatever \
it is given, it draws a digit. {engine.code_size} {numbers} cannot hold a person's handwriting; \
what comes back is the average digit of its place on the map.
"""
