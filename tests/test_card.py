"""The model card: every number stands where it belongs."""

import dataclasses

import pytest

from autoencoders.blocks import Blocks
from autoencoders.card import card
from autoencoders.config import Recipe
from autoencoders.data import DATASETS
from autoencoders.directions import Area
from autoencoders.evaluation import Denoised, Evaluation, Quality
from autoencoders.models import count_parameters
from autoencoders.registry import load
from tests import tiny

ABOUT = {"command": "make it", "minutes": 1.5, "hardware": "an abacus", "weights": "float16"}
OURS = Quality(mse=0.01234, psnr=21.234, ssim=0.5678, sharpness=0.4321, neighbour_accuracy=0.876)
PCA = Quality(mse=0.05678, psnr=12.345, ssim=0.1234, sharpness=0.1357, neighbour_accuracy=0.456)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("cards")
    tiny.save_family(place / "tiny-stacked-2", "stacked")
    tiny.save_model(place / "tiny-2")
    return place


def written(engine, *evaluations, source=DATASETS["mnist"], **about):
    recipe = Recipe("A title", "What it is.", engine.config, tiny.TRAINING)
    return card(engine, recipe, evaluations, source, ABOUT | about)


def measured(split="test", *, quality=OURS, pca=PCA, denoised=()):
    return Evaluation("tiny-2", "mnist", split, 1234, quality, pca, denoised)


def test_measures_stand_beside_those_of_pca(folder):
    text = written(load(folder / "tiny-2"), measured("validation"), measured("test"))
    assert "On the 1,234 validation pictures, beside PCA with as many numbers" in text
    assert text.index("1,234 validation") < text.index("1,234 test")
    assert "--split validation`" in text  # of the first
    for row in (
        "| measure | tiny-2 | PCA-2 |",
        "| mean squared error (0..1) | 0.01234 | 0.05678 |",
        "| PSNR in dB | 21.23 | 12.35 |",
        "| SSIM | 0.568 | 0.123 |",
        "| sharpness: variance of the Laplacian over the original's | 0.432 | 0.136 |",
        "| 15-neighbour accuracy of the code | 0.876 | 0.456 |",
    ):
        assert text.count(row + "\n") == 2, row
    assert "Gaussian noise" not in text


def test_without_labels_nothing_is_said_of_neighbours(folder):
    bare = [dataclasses.replace(one, neighbour_accuracy=None) for one in (OURS, PCA)]
    text = written(load(folder / "tiny-2"), measured(quality=bare[0], pca=bare[1]))
    assert "15-neighbour" not in text and "SSIM" in text


def test_noise_before_and_after(folder):
    cleaned = (Denoised(0.25, 14.949, 21.5), Denoised(0.5, 9.4, 18.04))
    text = written(load(folder / "tiny-2"), measured(denoised=cleaned))
    assert "| 0.25 | 14.95 | 21.50 |\n| 0.5 | 9.40 | 18.04 |\n" in text


def test_blocks_on_faces_stand_beside_those_of_pca(folder):
    found = dataclasses.replace(
        measured(), blocks=Blocks(0.98765, 0.876), pca_blocks=Blocks(0.5, 0.25)
    )
    text = written(load(folder / "tiny-2"), found)
    assert "| AUROC, with a block or without | 0.9877 | 0.5000 |\n" in text
    assert "| the largest error lies inside the block | 87.6% | 25.0% |\n" in text
    assert "AUROC" not in written(load(folder / "tiny-2"), measured())


def test_how_it_was_made(folder):
    engine = load(folder / "tiny-2")
    text = written(engine, measured())
    assert text.startswith("# A title\n\nWhat it is.\n")
    assert "```\nmake it\n```" in text
    error = engine.history.validation_loss[-1]
    assert (
        f"{tiny.TRAINING.epochs} epochs, 1.5 minutes (an abacus); validation error after the last "
        f"epoch {error:.5f}." in text
    )
    assert f"{count_parameters(engine.network):,} parameters, shipped as float16" in text
    assert "Convolutional, 28x28x1 pixels to 2 numbers and back" in text
    forgetful = load(folder / "tiny-2")
    forgetful.history = None
    assert "epoch nan." in written(forgetful, measured())


def test_where_its_data_is_from_and_what_it_must_not_be_used_for(folder):
    engine = load(folder / "tiny-2")
    faces, digits = DATASETS["lfw"], DATASETS["mnist"]
    text = written(engine, measured(), source=faces)
    for said in (faces.title, faces.origin, f"Terms: {faces.terms}.", faces.split_rule,
                 f"What it sees: {faces.crop}.", faces.seen, faces.draws):  # fmt: skip
        assert said in text
    assert text.endswith(f" {faces.caution}\n")
    plain = written(engine, measured(), source=dataclasses.replace(digits, crop="", caution=""))
    assert "What it sees" not in plain and plain.endswith("what they do not hold.\n")


def test_a_single_number_is_one_number(folder):
    engine = load(folder / "tiny-2")
    engine._description = dataclasses.replace(
        engine.description, model=dataclasses.replace(engine.config, code_size=1)
    )
    text = written(engine, measured())
    assert "to 1 number and back" in text and "1 number cannot hold" in text


def test_directions_and_the_base_of_a_stacked_model(folder):
    engine = load(folder / "tiny-stacked-2")
    area = Area(0.912, 0.881, 0.943)
    sure = dataclasses.replace(
        engine.directions[0], name="smiling", count_yes=12, count_no=34, area=area
    )
    engine.directions = (*engine.directions, sure)
    text = written(engine, measured())
    assert "Stacked, 28x28x1 pixels, between the code of base-6 and 2 numbers and back" in text
    assert "| high | 9 / 9 | means | too few to say |\n" in text
    assert "| smiling | 12 / 34 | means | 0.91 (0.88 to 0.94) |\n" in text
    engine.directions = ()
    assert "Directions" not in written(engine, measured())
