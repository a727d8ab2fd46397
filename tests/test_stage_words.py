"""Each stage in one sentence: what a student reads of every network."""

import re

import numpy as np
import pytest
import torch
from test_activations import NETWORKS, named, shortcut, walked

from autoencoders.activations import STEPS, Stage
from autoencoders.models import build
from autoencoders.ui.stage_words import besides, sentence


def told(name):
    stages = walked(named(name))
    return [
        (stage, sentence(stage, before))
        for before, stage in zip((None, *stages[:-1]), stages, strict=True)
    ]


@pytest.mark.parametrize("name", NETWORKS)
def test_every_stage_of_every_network_has_a_sentence_of_its_own_numbers(name):
    for stage, said in told(name):
        assert said.endswith("."), said
        assert 30 < len(said) <= 200, said
        assert not re.search(r"\b1 (numbers|maps|filters)\b", said), said
        if stage.kind == "dense":
            assert f"{stage.count:,}" in said


def test_the_way_of_the_first_model_in_words():
    said = [text for _, text in told("digits-conv-2")]
    assert said[0] == (
        "What the network is given: 784 brightnesses, one for each pixel, from 0 (black) to 1 "
        "(white)."
    )
    assert said[2] == (
        "Each of its 64 filters looks through a 3x3 window at all 32 maps before it, and marks "
        "where it finds a larger pattern."
    )
    assert said[3].endswith(": it sees the whole picture at once.")
    assert said[4] == (
        "All that is left of the picture: 2 numbers, each a weighted sum of the 256 before; "
        "everything after it is drawn from these alone."
    )
    assert said[5].startswith("The way back begins: each of its 512 numbers is made of the code’s")


def test_one_number_is_spoken_of_as_one():
    said = [text for stage, text in told("digits-conv-1") if stage.part in ("code", "decoder")]
    assert said[0] == (
        "All that is left of the picture: 1 number, a weighted sum of the 256 before; everything "
        "after it is drawn from this one alone."
    )
    assert "the code’s one number" in said[1]


def test_a_variational_code_is_called_a_mean():
    (said,) = [text for stage, text in told("digits-vae-2") if stage.part == "code"]
    assert "a mean and a spread; what is shown, and drawn from, is the mean." in said


def test_the_bases_code_is_told_from_the_models_own():
    said = [text for stage, text in told("stacked") if "base's code" in stage.name]
    assert said[0].startswith("The code of the base, a network trained before this one: 6 numbers")
    assert said[1].startswith("The base's code once more, as well as it can be rebuilt: 6 numbers")


def test_what_comes_besides_follows_the_order_of_the_layers():
    stages = walked(named("digits-conv-2"))
    assert besides(stages[0]) == ""
    assert besides(stages[1]) == (
        "Blocks of pixels are stacked into maps first; each map is brought to one common scale "
        "(batch normalisation); what is below 0 is pressed to nearly 0 (SiLU)."
    )
    assert "; of the codes that it proposes, the one that the decoder draws" in besides(stages[4])
    assert besides(stages[5]).startswith("Its input is multiplied by a fixed number first; ")


def test_blocks_and_shortcuts_are_told_by_the_way_they_go():
    with torch.inference_mode():
        stages = walked(build(shortcut()).eval())
    down, up = stages[1], stages[-1]
    assert besides(down).startswith("Blocks of pixels are stacked into maps first; ")
    assert besides(up).startswith("Maps are laid out as blocks of pixels again; ")
    assert "sum of the code is added" in besides(up)
    assert "sum of the picture is added" in besides(stages[3])


@pytest.mark.parametrize("step", [step for step in STEPS if step != "mean"])
def test_every_step_has_words(step):
    one = Stage("encoder", "dense", "x", np.zeros(2, np.float32), steps=frozenset({step}))
    assert besides(one).endswith(".")
    assert besides(one)[0].isupper()
