"""Draws the sheets of faces for the documentation: ``python -m docs.faces``.

Writes ``docs/faces-reconstructions.webp``, ``docs/faces-smiles.webp`` and
``docs/faces-morphs.webp``: test people as faces-conv-128 draws them, beside PCA of as many numbers.
Decoded pictures only; no photograph of the data is on them.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from autoencoders.cli.output import Output
from autoencoders.data import load_dataset
from autoencoders.dataset import Dataset
from autoencoders.images import Pixels
from autoencoders.inference import Engine
from autoencoders.metrics import PCA
from autoencoders.registry import find_model
from benchmarks.judge import known_examples

DOCS = Path(__file__).resolve().parent
MODEL = "faces-conv-128"
SEED = 4
ENLARGED = 2
"""A face is shown so many times larger than it is decoded."""
STEPS, MORPHS, SMILES = 8, 4, 8
ACROSS, DOWN = 8, 4
"""How many people stand side by side, and in how many rows, on the sheet of reconstructions."""
TEXT, GAP = 22, 10
INK, PAPER = (40, 40, 40), (255, 255, 255)

Codes = NDArray[np.float32]


@dataclass(frozen=True)
class Band:
    """Pictures in a row, uint8 ``(K, H, W, 3)``, with a word above it; ``space`` before it."""

    pictures: Pixels
    word: str = ""
    space: int = 0


def sheet(
    bands: Sequence[Band], *, columns: Sequence[tuple[int, str]] = (), second: int = 0
) -> Image.Image:
    """Lay bands below each other on white.

    Args:
        bands: all of equally many pictures.
        columns: words above the first band, each at the column it stands above.
        second: the column at which a second half begins, a little apart; 0: there is none.
    """
    count, side = len(bands[0].pictures), bands[0].pictures.shape[1] * ENLARGED
    lefts = [
        GAP + side * column + (GAP if second and column >= second else 0) for column in range(count)
    ]
    height = 2 * GAP + (TEXT if columns else 0)
    height += sum(side + band.space + (TEXT if band.word else 0) for band in bands)
    paper = Image.new("RGB", (lefts[-1] + side + GAP, height), PAPER)
    draw, pen = ImageDraw.Draw(paper), ImageFont.load_default(15)
    top = GAP
    if columns:
        for column, word in columns:
            draw.text((lefts[column] + 3, top), word, INK, pen)
        top += TEXT
    for band in bands:
        top += band.space
        if band.word:
            draw.text((GAP + 3, top), band.word, INK, pen)
            top += TEXT
        for left, picture in zip(lefts, band.pictures, strict=True):
            large = Image.fromarray(picture).resize((side, side), Image.Resampling.BICUBIC)
            paper.paste(large, (left, top))
        top += side
    return paper


def people(groups: NDArray[np.int64], rows: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """Draw photographs ``(count,)`` of different people among ``rows``."""
    shuffled = np.random.default_rng(SEED).permutation(rows)
    first = np.unique(groups[shuffled], return_index=True)[1]
    return np.asarray(shuffled[np.sort(first)[:count]])


def reconstructions(engine: Engine, pca: PCA, test: Dataset) -> Image.Image:
    """Rows of people, as PCA brings them back and as the model does."""
    images = test.images[people(_groups(test), np.arange(len(test)), ACROSS * DOWN)]
    theirs, ours = (
        pca.decode(pca.encode(images), shape=engine.image_shape),
        engine.reconstruct(images),
    )
    bands = []
    for row in range(DOWN):
        part = slice(row * ACROSS, (row + 1) * ACROSS)
        bands.append(Band(theirs[part], f"PCA, {engine.code_size} numbers", GAP if row else 0))
        bands.append(Band(ours[part], engine.name))
    return sheet(bands)


def smiles(
    engine: Engine, pca: PCA, train: Dataset, test: Dataset, *, strength: float
) -> Image.Image:
    """People who do not smile, a row each: the model's direction, and PCA's mean difference."""
    rows, answers = known_examples(test, "smiling")
    images = test.images[people(_groups(test), rows[~answers], SMILES)]
    known, smiling = known_examples(train, "smiling")
    codes = pca.encode(train.images[known])
    difference = codes[smiling].mean(axis=0) - codes[~smiling].mean(axis=0)
    shown = []
    for share in (0.0, 0.5, 1.0):
        edited = engine.edit(engine.encode_base(images), {"smiling": share * strength})
        shown.append(engine.decode_base(edited))
    for share in (0.0, 0.5, 1.0):
        moved = pca.encode(images) + np.float32(share * strength) * difference
        shown.append(pca.decode(moved, shape=engine.image_shape))
    bands = [Band(np.stack([column[person] for column in shown])) for person in range(SMILES)]
    words = [f"+ {strength / 2:g} smiling", f"+ {strength:g} smiling"]
    heads = [engine.name, *words, f"PCA-{engine.code_size}", *words]
    return sheet(bands, columns=list(enumerate(heads)), second=3)


def morphs(engine: Engine, pca: PCA, test: Dataset) -> Image.Image:
    """From one person to another in equal steps, along the straight line in each code."""
    chosen = people(_groups(test), np.arange(len(test)), 32 + 2 * MORPHS)[32:]
    images = test.images[chosen]
    bands = []
    for pair in range(MORPHS):
        ends = images[2 * pair : 2 * pair + 2]
        ours = engine.decode_base(_between(engine.encode_base(ends)))
        theirs = pca.decode(_between(pca.encode(ends)), shape=engine.image_shape)
        bands.append(Band(theirs, f"PCA, {engine.code_size} numbers", GAP if pair else 0))
        bands.append(Band(ours, engine.name))
    return sheet(bands)


def _between(ends: Codes) -> Codes:
    """Codes ``(STEPS, D)`` from the first of two to the second, both among them."""
    share = np.linspace(0, 1, STEPS, dtype=np.float32)[:, None]
    return np.asarray((1 - share) * ends[0] + share * ends[1], np.float32)


def _groups(test: Dataset) -> NDArray[np.int64]:
    if test.groups is None:
        raise ValueError(f"{test.name} does not say who is on its pictures.")
    return test.groups


def draw(*, models: Sequence[Path], data_root: Path | None, strength: float, folder: Path) -> None:
    """Write the three sheets.

    Raises:
        ValueError: without the model or the data.
    """
    engine = Engine(find_model(MODEL, extra=models))
    train = load_dataset(engine.dataset, "train", root=data_root, progress=True)
    test = load_dataset(engine.dataset, "test", root=data_root, progress=True)
    with Output(as_json=False).bar(total=2, unit="step") as bar:
        bar.set_description("fitting PCA")
        pca = PCA.fit(train.images, components=engine.code_size)
        bar.update()
        bar.set_description("drawing")
        sheets = {
            "reconstructions": reconstructions(engine, pca, test),
            "smiles": smiles(engine, pca, train, test, strength=strength),
            "morphs": morphs(engine, pca, test),
        }
        bar.update()
    for name, picture in sheets.items():
        target = folder / f"faces-{name}.webp"
        picture.save(target, quality=85, method=6)
        print(f"{target.name}: {target.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", action="append", default=[], type=Path)
    parser.add_argument("--data-root", type=Path)
    parser.add_argument("--strength", type=float, default=1.5, help="of the full smile")
    parser.add_argument("--output", type=Path, default=DOCS)
    given = parser.parse_args()
    draw(
        models=given.models,
        data_root=given.data_root,
        strength=given.strength,
        folder=given.output,
    )
