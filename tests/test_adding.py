"""What a page is told about the ways to add pictures: each where it suits the model."""

import dataclasses
import json

import pytest
import stand_in
from restoring import Mosaic

from autoencoders.ui import attributes, interpolate, restore
from autoencoders.ui import map as map_page
from autoencoders.ui.adding import ways_to_add


def test_a_model_of_digits_takes_drawings_and_photographs_of_paper():
    ways = ways_to_add(stand_in.StandIn(latents=stand_in.latents(70)))
    assert ways == {"draws": True, "camera": "paper", "count": 70, "detail": 0, "absent": ""}


def test_a_model_of_photos_takes_no_drawing_and_says_so():
    ways = ways_to_add(Mosaic())
    assert (ways["draws"], ways["camera"], ways["count"]) == (False, "person", 60)
    assert "models of digits" in ways["absent"]


def test_individuals_are_shown_where_a_model_has_them():
    faces = dataclasses.replace(stand_in.StandIn(), dataset="lfw", has_detail=True)
    assert ways_to_add(faces)["detail"] == 1


@pytest.mark.parametrize("told", [interpolate.page_data, attributes.page_data])
def test_every_page_is_told(told):
    engine = stand_in.StandIn()
    expected = ways_to_add(engine)
    assert told(engine, address="")["model"]["adding"] == expected
    assert map_page.live_data(engine, address="")["model"]["adding"] == expected
    assert json.loads(json.dumps(expected)) == expected


def test_the_restoration_page_is_told():
    engine = Mosaic()
    assert restore.page_data(engine, address="")["model"]["adding"] == ways_to_add(engine)
