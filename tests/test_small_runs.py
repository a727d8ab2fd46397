"""What the choices of a small training stand for, and what is no choice."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoencoders.models import build
from autoencoders.small_runs import CODE_SIZES, SIDES, Choices, small_recipe
from autoencoders.strict_config import ConfigError


@given(
    data=st.sampled_from(sorted(SIDES)),
    family=st.sampled_from(["linear", "dense", "convolutional", "denoising", "variational"]),
    code_size=st.sampled_from(CODE_SIZES),
    layers=st.integers(1, 6),
)
def test_every_choice_is_a_network_or_a_sentence_that_says_what_fits(**chosen):
    choices = Choices(**chosen)
    # 32 pixels in blocks of 2 can be halved four times after the first stage, 28 twice.
    most = {"drawn": 5, "mnist": 3}[choices.data]
    if choices.family in ("linear", "dense") or choices.layers <= most:
        recipe = small_recipe(choices)
        assert recipe.model.image_shape == SIDES[choices.data]
        assert recipe.model.code_size == choices.code_size
        return
    with pytest.raises(ConfigError, match=f"use at most {most} layers") as caught:
        small_recipe(choices)
    assert str(caught.value).count(". ") == 0


@pytest.mark.parametrize("family", ["linear", "dense", "convolutional", "variational"])
def test_the_network_can_be_built(family):
    network = build(small_recipe(Choices(family=family)).model)
    assert network.config.family == family


def test_what_is_chosen_is_what_is_trained():
    chosen = Choices(epochs=7, pictures=500, learning_rate=0.01, seed=3, family="denoising")
    training = small_recipe(chosen).training
    said = (training.epochs, training.limit, training.learning_rate, training.seed)
    assert said == (7, 500, 0.01, 3)
    assert training.noise == ("gaussian",)
    assert small_recipe(Choices()).training.noise == ()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"code_size": 3}, "Numbers in the code are 3; use 1, 2, 4, 8, 16 or 32."),
        ({"layers": 0}, "Layers are 0; use 1 to 6."),
        ({"epochs": 101}, "Epochs are 101; use 1 to 100."),
        ({"pictures": 50}, "Pictures are 50; use 200 to 12,000."),
        ({"learning_rate": 0.0}, "The learning rate is 0; use more than 0, at most 1."),
        ({"seed": -1}, "The seed is -1; use 0 to 2,147,483,647."),
        ({"family": "stacked"}, "family is 'stacked'; it must be one of"),
        ({"epochs": "many"}, "epochs is 'many'; it must be of type int."),
        ({"command": "rm"}, "Choices does not know 'command'"),
    ],
)
def test_what_is_no_choice_is_refused_in_one_sentence(changed, sentence):
    with pytest.raises(ConfigError) as caught:
        Choices.from_dict(changed)
    assert str(caught.value).startswith(sentence)


def test_names_begin_as_no_shipped_model_s_does():
    assert Choices().name == "own-drawn-conv-2"
    vae = dataclasses.replace(Choices(), data="mnist", family="variational", code_size=8)
    assert (vae.name, vae.title) == ("own-digits-vae-8", "Digits, variational, 8 numbers")
