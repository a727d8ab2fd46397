"""Models that differ in the size of their code, and the curve of their errors on their cards."""

import dataclasses
import re
from dataclasses import replace

import numpy as np
import pytest
import tiny
from comparing import sized, some_sizes

from autoencoders import checkpoint, listing, sizes
from autoencoders.checkpoint import Latents
from autoencoders.models import build
from autoencoders.sizes import Rate, dials, stem_of, with_section

THERE = some_sizes()


def test_a_dial_is_found_by_the_names_and_ordered_by_size():
    (dial,) = dials(THERE).values()
    assert dial.stem == "digits-conv"
    assert dial.sizes == (2, 4, 16)


def test_what_cannot_be_used_or_is_no_size_is_passed_over():
    odd = [
        sized("digits-conv-8", 8, problem="Its weights are missing."),
        sized("digits-conv-7", 32),  # its name says 7, its code has 32
        sized("faces-conv-2", 2, dataset="lfw"),
        replace(sized("digits-conv-64", 64), description=None),
    ]
    assert [dial.sizes for dial in dials([*THERE, *odd]).values()] == [(2, 4, 16)]


@pytest.mark.parametrize(
    ("name", "size", "stem"),
    [("a-b-2", 2, "a-b"), ("a-2", 2, "a"), ("a-b", 2, None), ("a-b-3", 2, None), ("a-02", 2, None)],
)
def test_the_stem_of_a_name(name, size, stem):
    assert stem_of(replace(sized("x-2", 2), name=name, code_size=size)) == stem


def test_rates_are_what_was_measured_on_test_pictures():
    silent = replace(THERE[1].description, metrics={"validation": {"mse": 0.1, "pca_mse": 0.2}})
    there = [THERE[0], replace(THERE[1], description=silent), THERE[3]]
    assert sizes.rates(dials(there)["digits-conv"]) == [Rate(4, 0.02, 0.05), Rate(16, 0.004, 0.05)]


def save(place, name, size, **measured):
    """A model folder with a code of this size; ``measured`` on its test pictures."""
    checkpoint.save_model(
        place / name,
        network=build(dataclasses.replace(tiny.MODEL, code_size=size), seed=0),
        training=tiny.TRAINING,
        latents=Latents(
            np.zeros((1, size), np.float32), np.zeros(1, np.float32), None, np.arange(1), "test"
        ),
        history=None,
        label_names=(),
        metrics={"test": measured} if measured else {},
        about={},
        card=f"# {name}\n\nWhat it is.\n\n## Network\n\nSmall.\n\n## Data\n\nFew.\n",
    )
    return place / name


@pytest.fixture
def shelf(tmp_path):
    save(tmp_path, "some-2", 2, mse=0.04, pca_mse=0.05)
    save(tmp_path, "some-3", 3, mse=0.025, pca_mse=0.045)
    save(tmp_path, "other-2", 2, mse=0.1, pca_mse=0.1)
    return tmp_path


def rows(card):
    return re.findall(r"^\| ([*\d].*) \|$", card, flags=re.MULTILINE)


def test_cards_tell_the_errors_of_every_size_their_own_in_bold(shelf):
    assert sorted(sizes.renew_cards(shelf)) == ["some-2", "some-3"]
    card = checkpoint.card(shelf / "some-3")
    assert rows(card) == ["2 | 0.04000 | 0.05000", "**3** | **0.02500** | **0.04500**"]
    assert re.findall("^## (.*)$", card, flags=re.MULTILINE) == [sizes.TITLE, "Network", "Data"]
    assert sizes.TITLE not in checkpoint.card(shelf / "other-2")


def test_folders_with_another_card_are_whole(shelf):
    before = checkpoint.describe(shelf / "some-2").digest_of_weights
    sizes.renew_cards(shelf)
    entries = listing.list_models([shelf])
    assert [found.problem for found in entries if found.folder.parent == shelf] == [None] * 3
    assert checkpoint.describe(shelf / "some-2").digest_of_weights == before


def test_cards_are_written_again_only_when_a_number_changed(shelf):
    sizes.renew_cards(shelf)
    assert sizes.renew_cards(shelf) == []
    save(shelf, "some-8", 8, mse=0.01, pca_mse=0.03)
    assert sorted(sizes.renew_cards(shelf)) == ["some-2", "some-3", "some-8"]
    card = checkpoint.card(shelf / "some-2")
    assert [row.split(" | ")[0] for row in rows(card)] == ["**2**", "3", "8"]
    assert card.count(sizes.TITLE) == 1


def test_models_elsewhere_are_left_alone(shelf, tmp_path):
    below = shelf / "below"
    save(below, "some-5", 5, mse=0.02, pca_mse=0.04)
    assert sizes.renew_cards(below) == []


def test_a_section_stands_before_the_network():
    card = "# A\n\nText.\n\n## Network\n\nIt.\n"
    once = with_section(card, "New", "One.")
    assert once == "# A\n\nText.\n\n## New\n\nOne.\n\n## Network\n\nIt.\n"
    assert with_section(once, "New", "Two.") == once.replace("One.", "Two.")


def test_the_shipped_cards_tell_what_the_shipped_folders_measured():
    for dial in dials(listing.list_models()).values():
        curve = sizes.rates(dial)
        for found in dial.entries:
            card = checkpoint.card(found.folder)
            assert sizes.as_markdown(dial.stem, curve, size=found.code_size) in card, found.name
