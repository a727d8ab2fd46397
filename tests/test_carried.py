"""Pictures that carry a recipe: brought back they open their scene, or are pictures like others."""

import io
import json
import struct
import zlib

import numpy as np
import pytest
import stand_in
from live_page import live, serve_page
from PIL import Image, ImageDraw
from playwright.sync_api import expect
from served import Served

from autoencoders.scene import Scene
from autoencoders.scene_json import to_json
from autoencoders.scene_png import KEYWORD, recipe_png
from autoencoders.ui import interpolate
from autoencoders.ui.carried import carried

SCENE = Scene(
    model="stand-in-2", page="interpolate", codes=((0.5, -1.0), (1.5, 2.0)), path="spherical",
    at=0.25,
)  # fmt: skip


def ring():
    image = Image.new("L", (120, 90), 255)
    ImageDraw.Draw(image).ellipse((35, 15, 80, 75), outline=0, width=9)
    return np.asarray(image)[..., None]


def with_text(text: bytes) -> bytes:
    """The ring with any text where a recipe would stand."""
    buffer = io.BytesIO()
    Image.fromarray(ring()[..., 0]).save(buffer, "PNG")
    plain = buffer.getvalue()
    body = KEYWORD.encode() + b"\0" + text
    chunk = struct.pack(">I", len(body)) + b"tEXt" + body
    chunk += struct.pack(">I", zlib.crc32(b"tEXt" + body))
    return plain[:33] + chunk + plain[33:]  # behind the header


def damaged() -> bytes:
    data = bytearray(recipe_png(ring(), SCENE))
    data[data.index(b'"model"') + 3] ^= 1
    return bytes(data)


BAD = {
    "damaged": (damaged(), "damaged or cut short"),
    "newer": (with_text(b'{"format_version": 9}'), "update Hourglass"),
    "edited by hand": (with_text(b'{"format_version": 1, "at": 7}'), "at is 7"),
    "foreign": (with_text(b"a poem"), "no JSON"),
}


@pytest.fixture(scope="module")
def served():
    with Served(stand_in.StandIn()).running() as running:
        yield running


@pytest.fixture
def client(served):
    client = served.client()
    client.get("/health")
    return client


PATH = "/pictures?model=stand-in-2"


def test_a_picture_with_its_recipe_is_told_of_and_not_kept(client):
    told = client.post(PATH, recipe_png(ring(), SCENE)).json()
    assert told == {
        "scene": {
            "page": "interpolate",
            "query": {"model": "stand-in-2", "z": "0.5,-1", "more": "1.5,2", "path": "spherical",
                      "at": "0.25"},
            "left_out": None,
            "words": "a morph of 2 pictures, drawn by stand-in-2",
        }
    }  # fmt: skip
    assert client.get(PATH).json() == []


def test_it_can_be_a_plain_picture_as_well(client):
    answer = client.post(PATH + "&plain=1", recipe_png(ring(), SCENE)).json()
    assert "scene" not in answer and "recipe" not in answer
    assert [kept["id"] for kept in client.get(PATH).json()] == [answer["id"]]


@pytest.mark.parametrize("name", BAD)
def test_a_recipe_that_cannot_be_used_is_said_and_the_picture_taken(client, name):
    data, sentence = BAD[name]
    answer = client.post(PATH, data).json()
    assert sentence in answer["recipe"]
    assert answer["recipe"].endswith("The picture itself is taken as a picture.")
    assert answer["recipe"] in answer["notes"]
    assert [kept["id"] for kept in client.get(PATH).json()] == [answer["id"]]


def test_a_picture_without_a_recipe_is_as_ever(client):
    buffer = io.BytesIO()
    Image.fromarray(ring()[..., 0]).save(buffer, "PNG")
    answer = client.post(PATH, buffer.getvalue()).json()
    assert "recipe" not in answer and "scene" not in answer


def test_a_recipe_of_an_upload_says_what_its_link_leaves_out():
    scene, problem = carried(recipe_png(ring(), Scene(page="attributes", left_out=1)))
    assert problem is None
    assert scene["words"] == "an edited picture"
    assert "does not carry the picture" in scene["left_out"]
    assert carried(b"no picture at all") == (None, None)
    assert json.loads(to_json(SCENE))["format_version"] == 4


# In the browser -----------------------------------------------------------------------------------


def file(data, name="mine.png"):
    return {"name": name, "mimeType": "image/png", "buffer": data}


@pytest.fixture
def table(chromium, served):
    serve_page(served, interpolate.page_data(served.engine, address=served.prefix))
    context = chromium.new_context(viewport={"width": 1280, "height": 1000})
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{served.port}/page")
    page.wait_for_selector('[data-testid="live-root"][data-ready="true"]')
    yield page
    context.close()


def test_a_person_is_asked_and_opens_the_scene(table, served):
    table.get_by_test_id("tray-input").set_input_files(file(recipe_png(ring(), SCENE)))
    offer = table.get_by_test_id("recipe-offer")
    expect(offer).to_contain_text("a morph of 2 pictures, drawn by stand-in-2.")
    address = table.get_by_test_id("recipe-open").evaluate("a => a.href")
    start = f"http://127.0.0.1:{served.port}/interpolate?model=stand-in-2&z=0.5%2C-1"
    assert address.startswith(start)
    assert table.get_by_test_id("slot").count() == 2, "nothing is taken before the person says so"


def test_a_person_can_use_it_as_a_picture_instead(table):
    table.get_by_test_id("tray-input").set_input_files(file(recipe_png(ring(), SCENE)))
    table.get_by_test_id("recipe-plain").click()
    expect(table.get_by_test_id("slot")).to_have_count(3)
    expect(table.get_by_test_id("recipe-offer")).to_have_count(0)


def test_a_person_is_told_of_a_damaged_recipe(table):
    table.get_by_test_id("tray-input").set_input_files(file(BAD["damaged"][0]))
    expect(table.get_by_test_id("slot")).to_have_count(3)
    expect(table.get_by_test_id("tray-said")).to_contain_text("damaged or cut short")


def test_a_picture_is_dropped_on_the_page(table):
    table.get_by_test_id("live-root").evaluate(
        """(root, bytes) => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(bytes)], "mine.png", { type: "image/png" }));
            for (const name of ["dragover", "drop"]) root.dispatchEvent(
                new DragEvent(name, { dataTransfer: data, bubbles: true, cancelable: true }));
        }""",
        list(recipe_png(ring(), SCENE)),
    )
    expect(table.get_by_test_id("recipe-offer")).to_be_visible()


def test_the_map_asks_as_well(chromium, served):
    with live(chromium, served) as opened:
        opened.find("upload-input").set_input_files(file(recipe_png(ring(), SCENE)))
        expect(opened.find("recipe-offer")).to_contain_text("a morph of 2 pictures")
        expect(opened.find("star")).to_have_count(0)
        opened.find("recipe-plain").click()
        expect(opened.find("star")).to_have_count(1)
        opened.find("upload-input").set_input_files(file(BAD["newer"][0], "newer.png"))
        expect(opened.find("star")).to_have_count(2)
        expect(opened.find("map-status")).to_contain_text("update Hourglass")
