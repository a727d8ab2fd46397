"""Routes of emptiness and thumbnails, behind a real server."""

from urllib.parse import quote

import numpy as np
import pytest
import stand_in
from served import Served

from autoencoders import emptiness
from autoencoders.latent import grid_codes, plane_extent
from autoencoders.ui.view_routes import reduced

ORIGINALS = np.random.default_rng(0).integers(0, 256, (500, 28, 28, 1), np.uint8)


@pytest.fixture(scope="module")
def served():
    with Served().running() as running:
        yield running


@pytest.fixture(scope="module")
def client(served):
    return served.client()


# ---------------------------------------------------------------- where there is no data


@pytest.mark.parametrize(("kind", "side"), [("density", 96), ("return", 64)])
def test_levels_cover_the_plane(served, client, kind, side):
    answer = client.get(f"{served.model}/emptiness/{kind}")
    header, arrays = answer.arrays()
    assert header["border"] == 100
    assert arrays["levels"].dtype == np.uint8
    assert arrays["levels"].shape == (side, side)
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["set-cookie"] is None


def test_the_middle_of_the_ring_and_the_corners_are_empty_by_density(served, client):
    levels = client.get(f"{served.model}/emptiness/density").arrays()[1]["levels"]
    assert (levels[[0, 0, -1, -1], [0, -1, 0, -1]] > 150).all()
    assert levels[48, 48] > 100
    assert levels.min() < 50


def test_the_way_back_is_decoded_and_encoded_again(served, client):
    levels = client.get(f"{served.model}/emptiness/return").arrays()[1]["levels"]
    codes = served.engine.latents.codes

    def away(places):
        return np.linalg.norm(served.engine.encode(stand_in.draw(places)) - places, axis=1)

    border = np.quantile(away(codes), 0.99)
    nodes = grid_codes(plane_extent(codes), 64, 64)
    expected = np.minimum(100 * away(nodes) / border, 255).reshape(64, 64)
    assert np.abs(levels - expected).max() <= 1


def test_levels_are_made_once():
    with Served().running() as served:
        client = served.client()
        first = client.get(f"{served.model}/emptiness/return").body
        decoded = served.engine.decoded
        assert decoded == 64 * 64 + emptiness.SAMPLE
        assert client.get(f"{served.model}/emptiness/return").body == first
        assert served.engine.decoded == decoded


def test_density_decodes_nothing():
    with Served().running() as served:
        assert served.client().get(f"{served.model}/emptiness/density").status == 200
        assert served.engine.decoded == 0


def test_what_is_no_measure_is_refused(served, client):
    answer = client.get(f"{served.model}/emptiness/hunger")
    assert answer.status == 404
    assert answer.sentence == 'There is no such measure; there are "density" and "return".'


def test_an_older_digest_and_larger_codes_are_refused(client):
    answer = client.get("/models/stand-in-2/feedfeedfeedfeed/emptiness/density")
    assert answer.status == 404 and "reload the page" in answer.sentence
    latents = stand_in.latents()
    with Served(stand_in.StandIn(code_size=3, latents=latents)).running() as served:
        answer = served.client().get(f"{served.model}/emptiness/density")
        assert answer.status == 404 and "of codes of two" in answer.sentence


# ---------------------------------------------------------------- thumbnails


def test_thumbnails_are_decodings_where_the_data_is_not_on_disk(served, client):
    answer = client.get(f"{served.model}/thumbnails?indices=7,3,499")
    header, arrays = answer.arrays()
    assert header["original"] is False
    codes = served.engine.latents.codes
    assert np.array_equal(arrays["images"], stand_in.draw(codes[[7, 3, 499]]))
    assert answer.headers["cache-control"] == "no-store"


def test_thumbnails_have_the_detail_asked_for(served, client):
    _, arrays = client.get(f"{served.model}/thumbnails?indices=4&detail=0.6").arrays()
    code = served.engine.latents.codes[4:5] + np.float32([0.3, 0])
    assert np.array_equal(arrays["images"], stand_in.draw(code))


def test_thumbnails_are_originals_where_the_data_is_on_disk():
    with Served(originals=lambda engine: ORIGINALS).running() as served:
        header, arrays = served.client().get(f"{served.model}/thumbnails?indices=9,0").arrays()
        assert header["original"] is True
        assert np.array_equal(arrays["images"], ORIGINALS[[9, 0]])
        assert served.engine.decoded == 0


def test_as_many_as_allowed_come_at_once(served, client):
    many = ",".join(map(str, range(128)))
    _, arrays = client.get(f"{served.model}/thumbnails?indices={many}").arrays()
    assert np.array_equal(arrays["images"], stand_in.draw(served.engine.latents.codes[:128]))


@pytest.mark.parametrize(
    "asked",
    ["", "500", "-1", "1,,2", "1.0", "x", "٣", "9" * 5000, " 1", ",".join(map(str, range(129)))],
)
def test_other_indices_are_refused(served, client, asked):
    answer = client.get(f"{served.model}/thumbnails?indices={quote(asked)}")
    assert answer.status == 422
    assert answer.sentence == (
        '"indices" must be 1 to 128 numbers from 0 to 499, separated by commas.'
    )


def test_a_damaged_detail_is_refused(served, client):
    answer = client.get(f"{served.model}/thumbnails?indices=1&detail=2")
    assert answer.status == 422 and '"detail"' in answer.sentence


def test_no_indices_at_all_are_refused(served, client):
    assert client.get(f"{served.model}/thumbnails").status == 422


def test_large_pictures_are_reduced_by_means_of_blocks():
    picture = np.arange(6 * 4, dtype=np.uint8).reshape(1, 6, 4, 1)
    # Blocks of 2 x 2: rows of means of {0, 1, 4, 5} and so on, .5 to even.
    assert reduced(picture, 3)[0, ..., 0].tolist() == [[2, 4], [10, 12], [18, 20]]
    assert reduced(picture, 6) is picture
    assert reduced(np.zeros((2, 256, 256, 3), np.uint8), 64).shape == (2, 64, 64, 3)
    assert reduced(np.full((1, 65, 65, 3), 9, np.uint8), 64).shape == (1, 32, 32, 3)
