"""Through the hourglass without a browser: what the page tells its component, and what it says."""

from pathlib import Path

import pytest
import stand_in
from opened_page import open_page

from autoencoders.listing import ModelEntry
from autoencoders.ui import frame, through
from autoencoders.ui.state import Store


class House:
    """Two models, and what the page told its component."""

    def __init__(self, monkeypatch):
        self.engines = {
            "digits-conv-2": stand_in.StandIn(name="digits-conv-2"),
            "wide-8": stand_in.Wide(),
        }
        self.told = []
        shared = Store(list_models=self.entries, load=lambda folder: self.engines[folder.name])
        monkeypatch.setattr(frame, "store", lambda: shared)
        monkeypatch.setattr(through, "store", lambda: shared)
        monkeypatch.setattr(through, "live_page", lambda **told: self.told.append(told))

    def entries(self):
        return [ModelEntry(name, Path(name), None, "") for name in self.engines]

    def open(self, **query):
        return open_page("through", **query)


@pytest.fixture
def house(monkeypatch):
    return House(monkeypatch)


def test_what_goes_over_the_websocket_is_small(house):
    house.open()
    (told,) = house.told
    assert told["key"] == "through-digits-conv-2"
    assert told["data"]["page"] == "through"
    assert len(str(told)) < 2000


def test_a_code_that_is_a_place_gets_its_landmarks_and_no_other(house):
    house.open()
    names = [name for name, _, _ in house.told[-1]["data"]["model"]["landmarks"]]
    assert names == list("0123456789")
    house.open(model="wide-8")
    assert house.told[-1]["data"]["model"]["landmarks"] == []


def test_a_link_brings_picture_and_place(house):
    test = house.open(model="digits-conv-2", subject="point:7", at="0.25")
    scene = house.told[-1]["data"]["scene"]
    assert tuple(scene["subject"]) == ("point", 7, "")
    assert scene["at"] == 0.25
    assert not test.warning


def test_what_a_link_asks_for_in_vain_is_said(house):
    test = house.open(model="digits-conv-2", at="7")
    assert len(test.warning) == 1
    assert house.told, "the page is there all the same"
