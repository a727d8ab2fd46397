"""The page "generate" without a browser: which model stands beside which, and what is said."""

import dataclasses

import generating
import pytest
import stand_in
from opened_page import open_page

from autoencoders.ui import frame, generate
from autoencoders.ui.pairings import Drawable


class House:
    """Stand-ins of two kinds; what the component is told and a report to answer with."""

    def __init__(self, monkeypatch, *engines):
        self.told, self.report = [], None
        shared = generating.shared_store(engines)
        monkeypatch.setattr(frame, "store", lambda: shared)
        monkeypatch.setattr(generate, "store", lambda: shared)
        monkeypatch.setattr(generate, "live_page", self.live)

    def live(self, **told):
        self.told.append(told)
        return self.report

    def open(self, **query):
        return open_page("generate", linked=True, **query)

    @property
    def model(self):
        return self.told[-1]["data"]["model"]


@pytest.fixture
def house(monkeypatch):
    alone = generating.Plain(name="alone-2", digest="00000000000000cc", dataset="drawn")
    return House(monkeypatch, generating.Plain(), generating.Variational(), alone)


def test_a_plain_model_opens_with_the_variational_one_of_its_pictures(house):
    test = house.open(model="plain-2")
    assert house.model["side"] == "plain"
    (beside,) = house.model["partners"]
    assert (beside["name"], beside["side"], beside["image"]) == ("vae-2", "variational", [8, 8, 1])
    assert not test.warning
    assert not test.caption


def test_a_model_without_a_partner_says_so_and_offers_one_that_has_one(house):
    test = house.open(model="alone-2")
    assert house.model["partners"] == []
    assert "stands alone" in test.caption[0].value
    test.button("offer-plain-2").click().run()
    assert house.model["name"] == "plain-2"


def test_a_link_brings_seed_temperature_and_the_other_model(house):
    test = house.open(model="plain-2", seed="9", temperature="0.5", against="vae-2")
    scene = house.told[-1]["data"]["scene"]
    assert (scene["seed"], scene["temperature"], scene["against"]) == (9, 0.5, "vae-2")
    assert not test.warning


def test_a_link_with_a_model_that_does_not_suit_says_what_stands_there(house):
    test = house.open(model="plain-2", against="alone-2")
    assert "alone-2" in test.warning[0].value
    assert "vae-2 stands there instead" in test.warning[0].value


def test_a_link_that_is_too_hot_says_where_it_ends(house):
    test = house.open(model="plain-2", temperature="2.5")
    assert test.warning[0].value == "The link asks for a temperature of 2.5; it ends at 2."


def test_what_the_page_reports_is_in_the_address(house):
    house.report = {"seed": 4, "temperature": 1.5, "against": ""}
    test = house.open(model="vae-2")
    assert test.query_params["seed"] == "4"
    assert test.query_params["temperature"] == "1.5"
    assert "against" not in test.query_params


def test_what_the_page_was_not_made_for_is_said_in_a_sentence():
    known = Drawable("one-1", "", "denoising", "mnist", 1, (28, 28, 1))
    (said,) = generate.remarks(known)
    assert "noise" in said
    plain = dataclasses.replace(known, family="convolutional")
    assert generate.remarks(plain) == []


def test_a_broken_model_stands_beside_nothing():
    shared = generating.shared_store([generating.Plain()])
    broken = stand_in.entry(generating.Variational(), problem="Its weights are gone.")
    shared._list_models = lambda: [broken]
    assert generate.drawable(shared) == []
