import pytest

from autoencoders.data import DATASETS
from autoencoders.models import build
from autoencoders.recipes import RECIPES, recipe
from autoencoders.strict_config import ConfigError


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_can_be_built_and_its_data_is_known(name):
    chosen = recipe(name)
    base = build(recipe(chosen.model.base).model) if chosen.model.base else None
    assert build(chosen.model, base=base).config == chosen.model
    assert chosen.training.dataset in DATASETS
    assert name.endswith(f"-{chosen.model.code_size}")


def test_an_unknown_recipe_names_the_known_ones():
    with pytest.raises(ConfigError, match="no recipe called 'x'; there is digits-conv-2"):
        recipe("x")
