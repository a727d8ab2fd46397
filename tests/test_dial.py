"""Models that differ in the size of their code, and the rule that judges sizes by errors."""

from itertools import pairwise

import pytest
from comparing import sized, some_sizes
from hypothesis import given
from hypothesis import strategies as st

from autoencoders.listing import list_models
from autoencoders.sizes import dials, rates
from autoencoders.ui.dial import WORTH, dial_beside, saved, told_of, verdicts

THERE = some_sizes()


def test_a_model_has_its_own_dial_or_another_one_of_the_same_pictures():
    assert dial_beside("digits-conv-2", THERE) == (dials(THERE)["digits-conv"], "")
    dial, sentence = dial_beside("digits-vae-2", THERE)
    assert dial.stem == "digits-conv"
    assert sentence == (
        "digits-vae-2 comes in this one size only: this dial turns digits-conv, of the same "
        "pictures."
    )


def test_a_model_without_a_dial_is_told_how_to_get_one():
    dial, sentence = dial_beside("faces-conv-2", [sized("faces-conv-2", 2, dataset="lfw"), *THERE])
    assert dial is None
    assert sentence == (
        "faces-conv-2 comes in this one size only, and a dial needs two: train a second one with "
        "`python -m autoencoders train faces-conv-8`, or choose another model above."
    )


@pytest.mark.parametrize(
    ("sizes", "errors", "wanted"),
    [
        # halved, halved, a tenth off: the third is the last that was worth it
        ((1, 2, 4, 8), (0.08, 0.04, 0.02, 0.018), "small small right large"),
        # a poor doubling before a good one is still on the way
        ((1, 2, 4), (0.05, 0.045, 0.02), "small small right"),
        # nothing is worth it: the smallest is right
        ((2, 4), (0.03, 0.029), "right large"),
        # 1/4 of the error over two doublings: half in each
        ((2, 8), (0.04, 0.01), "small right"),
        # a half off over two doublings: 29% in each, less than two fifths
        ((2, 8), (0.04, 0.02), "right large"),
        # an error that grows
        ((2, 4, 8), (0.04, 0.02, 0.03), "small right large"),
    ],
)
def test_sizes_are_judged_by_their_errors(sizes, errors, wanted):
    words = {"small": "too small", "right": "right", "large": "too large"}
    assert verdicts(sizes, errors) == [words[word] for word in wanted.split()]


def test_nothing_is_said_where_an_error_is_missing():
    assert verdicts((1, 2), (0.1, None)) == [None, None]


@given(
    st.lists(st.floats(1e-5, 1.0), min_size=2, max_size=8),
    st.floats(0.01, 100.0),
)
def test_one_size_is_right_whatever_the_scale_of_the_errors(errors, scale):
    sizes = [2**k for k in range(len(errors))]
    found = verdicts(sizes, errors)
    assert found.count("right") == 1
    right = found.index("right")
    assert set(found[:right]) <= {"too small"}
    assert set(found[right + 1 :]) <= {"too large"}
    near = any(abs(1 - b / a - WORTH) < 1e-9 for a, b in pairwise(errors))
    if not near:
        assert verdicts(sizes, [error * scale for error in errors]) == found


def test_what_twice_the_numbers_take_away():
    assert saved(0.04, 0.03, 8, 16) == pytest.approx(0.25)
    assert saved(0.04, 0.01, 8, 32) == pytest.approx(0.5)


def test_the_page_is_told_sizes_errors_and_verdicts():
    told = told_of(dials(THERE)["digits-conv"], "")
    assert [step["size"] for step in told["steps"]] == [2, 4, 16]
    assert [step["verdict"] for step in told["steps"]] == ["too small", "too small", "right"]
    assert told["steps"][0]["saved"] is None
    assert told["steps"][1]["saved"] == pytest.approx(1 - 0.02 / 0.034)
    assert told["steps"][2]["saved"] == pytest.approx(1 - (0.004 / 0.02) ** 0.5)
    assert (told["steps"][0]["mse"], told["steps"][0]["pca"]) == (0.034, 0.05)
    assert told_of(None, "None here.")["steps"] == []


def test_the_shipped_dial_has_sizes_of_all_three_kinds():
    dial = dials(list_models())["digits-conv"]
    errors = [rate.mse for rate in rates(dial)]
    assert verdicts(dial.sizes, errors) == ["too small"] * 5 + ["right", "too large"]
