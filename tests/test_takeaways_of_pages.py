"""Files of edits, restorations and squares: what is in each, and the recipes they carry."""

import io
import json
import runpy
from dataclasses import replace

import numpy as np
import pytest
import restoring
import stand_in
from live_page import read_png
from PIL import Image, ImageDraw
from served import JSON, Served

from autoencoders.directions import Direction
from autoencoders.scene import Scene
from autoencoders.scene_png import read_recipe
from autoencoders.ui import edit_reels
from autoencoders.ui.noises import field

RIGHT, UP = np.float32([1, 0]), np.float32([0.5, 1])


@pytest.fixture(scope="module")
def engine():
    right = Direction("right", RIGHT, RIGHT, 0.0, 1.0, "means", 9, 9)
    up = replace(right, name="up", vector=UP, axis=np.float32([0, 1]))
    return stand_in.StandIn(directions=(right, up))


@pytest.fixture(scope="module")
def served(engine):
    with Served(engine).running() as running:
        yield running


@pytest.fixture(scope="module")
def photos():
    with Served(restoring.Mosaic()).running() as running:
        yield running


def taker(served):
    client = served.client()
    client.get("/health")

    def take(what, kind, /, **asked):
        asked = {"model": served.engine.name, **asked}
        return client.post(f"/takeaways/{what}/{kind}", json.dumps(asked), JSON)

    take.client = client
    return take


@pytest.fixture
def take(served):
    return taker(served)


@pytest.fixture
def take_photo(photos):
    return taker(photos)


def point(number, model="stand-in-2"):
    return {"kind": "point", "model": model, "number": number}


def uploaded(take, model):
    image = Image.new("RGB", (200, 160), "white")
    ImageDraw.Draw(image).ellipse((60, 30, 140, 130), outline="black", width=14)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    id = take.client.post(f"/pictures?model={model}", buffer.getvalue()).json()["id"]
    return {"kind": "upload", "id": id}


def opened(data):
    return np.asarray(Image.open(io.BytesIO(data)))


def edit(served, **change):
    """The slider "right" stands at 1.5, "up" at 0.5."""
    base = served.engine.latents.codes[7]
    return {
        "item": point(7), "base": (base + 0.5 * UP).tolist(), "vector": RIGHT.tolist(),
        "span": [-2, 2], "value": 1.5, "before": base.tolist(),
        "strengths": {"right": 1.5, "up": 0.5}, "keep": [], "person": 1, "pixels": 0.5,
        "title": "right", **change,
    }  # fmt: skip


def python_drawn(served, lines, folder, monkeypatch):
    import autoencoders

    monkeypatch.setattr(autoencoders, "load", lambda *a, **k: served.engine)
    monkeypatch.chdir(folder)
    (folder / "picture.py").write_text(lines)
    runpy.run_path("picture.py")
    return np.asarray(Image.open(folder / "hourglass.png"))


# Edits --------------------------------------------------------------------------------------------


def test_an_edited_picture_is_the_exact_one_and_carries_its_recipe(served, take):
    data = take("edit", "png", **edit(served)).body
    code = served.engine.latents.codes[7] + 0.5 * UP + 1.5 * RIGHT
    np.testing.assert_array_equal(opened(data), served.engine.decode(code[None])[0, ..., 0])
    assert read_recipe(data) == Scene(
        model="stand-in-2", digest=served.engine.digest, page="attributes",
        subject=("point", 7, ""), strengths={"right": 1.5, "up": 0.5}, pixels=0.5,
    )  # fmt: skip


def test_the_recipe_of_an_edited_upload_keeps_the_sliders_and_not_the_picture(served, take):
    scene = read_recipe(take("edit", "png", **edit(served, item=uploaded(take, "stand-in-2"))).body)
    assert (scene.subject, scene.codes, scene.left_out) == (None, (), 1)
    assert scene.strengths == {"right": 1.5, "up": 0.5}


def test_what_the_model_does_not_draw_is_added_in_pixels(served, take):
    item = uploaded(take, "stand-in-2")
    without, half, whole = (
        opened(take("edit", "png", **edit(served, item=item, pixels=share)).body).astype(int)
        for share in (0, 0.5, 1)
    )
    assert np.abs(whole - without).max() > 50
    between = (without + whole) / 2
    free = (whole > 0) & (whole < 255)  # not clipped
    assert np.abs(half - between)[free].max() <= 1


def test_the_slider_that_moved_last_is_the_way(served, take):
    codes = np.loadtxt(
        io.BytesIO(take("edit", "csv", **edit(served)).body), delimiter=",", skiprows=1
    )
    base = served.engine.latents.codes[7] + 0.5 * UP
    assert len(codes) == edit_reels.FRAMES
    np.testing.assert_allclose(codes[[0, -1]], [base - 2 * RIGHT, base + 2 * RIGHT], rtol=1e-5)
    film = opened(take("edit", "strip", **edit(served)).body)
    np.testing.assert_array_equal(
        film[:, -28:], served.engine.decode((base + 2 * RIGHT)[None])[0, ..., 0]
    )
    moving = Image.open(io.BytesIO(take("edit", "gif", **edit(served)).body))
    assert moving.n_frames >= edit_reels.FRAMES
    page = take("edit", "html", **edit(served)).body.decode()
    assert '"at": 0.875' in page and '"stops": [0.5]' in page


@pytest.mark.parametrize("keep", [[], ["up"]])
def test_the_lines_of_an_edit_draw_its_picture(served, take, tmp_path, monkeypatch, keep):
    """With "up" kept, "right" is moved along what does not change its score."""
    engine = served.engine
    asked = edit(served, keep=keep, pixels=0)
    lines = take("edit", "python", **asked).body.decode()
    drawn = python_drawn(served, lines, tmp_path, monkeypatch)
    base = engine.latents.codes[7]
    kept = base + 0.5 * UP + 1.5 * RIGHT  # orthogonal to (0, 1) already
    assert np.abs(drawn.astype(int) - engine.decode(kept[None])[0, ..., 0]).max() <= 1
    if not keep:
        return
    sideways = edit(served, keep=["right"], strengths={"up": 1.0}, pixels=0)
    lines = take("edit", "python", **sideways).body.decode()
    drawn = python_drawn(served, lines, tmp_path, monkeypatch)
    expected = engine.decode((base + np.float32([0, 1]))[None])[0, ..., 0]
    assert np.abs(drawn.astype(int) - expected).max() <= 1


def test_lines_say_what_codes_cannot_hold(served, take):
    item = uploaded(take, "stand-in-2")
    lines = take("edit", "python", **edit(served, item=item)).body.decode()
    assert lines.startswith("# On the page some of what the model does not draw was added")
    assert not take("edit", "python", **edit(served)).body.startswith(b"#")


def test_a_link_says_what_it_leaves_out(served, take):
    link = take("edit", "link", **edit(served)).json()
    assert link["page"] == "attributes"
    assert link["query"]["subject"] == "point:7"
    assert link["left_out"] is None
    link = take("edit", "link", **edit(served, item=uploaded(take, "stand-in-2"))).json()
    assert "subject" not in link["query"] and "z" not in link["query"]
    assert "does not carry the picture that you brought" in link["left_out"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"span": [2, -2]}, '"span" must be two numbers, the smaller first'),
        ({"span": "x"}, "Every code of this model is a list of 3 numbers."),
        ({"value": 9}, "around"),
        ({"strengths": {"right": 9}}, "use a number from -5 to 5"),
        ({"keep": 7}, "keep must be a list"),
        ({"person": "x"}, "person is 'x'"),
        ({"pixels": 2}, '"pixels" must be a number from 0 to 1.'),
        ({"vector": [1]}, "a list of 2 numbers"),
        ({"item": point(9999)}, "There is no such picture"),
        ({"vector": [3e38, 0]}, "leads beyond all numbers"),
    ],
)
def test_an_edit_that_makes_no_sense_gets_one_sentence(served, take, change, sentence):
    assert sentence in take("edit", "png", **edit(served, **change)).sentence


# Restorations -------------------------------------------------------------------------------------


def of_photo(photos, **change):
    return {"item": point(3, "mosaic-48"), "kind": "masking", "level": 0.25, **change}


def test_a_denoised_picture_is_the_exact_one_and_carries_its_recipe(photos, take_photo):
    data = take_photo("restoration", "png", **of_photo(photos)).body
    engine = photos.engine
    clean = engine.decode_base(engine.latents.codes[3:4])[0]
    noisy = field("masking", engine.image_shape).put_on(clean, 0.25)
    np.testing.assert_array_equal(opened(data), engine.reconstruct(noisy[None])[0])
    assert read_recipe(data) == Scene(
        model="mosaic-48", digest=engine.digest, page="restore", subject=("point", 3, ""),
        noise=("masking", 0.25),
    )  # fmt: skip


def test_without_noise_it_is_the_reconstruction(photos, take_photo):
    asked = {"item": point(3, "mosaic-48")}
    data = take_photo("restoration", "png", **asked).body
    clean = photos.engine.decode_base(photos.engine.latents.codes[3:4])
    np.testing.assert_array_equal(opened(data), photos.engine.reconstruct(clean)[0])
    assert read_recipe(data).noise is None
    film = opened(take_photo("restoration", "strip", **asked).body)
    assert film.shape[1] == 3 * film.shape[0]
    assert "Nothing moves here" in take_photo("restoration", "gif", **asked).sentence


def test_the_film_of_noise_shows_noisy_and_denoised_side_by_side(photos, take_photo):
    film = opened(take_photo("restoration", "strip", **of_photo(photos)).body)
    side = restoring.SIDE
    assert film.shape == (side, 9 * 2 * side, 3)
    clean = photos.engine.decode_base(photos.engine.latents.codes[3:4])[0]
    np.testing.assert_array_equal(film[:, :side], clean)
    np.testing.assert_array_equal(
        film[:, side : 2 * side], photos.engine.reconstruct(clean[None])[0]
    )
    assert take_photo("restoration", "html", **of_photo(photos)).status == 200
    codes = take_photo("restoration", "csv", **of_photo(photos)).body.decode().splitlines()
    assert len(codes) == 1 + 17


def test_the_lines_of_a_restoration_draw_its_picture(photos, take_photo, tmp_path, monkeypatch):
    lines = take_photo("restoration", "python", **of_photo(photos)).body.decode()
    drawn = python_drawn(photos, lines, tmp_path, monkeypatch)
    exact = opened(take_photo("restoration", "png", **of_photo(photos)).body)
    np.testing.assert_array_equal(drawn, exact)


def test_the_recipe_of_an_upload_keeps_the_noise_and_not_the_picture(photos, take_photo):
    item = uploaded(take_photo, "mosaic-48")
    scene = read_recipe(take_photo("restoration", "png", **of_photo(photos, item=item)).body)
    assert (scene.subject, scene.codes, scene.left_out) == (None, (), 1)
    assert scene.noise == ("masking", 0.25)


# Squares ------------------------------------------------------------------------------------------

FOUR = [point(number) for number in (1, 2, 3, 4)]


def test_a_place_on_a_square_is_drawn_between_its_corners(served, take):
    data = take("square", "png", items=FOUR, place=[0.25, 0.75]).body
    top_left, top_right, low_left, low_right = served.engine.latents.codes[[1, 2, 3, 4]]
    code = 0.25 * (0.75 * top_left + 0.25 * top_right) + 0.75 * (0.75 * low_left + 0.25 * low_right)
    np.testing.assert_allclose(opened(data), served.engine.decode(code[None])[0, ..., 0], atol=1)
    scene = read_recipe(data)
    assert (scene.arrangement, scene.place, len(scene.codes)) == ("square", (0.25, 0.75), 4)


def test_the_files_of_a_square(served, take, tmp_path, monkeypatch):
    asked = {"items": FOUR, "place": [0.25, 0.75]}
    drawn = python_drawn(
        served, take("square", "python", **asked).body.decode(), tmp_path, monkeypatch
    )
    np.testing.assert_array_equal(drawn, opened(take("square", "png", **asked).body))
    lines = take("square", "csv", **asked).body.decode().splitlines()
    assert len(lines) == 101
    first = [float(number) for number in lines[1].split(",")]
    np.testing.assert_allclose(first, served.engine.latents.codes[1], rtol=1e-5)
    assert "Nothing moves here" in take("square", "gif", **asked).sentence
    for place in ([1], [0, 2], "x", [0, True]):
        assert '"place" must be' in take("square", "png", items=FOUR, place=place).sentence


def test_an_analogy_keeps_its_arrangement(take):
    asked = {"items": FOUR[:3], "analogy": True, "at": 1}
    scene = read_recipe(take("morph", "png", **asked).body)
    assert (scene.arrangement, len(scene.codes), scene.at) == ("analogy", 3, 1.0)


def test_what_is_not_there_gets_one_sentence(take):
    assert "there is map, morph, square, edit, restoration" in take("fish", "png").sentence
    assert "there is png, strip" in take("edit", "magic").sentence


def test_the_page_of_a_square_works_from_disk(served, take, tmp_path, chromium):
    file = tmp_path / "square.html"
    file.write_bytes(take("square", "html", items=FOUR, place=[0.5, 0.5]).body)
    context = chromium.new_context(offline=True)
    page = context.new_page()
    errors, asked = [], []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: asked.append(request.url.split(":")[0]))
    page.goto(file.as_uri())
    page.wait_for_selector('body[data-ready="true"]')
    page.get_by_test_id("square").scroll_into_view_if_needed()
    box = page.get_by_test_id("square").bounding_box()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + box["height"] - 2, steps=5)
    page.wait_for_function(
        """() => {
            const z = document.querySelector('[data-slot="square"]').dataset.z;
            return z && Math.abs(JSON.parse(z)[0] - 0.5) < 0.01 && JSON.parse(z)[1] > 0.98;
        }"""
    )
    shown = read_png(page.get_by_test_id("decoded-image").evaluate("c => c.toDataURL()"))
    middle = served.engine.latents.codes[[3, 4]].mean(axis=0)
    expected = served.engine.decode(middle[None])[0]
    assert np.abs(shown[..., :1].astype(int) - expected).mean() < 3
    assert errors == []
    assert not {"http", "https"} & set(asked)
    context.close()
