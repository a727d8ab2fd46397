"""The routes of Through the hourglass, behind a real server with a real, tiny network."""

import io
import json
from urllib.parse import quote

import numpy as np
import pytest
import tiny
from PIL import Image, ImageDraw
from served import JSON, Served

from autoencoders.inference import Engine

MISSING = "The picture itself is not on this disk: what the model draws of it is taken for it."


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    return Engine(tiny.save_model(tmp_path_factory.mktemp("m") / "tiny-2"), device="cpu")


@pytest.fixture(scope="module")
def served(engine):
    with Served(engine).running() as running:
        yield running


@pytest.fixture(scope="module")
def client(served):
    client = served.client()
    client.get("/health")
    return client


def seven() -> Image.Image:
    image = Image.new("L", (120, 120), 255)
    ImageDraw.Draw(image).line([(30, 25), (90, 25), (55, 100)], fill=0, width=12)
    return image


def file_of(image):
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def ask(client, item, model="tiny-2"):
    return client.post("/passages", json.dumps({"model": model, "item": item}), JSON)


def stages(arrays, count):
    """Everything that was sent of the stages, in order."""
    found = [arrays.get(f"maps-{k}", arrays.get(f"values-{k}")) for k in range(count)]
    assert all(one is not None for one in found)
    return found


def same(one, other):
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_an_upload_goes_through_and_stays_private(client, engine):
    uploaded = client.post(
        "/pictures?model=tiny-2", file_of(seven()), {"X-Hourglass-Name": quote("seven.png")}
    )
    item = {"kind": "upload", "id": uploaded.json()["id"]}
    answer = ask(client, item)
    assert answer.headers["cache-control"] == "private, no-store"
    header, arrays = answer.arrays()
    assert header["name"] == "seven.png"
    prepared = engine.prepare(seven())
    assert np.array_equal(arrays["maps-0"][0], prepared[0, ..., 0])
    assert np.array_equal(arrays["values-4"], engine.encode(prepared)[0])
    assert np.array_equal(arrays["maps-6"][0], engine.reconstruct(prepared)[0, ..., 0])


def test_another_browser_cannot_see_it(client, served):
    uploaded = client.post(
        "/pictures?model=tiny-2", file_of(seven()), {"X-Hourglass-Name": "seven.png"}
    )
    item = {"kind": "upload", "id": uploaded.json()["id"]}
    stranger = served.client()
    stranger.get("/health")
    answer = ask(stranger, item)
    assert answer.status == 422
    assert "no longer here" in answer.sentence


def test_without_originals_the_models_own_drawing_goes_through_and_that_is_said(client, engine):
    header, arrays = ask(client, {"kind": "point", "model": "tiny-2", "number": 3}).arrays()
    assert header["notes"] == [MISSING]
    drawn = engine.decode(engine.latents.codes[3:4])[0]
    assert np.array_equal(arrays["maps-0"][0], drawn[..., 0])


def test_with_originals_the_test_picture_itself_does(engine):
    pictures = tiny.digits(64).images
    with Served(engine, originals=lambda engine: pictures).running() as running:
        client = running.client()
        client.get("/health")
        header, arrays = ask(client, {"kind": "point", "model": "tiny-2", "number": 3}).arrays()
    assert header["notes"] == []
    assert np.array_equal(arrays["maps-0"][0], pictures[3, ..., 0])


def test_a_drawing_goes_through_and_is_not_kept(client, engine):
    answer = client.post("/passages/sketch?model=tiny-2", file_of(seven()))
    header, arrays = answer.arrays()
    assert answer.headers["cache-control"] == "private, no-store"
    assert header["name"] == "your drawing"
    prepared = engine.prepare(seven())
    assert np.array_equal(arrays["maps-0"][0], prepared[0, ..., 0])
    assert "your drawing" not in client.get("/pictures?model=tiny-2").body.decode()


def test_a_blank_drawing_is_refused_in_one_sentence(client):
    answer = client.post("/passages/sketch?model=tiny-2", file_of(Image.new("L", (99, 99), 255)))
    assert answer.status == 422
    assert answer.sentence


def test_a_drawing_that_is_too_large_is_refused(client):
    answer = client.post("/passages/sketch?model=tiny-2", b"x" * (2**20 + 1))
    assert answer.status == 413
    assert answer.sentence == "That drawing is too large; a drawing has at most 1 MB."


@pytest.mark.parametrize(
    ("item", "model", "status"),
    [
        (None, "tiny-2", 422),
        ({"kind": "melody"}, "tiny-2", 422),
        ({"kind": "point", "model": "tiny-2", "number": 64}, "tiny-2", 422),
        ({"kind": "upload", "id": "never"}, "tiny-2", 422),
        ({"kind": "point", "model": "tiny-2", "number": 0}, "gone-2", 404),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(client, item, model, status):
    answer = ask(client, item, model)
    assert answer.status == status
    assert answer.sentence


def test_a_code_goes_through_as_the_picture_that_it_decodes_to(client, engine):
    item = {"kind": "code", "model": "tiny-2", "code": [0.25, -0.5]}
    header, arrays = ask(client, item).arrays()
    drawn = engine.decode(np.float32([[0.25, -0.5]]))
    assert np.array_equal(arrays["maps-0"][0], drawn[0, ..., 0])
    assert "It never was a picture" in header["notes"][0]
    again = ask(client, item).arrays()[1]
    assert same(stages(arrays, 7), stages(again, 7)), "the same each time"
