"""The route of the games, and the page around them without a browser."""

import generating
import numpy as np
import playing
import pytest
from generating import Several
from opened_page import open_page
from playing import Reader, Sharper

from autoencoders.ui import frame, game, games


@pytest.fixture(scope="module")
def served():
    with Several(Reader(), Sharper()).running() as running:
        yield running


def get(served, rest, model=None):
    return served.client().get((model or served.model) + "/games/" + rest)


@pytest.mark.parametrize("name", games.GAMES)
def test_a_game_follows_from_its_seed(served, name):
    first = get(served, f"{name}/7")
    assert first.status == 200
    assert first.body == get(served, f"{name}/7").body
    _, arrays = first.arrays()
    _, others = get(served, f"{name}/8").arrays()
    assert (arrays["pictures"] != others["pictures"]).any()
    assert len(arrays["pictures"]) == games.ROUNDS


def test_without_originals_the_answer_says_what_stands_in(served):
    assert get(served, "which/1").arrays()[0]["source"] == "sharper-4"
    assert get(served, "hit/1").arrays()[0]["original"] is False


def test_what_is_no_game_is_said(served):
    assert "find, hit, which" in get(served, "chess/1").sentence
    assert "whole number" in get(served, "find/x").sentence
    longer = f"/models/sharper-4/{Sharper().digest}"
    assert "4 numbers" in get(served, "find/1", longer).sentence


@pytest.fixture
def house(monkeypatch):
    told = []
    shared = generating.shared_store([Reader(), Sharper()])
    monkeypatch.setattr(frame, "store", lambda: shared)
    monkeypatch.setattr(game, "store", lambda: shared)

    def live_page(**what):
        told.append(what["data"])
        return {"game": "hit", "seed": 12}

    monkeypatch.setattr(game, "live_page", live_page)
    return told


def opened(**query):
    return open_page("game", linked=True, **query)


def test_a_link_opens_its_game_and_what_is_played_is_in_the_address(house):
    test = opened(model="reader-2", game="which", seed="5")
    assert (house[0]["scene"]["game"], house[0]["scene"]["seed"]) == ("which", 5)
    np.testing.assert_allclose(house[0]["model"]["extent"], playing.generating_extent())
    assert (test.query_params["game"], test.query_params["seed"]) == ("hit", "12")


def test_a_longer_code_has_no_map_to_play_on_and_one_that_has_is_a_click_away(house):
    test = opened(model="sharper-4")
    assert "4 numbers" in test.info[0].value
    assert house == []
    test.button("offer-reader-2").click().run()
    assert house[-1]["model"]["name"] == "reader-2"


def test_a_link_with_a_game_that_is_none_is_said(house):
    test = opened(model="reader-2", game="chess")
    assert "find, hit, which" in test.warning[0].value
