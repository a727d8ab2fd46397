"""The restoration page without a browser: what it tells its component, and what it offers."""

from pathlib import Path

import pytest
import restoring
from opened_page import open_page

from autoencoders import listing
from autoencoders.ui import frame, restore
from autoencoders.ui.offers import Known


class House:
    """Two stand-ins; the second denoises."""

    def __init__(self, monkeypatch):
        self.engines = {"digits-conv-2": restoring.Digits(name="digits-conv-2")}
        self.engines["photos-denoising-256"] = restoring.Mosaic(name="photos-denoising-256")
        self.told = []
        shared = frame.Store(
            list_models=self.entries, load=lambda folder: self.engines[folder.name]
        )
        monkeypatch.setattr(frame, "store", lambda: shared)
        monkeypatch.setattr(restore, "store", lambda: shared)
        monkeypatch.setattr(restore, "known", lambda shared: self.known())
        monkeypatch.setattr(restore, "live_page", lambda **told: self.told.append(told))

    def entries(self):
        return [listing.ModelEntry(name, Path(name), None, "") for name in self.engines]

    def known(self):
        return [Known(name, it.config.family, it.dataset) for name, it in self.engines.items()]

    def open(self, **query):
        return open_page("restore", linked=True, **query)


@pytest.fixture
def house(monkeypatch):
    return House(monkeypatch)


def captions(test):
    return [caption.value for caption in test.caption]


def test_a_model_that_does_not_denoise_opens_and_offers_one_that_does(house):
    test = house.open()
    (told,) = house.told
    assert told["key"] == "restore-digits-conv-2"
    model = told["data"]["model"]
    assert (model["denoises"], model["adding"]["draws"], model["placed"]) == (False, True, False)
    assert captions(test) == [
        "digits-conv-2 redraws pictures; it never learned to take noise off. This one did:"
    ]
    assert len(str(told)) < 2000


def test_the_address_opens_a_denoising_model(house):
    test = house.open(model="photos-denoising-256")
    model = house.told[-1]["data"]["model"]
    assert (model["denoises"], model["adding"]["draws"], model["placed"]) == (True, False, True)
    assert model["image"] == [32, 32, 3]
    assert model["landmarks"] == []
    assert captions(test) == ["To draw a digit:"]


def test_a_click_on_an_offer_opens_that_model_and_says_so_in_the_address(house):
    test = house.open()
    test.button(key="offer-photos-denoising-256").click().run()
    assert not test.exception
    assert house.told[-1]["key"] == "restore-photos-denoising-256"
    assert test.query_params["model"] in ("photos-denoising-256", ["photos-denoising-256"])


def test_the_map_names_the_middle_of_each_label(house):
    found = restore.landmarks(house.engines["digits-conv-2"])
    assert [name for name, _, _ in found] == list("0123456789")
    latents = house.engines["digits-conv-2"].latents
    own = sorted(latents.codes[latents.labels == 4][:, 0].tolist())
    middle = (own[(len(own) - 1) // 2] + own[len(own) // 2]) / 2
    assert found[4][1] == pytest.approx(middle, abs=1e-5)


def test_what_is_known_of_models_is_read_without_loading_them(tmp_path):
    class Shared:
        def entries(self):
            there = listing.list_models()
            return [*there, listing.ModelEntry("gone", tmp_path / "gone", None, "")]

    found = {model.name: model for model in restore.known(Shared())}
    assert "gone" not in found
    assert found["digits-conv-2"] == Known("digits-conv-2", "convolutional", "mnist")
    assert found["photos-denoising-256"].family == "denoising"


def test_an_offer_is_not_undone_by_an_address_that_was_sent_before(house):
    test = house.open(model="digits-conv-2")
    test.button(key="offer-photos-denoising-256").click().run()
    assert house.told[-1]["key"] == "restore-photos-denoising-256"
    test.query_params["model"] = "digits-conv-2"  # a report of the old page was on its way
    test.run()
    assert house.told[-1]["key"] == "restore-photos-denoising-256"
    assert test.query_params["model"] in ("photos-denoising-256", ["photos-denoising-256"])
