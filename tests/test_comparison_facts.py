"""The lines of the table of what differs."""

from types import SimpleNamespace

import torch
from comparing import Bands, entry

from autoencoders.ui.comparison_facts import facts


def test_a_line_holds_what_was_measured():
    engine = Bands()
    found = facts(engine, entry(engine, mse=0.03, pca=0.05))
    assert found == {
        "family": "convolutional",
        "numbers": 2,
        "mse": 0.03,
        "pca": 0.05,
        "accuracy": 0.8,
        "pca_accuracy": None,
        "parameters": None,
    }


def test_a_model_that_is_no_longer_listed_has_its_size_alone():
    found = facts(Bands(), None)
    assert (found["family"], found["mse"], found["numbers"]) == (None, None, 2)


def test_parameters_are_counted_once_with_those_of_the_base():
    engine = Bands()
    engine.network = torch.nn.Linear(3, 4)  # 16
    assert facts(engine, None)["parameters"] == 16
    base = torch.nn.Linear(10, 1)  # 11
    engine.network = SimpleNamespace(parameters=engine.network.parameters, base=base)
    assert facts(engine, None)["parameters"] == 27
    engine.network.base = SimpleNamespace(parameters=engine.network.parameters)
    assert facts(engine, None)["parameters"] == 16
