"""The store of people's own pictures: whose they are, and how many stay."""

import threading

import pytest

from autoencoders.ui.private import PrivateStore


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def keep(store, browser, id, *, size=10, model="m"):
    store.keep(browser=browser, id=id, model=model, answer={"id": id}, images={"a": b"x" * size})


def ids(store, browser, model="m"):
    return [upload.id for upload in store.of(browser=browser, model=model)]


def test_a_picture_is_found_by_its_browser_only():
    store = PrivateStore()
    keep(store, "anna", "1")
    assert store.find(browser="anna", id="1").images == {"a": b"x" * 10}
    assert store.find(browser="berta", id="1") is None
    assert store.find(browser="anna", id="2") is None
    assert ids(store, "berta") == []


def test_a_list_holds_one_browsers_pictures_of_one_model_in_order():
    store = PrivateStore()
    keep(store, "anna", "1")
    keep(store, "berta", "2")
    keep(store, "anna", "3", model="other")
    keep(store, "anna", "4")
    assert ids(store, "anna") == ["1", "4"]
    assert ids(store, "anna", "other") == ["3"]


def test_only_the_owner_can_make_the_store_forget():
    store = PrivateStore()
    keep(store, "anna", "1")
    assert store.forget(browser="berta", id="1") is False
    assert ids(store, "anna") == ["1"]
    assert store.forget(browser="anna", id="1") is True
    assert ids(store, "anna") == []
    assert store.forget(browser="anna", id="1") is False


def test_the_oldest_of_a_browser_goes_when_it_has_too_many():
    store = PrivateStore(per_browser=2)
    keep(store, "berta", "0")
    for id in "123":
        keep(store, "anna", id)
    assert ids(store, "anna") == ["2", "3"]
    assert ids(store, "berta") == ["0"]


def test_the_oldest_of_all_go_when_the_memory_is_full():
    store = PrivateStore(total_bytes=100)
    keep(store, "anna", "1", size=60)
    keep(store, "berta", "2", size=30)
    keep(store, "anna", "3", size=60)
    assert ids(store, "anna") == ["3"]
    assert ids(store, "berta") == ["2"]


def test_the_newest_stays_even_when_it_alone_fills_the_memory():
    store = PrivateStore(total_bytes=100)
    keep(store, "anna", "1")
    keep(store, "anna", "2", size=500)
    assert ids(store, "anna") == ["2"]


def test_pictures_are_forgotten_after_their_time(clock):
    store = PrivateStore(lifetime_s=60, clock=clock)
    keep(store, "anna", "1")
    clock.now = 59
    keep(store, "anna", "2")
    assert ids(store, "anna") == ["1", "2"]
    clock.now = 61
    assert store.find(browser="anna", id="1") is None
    assert ids(store, "anna") == ["2"]


def test_ids_cannot_be_guessed():
    store = PrivateStore()
    made = {store.new_id() for _ in range(1000)}
    assert len(made) == 1000
    assert min(map(len, made)) >= 22  # 128 bits, six a character


def test_many_threads_at_once_leave_it_whole():
    store = PrivateStore(per_browser=5)

    def work(browser):
        for number in range(200):
            keep(store, browser, f"{browser}{number}")
            store.of(browser=browser, model="m")
            store.forget(browser=browser, id=f"{browser}{number - 2}")

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for browser in "abcd":
        assert ids(store, browser) == [f"{browser}198", f"{browser}199"]
