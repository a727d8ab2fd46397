"""The routes of the Compare page, asked as a browser asks them."""

import json

import numpy as np
import pytest
from comparing import Models, bands, values
from served import JSON


@pytest.fixture(scope="module")
def served():
    with Models(originals=lambda engine: bands(values())).running() as running:
        yield running


@pytest.fixture(scope="module")
def client(served):
    return served.client()


DIGEST = "0123456789abcdef"
BOTH = f"/compare/bands-conv-2/{DIGEST}/bands-vae-2/{DIGEST}"


def post(client, path, **asked):
    return client.post(f"/compare/{path}", json.dumps({"model": "bands-conv-2", **asked}), JSON)


@pytest.mark.parametrize("what", ["field", "pairs", "sheets/16"])
def test_what_belongs_to_two_models_is_made_once_and_kept_for_good(served, client, what):
    first = client.get(f"{BOTH}/{what}")
    assert first.status == 200
    assert "immutable" in first.headers["cache-control"]
    drawn = served.engine.decoded
    assert client.get(f"{BOTH}/{what}").body == first.body
    assert served.engine.decoded == drawn


def test_either_way_has_a_field_of_its_own(client):
    _, there = client.get(f"{BOTH}/field").arrays()
    back = client.get(f"/compare/bands-vae-2/{DIGEST}/bands-conv-2/{DIGEST}/field").arrays()[1]
    assert not np.allclose(there["places"], back["places"])


def test_a_changed_model_is_not_mistaken_for_the_one_that_is_named(client):
    for path in (
        f"/compare/bands-conv-2/{'0' * 16}/bands-vae-2/{DIGEST}/field",
        f"/compare/bands-conv-2/{DIGEST}/bands-vae-2/{'0' * 16}/field",
    ):
        answer = client.get(path)
        assert (answer.status, "reload the page" in answer.sentence) == (404, True)


def test_an_unknown_model_and_an_unknown_sheet_are_refused(client):
    assert client.get(f"/compare/gone/{DIGEST}/bands-vae-2/{DIGEST}/field").status == 404
    assert "there are 16, 64" in client.get(f"{BOTH}/sheets/9").sentence


def test_places_pictures_and_dials_are_answered_to_their_own_browser(client):
    place = post(client, "place", against="bands-vae-2", place=[1.0, 0.5])
    item = {"kind": "point", "model": "bands-conv-2", "number": 2}
    picture = post(client, "picture", against="bands-vae-2", item=item)
    dial = post(client, "dial", stem="bands-conv", items=None)
    for answer in (place, picture, dial):
        assert answer.status == 200
        assert answer.headers["cache-control"] == "private, no-store"
    assert place.arrays()[1]["images"].shape == (2, 28, 28, 1)
    assert picture.arrays()[0]["rows"] == [2, 2]
    assert dial.arrays()[0]["own_strip"]["frames"] == 3


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("place", {"against": "bands-vae-2", "place": [1.0]}),
        ("place", {"against": "bands-vae-2", "place": ["a", 1]}),
        ("place", {"against": "bands-vae-2"}),
        ("place", {"place": [0, 0]}),
        ("place", {"against": "gone", "place": [0, 0]}),
        ("picture", {"against": "bands-vae-2", "item": {"kind": "song"}}),
        ("picture", {"against": "bands-vae-2"}),
        ("dial", {"stem": 4}),
        ("dial", {"stem": "bands-conv", "items": [{"kind": "upload", "id": "gone"}]}),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(client, path, asked):
    assert post(client, path, **asked).sentence.endswith(".")
