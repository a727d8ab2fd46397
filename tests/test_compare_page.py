"""The Compare page without a browser: who stands beside whom, and what is said otherwise."""

import comparing
import pytest
from comparing import Bands
from opened_page import open_page

from autoencoders.ui import compare, frame


class House:
    """Models, and what the page told its component."""

    def __init__(self, monkeypatch):
        self.engines = comparing.models()
        self.listed = comparing.entries(self.engines)
        self.told = []
        monkeypatch.setattr(frame, "store", self.store)
        monkeypatch.setattr(compare, "store", self.store)
        monkeypatch.setattr(compare, "live_page", self.live)
        self.reported = None

    def store(self):
        self.shared = getattr(self, "shared", None) or comparing.store_of(self.engines, self.listed)
        return self.shared

    def live(self, **told):
        self.told.append(told)
        return self.reported

    def open(self, **query):
        return open_page("compare", **{"model": self.engines[0].name, **query})

    @property
    def model(self):
        return self.told[-1]["data"]["model"]


@pytest.fixture
def house(monkeypatch):
    return House(monkeypatch)


def said(test):
    return [warning.value for warning in test.warning]


def names(house):
    return [half["name"] for half in house.model["halves"]]


def test_it_opens_with_a_partner_of_another_family(house):
    test = house.open()
    assert names(house) == ["bands-conv-2", "bands-vae-2"]
    assert test.selectbox[1].options == ["bands-conv-1", "bands-conv-4", "bands-vae-2"]
    assert house.told[-1]["key"] == "compare-bands-conv-2"
    assert said(test) == []


def test_what_goes_over_the_websocket_is_small(house):
    house.open()
    assert len(str(house.told[-1])) < 3500
    one, two = house.model["halves"]
    assert (one["chart"], one["code_size"], one["sheets"]) == ("code", 2, [16, 64])
    assert two["facts"]["family"] == "variational"
    assert [step["size"] for step in house.model["dial"]["steps"]] == [1, 2, 4]


def test_a_person_picks_the_second_model(house):
    test = house.open()
    test.selectbox[1].select("bands-conv-4").run()
    assert not test.exception
    assert names(house) == ["bands-conv-2", "bands-conv-4"]
    assert house.model["halves"][1]["chart"] == "plane"
    assert house.model["against"] == "bands-conv-4/0123456789abcdef"


def test_a_link_brings_the_second_model_the_place_and_the_dial(house):
    house.open(against="bands-conv-4", z="0.5,-1", at="0.25", others="1,2")
    assert names(house) == ["bands-conv-2", "bands-conv-4"]
    scene = house.told[-1]["data"]["scene"]
    assert scene["codes"] == ((0.5, -1.0),)
    assert (scene["at"], scene["others"]) == (0.25, (1, 2))


def test_of_a_longer_code_a_place_is_pinned(house):
    test = house.open(model="bands-conv-4", z="0.5,-1")
    assert house.told[-1]["data"]["scene"]["codes"] == ((0.5, -1.0),)
    assert said(test) == []


def test_who_has_picked_another_model_keeps_it_whatever_the_link_said(house):
    test = house.open(against="bands-conv-4")
    test.selectbox[1].select("bands-vae-2").run()
    assert names(house) == ["bands-conv-2", "bands-vae-2"]
    test.run()
    assert names(house) == ["bands-conv-2", "bands-vae-2"]


@pytest.mark.parametrize("asked", ["gone", "bands-conv-2"])
def test_a_second_model_that_does_not_fit_is_left_out_and_said(house, asked):
    test = house.open(against=asked)
    assert names(house) == ["bands-conv-2", "bands-vae-2"]
    (sentence,) = said(test)
    assert sentence.startswith(f"The link compares bands-conv-2 with '{asked}', which ")
    assert sentence.endswith("; this is bands-vae-2 instead.")
    test.run()
    assert len(said(test)) == 1


def test_a_broken_second_model_says_why(house):
    broken = comparing.entry(Bands(name="bands-old-2"), problem="Its weights are missing.")
    house.listed.append(broken)
    (sentence,) = said(house.open(against="bands-old-2"))
    assert "which cannot be used (Its weights are missing)" in sentence


def test_where_the_second_model_breaks_while_it_is_loaded_the_dial_is_still_there(house):
    house.engines.pop()  # the folder was there when it was listed
    shared = house.store()
    load = shared._load

    def failing(folder):
        if folder.name == "bands-vae-2":
            raise ValueError("Its weights are damaged.")
        return load(folder)

    shared._load = failing
    test = house.open()
    assert [error.value for error in test.error] == ["Its weights are damaged."]
    assert house.model["halves"] == []
    assert house.model["alone"] == "bands-vae-2 could not be loaded; choose another model B above."
    assert len(house.model["dial"]["steps"]) == 3


def test_a_model_without_partner_and_dial_is_told_both_in_a_sentence_each(house):
    house.engines.insert(0, Bands(name="faces-conv-2", dataset="lfw"))
    house.listed = comparing.entries(house.engines)
    test = house.open()
    assert house.told == []
    sentences = [info.value for info in test.info]
    assert sentences[0].startswith("faces-conv-2 is the only model here that draws pictures of")
    assert "a dial needs two" in sentences[1]
    test.button(key="offer-bands-vae-2").click().run()
    assert not test.exception
    assert names(house) == ["bands-vae-2", "bands-conv-2"]


def test_what_the_component_reports_stands_in_the_address(house):
    house.reported = {"against": "bands-vae-2", "codes": [[0.5, 1.0]]}
    test = house.open()
    query = {
        key: value if isinstance(value, str) else value[0]
        for key, value in test.query_params.items()
    }
    assert query == {"model": "bands-conv-2", "z": "0.5,1", "against": "bands-vae-2"}
