"""What all sessions share: things made once, engines, and the link."""

import gc
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import stand_in

from autoencoders.listing import ModelEntry
from autoencoders.ui.state import FIRST_MODEL, OnceCache, Store, read_link


def test_a_value_is_made_once_however_many_ask_at_once():
    cache, made, together = OnceCache(), [], threading.Barrier(6)

    def make():
        time.sleep(0.05)
        made.append(object())
        return made[-1]

    def ask():
        together.wait()
        return cache.get(("key",), make)

    with ThreadPoolExecutor(6) as pool:
        got = [future.result() for future in [pool.submit(ask) for _ in range(6)]]
    assert len(made) == 1
    assert all(value is made[0] for value in got)


def test_two_values_are_made_side_by_side():
    cache, meeting = OnceCache(), threading.Barrier(2, timeout=10)
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(cache.get, (name,), meeting.wait) for name in "ab"]
        assert sorted(future.result() for future in asked) == [0, 1]


def test_what_could_not_be_made_is_tried_again():
    cache = OnceCache()

    def fail():
        raise ValueError("not now")

    with pytest.raises(ValueError, match="not now"):
        cache.get(("key",), fail)
    assert cache.get(("key",), lambda: 7) == 7


def test_dropped_values_are_made_anew():
    cache = OnceCache()
    for name in "ab":
        cache.get((name,), lambda: 1)
    cache.drop(lambda key: key == ("a",))
    assert cache.get(("a",), lambda: 2) == 2
    assert cache.get(("b",), lambda: 2) == 1


def test_the_old_engine_of_a_model_trained_again_is_let_go(tmp_path):
    config = tmp_path / "config.json"
    config.write_text("{}")
    model = stand_in.entry(stand_in.StandIn(folder=tmp_path))
    store = Store(list_models=lambda: [model], load=lambda folder: stand_in.StandIn(folder=folder))
    old = weakref.ref(store.engine(model.name))
    assert store.engine(model.name) is old()
    config.write_text('{"new": true}')
    assert store.engine(model.name) is not old()
    gc.collect()
    assert old() is None


def test_the_first_model_opens_the_page_and_broken_ones_do_not():
    names = ["a-2", FIRST_MODEL, "z-2"]
    entries = [stand_in.entry(stand_in.StandIn(name=name)) for name in names]
    entries.append(stand_in.entry(stand_in.StandIn(name="b-2"), problem="It is broken."))
    store = Store(list_models=lambda: entries, load=lambda folder: None)
    assert store.usable() == [FIRST_MODEL, "a-2", "z-2"]


def test_models_whose_code_is_a_plane_come_before_the_others():
    entries = [
        ModelEntry(name, Path(name), None, "", size)
        for name, size in (("a-128", 128), ("b-2", 2), (FIRST_MODEL, 2), ("c-32", 32))
    ]
    store = Store(list_models=lambda: entries, load=lambda folder: None)
    assert store.usable() == [FIRST_MODEL, "b-2", "a-128", "c-32"]


def test_a_link_without_anything_opens_the_first_model():
    link = read_link(model=None, code=None, usable=["a", "b"], broken={})
    assert (link.model, link.pin, link.problem) == ("a", None, None)


def test_a_link_to_a_code_alone_pins_it_in_the_first_model():
    link = read_link(model=None, code="1,2", usable=["a", "b"], broken={})
    assert (link.model, link.pin, link.problem) == ("a", (1.0, 2.0), None)


def test_with_no_model_a_link_asks_for_nothing():
    link = read_link(model="a", code="1,2", usable=[], broken={"a": "It is broken."})
    assert (link.model, link.pin, link.problem) == (None, None, None)
