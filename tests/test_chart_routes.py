"""What the routes serve of a model whose code has more than two numbers."""

import io
import json

import numpy as np
import pytest
import stand_in
from PIL import Image, ImageDraw
from served import JSON, Served

from autoencoders import neighbour_map
from autoencoders.latent import grid_codes
from autoencoders.sheets import take_apart, unpack
from autoencoders.ui import charts, server


@pytest.fixture(scope="module")
def served():
    with Served(stand_in.Wide()).running() as running:
        yield running


@pytest.fixture(scope="module")
def chart(served):
    return charts.plane_chart(served.engine)


@pytest.fixture(scope="module")
def client(served):
    return served.client()


@pytest.fixture
def laid_out(monkeypatch):
    monkeypatch.setattr(neighbour_map, "available", lambda: True)
    monkeypatch.setattr(neighbour_map, "layout", lambda codes, *, seed: codes[:, :2].copy())


def picture() -> bytes:
    image = Image.new("L", (120, 90), 255)
    ImageDraw.Draw(image).ellipse((35, 15, 80, 75), outline=0, width=9)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def test_points_are_places_with_what_the_plane_shows_of_each(served, client, chart):
    _, arrays = client.get(served.model + "/points").arrays()
    codes = served.engine.latents.codes
    assert np.array_equal(arrays["codes"], chart.points)
    rebuilt = arrays["centre"] + arrays["codes"] @ arrays["axes"]
    left = np.square(codes - rebuilt).sum(axis=1)
    whole = np.square(codes - codes.mean(axis=0)).sum(axis=1)
    assert arrays["shown"] == pytest.approx(1 - left / whole, abs=1e-4)


def test_a_sheet_shows_the_plane(served, client, chart):
    header, payload = unpack(client.get(served.model + "/sheets/16").body)
    assert header["extent"] == pytest.approx(chart.extent)
    image = np.asarray(Image.open(io.BytesIO(payload)))[..., None]
    tiles = take_apart(image, 16, 16, layout=header["layout"]).astype(float)
    wrong = tiles - served.engine.decode(chart.codes(grid_codes(chart.extent, 16, 16)))
    assert 10 * np.log10(255**2 / np.mean(wrong**2)) > 30


def test_a_place_decodes_to_the_picture_of_its_code(served, client, chart):
    places = [[0.5, -1.25], [3, 0]]
    _, arrays = client.decode(model="wide-8", places=places).arrays()
    expected = served.engine.decode(chart.codes(np.array(places, np.float32)))
    assert np.array_equal(arrays["images"], expected)
    assert np.array_equal(
        client.decode(model="wide-8", places=places, chart="plane").arrays()[1]["images"], expected
    )


def test_test_pictures_decode_as_they_are_not_as_their_places(served, client, chart):
    _, arrays = client.decode(model="wide-8", points=[3, 499]).arrays()
    codes = served.engine.latents.codes[[3, 499]]
    assert np.array_equal(arrays["images"], served.engine.decode(codes))
    assert not np.array_equal(
        arrays["images"], served.engine.decode(chart.codes(chart.places(codes)))
    )


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"places": [[1, 2, 3]]}, "is a list of 2 numbers"),
        ({"places": [[1, 2]], "chart": "code"}, "wide-8 has no map 'code'"),
        ({"codes": [[1, 2]]}, "is a list of 8 numbers"),
        ({"points": []}, "1 to 256 numbers"),
        ({"points": [0] * 257}, "1 to 256 numbers"),
        ({"points": 3}, "1 to 256 numbers"),
        ({"points": [500]}, "from 0 to 499"),
        ({"points": [-1]}, "from 0 to 499"),
        ({"points": [1.0]}, "from 0 to 499"),
        ({"points": [True]}, "from 0 to 499"),
    ],
)
def test_what_is_no_place_or_picture_is_refused(client, asked, sentence):
    assert sentence in client.decode(model="wide-8", **asked).sentence


def test_a_model_of_one_number_is_a_line():
    with Served(stand_in.Narrow()).running() as served:
        client, engine = served.client(), served.engine
        _, arrays = client.get(served.model + "/points").arrays()
        assert np.array_equal(arrays["codes"][:, 0], engine.latents.codes[:, 0])
        _, arrays = client.decode(model="narrow-1", places=[[0.75, 3.0]]).arrays()
        expected = engine.decode(np.array([[0.75]], np.float32))
        assert np.array_equal(arrays["images"], expected)
        assert client.get(served.model + "/sheets/16").status == 200


def test_umap_has_points_and_the_nearest_picture(laid_out):
    with Served(stand_in.Wide()).running() as served:
        client = served.client()
        codes = served.engine.latents.codes
        _, arrays = client.get(served.model + "/points?chart=umap").arrays()
        assert np.array_equal(arrays["codes"], codes[:, :2])
        assert not {"centre", "axes", "shown"} & set(arrays)
        place = [float(value) for value in codes[9, :2]]
        _, arrays = client.decode(model="wide-8", places=[place], chart="umap").arrays()
        assert np.array_equal(arrays["images"], served.engine.decode(codes[[9]]))


def test_samples_are_spread_evenly_and_fit_their_limit(served, client, monkeypatch):
    header, arrays = client.get(served.model + "/samples").arrays()
    assert np.array_equal(arrays["chosen"], np.arange(500))
    assert header["strip"]["frames"] == 500
    monkeypatch.setattr("autoencoders.ui.routes.SAMPLE_NUMBERS", 3 * 784)
    with Served(stand_in.Wide()).running() as other:
        header, arrays = other.client().get(other.model + "/samples").arrays()
    assert arrays["chosen"].tolist() == [0, 250, 499]
    strip = header["strip"]
    image = np.asarray(Image.open(io.BytesIO(arrays["sheet"].tobytes())))[..., None]
    tiles = take_apart(image, strip["rows"], strip["cols"], layout=strip["layout"])
    wrong = tiles[:3].astype(float) - served.engine.decode(
        served.engine.latents.codes[[0, 250, 499]]
    )
    assert 10 * np.log10(255**2 / np.mean(wrong**2)) > 30


def test_an_upload_lands_where_its_code_falls_and_says_what_the_plane_leaves_out(served, chart):
    client = served.client()
    answer = client.post("/pictures?model=wide-8", picture()).json()
    code = np.array([answer["code"]], np.float32)
    assert code.shape == (1, 8)
    assert answer["place"] == pytest.approx(chart.places(code)[0].tolist())
    assert answer["landing"] == chart.landing(code)[0]
    assert client.get("/pictures?model=wide-8").json() == [answer]
    refused = client.post("/pictures?model=wide-8&chart=code", picture())
    assert "has no map 'code'" in refused.sentence
    assert len(client.get("/pictures?model=wide-8").json()) == 1


def test_an_upload_stands_elsewhere_on_another_map(laid_out):
    with Served(stand_in.Wide()).running() as served:
        client = served.client()
        answer = client.post("/pictures?model=wide-8", picture()).json()
        (moved,) = client.get("/pictures?model=wide-8&chart=umap").json()
        codes = served.engine.latents.codes
        near = np.linalg.norm(codes - np.float32(answer["code"]), axis=1).argmin()
        assert moved["place"] == pytest.approx(codes[near, :2].tolist())


def test_an_upload_stands_on_the_line_itself():
    with Served(stand_in.Narrow()).running() as served:
        answer = served.client().post("/pictures?model=narrow-1", picture()).json()
        x0, x1, y0, _ = charts.line_chart(served.engine).extent
        assert answer["place"] == pytest.approx([answer["code"][0], y0 / 2])
        assert (x1 - x0) / 8 == pytest.approx(-y0)


def test_looks_tell_a_map_where_pictures_lie(client, chart):
    item = {"kind": "point", "model": "wide-8", "number": 4}

    def looks(**more):
        body = json.dumps({"model": "wide-8", "items": [item], **more})
        return client.post("/looks", body, JSON).arrays()[1]

    assert np.array_equal(looks(chart="plane")["places"], chart.points[[4]])
    assert "places" not in looks()


def test_what_a_plane_asks_for_first_is_made_in_advance():
    served = Served(stand_in.Wide())
    server.warm_up(store=lambda: served.store)
    made = len(served.store.packed._values)
    with served.running():
        client = served.client()
        assert client.get(served.model + "/points").status == 200
        assert client.get(served.model + "/sheets/16").status == 200
    assert len(served.store.packed._values) == made == 2
