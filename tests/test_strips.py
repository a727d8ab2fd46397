"""What the pages ask of pictures that were picked: looks, starters, morphs, squares, PCA's line."""

import dataclasses
import io
import json

import numpy as np
import pytest
import stand_in
from PIL import Image
from served import JSON, Served

from autoencoders import sheets
from autoencoders.ui import morphs, strips
from autoencoders.ui.places import place_finder


@pytest.fixture(scope="module")
def served():
    with Served().running() as running:
        yield running


@pytest.fixture
def ask(served):
    client = served.client()
    client.get("/health")

    def post(where, /, **asked):
        return client.post(where, json.dumps({"model": "stand-in-2", **asked}), JSON)

    post.client = client
    return post


def point(number):
    return {"kind": "point", "model": "stand-in-2", "number": number}


def strip_of(header, arrays):
    """The frames of a strip, taken apart by the library's own rule for tiles."""
    image = np.asarray(Image.open(io.BytesIO(arrays["sheet"].tobytes())))[..., None]
    told = header["strip"]
    return sheets.take_apart(image, told["rows"], told["cols"], layout=told["layout"])[
        : told["frames"]
    ]


def test_looks_say_what_a_model_makes_of_each_picture(served, ask):
    header, arrays = ask("/looks", items=[point(3), point(5)]).arrays()
    engine = served.engine
    np.testing.assert_array_equal(arrays["bases"], engine.latents.codes[[3, 5]])
    np.testing.assert_array_equal(arrays["codes"], arrays["bases"])
    np.testing.assert_array_equal(arrays["pictures"], engine.decode(arrays["bases"]))
    assert header["original"] == [False, False]
    assert header["problems"] == [None, None]


def test_one_picture_that_is_gone_does_not_spoil_the_others(ask):
    header, arrays = ask("/looks", items=[{"kind": "upload", "id": "gone"}, point(5)]).arrays()
    assert "no longer here" in header["problems"][0]
    assert header["problems"][1] is None
    assert not arrays["bases"][0].any()
    assert arrays["bases"][1].any()


def test_what_is_made_of_private_pictures_is_never_stored(ask):
    assert ask("/looks", items=[point(3)]).headers["cache-control"] == "private, no-store"


def test_starters_are_the_first_of_each_label(served, ask):
    items = json.loads(ask.client.get("/starters?model=stand-in-2").body)
    labels = served.engine.latents.labels
    assert [labels[item["number"]] for item in items] == list(range(10))
    assert all(not (labels[: item["number"]] == labels[item["number"]]).any() for item in items)


def test_faces_begin_with_test_pictures_and_some_that_are_drawn():
    codes = np.random.default_rng(0).standard_normal((50, 4)).astype(np.float32)
    latents = stand_in.latents()
    faces = dataclasses.replace(latents, codes=codes, mse=latents.mse[:50], labels=None)
    engine = stand_in.StandIn(latents=faces, dataset="lfw", image_shape=(64, 64, 3))
    kinds = [item["kind"] for item in strips.starters(engine)]
    assert kinds == ["point"] * 6 + ["drawn"] * 4


def test_starters_lie_apart_and_not_at_the_edge():
    codes = np.concatenate([np.zeros((1, 2)), np.eye(2), [[50.0, 50.0]] * 2, [[-3.0, 0.0]]])
    chosen = strips.apart(codes.astype(np.float32), np.zeros(6, np.float32), 3)
    assert len(set(chosen)) == 3
    assert not {3, 4} & set(chosen)


def test_good_examples_are_drawn_well_and_are_neither_washed_out_nor_odd():
    # A ray of codes: the even ones are drawn badly; of the 50 others those from 20 to 42 are left.
    codes = np.stack([np.arange(100), np.zeros(100)], axis=1).astype(np.float32)
    codes[:, 0] -= np.mean(codes[:, 0])
    outwards = np.argsort(np.abs(codes[1::2, 0]), kind="stable") * 2 + 1
    mse = np.where(np.arange(100) % 2 == 0, 0.2, 0.1).astype(np.float32)
    chosen = strips.apart(codes, mse, 5)
    assert len(set(chosen)) == 5
    assert set(chosen) <= set(outwards[20:42].tolist())


@pytest.mark.parametrize("kind", ["straight", "spherical", "density", "geodesic"])
def test_a_strip_begins_and_ends_with_its_pictures(served, ask, kind):
    header, arrays = ask("/morphs", items=[point(3), point(5)], path=kind).arrays()
    engine = served.engine
    np.testing.assert_allclose(arrays["bases"][[0, -1]], engine.latents.codes[[3, 5]], atol=1e-6)
    assert arrays["bases"].shape == (morphs.FRAMES, 2)
    assert header["strip"]["frames"] == morphs.FRAMES
    np.testing.assert_allclose(arrays["stops"], [0, 1], atol=1e-6)
    frames = strip_of(header, arrays).astype(int)
    assert np.abs(frames - engine.decode(arrays["bases"])).mean() < 3
    assert arrays["change"].shape == (morphs.FRAMES - 1,)
    assert arrays["away"].shape == (morphs.FRAMES,)
    np.testing.assert_array_equal(arrays["ends"], engine.decode(engine.latents.codes[[3, 5]]))


def test_even_steps_change_the_picture_evenly(ask):
    spread = {}
    for even in (True, False):
        _, arrays = ask("/morphs", items=[point(3), point(5)], even=even).arrays()
        spread[even] = arrays["change"].std() / arrays["change"].mean()
    assert spread[True] < spread[False] / 2


def test_a_strip_goes_through_every_picture_in_turn(served, ask):
    _, arrays = ask("/morphs", items=[point(3), point(5), point(9)], even=False).arrays()
    middle = round(arrays["stops"][1] * (morphs.FRAMES - 1))
    np.testing.assert_allclose(arrays["bases"][middle], served.engine.latents.codes[5], atol=1e-6)


def test_an_analogy_goes_from_c_to_its_answer(served, ask):
    _, arrays = ask("/morphs", items=[point(3), point(5), point(9)], analogy=True).arrays()
    a, b, c = served.engine.latents.codes[[3, 5, 9]]
    np.testing.assert_allclose(arrays["bases"][[0, -1]], [c, c + b - a], atol=1e-5)


def test_the_square_has_its_pictures_on_its_corners(served, ask):
    header, arrays = ask("/squares", items=[point(n) for n in (1, 2, 3, 4)]).arrays()
    engine = served.engine
    corners = engine.latents.codes[[1, 2, 3, 4]]
    np.testing.assert_array_equal(arrays["corners"], corners)
    told = header["sheet"]
    nodes = strip_of({"strip": told}, arrays).astype(int)
    found = nodes[[0, told["cols"] - 1, -told["cols"], -1]]
    assert np.abs(found - engine.decode(corners)).mean() < 4


def test_pcas_line_is_made_of_what_pca_keeps_of_the_pictures(served, ask):
    header, arrays = ask("/pca", items=[point(3), point(5)]).arrays()
    assert header["words"] == "PCA's line, 2 numbers"
    drawn = served.engine.decode(served.engine.latents.codes).reshape(500, -1) / 255
    centred = drawn - drawn.mean(axis=0)
    axes = np.linalg.svd(centred, full_matrices=False)[2][:2]
    kept = centred[[3, 5]] @ axes.T @ axes + drawn.mean(axis=0)
    found = arrays["pictures"].reshape(2, -1) / 255
    np.testing.assert_allclose(found, np.clip(kept, 0, 1), atol=0.01)


@pytest.mark.parametrize(
    ("where", "asked", "sentence"),
    [
        ("/morphs", {"items": [point(1)]}, "2 to 8 pictures"),
        ("/morphs", {"items": [point(1)] * 9}, "2 to 8 pictures"),
        ("/morphs", {"items": [point(1)] * 2, "path": "magic"}, "one of straight"),
        ("/morphs", {"items": [point(1)] * 2, "analogy": True}, "three pictures"),
        ("/morphs", {"items": [{"kind": "upload", "id": "x"}, point(1)]}, "no longer here"),
        ("/squares", {"items": [point(1)] * 3}, "4 to 4 pictures"),
        ("/looks", {"items": []}, "1 to 64 pictures"),
        ("/looks", {"items": [point(1)], "model": "none"}, "no model 'none'"),
    ],
)
def test_bad_requests_get_one_sentence(ask, where, asked, sentence):
    assert sentence in ask(where, **asked).sentence


def test_the_same_picture_twice_is_a_strip_that_stands_still(served, ask):
    _, arrays = ask("/morphs", items=[point(3), point(3)]).arrays()
    assert np.isfinite(arrays["bases"]).all()
    assert not arrays["change"].any()


def test_places_of_two_numbers_are_the_codes_and_of_more_their_principal_plane():
    engine = stand_in.StandIn()
    codes = engine.latents.codes
    np.testing.assert_array_equal(place_finder(engine).places(codes), codes)
    wide = np.random.default_rng(0).standard_normal((80, 5)) * [5, 3, 0.1, 0.1, 0.1]
    engine = stand_in.StandIn(
        code_size=5, latents=dataclasses.replace(engine.latents, codes=wide.astype(np.float32))
    )
    finder = place_finder(engine)
    assert "5 numbers, which show 100% of their spread" in finder.words
    centred = wide - wide.mean(axis=0)
    lengths = np.linalg.norm(finder.places(wide), axis=1)
    np.testing.assert_allclose(lengths, np.linalg.norm(centred[:, :2], axis=1), atol=0.3)


def test_the_places_of_the_test_pictures_are_sent_once_for_a_model(served, ask):
    answer = ask.client.get(f"{served.model}/places")
    _, arrays = answer.arrays()
    assert "immutable" in answer.headers["cache-control"]
    np.testing.assert_array_equal(arrays["places"], served.engine.latents.codes)


def test_a_base_code_is_decoded_exactly(served, ask):
    _, arrays = ask("/decode", bases=[[0.5, -1.0]]).arrays()
    np.testing.assert_array_equal(arrays["images"], stand_in.draw(np.float32([[0.5, -1.0]])))
