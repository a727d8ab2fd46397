"""Choosing a model by its card: what cards say, in which order, and the dialog."""

import dataclasses
from pathlib import Path

import pytest
import stand_in
import tiny
from streamlit.testing.v1 import AppTest

from autoencoders import listing
from autoencoders.listing import ModelEntry
from autoencoders.ui import frame, model_cards
from autoencoders.ui import map as map_page
from autoencoders.ui.state import Store

APP = Path(__file__).resolve().parent.parent / "app.py"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A registry of real folders: a denoising one, a stacked one and its base."""
    place = tmp_path_factory.mktemp("models")
    tiny.save_family(place / "noisy-2", "denoising")
    tiny.save_family(place / "stacked-2", "stacked")
    return place


@pytest.fixture(scope="module")
def entries(folder):
    found = {entry.name: entry for entry in listing.list_models([folder])}
    return [found[name] for name in ("base-6", "noisy-2", "stacked-2")]


def told(entry, **metrics):
    described = dataclasses.replace(entry.description, metrics={"test": metrics})
    return dataclasses.replace(entry, description=described)


def test_a_card_says_what_goes_in_and_what_comes_out(entries):
    base, noisy, stacked = entries
    assert model_cards.facts(noisy) == ["Denoising · 28×28 in grey to 2 numbers"]
    assert model_cards.facts(base) == ["Convolutional · 28×28 in grey to 6 numbers"]
    assert model_cards.facts(stacked) == [
        "Stacked · 28×28 in grey to 2 numbers, of a code of base-6"
    ]


@pytest.mark.parametrize(
    ("mse", "pca", "said"),
    [
        (0.03, 0.06, "Error 0.0300, 50% less than PCA with as many numbers (0.0600)"),
        (0.075, 0.06, "Error 0.0750, 25% more than PCA with as many numbers (0.0600)"),
        (0.06, 0.06, "Error 0.0600, as much as PCA with as many numbers (0.0600)"),
        (0.00015, 0.001, "Error 0.00015, 85% less than PCA with as many numbers (0.00100)"),
        (0.03, None, "Error 0.0300"),
    ],
)
def test_an_error_stands_against_that_of_pca(entries, mse, pca, said):
    assert model_cards.facts(told(entries[1], mse=mse, pca_mse=pca))[1] == said


def test_a_card_shows_the_preview_and_escapes_what_it_quotes(entries):
    entry = dataclasses.replace(entries[1], summary="<b>bold</b> & more")
    assert "<img" not in model_cards.card_html(entry, address="/hourglass")
    files = {**entry.description.files, "preview.png": "0" * 64}
    described = dataclasses.replace(entry.description, files=files)
    card = model_cards.card_html(
        dataclasses.replace(entry, description=described), address="/base/hourglass"
    )
    assert f'src="/base/hourglass/models/noisy-2/{described.digest}/preview"' in card
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; more" in card


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("map", [["noisy-2", "stacked-2"], ["base-6"]]),
        ("interpolate", [["base-6", "noisy-2", "stacked-2"]]),
        ("attributes", [["noisy-2", "stacked-2"], ["base-6"]]),
        ("restore", [["noisy-2"], ["base-6", "stacked-2"]]),
    ],
)
def test_what_suits_a_page_comes_first(entries, page, expected):
    found = model_cards.groups(page, entries)
    assert [[entry.name for entry in members] for _, members in found] == expected
    headings = [heading for heading, _ in found]
    assert all(headings) if len(found) > 1 else headings == [""]


@pytest.fixture
def house(monkeypatch):
    """The app with two stand-ins; what the map is told."""
    engines = {name: stand_in.StandIn(name=name) for name in ("digits-conv-2", "a-2")}
    listed = [ModelEntry(name, Path(name), None, f"About {name}.", 2) for name in engines]
    listed.append(ModelEntry("broken-2", Path("broken-2"), "It is broken.", ""))
    shared = Store(list_models=lambda: listed, load=lambda folder: engines[folder.name])
    for place in (frame, map_page):
        monkeypatch.setattr(place, "store", lambda: shared)
    monkeypatch.setattr(map_page, "originals_on_disk", lambda engine: None)
    shown = []
    monkeypatch.setattr(
        map_page, "live_map", lambda *, key, data, pin: (shown.append(data["model"]["name"]), None)
    )
    return shown


def labels(test):
    return [button.label for button in test.button]


def test_cards_are_drawn_only_when_they_are_asked_for(house):
    test = AppTest.from_file(str(APP), default_timeout=30).run()
    assert labels(test) == ["Models"]
    test.button[0].click().run()
    assert not test.exception
    assert labels(test) == ["Models", "digits-conv-2 is open", "Open a-2"]
    assert [button.disabled for button in test.button] == [False, True, False]


def test_a_card_opens_its_model(house):
    test = AppTest.from_file(str(APP), default_timeout=30).run()
    test.button[0].click().run()
    test.button(key="open-a-2").click().run()
    assert not test.exception
    assert house[-1] == "a-2"
    assert test.selectbox[0].value == "a-2"
    assert test.query_params["model"] in ("a-2", ["a-2"])
    assert labels(test) == ["Models"]
