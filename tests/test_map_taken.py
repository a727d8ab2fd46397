"""The map to take with you: one file that works from disk, and what else is made of a place."""

import io
import json

import numpy as np
import pytest
import stand_in
from live_page import live, read_png
from PIL import Image
from playwright.sync_api import expect
from served import JSON, Served

from autoencoders.scene import Scene
from autoencoders.scene_png import read_recipe
from autoencoders.ui import charts, map_reels


@pytest.fixture(scope="module")
def served():
    with Served(stand_in.StandIn(latents=stand_in.latents(300))).running() as running:
        yield running


@pytest.fixture
def take(served):
    client = served.client()
    client.get("/health")

    def take(kind, **asked):
        asked = {"model": "stand-in-2", "code": [0.5, -1.0], **asked}
        return client.post(f"/takeaways/map/{kind}", json.dumps(asked), JSON)

    return take


def test_a_place_is_a_picture_with_its_recipe(served, take):
    data = take("png").body
    expected = served.engine.decode(np.float32([[0.5, -1]]))[0, ..., 0]
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(data))), expected)
    assert read_recipe(data) == Scene(
        model="stand-in-2", digest=served.engine.digest, page="map", codes=((0.5, -1.0),)
    )
    link = take("link").json()
    assert (link["page"], link["query"]["z"]) == ("map", "0.5,-1")


SEEN = {
    "view": [-1, 0.5, 0, 1.5], "colour": "density", "fade": 0.9, "model": "no part of what is seen",
    "pins": {"A": {"codes": [[0.25, 2]]}},
}  # fmt: skip


def test_a_link_holds_what_only_the_page_knows(take):
    link = take("link", seen=SEEN).json()
    assert link["query"] | {"digest": ""} == {
        "model": "stand-in-2", "z": "0.5,-1", "view": "-1,0.5,0,1.5", "colour": "density",
        "fade": "0.9", "a": "z=0.25,2", "digest": "",
    }  # fmt: skip
    assert link["left_out"] is None
    recipe = read_recipe(take("png", seen=SEEN).body)
    assert (recipe.colour, recipe.pins) == ("density", {"A": {"codes": ((0.25, 2.0),)}})


def test_a_pin_of_a_persons_own_picture_stays_out_of_the_link_and_is_said(take):
    pins = {"B": {"codes": [[0.25, 2]], "uploaded": [0]}}
    link = take("link", seen={"pins": pins}).json()
    assert link["query"]["b"] == "left_out=1"
    assert link["left_out"] == (
        "It leaves out pin B, which is too long for it or shows a picture that you brought."
    )


@pytest.mark.parametrize(
    ("seen", "sentence"),
    [
        ({"view": [1, 2]}, "four numbers"),
        ({"pins": {"C": {}}}, "what A and B remember"),
        ({"pins": {"A": 7}}, "Pin A must be parts of a scene"),
        ({"others": [-1]}, "numbers of test pictures"),
    ],
)
def test_what_cannot_be_seen_gets_one_sentence(take, seen, sentence):
    assert sentence in take("link", seen=seen).sentence


def test_the_table_is_that_of_the_test_pictures(served, take):
    lines = take("csv").body.decode().splitlines()
    latents = served.engine.latents
    assert lines[0] == "id,label,z1,z2"
    assert len(lines) == 1 + len(latents.codes)
    number, label, *code = lines[8].split(",")
    assert (int(number), int(label)) == (latents.ids[7], latents.labels[7])
    np.testing.assert_allclose([float(text) for text in code], latents.codes[7], rtol=1e-6)


def test_a_sheet_that_is_too_large_gives_way_to_a_coarser_one(take, monkeypatch):
    fine = len(take("html").body)
    monkeypatch.setattr(map_reels, "MOST_BYTES", 100_000)
    assert len(take("html").body) < fine / 2
    monkeypatch.setattr(map_reels, "MOST_BYTES", 1)
    assert take("html").status == 200, "the coarsest is better than none"


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"code": [1]}, "a list of 2 numbers"),
        ({"code": None}, "Every code of this model"),
        ({"code": [0, 1e99]}, "too large"),
    ],
)
def test_a_place_that_makes_no_sense_gets_one_sentence(take, asked, sentence):
    assert sentence in take("png", **asked).sentence


def test_the_map_of_a_longer_code_is_its_plane():
    engine = stand_in.Wide()
    code = charts.plane_chart(engine).codes(np.float32([[0.5, -0.25]]))
    with Served(engine).running() as served:
        client = served.client()
        client.get("/health")
        asked = json.dumps({"model": "wide-8", "code": [0.5, -0.25]})
        data = client.post("/takeaways/map/png", asked, JSON).body
        shown = np.asarray(Image.open(io.BytesIO(data)))
        np.testing.assert_array_equal(shown, engine.decode(code)[0, ..., 0])
        assert read_recipe(data).codes == (pytest.approx(tuple(map(float, code[0]))),)
        assert b"standalone_map.js" in client.post("/takeaways/map/html", asked, JSON).body


def test_a_place_on_a_line_is_taken_away_as_its_picture():
    engine = stand_in.Narrow()
    with Served(engine).running() as served:
        client = served.client()
        client.get("/health")
        asked = json.dumps({"model": "narrow-1", "code": [0.5, -0.25]})
        data = client.post("/takeaways/map/png", asked, JSON).body
    shown = np.asarray(Image.open(io.BytesIO(data)))
    expected = engine.decode(np.array([[0.5]], np.float32))[0, ..., 0]
    np.testing.assert_array_equal(shown, expected)


def test_the_map_works_from_disk_with_no_server(served, take, tmp_path, chromium):
    file = tmp_path / "map.html"
    file.write_bytes(take("html").body)
    context = chromium.new_context(offline=True, viewport={"width": 1280, "height": 1000})
    page = context.new_page()
    errors, asked = [], []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: asked.append(request.url.split(":")[0]))
    page.goto(file.as_uri())
    page.wait_for_selector('body[data-ready="true"]')
    plane, picture = page.get_by_test_id("latent-map"), page.get_by_test_id("decoded-image")
    assert json.loads(picture.get_attribute("data-z")) == [0.5, -1]
    box, (x0, x1, y0, y1) = plane.bounding_box(), json.loads(plane.get_attribute("data-extent"))
    seen = set()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"])
    page.mouse.down()
    for share in np.linspace(0.3, 0.75, 12):
        page.mouse.move(box["x"] + share * box["width"], box["y"] + share * box["height"])
        page.evaluate("() => new Promise(requestAnimationFrame)")
        seen.add(picture.evaluate("c => c.toDataURL()"))
    page.mouse.up()
    assert len(seen) >= 8, "a picture on every frame of a drag"
    x, y = round(box["x"] + 0.75 * box["width"]), round(box["y"] + 0.75 * box["height"])
    page.mouse.click(x, y)
    code = np.float32(json.loads(picture.get_attribute("data-z")))
    wanted = [
        x0 + (x - box["x"]) / box["width"] * (x1 - x0),
        y1 - (y - box["y"]) / box["height"] * (y1 - y0),
    ]
    np.testing.assert_allclose(code, wanted, atol=2e-2)
    shown = read_png(picture.evaluate("c => c.toDataURL()"))[..., :1].astype(int)
    assert np.abs(shown - served.engine.decode(code[None])[0]).mean() < 3
    page.mouse.wheel(0, -400)
    page.wait_for_function(
        "wide => { const [a, b] = JSON.parse(document.querySelector("
        "'[data-testid=latent-map]').dataset.extent); return b - a < wide; }",
        arg=0.8 * (x1 - x0),
    )
    page.get_by_test_id("legend-3").click()
    assert page.get_by_test_id("legend-3").get_attribute("aria-pressed") == "false"
    assert errors == []
    assert not {"http", "https"} & set(asked)
    context.close()


@pytest.mark.parametrize(("scheme", "brightest"), [("light", True), ("dark", False)])
def test_the_map_from_disk_follows_the_theme(take, tmp_path, chromium, scheme, brightest):
    file = tmp_path / "map.html"
    file.write_bytes(take("html").body)
    context = chromium.new_context(offline=True, color_scheme=scheme)
    page = context.new_page()
    page.goto(file.as_uri())
    page.wait_for_selector('body[data-ready="true"]')
    page.get_by_test_id("fade").fill("0")
    page.evaluate("() => new Promise(requestAnimationFrame)")
    ground = read_png(page.locator(".hg-ground").evaluate("c => c.toDataURL()"))
    assert (np.median(ground) > 128) == brightest
    context.close()


def test_a_person_takes_the_map_along(chromium, served, tmp_path):
    with live(chromium, served, accept_downloads=True) as map:
        map.move(0.4, 0.5)
        map.rest()
        with map.page.expect_download() as download:
            map.find("takeaway-save").click()
        file = tmp_path / "live.html"
        download.value.save_as(file)
        code = map.code()
        expect(map.find("takeaway-said")).to_be_hidden()
        told = file.read_text().partition('id="told">')[2].partition("</script>")[0]
        assert json.loads(told)["code"] == pytest.approx(code, abs=1e-5)
