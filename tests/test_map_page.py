"""The map page without a browser: picker, link, and what it says when something is wrong."""

from pathlib import Path

import pytest
import stand_in
from streamlit.testing.v1 import AppTest

from autoencoders.checkpoint import ModelEntry, ModelFolderError
from autoencoders.ui import frame
from autoencoders.ui import map as map_page
from autoencoders.ui.state import Store, read_link

APP = Path(__file__).resolve().parent.parent / "app.py"


class House:
    """A registry of stand-ins, and what the page told the live map."""

    def __init__(self, monkeypatch):
        self.engines = {name: stand_in.StandIn(name=name) for name in ("digits-conv-2", "a-2")}
        self.broken = {"broken-2": "model.safetensors is missing."}
        self.told, self.reported = [], {}
        shared = Store(list_models=self.entries, load=self.load)
        monkeypatch.setattr(frame, "store", lambda: shared)
        monkeypatch.setattr(map_page, "live_map", self.live_map)
        monkeypatch.setattr(map_page, "originals_on_disk", lambda engine: None)

    def entries(self):
        working = [
            ModelEntry(name, Path(name), None, f"About {name}.") for name in sorted(self.engines)
        ]
        return working + [
            ModelEntry(name, Path(name), problem, "") for name, problem in self.broken.items()
        ]

    def load(self, folder):
        return self.engines[folder.name]

    def live_map(self, *, key, data, pin):
        self.told.append((key, data, pin))
        return self.reported.get(key, pin)

    def open(self, **query):
        test = AppTest.from_file(str(APP), default_timeout=30)
        for key, value in query.items():
            test.query_params[key] = value
        return ran(test)


def ran(test):
    test.run()
    assert not test.exception, test.exception
    return test


@pytest.fixture
def house(monkeypatch):
    return House(monkeypatch)


def address(test):
    return {
        key: value if isinstance(value, str) else value[0]
        for key, value in test.query_params.items()
    }


def said(test):
    return [item.value for kind in (test.warning, test.error, test.info) for item in kind]


def test_the_page_opens_with_the_first_model_and_says_so_in_the_address(house):
    test = house.open()
    (key, data, pin) = house.told[-1]
    assert key == "map-digits-conv-2"
    assert pin is None
    assert data["model"]["name"] == "digits-conv-2"
    assert address(test) == {"model": "digits-conv-2"}
    assert said(test) == []
    assert [caption.value for caption in test.caption] == ["About digits-conv-2."]


def test_what_goes_over_the_websocket_is_small_and_whole(house):
    house.open()
    _, data, _ = house.told[-1]
    assert len(str(data)) < 2000
    assert set(data) == {"page", "base", "version", "plotly_version", "model", "problem"}
    model = data["model"]
    assert model["count"] == 500
    assert model["image"] == [28, 28, 1]
    assert model["sheets"] == [16, 64]
    assert (model["original"], model["movie"]) == (False, True)


def test_the_address_restores_model_and_pin(house):
    test = house.open(model="a-2", z="0.5,-1.25")
    assert house.told[-1][0] == "map-a-2"
    assert house.told[-1][2] == (0.5, -1.25)
    assert address(test) == {"model": "a-2", "z": "0.5,-1.25"}
    assert said(test) == []


@pytest.mark.parametrize(
    ("z", "part"),
    [("fish,1", "'fish'"), ("1", "got 1"), ("nan,0", "'nan'"), ("1e99,0", "too large")],
)
def test_a_damaged_code_in_the_address_is_left_out_and_said(house, z, part):
    test = house.open(model="a-2", z=z, x="kept")
    assert house.told[-1][0] == "map-a-2"
    assert house.told[-1][2] is None
    (sentence,) = said(test)
    assert part in sentence
    assert address(test) == {"x": "kept", "model": "a-2"}


def test_an_unknown_model_in_the_address_is_replaced_and_said(house):
    test = house.open(model="nobody", z="1,2")
    assert house.told[-1][0] == "map-digits-conv-2"
    (sentence,) = said(test)
    assert sentence == (
        "The link asks for the model 'nobody', which is not here; this is digits-conv-2 instead."
    )


def test_a_broken_model_in_the_address_is_replaced_and_its_problem_said(house):
    test = house.open(model="broken-2")
    (sentence,) = said(test)
    assert "cannot be used (model.safetensors is missing); this is digits-conv-2" in sentence


def test_the_sentence_goes_once_it_was_read(house):
    test = house.open(model="nobody")
    assert len(said(test)) == 1
    assert said(ran(test)) == []


def test_a_pin_that_was_moved_is_written_into_the_address(house):
    test = house.open(model="a-2")
    house.reported["map-a-2"] = (0.123456, 2.0)
    ran(test)
    assert address(test) == {"model": "a-2", "z": "0.12346,2"}
    house.reported["map-a-2"] = None
    ran(test)
    assert address(test) == {"model": "a-2"}


def test_a_step_back_in_the_browsers_history_moves_the_pin_back(house):
    test = house.open(model="a-2", z="1,2")
    house.reported["map-a-2"] = (3.0, 4.0)
    ran(test)
    assert address(test)["z"] == "3,4"
    test.query_params["z"] = "1,2"  # the map still reports what it reported last
    ran(test)
    assert house.told[-1][2] == (1.0, 2.0)
    assert address(test)["z"] == "1,2"
    ran(test)
    assert address(test)["z"] == "1,2"
    house.reported["map-a-2"] = (5.0, 6.0)
    ran(test)
    assert address(test)["z"] == "5,6"


def test_each_model_keeps_its_pin(house):
    test = house.open(model="a-2", z="1,2")
    test.selectbox[0].select("digits-conv-2")
    ran(test)
    assert house.told[-1][::2] == ("map-digits-conv-2", None)
    assert address(test) == {"model": "digits-conv-2"}
    test.selectbox[0].select("a-2")
    ran(test)
    assert house.told[-1][::2] == ("map-a-2", (1.0, 2.0))
    assert address(test) == {"model": "a-2", "z": "1,2"}


def test_the_picker_lists_every_model_and_says_what_is_wrong_with_a_broken_one(house):
    test = house.open()
    picker = test.selectbox[0]
    assert picker.options == ["digits-conv-2", "a-2", "broken-2 (cannot be used)"]
    picker.select("broken-2")
    ran(test)
    assert said(test) == ["The model broken-2 cannot be used: model.safetensors is missing."]


def test_a_folder_that_breaks_while_loading_is_said(house, monkeypatch):
    def fail(folder):
        raise ModelFolderError("The weights of a-2 are damaged.")

    monkeypatch.setattr(house, "load", fail)
    shared = Store(list_models=house.entries, load=fail)
    monkeypatch.setattr(frame, "store", lambda: shared)
    assert said(house.open(model="a-2")) == ["The weights of a-2 are damaged."]


def test_without_any_model_the_page_says_how_to_get_one(house):
    house.engines, house.broken = {}, {}
    test = house.open(model="a-2", z="1,2")
    (sentence,) = said(test)
    assert "python -m autoencoders train digits-conv-2" in sentence
    assert house.told == []
    assert address(test) == {"model": "a-2", "z": "1,2"}


def test_with_broken_models_only_the_page_says_what_is_wrong_with_them(house):
    house.engines = {}
    assert "The model broken-2 cannot be used: model.safetensors is missing." in said(house.open())


def test_a_model_of_more_numbers_is_said_not_to_fit(house):
    house.engines["wide-8"] = stand_in.StandIn(name="wide-8", code_size=8)
    test = house.open(model="wide-8")
    assert said(test) == ["The codes of wide-8 have 8 numbers; this map draws models with two."]


@pytest.mark.parametrize("model", ["x" * 5000, "<b>hi</b>", "../../etc"])
def test_strange_model_names_stay_short_in_the_sentence(model):
    link = read_link(model=model, code=None, usable=["a"], broken={})
    assert link.model == "a"
    assert len(link.problem) < 200
