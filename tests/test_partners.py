"""Which models may stand beside one, and what is said where there is none."""

from dataclasses import replace
from pathlib import Path

import comparing
import pytest
from comparing import Bands, entry

from autoencoders import listing
from autoencoders.listing import ModelEntry
from autoencoders.ui.partners import (
    FIRST_PARTNERS,
    comparable,
    left_out,
    measured,
    number,
    partners_of,
)


def shaped(name, *, size=2, family="convolutional", mse=0.03, **more):
    return entry(Bands(name=name, code_size=size), family=family, mse=mse, **more)


HERE = shaped("digits-conv-2")


def test_a_partner_draws_the_same_kind_of_picture():
    other_size = shaped("digits-big-2")
    big = replace(other_size.description.model, height=32, width=32)
    others = [
        HERE,
        shaped("digits-dense-2", family="dense"),
        shaped("digits-dense-32", size=32, family="dense"),
        shaped("digits-conv-1", size=1),
        shaped("faces-conv-2", dataset="lfw"),
        shaped("digits-broken-2", problem="Its weights are missing."),
        ModelEntry("digits-unknown-2", Path("x"), None, ""),
        replace(other_size, description=replace(other_size.description, model=big)),
    ]
    found = partners_of("digits-conv-2", others)
    assert found.names == ("digits-dense-2", "digits-dense-32", "digits-conv-1")
    assert found.alone == ""


DEEP, DENSE, OLD, VAE = (
    ("digits-deep-2", 2, "deep"),
    ("digits-dense-2", 2, "dense"),
    ("digits-old-2", 2, "convolutional"),
    ("digits-vae-2", 2, "variational"),
)
LONGER = ("digits-dense-32", 32, "dense")


@pytest.mark.parametrize(
    ("others", "first"),
    [
        # another family before the same, as many numbers before more, then the smaller error
        ([(DEEP, 0.04), (DENSE, 0.05)], "digits-deep-2"),
        ([(OLD, 0.01), (DENSE, 0.05)], "digits-dense-2"),
        ([(LONGER, 0.01), (OLD, 0.05)], "digits-old-2"),
        ([(DEEP, None), (DENSE, 0.05)], "digits-dense-2"),
        # the one that is named for it before all
        ([(DEEP, 0.01), (VAE, 0.05)], "digits-vae-2"),
    ],
)
def test_the_one_to_begin_with_is_of_another_family(others, first):
    there = [
        shaped(name, size=size, family=family, mse=mse) for (name, size, family), mse in others
    ]
    assert partners_of("digits-conv-2", [HERE, *there]).first == first


def test_the_shipped_models_open_with_the_ones_that_are_named_for_them():
    there = listing.list_models()
    for name, partner in FIRST_PARTNERS.items():
        assert partners_of(name, there).first == partner


def test_a_model_alone_is_told_so_in_one_sentence():
    found = partners_of("digits-conv-2", [HERE, shaped("faces-conv-2", dataset="lfw")])
    assert (found.names, found.first) == ((), None)
    assert found.alone == (
        "digits-conv-2 is the only model here that draws pictures of digits of 28×28; "
        "train a second one, or choose another model above."
    )
    assert partners_of("gone", [HERE]).alone.startswith("Nothing is known of gone")


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ("gone", "which is not here; this is digits-vae-2 instead."),
        ("digits-conv-2", "which is the very model that is open; this is"),
        ("faces-conv-2", "which learned from other pictures (lfw, not mnist); this is"),
        ("broken", "which cannot be used (Its weights are missing); this is"),
    ],
)
def test_a_link_that_does_not_fit_is_told_why(asked, why):
    there = [
        HERE,
        shaped("faces-conv-2", dataset="lfw"),
        shaped("broken", problem="Its weights are missing."),
    ]
    said = left_out(asked, "digits-conv-2", "digits-vae-2", there)
    assert said.startswith(f"The link compares digits-conv-2 with {asked!r}, ")
    assert why in said


def test_a_link_to_nobody_ends_there():
    assert left_out("gone", "digits-conv-2", None, [HERE]).endswith("which is not here.")


def test_measures_are_those_of_the_test_pictures():
    described = replace(HERE.description, metrics={"validation": {"mse": 1}, "test": {"mse": 2}})
    assert measured(replace(HERE, description=described)) == {"mse": 2}
    described = replace(HERE.description, metrics={"validation": {"mse": 1}})
    assert measured(replace(HERE, description=described)) == {"mse": 1}
    assert measured(ModelEntry("x", Path("x"), None, "")) == {}
    assert [number(it) for it in (0.5, 2, None, "0.5", True)] == [0.5, 2.0, None, None, None]


def test_stand_ins_have_partners():
    assert partners_of("bands-conv-2", comparing.entries(comparing.models())).first == "bands-vae-2"


def test_models_that_can_be_compared_are_those_with_a_partner():
    there = [
        shaped("digits-abc-2"),
        shaped("digits-vae-2", family="variational"),
        shaped("faces-conv-2", dataset="lfw"),
        shaped("digits-old-2", problem="Broken."),
    ]
    assert comparable(there) == ["digits-vae-2", "digits-abc-2"]
    assert comparable(there, most=1) == ["digits-vae-2"]
