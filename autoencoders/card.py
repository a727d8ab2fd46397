"""The model card: what a stranger should know of a model, in Markdown."""

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np

from autoencoders.blocks import LARGEST, SMALLEST, WINDOW
from autoencoders.config import Recipe
from autoencoders.dataset import Source
from autoencoders.directions import Direction
from autoencoders.evaluation import Evaluation, Quality
from autoencoders.inference import Engine
from autoencoders.models import count_parameters

_ROWS: tuple[tuple[str, str, str], ...] = (
    ("mse", "mean squared error (0..1)", ".5f"),
    ("psnr", "PSNR in dB", ".2f"),
    ("ssim", "SSIM", ".3f"),
    ("sharpness", "sharpness: variance of the Laplacian over the original's", ".3f"),
    ("neighbour_accuracy", "15-neighbour accuracy of the code", ".3f"),
)


def card(
    engine: Engine,
    recipe: Recipe,
    evaluations: Sequence[Evaluation],
    source: Source,
    about: Mapping[str, object],
    *,
    inside: str = "",
) -> str:
    """Write the card.

    Args:
        engine: the model as it ships.
        recipe: what was trained.
        evaluations: its measures, the most telling split first.
        source: the data it was trained on.
        about: command, minutes, hardware and weights, as config.json has them.
        inside: what else there is to show of this family, in Markdown.
    """
    name, network, size = engine.name, engine.config, engine.code_size
    numbers = "number" if size == 1 else "numbers"
    losses = engine.history.validation_loss if engine.history is not None else np.empty(0)
    stands = f", between the code of {network.base} and" if network.base else " to"
    # One line a paragraph: how wide a card is shown is its reader's choice.
    return f"""# {recipe.title}

{recipe.summary}

![What the code decodes to](preview.png)

## Measures

{chr(10).join(_measured(name, size, evaluation) for evaluation in evaluations)}
PSNR, SSIM and sharpness are of pictures rounded to 8 bits, means over the pictures; neighbours \
are counted leave-one-out among the same pictures. Made by `python -m autoencoders evaluate {name} \
--split {evaluations[0].split}`.
{_directions(engine.directions)}{_section("Inside", inside)}
## Network

{network.family.capitalize()}, {network.height}x{network.width}x{network.channels} pixels{stands} \
{network.code_size} {numbers} and back, {count_parameters(engine.network):,} parameters, shipped \
as {about["weights"]}. `config.json` describes it whole.

## Data

{source.title}: {source.origin}. Terms: {source.terms}. \
{f"What it sees: {source.crop}. " if source.crop else ""}Splits: {source.split_rule}. The \
pictures are not part of this folder; `latents.npz` holds their codes.

## Training

```
{about["command"]}
```

{recipe.training.epochs} epochs, {about["minutes"]} minutes ({about["hardware"]}); validation \
error after the last epoch {losses[-1] if len(losses) else float("nan"):.5f}.

## Limits

It has seen {source.seen} and nothing else: whatever it is given, it draws {source.draws}. \
{size} {numbers} cannot hold all that is on a picture; what comes back leaves out, or averages, \
what they do not hold.{f" {source.caution}" if source.caution else ""}
"""


def _measured(name: str, size: int, evaluation: Evaluation) -> str:
    """A table for one split."""
    values = dataclasses.asdict(evaluation.quality), dataclasses.asdict(evaluation.pca)
    rows = [
        f"| {title} | {values[0][key]:{form}} | {values[1][key]:{form}} |"
        for key, title, form in _rows(evaluation.quality)
    ]
    lines = [
        f"On the {evaluation.pictures:,} {evaluation.split} pictures, beside PCA with as many "
        "numbers, fitted on the training pictures:",
        "",
        f"| measure | {name} | PCA-{size} |",
        "|---|---|---|",
        *rows,
        "",
    ]
    if evaluation.denoised:
        lines += [
            "Gaussian noise, clipped to 8 bits:",
            "",
            "| standard deviation (0..1) | PSNR noisy | PSNR denoised |",
            "|---|---|---|",
            *(f"| {d.sigma} | {d.noisy:.2f} | {d.psnr:.2f} |" for d in evaluation.denoised),
            "",
        ]
    lines += lines_of_blocks(evaluation, size)
    if evaluation.features:
        lines += [
            "What labels are read from: the nearest 15 others, and a logistic regression fitted on "
            "training pictures:",
            "",
            "| description | numbers | 15-neighbour accuracy | regression's |",
            "|---|---|---|---|",
            *(
                f"| {f.name} | {f.numbers} | {f.neighbour_accuracy:.3f} | "
                f"{f.regression_accuracy:.3f} |"
                for f in evaluation.features
            ),
            "",
        ]
    return "\n".join(lines)


def lines_of_blocks(evaluation: Evaluation, size: int) -> list[str]:
    """How well blocks of texture are found, beside PCA; nothing where none were looked for."""
    own, pca = evaluation.blocks, evaluation.pca_blocks
    if own is None or pca is None:
        return []
    return [
        f"Anomalies, a block of random texture of {SMALLEST} to {LARGEST} pixels on each picture, "
        f"found by the error averaged over {WINDOW}x{WINDOW} pixels:",
        "",
        f"| measure | {evaluation.model} | PCA-{size} |",
        "|---|---|---|",
        f"| AUROC, with a block or without | {own.auroc:.4f} | {pca.auroc:.4f} |",
        f"| the largest error lies inside the block | {own.peak:.1%} | {pca.peak:.1%} |",
        "",
    ]


def _rows(quality: Quality) -> list[tuple[str, str, str]]:
    return [row for row in _ROWS if getattr(quality, row[0]) is not None]


def _section(title: str, text: str) -> str:
    return f"\n## {title}\n\n{text}\n" if text else ""


def _directions(directions: Sequence[Direction]) -> str:
    """A table of the attributes that can be dragged."""
    if not directions:
        return ""
    rows = [
        f"| {direction.name} | {direction.count_yes} / {direction.count_no} | {direction.method} | "
        f"{direction.trust.removeprefix('AUC ')} |"
        for direction in directions
    ]
    return "\n".join(
        [
            "",
            "## Directions",
            "",
            "How well a code tells yes from no: area under the curve, five folds over people, with "
            "a 95% interval. `directions.npz` holds the vectors.",
            "",
            "| attribute | examples yes / no | method | AUC |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )
