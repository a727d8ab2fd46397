"""The Training page without a browser: what it tells its component, and what it offers."""

import pytest
import stand_in
from opened_page import open_page

from autoencoders import listing
from autoencoders.ui import frame, training


class House:
    """Two stand-ins; the second was saved without its history."""

    def __init__(self, monkeypatch, tmp_path):
        self.engines = {
            "digits-conv-2": stand_in.StandIn(name="digits-conv-2"),
            "quiet-2": stand_in.StandIn(name="quiet-2", history=None),
        }
        (tmp_path / "digits-conv-2").mkdir()
        (tmp_path / "digits-conv-2" / "history.npz").touch()
        self.folder = tmp_path
        self.told = []
        shared = frame.Store(
            list_models=self.entries, load=lambda folder: self.engines[folder.name]
        )
        monkeypatch.setattr(frame, "store", lambda: shared)
        monkeypatch.setattr(training, "store", lambda: shared)
        monkeypatch.setattr(training, "live_page", lambda **told: self.told.append(told))

    def entries(self):
        return [listing.ModelEntry(name, self.folder / name, None, "") for name in self.engines]

    def open(self, **query):
        return open_page("training", linked=True, **query)

    @property
    def model(self):
        return self.told[-1]["data"]["model"]


@pytest.fixture
def house(monkeypatch, tmp_path):
    return House(monkeypatch, tmp_path)


def test_it_opens_with_the_movie_of_the_model_and_the_choices_of_a_small_run(house):
    test = house.open()
    assert house.told[-1]["key"] == "training-digits-conv-2"
    assert house.model["movie"] is True
    choices = house.model["choices"]
    assert [one["value"] for one in choices["data"]] == ["drawn", "mnist"]
    assert choices["sizes"] == [1, 2, 4, 8, 16, 32]
    assert choices["start"]["family"] in [one["value"] for one in choices["families"]]
    assert len(test.button) == 1, "nothing but the gallery of models"
    assert len(str(house.told[-1])) < 4000


def test_digits_that_are_not_on_the_disk_say_how_to_get_them(house, monkeypatch, tmp_path):
    monkeypatch.setenv("HOURGLASS_DATA", str(tmp_path))
    house.open()
    drawn, digits = house.model["choices"]["data"]
    assert drawn["missing"] == ""
    assert "python -m autoencoders data --download mnist" in digits["missing"]
    (tmp_path / "MNIST").mkdir()
    house.open()
    assert [one["missing"] for one in house.model["choices"]["data"]] == ["", ""]


def test_a_model_without_history_offers_one_that_has_it(house):
    test = house.open(model="quiet-2")
    assert house.model["movie"] is False
    assert test.caption[0].value == "These models kept the history of their training:"
    test.button(key="offer-digits-conv-2").click().run()
    assert house.told[-1]["key"] == "training-digits-conv-2"


def test_a_link_brings_the_epoch_back(house):
    test = house.open(model="digits-conv-2", at="0.5")
    assert house.told[-1]["data"]["scene"]["at"] == 0.5
    assert not test.warning


def test_a_damaged_link_opens_the_page_and_says_so(house):
    test = house.open(model="digits-conv-2", at="soon")
    assert "at" in test.warning[0].value
