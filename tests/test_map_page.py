"""The map page without a browser: picker, link, and what it says when something is wrong."""

from pathlib import Path

import numpy as np
import pytest
import stand_in
import tiny
from streamlit.testing.v1 import AppTest

from autoencoders import listing, neighbour_map
from autoencoders.checkpoint import ModelFolderError
from autoencoders.latent import format_code
from autoencoders.listing import ModelEntry
from autoencoders.packed_codes import pack_codes
from autoencoders.ui import charts, frame
from autoencoders.ui import map as map_page
from autoencoders.ui.state import Store, read_link

APP = Path(__file__).resolve().parent.parent / "app.py"


class House:
    """A registry of stand-ins, and what the page told the live map."""

    def __init__(self, monkeypatch):
        self.engines = {name: stand_in.StandIn(name=name) for name in ("digits-conv-2", "a-2")}
        self.broken = {"broken-2": "model.safetensors is missing."}
        self.told, self.reported, self.seen = [], {}, {}
        shared = Store(list_models=self.entries, load=self.load)
        for place in (frame, map_page):
            monkeypatch.setattr(place, "store", lambda: shared)
        monkeypatch.setattr(map_page, "live_map", self.live_map)
        monkeypatch.setattr(map_page, "originals_on_disk", lambda engine: None)

    def entries(self):
        working = [
            ModelEntry(name, Path(name), None, f"About {name}.", self.engines[name].code_size)
            for name in sorted(self.engines)
        ]
        return working + [
            ModelEntry(name, Path(name), problem, "") for name, problem in self.broken.items()
        ]

    def load(self, folder):
        return self.engines[folder.name]

    def live_map(self, *, key, data, pin):
        self.told.append((key, data, pin))
        return self.reported.get(key, pin), self.seen.get(key)

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


def sent(test, address):
    """Run as a browser asks for it whose address is another one."""
    test.query_params.clear()
    test.query_params.update(address)
    return ran(test)


def step_back(test, address):
    with pytest.MonkeyPatch.context() as history:
        history.setattr(frame, "stepped", lambda: True)
        return sent(test, address)


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
    assert set(data) == {
        *("page", "base", "version", "plotly_version", "model", "scene", "problem")
    }
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
    step_back(test, {"model": "a-2", "z": "1,2"})  # the map still reports what it reported last
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


def test_an_address_that_the_browser_sent_too_early_does_not_bring_the_old_model_back(house):
    test = house.open(model="a-2")
    test.selectbox[0].select("digits-conv-2")
    ran(test)
    sent(test, {"model": "a-2"})  # a report of the old map, on its way since before
    assert test.selectbox[0].value == "digits-conv-2"
    assert address(test) == {"model": "digits-conv-2"}
    step_back(test, {"model": "a-2"})
    assert test.selectbox[0].value == "a-2", "a step back in the browser's history"


def test_an_address_that_the_browser_sent_too_early_does_not_bring_the_old_pin_back(house):
    test = house.open(model="a-2", z="1,2")
    house.reported["map-a-2"] = (3.0, 4.0)
    ran(test)
    sent(test, {"model": "a-2", "z": "1,2"})
    assert house.told[-1][2] == (3.0, 4.0)
    assert address(test)["z"] == "3,4"


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


@pytest.fixture
def wide(house):
    house.engines["wide-8"] = stand_in.Wide()
    return house


@pytest.fixture
def umap(monkeypatch):
    monkeypatch.setattr(neighbour_map, "available", lambda: True)


def captions(test):
    return [caption.value for caption in test.caption]


def test_a_model_of_more_numbers_is_drawn_on_its_principal_plane(wide):
    test = wide.open(model="wide-8", z="1,-2")
    key, data, pin = wide.told[-1]
    assert key == "map-wide-8"
    assert pin == (1.0, -2.0), "a pin is a place on the plane"
    assert data["model"]["chart"] == "plane"
    chart = charts.plane_chart(wide.engines["wide-8"])
    assert data["model"]["extent"] == pytest.approx(chart.extent)
    assert data["model"]["sheets"] == [16, 64]
    assert said(test) == []
    (words, summary) = captions(test)
    assert f"shows {100 * chart.plane.share:.0f}% of the test pictures' spread" in words
    assert summary == "About wide-8."
    assert address(test) == {"model": "wide-8", "z": "1,-2"}


def test_a_whole_code_in_the_address_becomes_its_place_on_the_plane(wide):
    engine = wide.engines["wide-8"]
    chart = charts.plane_chart(engine)
    code = chart.codes(np.float32([[0.5, -0.25]]))[0]
    test = wide.open(model="wide-8", z=format_code(tuple(map(float, code))))
    assert wide.told[-1][2] == pytest.approx((0.5, -0.25), abs=1e-3)
    assert said(test) == []
    assert len(address(test)["z"].split(",")) == 2


def test_a_map_of_two_numbers_needs_no_words(house):
    assert captions(house.open()) == ["About digits-conv-2."]
    assert house.told[-1][1]["model"]["chart"] == "code"


def test_without_its_package_nothing_is_said_of_umap(wide, monkeypatch):
    monkeypatch.setattr(neighbour_map, "available", lambda: False)
    assert not wide.open(model="wide-8").segmented_control


def test_umap_is_a_map_of_its_own_with_pins_of_its_own(wide, umap):
    test = wide.open(model="wide-8", z="1,-2", view="-1,1,-1,1")
    wide.reported["map-wide-8/umap"] = (0.5, 0.25)
    test.segmented_control[0].select("umap")
    ran(test)
    key, data, pin = wide.told[-1]
    assert (key, pin) == ("map-wide-8/umap", None)
    assert data["model"]["chart"] == "umap"
    assert data["model"]["sheets"] == []
    assert data["scene"] is None, "the view is the other map's"
    assert "Places do not decode" in captions(test)[0]
    assert address(test) == {"model": "wide-8", "z": "0.5,0.25", "chart": "umap"}
    assert address(ran(test)) == {"model": "wide-8", "z": "0.5,0.25", "chart": "umap"}
    assert wide.told[-1][1]["scene"] is None, "nobody followed a link"
    test.segmented_control[0].select("plane")
    ran(test)
    assert wide.told[-1][::2] == ("map-wide-8", (1.0, -2.0))
    assert address(test) == {"model": "wide-8", "z": "1,-2"}


def test_an_address_that_the_browser_sent_too_early_does_not_bring_the_old_map_back(wide, umap):
    test = wide.open(model="wide-8", z="1,2")
    test.segmented_control[0].select("umap")
    ran(test)
    sent(test, {"model": "wide-8", "z": "1,2"})
    assert wide.told[-1][0] == "map-wide-8/umap"
    assert test.segmented_control[0].value == "umap"


def test_a_link_opens_the_map_that_it_is_of(wide, umap):
    test = wide.open(model="wide-8", z="0.5,0.25", chart="umap", view="-1,0,-1,0")
    key, data, pin = wide.told[-1]
    assert (key, pin) == ("map-wide-8/umap", (0.5, 0.25))
    assert data["scene"]["view"] == (-1.0, 0.0, -1.0, 0.0)
    assert said(test) == []
    expected = {"model": "wide-8", "z": "0.5,0.25", "chart": "umap", "view": "-1,0,-1,0"}
    assert address(test) == expected
    step_back(test, {"model": "wide-8", "z": "1,2"})
    assert wide.told[-1][::2] == ("map-wide-8", (1.0, 2.0))
    assert test.segmented_control[0].value == "plane"


def test_a_map_that_is_not_there_is_replaced_and_said(wide, monkeypatch):
    monkeypatch.setattr(neighbour_map, "available", lambda: False)
    test = wide.open(model="wide-8", z="0.5,0.25", chart="umap")
    assert wide.told[-1][::2] == ("map-wide-8", None)
    assert said(test) == ["wide-8 has no map 'umap'; this is its principal plane instead."]
    assert address(test) == {"model": "wide-8"}


def test_a_packed_code_in_the_address_becomes_its_place_on_the_plane(wide):
    chart = charts.plane_chart(wide.engines["wide-8"])
    code = chart.codes(np.float32([[0.5, -0.25]]))[0]
    packed = pack_codes((tuple(map(float, code)),), width=2)
    test = wide.open(model="wide-8", codes=packed)
    assert wide.told[-1][2] == pytest.approx((0.5, -0.25), abs=1e-3)
    assert said(test) == []
    assert set(address(test)) == {"model", "z"}


SEEN = {
    "view": [-1, 0.5, 0, 1.5], "colour": "density", "fade": 0.9, "detail": None,
    "pins": {"A": {"codes": [[0.5, -1]]}},
}  # fmt: skip
WRITTEN = {"view": "-1,0.5,0,1.5", "colour": "density", "fade": "0.9", "a": "z=0.5,-1"}


def test_what_a_person_sees_of_the_map_goes_into_the_address_and_comes_back(house):
    test = house.open(model="a-2", z="1,2")
    house.seen["map-a-2"] = SEEN
    ran(test)
    assert address(test) == {"model": "a-2", "z": "1,2", **WRITTEN}
    house.reported["map-a-2"] = (3.0, 4.0)
    assert address(ran(test)) == {"model": "a-2", "z": "3,4", **WRITTEN}
    assert house.told[-1][1]["scene"] is None, "no link was followed"
    other = House.open(house, **{"model": "a-2", "z": "3,4", **WRITTEN})
    told = house.told[-1][1]["scene"]
    assert (told["view"], told["colour"], told["fade"]) == ((-1, 0.5, 0, 1.5), "density", 0.9)
    assert told["pins"]["A"]["codes"] == ((0.5, -1.0),)
    assert said(other) == []


def test_a_step_back_brings_back_what_was_seen_of_the_map(house):
    test = house.open(model="a-2", z="1,2")
    house.seen["map-a-2"] = SEEN
    ran(test)
    before = address(test)
    house.seen["map-a-2"] = SEEN | {"colour": "error"}
    house.reported["map-a-2"] = (3.0, 4.0)
    assert address(ran(test))["colour"] == "error"
    step_back(test, before)  # the map still reports what it reported last
    assert house.told[-1][2] == (1.0, 2.0)
    assert house.told[-1][1]["scene"]["colour"] == "density"
    assert address(test) == before


def test_another_model_leaves_what_was_seen_behind(house):
    test = house.open(model="a-2", z="1,2")
    house.seen["map-a-2"] = SEEN
    ran(test)
    test.selectbox[0].select("digits-conv-2")
    assert address(ran(test)) == {"model": "digits-conv-2"}
    assert house.told[-1][1]["scene"] is None


@pytest.mark.parametrize("seen", [{"view": "x"}, {"pins": 7}, {"colour": 3}, {"fade": 2}])
def test_what_is_no_scene_leaves_the_address_as_it_is(house, seen):
    test = house.open(model="a-2", z="1,2", view="-1,1,-1,1")
    house.seen["map-a-2"] = seen
    assert address(ran(test)) == {"model": "a-2", "z": "1,2", "view": "-1,1,-1,1"}


def test_a_damaged_view_in_the_address_is_said(house):
    test = house.open(model="a-2", z="1,2", view="1,2,3")
    assert said(test) == [
        "The link's view was left out: view must be four numbers: x0, x1, y0, y1."
    ]


def test_a_code_of_one_number_opens_as_a_line(house):
    house.engines["narrow-1"] = stand_in.Narrow()
    test = house.open(model="narrow-1")
    assert said(test) == []
    assert house.told[-1][1]["model"]["chart"] == "line"


@pytest.mark.parametrize(
    ("opened", "label", "other"),
    [
        ("base-6", "The stacked map of this model", "stacked-2"),
        ("stacked-2", "The model this map stands on", "base-6"),
    ],
)
def test_a_stacked_map_and_its_base_are_one_click_apart(
    house, tmp_path, monkeypatch, opened, label, other
):
    tiny.save_family(tmp_path / "stacked-2", "stacked")
    entries = {entry.name: entry for entry in listing.list_models([tmp_path])}
    real = [entries["base-6"], entries["stacked-2"]]
    house.engines = {
        "base-6": stand_in.Wide(name="base-6"),
        "stacked-2": stand_in.StandIn(name="stacked-2"),
    }
    monkeypatch.setattr(house, "entries", lambda: real)
    shared = Store(list_models=house.entries, load=house.load)
    for place in (frame, map_page):
        monkeypatch.setattr(place, "store", lambda: shared)
    test = house.open(model=opened)
    next(button for button in test.button if button.label == label).click()
    ran(test)
    assert house.told[-1][0] == f"map-{other}"
    assert address(test) == {"model": other}


@pytest.mark.parametrize("model", ["x" * 5000, "<b>hi</b>", "../../etc"])
def test_strange_model_names_stay_short_in_the_sentence(model):
    link = read_link(model=model, code=None, usable=["a"], broken={})
    assert link.model == "a"
    assert len(link.problem) < 200
