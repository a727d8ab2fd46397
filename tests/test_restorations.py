"""The routes of the restoration page, behind a real server."""

import io
import json
from urllib.parse import quote

import numpy as np
import pytest
from photos import slopes, soft
from PIL import Image, ImageDraw
from restoring import SIDE, Digits, Mosaic, block_means, squares
from served import JSON, Served

from autoencoders.metrics import mean_squared_errors, ssim
from autoencoders.placement import Placement, crop, paste_back
from autoencoders.sheets import take_apart
from autoencoders.ui.noises import MOST, field

PHOTO = slopes(120, 90)


@pytest.fixture(scope="module")
def served():
    with Served(Mosaic()).running() as running:
        yield running


@pytest.fixture(scope="module")
def client(served):
    client = served.client()
    client.get("/health")
    return client


@pytest.fixture(scope="module")
def digits():
    with Served(Digits()).running() as running:
        yield running


def file_of(image):
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def uploaded(client, image, *, model="mosaic-48", name="slopes.png"):
    answer = client.post(
        f"/pictures?model={model}", file_of(image), {"X-Hourglass-Name": quote(name)}
    )
    return {"kind": "upload", "id": answer.json()["id"]}


def ask(client, path, **asked):
    return client.post(path, json.dumps({"model": "mosaic-48", **asked}), JSON)


@pytest.fixture
def item(client):
    return uploaded(client, PHOTO)


def middle():
    """The photo's largest square in the middle, as the model takes it."""
    box = PHOTO.resize((SIDE, SIDE), Image.Resampling.BICUBIC, box=(15, 0, 105, 90))
    return np.asarray(box)


def test_a_picture_is_rebuilt_measured_and_given_neighbours(served, client, item):
    answer = ask(client, "/restorations", item=item)
    assert answer.headers["cache-control"] == "private, no-store"
    header, arrays = answer.arrays()
    assert (arrays["prepared"] == middle()).all()
    expected = squares(block_means(middle()[None]))
    assert (arrays["reconstruction"] == expected[0]).all()
    assert header["mse"] == pytest.approx(mean_squared_errors(middle()[None], expected)[0])
    assert header["ssim"] == pytest.approx(ssim(expected, middle()[None])[0], abs=1e-3)
    codes = served.engine.latents.codes
    order = sorted(range(60), key=lambda k: np.linalg.norm(codes[k] - block_means(middle()[None])))
    assert arrays["numbers"].tolist() == order[:8]
    assert (arrays["neighbours"] == squares(codes[order[:8]])).all()
    assert arrays["place"].shape == (2,)
    assert header["name"] == "slopes.png"
    assert header["labels"] is None
    assert header["placement"] == {
        "x": 60.0, "y": 45.0, "side": 90, "angle": 0, "width": 120, "height": 90,
    }  # fmt: skip


def test_a_moved_crop_is_cut_out_of_the_photo(client, item):
    place = {"x": 40, "y": 50.5, "side": 30, "angle": 12}
    header, arrays = ask(client, "/restorations", item=item, crop=place).arrays()
    expected = crop(PHOTO, Placement(40, 50.5, 30, 12, 120, 90), side=SIDE)
    assert (arrays["prepared"] == expected).all()
    assert header["placement"]["side"] == 30


@pytest.mark.parametrize(
    ("place", "part"),
    [
        ({"x": 40, "y": 50, "side": 30}, "four numbers"),
        ({"x": "40", "y": 50, "side": 30, "angle": 0}, "four numbers"),
        ([40, 50, 30, 0], "four numbers"),
        ({"x": 400, "y": 50, "side": 30, "angle": 0}, "centre inside it"),
        ({"x": 40, "y": 50, "side": 0, "angle": 0}, "a side of"),
        ({"x": 40, "y": 50, "side": 10**400, "angle": 0}, "a side of"),
    ],
)
def test_a_crop_that_is_none_is_refused(client, item, place, part):
    answer = ask(client, "/restorations", item=item, crop=place)
    assert answer.status == 422
    assert part in answer.sentence


def test_a_test_picture_is_no_neighbour_of_itself(client):
    point = {"kind": "point", "model": "mosaic-48", "number": 7}
    header, arrays = ask(client, "/restorations", item=point).arrays()
    assert 7 not in arrays["numbers"]
    assert len(arrays["numbers"]) == 8
    assert "not on this disk" in header["notes"][0]


def test_another_browsers_picture_is_not_restored(served, client, item):
    stranger = served.client()
    stranger.get("/health")
    for path in ("/restorations", "/noises", "/noise", "/pasted"):
        answer = ask(stranger, path, item=item, kind="gaussian", level=0.1)
        assert answer.status == 422
        assert "no longer here" in answer.sentence


def frames(header, payload):
    sheet = np.asarray(Image.open(io.BytesIO(payload.tobytes())))
    return take_apart(sheet, header["rows"], header["cols"], layout="tiles")[: header["frames"]]


@pytest.mark.parametrize("kind", ["gaussian", "salt_and_pepper", "masking"])
def test_a_strip_shows_what_becomes_of_a_picture_as_noise_grows(client, item, kind):
    answer = ask(client, "/noises", item=item, kind=kind)
    assert answer.headers["cache-control"] == "private, no-store"
    header, arrays = answer.arrays()
    assert (arrays["clean"] == middle()).all()
    noise = field(kind, (SIDE, SIDE, 3))
    assert (arrays["field"] == noise.values).all()
    levels = np.linspace(0, MOST, 17)
    noisy = np.stack([noise.put_on(middle(), level) for level in levels])
    expected = squares(block_means(noisy))
    shown = frames(header["denoised"], arrays["denoised"])
    assert np.abs(shown.astype(int) - expected).mean() < 3
    assert arrays["bases"] == pytest.approx(block_means(noisy))
    assert arrays["places"].shape == (17, 2)
    against = np.broadcast_to(middle(), expected.shape)
    assert arrays["mse"][0] == pytest.approx(mean_squared_errors(expected, against))
    assert arrays["ssim"][0] == pytest.approx(ssim(expected, against), abs=1e-3)
    assert frames(header["nlm"], arrays["nlm"]).shape == (17, SIDE, SIDE, 3)


def test_a_level_is_exact_and_level_0_is_the_picture_itself(client, item):
    header, arrays = ask(client, "/noise", item=item, kind="gaussian", level=0.3).arrays()
    noisy = field("gaussian", (SIDE, SIDE, 3)).put_on(middle(), 0.3)
    assert (arrays["images"][0] == noisy).all()
    assert (arrays["images"][1] == squares(block_means(noisy[None]))[0]).all()
    assert arrays["mse"][0] > arrays["mse"][2] > 0
    assert header["device"] == "cpu"
    _, arrays = ask(client, "/noise", item=item, kind="gaussian", level=0).arrays()
    assert (arrays["images"][0] == middle()).all()
    assert (arrays["images"][1] == squares(block_means(middle()[None]))[0]).all()
    assert arrays["mse"][0] == 0


def test_a_noisy_picture_is_cleaned_of_the_noise_it_came_with(client):
    clean = np.asarray(soft(SIDE, SIDE))
    noisy = field("gaussian", clean.shape).put_on(clean, 0.12)
    own = uploaded(client, Image.fromarray(noisy))
    _, arrays = ask(client, "/noise", item=own, kind="gaussian", level=0).arrays()
    errors = mean_squared_errors(arrays["images"], np.broadcast_to(clean, (3, *clean.shape)))
    assert errors[2] < errors[0] / 3, "non-local means was not told of the noise"


def test_the_result_goes_back_into_the_photo(client, item):
    place = {"x": 40, "y": 50, "side": 30, "angle": 0}
    answer = ask(client, "/pasted", item=item, crop=place)
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "private, no-store"
    there = Placement(40, 50, 30, 0, 120, 90)
    drawn = squares(block_means(crop(PHOTO, there, side=SIDE)[None]))[0]
    expected = np.asarray(paste_back(PHOTO, drawn, there))
    whole = np.asarray(Image.open(io.BytesIO(answer.body)))
    assert (whole == expected).all()
    noisy = ask(client, "/pasted", item=item, crop=place, kind="masking", level=0.6)
    assert np.asarray(Image.open(io.BytesIO(noisy.body))).mean() < whole.mean() - 1


def test_only_a_photo_has_something_put_back(client, digits):
    answer = ask(client, "/pasted", item={"kind": "drawn", "number": 1})
    assert answer.status == 422
    assert "photo of your own" in answer.sentence
    other = digits.client()
    other.get("/health")
    item = uploaded(other, ring(), model="stand-in-2")
    answer = ask(other, "/pasted", model="stand-in-2", item=item)
    assert "no square cut" in answer.sentence
    crop_ = {"x": 1, "y": 1, "side": 2, "angle": 0}
    answer = ask(other, "/restorations", model="stand-in-2", item=item, crop=crop_)
    assert "no square cut" in answer.sentence


def ring():
    image = Image.new("L", (280, 280), "white")
    ImageDraw.Draw(image).ellipse((80, 60, 200, 220), outline="black", width=20)
    return image


def test_a_drawing_lands_where_the_same_picture_would_when_it_is_kept(digits):
    client = digits.client()
    client.get("/health")
    answer = client.post("/sketches?model=stand-in-2", file_of(ring()))
    assert answer.headers["cache-control"] == "private, no-store"
    header, arrays = answer.arrays()
    item = uploaded(client, ring(), model="stand-in-2")
    kept = ask(client, "/restorations", model="stand-in-2", item=item).arrays()[1]
    assert (arrays["prepared"] == kept["prepared"]).all()
    assert arrays["place"].tolist() == kept["place"].tolist() == arrays["base"].tolist()
    labels = digits.engine.latents.labels
    assert header["labels"] == [str(labels[number]) for number in arrays["numbers"]]


@pytest.mark.parametrize(
    ("body", "part"),
    [(file_of(Image.new("L", (280, 280), 255)), "blank"), (b"", "empty"), (b"fish", "text file")],
)
def test_a_drawing_with_nothing_on_it_is_refused(digits, body, part):
    answer = digits.client().post("/sketches?model=stand-in-2", body)
    assert answer.status == 422
    assert part in answer.sentence


def test_too_large_a_drawing_is_refused(digits):
    answer = digits.client().post("/sketches?model=stand-in-2", b"x" * (2**20 + 1))
    assert answer.status == 413
    assert "at most 1 MB" in answer.sentence


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ({"kind": "rain"}, '"kind" must be one of'),
        ({"kind": "gaussian", "level": 2}, '"level" must be'),
        ({"kind": "gaussian", "level": 0.1, "item": None}, "Every picture is an object"),
    ],
)
def test_what_cannot_be_asked_is_refused(client, item, asked, part):
    answer = ask(client, "/noise", **{"item": item, **asked})
    assert answer.status == 422
    assert part in answer.sentence


def test_a_model_that_does_not_denoise_says_so(digits):
    client = digits.client()
    client.get("/health")
    point = {"kind": "point", "model": "stand-in-2", "number": 1}
    for path in ("/noises", "/noise"):
        answer = ask(client, path, model="stand-in-2", item=point, kind="gaussian", level=0)
        assert answer.status == 422
        assert "was not trained to take noise off" in answer.sentence
