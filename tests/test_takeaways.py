"""Files to take away: what is in each, and that the page works from disk."""

import io
import json
import runpy
import zipfile

import numpy as np
import pytest
import stand_in
from live_page import read_png
from PIL import Image, ImageDraw
from playwright.sync_api import expect
from served import JSON, Served

from autoencoders.scene_png import read_recipe
from autoencoders.ui import morphs, standalone
from autoencoders.ui.reels import FILES


@pytest.fixture(scope="module")
def served():
    with Served().running() as running:
        yield running


@pytest.fixture
def take(served):
    client = served.client()
    client.get("/health")

    def post(kind, what="morph", **asked):
        asked = {"model": "stand-in-2", "items": [point(3), point(5)], **asked}
        return client.post(f"/takeaways/{what}/{kind}", json.dumps(asked), JSON)

    post.client = client
    return post


def point(number):
    return {"kind": "point", "model": "stand-in-2", "number": number}


def test_every_file_has_a_name_and_belongs_to_one_browser(take):
    for kind, (_, media, name) in FILES.items():
        answer = take(kind)
        assert answer.status == 200, (kind, answer.body[:200])
        assert answer.headers["content-type"].split(";")[0] == media.split(";")[0]
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
        assert answer.headers["cache-control"] == "private, no-store"


def test_the_picture_is_the_exact_one_and_carries_its_recipe(served, take):
    data = take("png", at=1.0, path="spherical", even=False).body
    codes = served.engine.latents.codes[[3, 5]]
    shown = np.asarray(Image.open(io.BytesIO(data)))
    np.testing.assert_array_equal(shown, served.engine.decode(codes)[1, ..., 0])
    scene = read_recipe(data)
    assert (scene.model, scene.page, scene.path, scene.at) == (
        "stand-in-2", "interpolate", "spherical", 1.0,
    )  # fmt: skip
    assert not scene.even
    np.testing.assert_allclose(scene.codes, codes, rtol=1e-6)


def test_a_recipe_never_holds_the_code_of_a_persons_own_picture(take):
    image = Image.new("RGB", (200, 160), "white")
    ImageDraw.Draw(image).ellipse((60, 30, 140, 130), outline="black", width=14)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    id = take.client.post("/pictures?model=stand-in-2", buffer.getvalue()).json()["id"]
    items = [point(3), {"kind": "upload", "id": id}]
    scene = read_recipe(take("png", items=items).body)
    assert len(scene.codes) == 1
    assert scene.left_out == 1


def test_the_film_has_nine_pictures_from_end_to_end(served, take):
    film = np.asarray(Image.open(io.BytesIO(take("strip").body)).convert("L"))
    assert film.shape[1] > 8 * film.shape[0]


def test_moving_pictures_go_through_every_frame(take):
    moving = Image.open(io.BytesIO(take("gif").body))
    assert moving.n_frames >= morphs.FRAMES
    assert take("mp4").body[4:8] == b"ftyp"


def test_codes_are_those_of_the_frames(take):
    lines = take("csv").body.decode().splitlines()
    assert len(lines) == 1 + morphs.FRAMES
    with np.load(io.BytesIO(take("npz").body)) as table:
        np.testing.assert_allclose(
            table["codes"][0], [float(text) for text in lines[1].split(",")[-2:]], rtol=1e-5
        )
    assert zipfile.is_zipfile(io.BytesIO(take("npz").body))
    assert take("parquet").body[:4] == b"PAR1"


def test_the_lines_of_python_draw_the_picture(served, take, tmp_path, monkeypatch):
    import autoencoders

    lines = take("python", at=0.25).body.decode()
    monkeypatch.setattr(autoencoders, "load", lambda *a, **k: served.engine)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "morph.py").write_text(lines)
    runpy.run_path("morph.py")
    drawn = np.asarray(Image.open(tmp_path / "hourglass.png"))
    exact = np.asarray(Image.open(io.BytesIO(take("png", at=0.25).body)))
    assert np.abs(drawn.astype(int) - exact).max() <= 1


def test_the_page_works_from_disk_with_no_server(served, take, tmp_path, chromium):
    file = tmp_path / "morph.html"
    file.write_bytes(take("html", at=0.5).body)
    context = chromium.new_context(offline=True)
    page = context.new_page()
    errors, asked = [], []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: asked.append(request.url.split(":")[0]))
    page.goto(file.as_uri())
    page.wait_for_selector('body[data-ready="true"]')
    picture = page.get_by_test_id("decoded-image")
    expect(picture).to_have_attribute("data-t", "0.5000")
    slider = page.get_by_test_id("morph-slider")
    box = slider.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] + 20, box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()
    expect(picture).to_have_attribute("data-t", "1.0000")
    shown = read_png(picture.evaluate("c => c.toDataURL()"))[..., :1].astype(int)
    code = served.engine.latents.codes[[5]]
    assert np.abs(shown - served.engine.decode(code)[0]).mean() < 3
    assert errors == []
    assert not {"http", "https"} & set(asked)
    context.close()


def test_what_pictures_are_called_cannot_break_out_of_the_page():
    from autoencoders.sheets import strip

    sheet = strip(stand_in.draw(np.zeros((2, 2), np.float32)))
    page = standalone.strip_page(
        sheet, stops=[0, 1], at=0, title="</title><script>alert(1)</script>", model="m"
    ).decode()
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("kind", "asked", "sentence"),
    [
        ("magic", {}, "there is png, strip"),
        ("png", {"at": 2}, '"at" must be a number from 0 to 1'),
        ("png", {"at": "x"}, '"at" must be a number from 0 to 1'),
        ("gif", {"items": [point(1)]}, "2 to 8 pictures"),
    ],
)
def test_bad_requests_get_one_sentence(take, kind, asked, sentence):
    assert sentence in take(kind, **asked).sentence
