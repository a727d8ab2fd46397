"""Routes of the page "generate": strips of draws, exact draws, grids of the manifold."""

import io

import generating
import numpy as np
import pytest
from generating import Plain, Several, Variational
from PIL import Image

from autoencoders import draws, sheets
from autoencoders.ui import generate_routes


@pytest.fixture(scope="module")
def served():
    wide = generating.Wide8()
    one = Plain(name="one-1", digest="00000000000000dd", code_size=1)
    one.latents = generating.kept(generating.cloud()[:, :1])
    with Several(Plain(), Variational(), wide, one).running() as running:
        yield running


MODELS = {
    "plain-2": "00000000000000aa",
    "vae-2": "00000000000000bb",
    "wide-8": "00000000000000cc",
    "one-1": "00000000000000dd",
}


def get(served, name, rest):
    return served.client().get(f"/models/{name}/{MODELS[name]}/{rest}")


def expected(temperature=1.0, *, seed=3, family="variational", code_range="free"):
    source = draws.Source.of(generating.lattice(), family=family, code_range=code_range)
    return source.codes(draws.standard_normals(25, 2, seed=seed), temperature=temperature)


def test_a_strip_leads_from_the_coldest_to_the_hottest(served):
    header, arrays = get(served, "vae-2", "draws/3").arrays()
    frames = header["strip"]["frames"]
    assert header["kind"] == "prior"
    assert header["strip"]["tile"] == [40, 40, 1]
    np.testing.assert_allclose(arrays["codes"], [expected(0), expected(2)], rtol=1e-6)
    np.testing.assert_allclose(arrays["places"][frames // 2], expected(1), rtol=1e-6)
    with Image.open(io.BytesIO(arrays["sheet"].tobytes())) as picture:
        rows, cols = header["strip"]["rows"], header["strip"]["cols"]
        tiles = sheets.take_apart(np.asarray(picture)[..., None], rows, cols, layout="tiles")
    last = sheets.mosaic(generating.shades(expected(2)), side=5)
    assert np.abs(tiles[frames - 1].astype(int) - last).mean() < 2


def test_a_square_says_where_its_codes_are_at_every_frame(served):
    header, arrays = get(served, "plain-2", "draws/3").arrays()
    assert (header["kind"], header["chart"]) == ("square", "code")
    assert len(arrays["codes"]) == header["strip"]["frames"]
    half_way = expected(1, family="deep", code_range="unit")
    np.testing.assert_allclose(arrays["codes"][20], half_way, rtol=1e-6)
    assert "levels" not in arrays


def test_both_models_draw_by_the_same_numbers(served):
    square = get(served, "plain-2", "draws/8/1").arrays()[1]["codes"]
    prior = get(served, "vae-2", "draws/8/1").arrays()[1]["codes"]
    normals = draws.standard_normals(25, 2, seed=8)
    np.testing.assert_allclose(prior, normals, rtol=1e-6)
    order = np.argsort(normals[:, 0])
    assert (np.argsort(square[:, 0]) == order).all()


def test_exact_draws_are_what_the_model_decodes(served):
    header, arrays = get(served, "vae-2", "draws/3/1.25").arrays()
    codes = expected(1.25)
    np.testing.assert_allclose(arrays["codes"], codes, rtol=1e-6)
    wanted = sheets.mosaic(generating.shades(arrays["codes"]), side=5)
    assert (arrays["image"] == wanted).all()
    assert header["device"] == "cpu"


def test_longer_codes_bring_their_levels_and_lie_on_the_plane(served):
    header, arrays = get(served, "wide-8", "draws/1").arrays()
    frames = header["strip"]["frames"]
    assert header["chart"] == "plane"
    assert arrays["levels"].shape == (frames, 25)
    assert arrays["places"].shape == (frames, 25, 2)
    assert np.median(arrays["levels"][-1]) > np.median(arrays["levels"][frames // 2])
    assert "sheets" not in header


def test_a_code_of_one_number_is_drawn_on_its_line(served):
    header, arrays = get(served, "one-1", "draws/1").arrays()
    assert header["chart"] == "line"
    np.testing.assert_allclose(arrays["places"][..., 0], arrays["codes"][..., 0], rtol=1e-6)
    assert len(np.unique(arrays["places"][..., 1])) == 1
    assert arrays["levels"].shape == arrays["places"].shape[:2]


def test_a_grid_by_quantiles_is_a_picture_to_take_away(served):
    answer = get(served, "vae-2", "manifold/quantiles/6")
    assert answer.headers["content-type"] == "image/png"
    assert 'filename="vae-2-quantiles-6x6.png"' in answer.headers["content-disposition"]
    assert "immutable" in answer.headers["cache-control"]
    source = draws.Source.of(generating.cloud(), family="variational")
    wanted = sheets.mosaic(generating.shades(source.quantiles(6)), side=6)[..., 0]
    assert (np.asarray(Image.open(io.BytesIO(answer.body))) == wanted).all()


def test_an_even_grid_reaches_from_edge_to_edge_of_the_map():
    engine = Plain()
    grid = generate_routes.grid_of(engine, "even", 5)
    x0, x1, y0, y1 = generate_routes.code_chart(engine).extent
    np.testing.assert_allclose(grid[[0, -1]], [[x0, y1], [x1, y0]], rtol=1e-6)


def test_the_page_is_told_where_every_grid_by_quantiles_stands(served):
    _, arrays = get(served, "vae-2", "draws/1").arrays()
    source = draws.Source.of(generating.cloud(), family="variational")
    assert len(arrays["quantiles"]) == sum(side**2 for side in range(5, 26))
    np.testing.assert_array_equal(arrays["quantiles"][25 : 25 + 36], source.quantiles(6))


@pytest.mark.parametrize(
    ("rest", "status", "word"),
    [
        ("draws/-1", 422, "whole number"),
        ("draws/9999999999", 422, "whole number"),
        ("draws/x", 422, "whole number"),
        ("draws/1/3", 422, "0 to 2"),
        ("draws/1/nan", 422, "0 to 2"),
        ("draws/1/warm", 422, "0 to 2"),
        ("manifold/even/4", 422, "5 to 25"),
        ("manifold/even/26", 422, "5 to 25"),
        ("manifold/odd/5", 404, "even"),
    ],
)
def test_what_cannot_be_drawn_is_said_in_a_sentence(served, rest, status, word):
    answer = get(served, "plain-2", rest)
    assert answer.status == status
    assert word in answer.sentence


def test_a_grid_of_longer_codes_is_refused(served):
    assert "8 numbers" in get(served, "wide-8", "manifold/even/5").sentence


def test_a_model_that_changed_is_refused(served):
    assert "reload" in served.client().get("/models/vae-2/ffffffffffffffff/draws/1").sentence
