"""The pictures on models' cards."""

import io
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import stand_in
import tiny
from PIL import Image
from served import Served

from autoencoders import checkpoint, listing
from autoencoders.ui import state


def png(side: int) -> bytes:
    """Left half red, right half blue."""
    pixels = np.zeros((side, side, 3), np.uint8)
    pixels[:, : side // 2, 0] = pixels[:, side // 2 :, 2] = 200
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A model with a large preview, one without, one whose preview is no picture."""
    place = tmp_path_factory.mktemp("models")
    for name, preview in (("seen-2", png(1000)), ("unseen-2", None), ("odd-2", b"no picture")):
        more = {} if preview is None else {"preview": preview}
        tiny.save_family(place / name, "convolutional")
        network, described = checkpoint.load_network(place / name)
        checkpoint.save_model(
            place / name, network=network, training=described.training,
            latents=checkpoint.load_latents(place / name), history=None, label_names=(),
            attribute_names=described.attribute_names, metrics={}, about={}, card="# Tiny\n",
            **more,
        )  # fmt: skip
    return place


@pytest.fixture(scope="module")
def client(place):
    served = Served()
    listed = [entry for entry in listing.list_models([place]) if entry.folder.parent == place]

    def never(folder):
        raise AssertionError("a card needs no engine")

    served.store = state.Store(list_models=lambda: listed, load=never)
    with served.running() as running:
        client = running.client()
        client.digests = {entry.name: entry.description.digest for entry in listed}
        yield client


def ask(client, name, digest=None):
    return client.get(f"/models/{name}/{digest or client.digests[name]}/preview")


def test_a_preview_is_small_and_may_be_kept_for_good(client):
    answer = ask(client, "seen-2")
    assert answer.status == 200
    assert answer.headers["content-type"] == "image/webp"
    assert "immutable" in answer.headers["cache-control"]
    shown = Image.open(io.BytesIO(answer.body))
    assert shown.size == (400, 400)
    left, right = shown.getpixel((50, 200)), shown.getpixel((350, 200))
    assert left[0] > 150 > 60 > left[2] and right[2] > 150 > 60 > right[0]
    assert len(answer.body) < 10_000


@pytest.mark.parametrize(
    ("name", "digest"), [("unseen-2", None), ("nobody", "0" * 16), ("seen-2", "0" * 16)]
)
def test_what_is_not_there_is_said(client, name, digest):
    answer = ask(client, name, digest)
    assert answer.status == 404
    assert answer.sentence == "There is no such picture; reload the page."


def test_a_preview_that_is_no_picture_is_said(client):
    answer = ask(client, "odd-2")
    assert answer.status == 404
    assert answer.sentence == "The preview of odd-2 cannot be read."


def test_a_preview_does_not_wait_behind_sheets(place):
    gate = threading.Event()
    engine = stand_in.StandIn(gate=gate)
    served = Served(engine)
    listed = [
        stand_in.entry(engine),
        *(entry for entry in listing.list_models([place]) if entry.name == "seen-2"),
    ]
    served.store = state.Store(list_models=lambda: listed, load=lambda folder: engine)
    with served.running() as running, ThreadPoolExecutor(2) as pool:
        sheets = [
            pool.submit(running.client().get, f"{running.model}/sheets/{grid}") for grid in (16, 64)
        ]
        digest = listed[1].description.digest
        assert running.client().get(f"/models/seen-2/{digest}/preview").status == 200
        assert not any(sheet.done() for sheet in sheets)
        gate.set()
        assert [sheet.result().status for sheet in sheets] == [200, 200]
