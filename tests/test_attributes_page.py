"""The Attributes page without a browser: which model it opens with, and what it says."""

import numpy as np
import pytest
import stand_in
from streamlit.testing.v1 import AppTest

from autoencoders.directions import Direction
from autoencoders.listing import ModelEntry
from autoencoders.ui import attributes, frame
from autoencoders.ui.state import Store


class House:
    """Models with and without directions, and what the page told its component."""

    def __init__(self, monkeypatch, folder, *, directed=("faces-conv-128", "a-drawn-2")):
        vector = np.float32([1, 0])
        one = Direction("smiling", vector, vector, 0.0, 1.0, "means", 9, 9)
        self.engines = {"digits-conv-2": stand_in.StandIn(name="digits-conv-2")}
        for name in directed:
            self.engines[name] = stand_in.StandIn(name=name, directions=(one,))
            self.engines[name].base_size = 2
            (folder / name).mkdir()
            (folder / name / "directions.npz").write_bytes(b"")
        self.engines["digits-conv-2"].base_size = 2
        self.folder, self.told = folder, []
        shared = Store(list_models=self.entries, load=lambda folder: self.engines[folder.name])
        monkeypatch.setattr(frame, "store", lambda: shared)
        monkeypatch.setattr(attributes, "live_page", lambda **told: self.told.append(told))

    def entries(self):
        return [
            ModelEntry(name, self.folder / name, None, f"About {name}.")
            for name in sorted(self.engines)
        ]


def _draw():
    from autoencoders.ui import attributes as page

    page.page({})


def ran(test):
    test.run()
    assert not test.exception, test.exception
    return test


def opened(house, **query):
    # This page alone: the app's own script picks pages by the address.
    test = AppTest.from_function(_draw, default_timeout=30)
    for key, value in query.items():
        test.query_params[key] = value
    return ran(test)


@pytest.fixture
def house(monkeypatch, tmp_path):
    return House(monkeypatch, tmp_path)


def model(house):
    return house.told[-1]["data"]["model"]["name"]


def test_it_opens_with_a_model_that_has_directions(house):
    test = opened(house)
    assert model(house) == "faces-conv-128"
    assert not test.info
    assert test.selectbox[0].options == ["faces-conv-128", "a-drawn-2", "digits-conv-2"]


def test_what_goes_over_the_websocket_is_small(house):
    opened(house)
    told = house.told[-1]
    assert told["key"] == "attributes-faces-conv-128"
    assert len(str(told)) < 1000
    assert told["data"]["page"] == "attributes"
    assert told["data"]["model"]["stacked"] is False


def test_a_model_without_directions_is_said_and_another_one_click_away(house):
    test = opened(house, model="digits-conv-2")
    assert model(house) == "digits-conv-2", "a direction of one's own can still be built"
    (said,) = [box.value for box in test.info]
    assert said == (
        "digits-conv-2 was trained without attributes, so it has no directions of its own; "
        "faces-conv-128 has, or build one below."
    )
    next(button for button in test.button if "faces-conv-128" in button.label).click()
    ran(test)
    assert model(house) == "faces-conv-128"
    assert not test.info
    assert test.query_params["model"] in ("faces-conv-128", ["faces-conv-128"])


def test_where_no_model_has_directions_the_page_still_opens(monkeypatch, tmp_path):
    house = House(monkeypatch, tmp_path, directed=())
    test = opened(house)
    assert model(house) == "digits-conv-2"
    assert test.info[0].value.endswith("no directions of its own; build one below.")
    assert [button.label for button in test.button] == ["Models"]
