"""The colours of steps of a number: in order, apart, and to be seen by everybody on both pages."""

import re

import numpy as np
import pytest
from conftest import REPOSITORY
from test_ground import SIGHT, contrast, linear_channels, oklab, options

from autoencoders.ui.colourings import STEPS

SOURCE = (REPOSITORY / "autoencoders/ui/live/palette.js").read_text()


def ramp(theme: str) -> list[str]:
    """The colours from low to high."""
    (found,) = re.findall(rf"RAMP_{theme.upper()} = \[([^\]]*)\]", SOURCE)
    return re.findall(r"#[0-9a-f]{6}", found)


def test_there_is_a_colour_for_every_step():
    assert len(ramp("light")) == len(ramp("dark")) == STEPS


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("sight", SIGHT)
def test_steps_are_in_order_and_apart_to_everybody(theme, sight):
    linear = np.array([linear_channels(colour) for colour in ramp(theme)])
    seen = oklab(np.clip(linear @ np.transpose(SIGHT[sight]), 0, 1))
    lightness = np.diff(seen[:, 0]) * (1 if theme == "dark" else -1)
    assert (lightness > 0.06).all()
    assert np.linalg.norm(np.diff(seen, axis=0), axis=1).min() >= 0.08


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_steps_stand_out_from_the_page_the_higher_the_more(theme):
    ground = options()[f"theme.{theme}.backgroundColor"]
    found = [contrast(colour, ground) for colour in ramp(theme)]
    assert found == sorted(found)
    assert found[0] >= 2.9
