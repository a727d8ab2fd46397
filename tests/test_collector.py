"""What is kept for good costs the garbage collector nothing, and garbage is not kept."""

import gc
import weakref

import pytest

from autoencoders.ui import server, state
from autoencoders.ui.collector import keep_for_good
from tests import tiny


@pytest.fixture(autouse=True)
def thawed():
    gc.unfreeze()
    yield
    gc.unfreeze()


class Ring:
    """Refers to itself: only the collector can take it away."""

    def __init__(self):
        self.itself = self


def test_what_is_alive_is_frozen_and_what_is_not_is_gone():
    dead = weakref.ref(Ring())
    alive = [Ring()]
    keep_for_good()
    assert dead() is None
    assert gc.get_freeze_count() > 1000
    assert not any(each is alive[0] for each in gc.get_objects())


def test_what_comes_later_is_still_collected():
    keep_for_good()
    later = weakref.ref(Ring())
    gc.collect()
    assert later() is None


def test_the_server_does_so_when_it_is_warm():
    server.warm_up(store=lambda: state.Store(list_models=list, load=lambda folder: None))
    assert gc.get_freeze_count() > 1000


def test_a_model_that_is_loaded_is_kept(tmp_path):
    folder = tiny.save_family(tmp_path / "tiny", "convolutional")
    engine = state.store()._load(folder)
    assert not any(each is engine for each in gc.get_objects())
