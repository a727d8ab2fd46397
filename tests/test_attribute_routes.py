"""The Attributes page's routes, behind a real server."""

import json

import numpy as np
import pytest
import tiny
from served import JSON, Served

from autoencoders.inference import Engine
from autoencoders.ui import direction_files


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tiny.save_family(tmp_path_factory.mktemp("m") / "tiny", "convolutional")
    with Served(Engine(folder)).running() as running:
        yield running


@pytest.fixture(scope="module")
def client(served):
    return served.client()


def post(client, what, **asked):
    return client.post(f"/attributes/{what}", json.dumps({"model": "tiny"} | asked), JSON)


ASKED = {
    "strips": {"bases": [[0, 0]], "vectors": [[1, 0]], "span": [-2, 2]},
    "mapped": {"bases": [[0, 0]]},
    "measured": {"vectors": [[1, 0]], "axes": [[1, 0]], "scales": [1], "held": []},
    "several": {"bases": [[0, 0], [1, 1]]},
    "gallery": {"start": 0},
    "example": {"attribute": "high"},
    "groups": {"yes": [0, 1], "no": [2]},
    "directions": {
        "name": "mine",
        "yes": [0, 1, 2, 8, 9, 10],
        "no": [3, 4, 5, 6, 13, 14],
    },
}


@pytest.mark.parametrize("what", ASKED)
def test_what_the_page_asks_for_goes_to_its_own_browser_only(client, what):
    answer = post(client, what, **ASKED[what])
    assert answer.status == 200, answer.body
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.arrays()[1]


@pytest.mark.parametrize("what", ASKED)
def test_nonsense_is_answered_in_a_sentence(client, what):
    assert post(client, what, model="nobody").status == 404
    assert client.post(f"/attributes/{what}", "[]", JSON).sentence
    wrong = dict.fromkeys(ASKED[what], "x")
    answer = post(client, what, **wrong)
    assert answer.status == 422
    assert answer.sentence


def test_the_directions_of_a_model_are_kept_for_good(served, client):
    answer = client.get(served.model + "/attributes")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.arrays()[1]["vectors"].shape == (1, 2)
    assert client.get("/models/tiny/0000000000000000/attributes").status == 404


def test_a_file_of_directions_comes_back_as_numbers(served, client):
    header, arrays = post(client, "directions", **ASKED["directions"]).arrays()
    sent = {"Content-Type": "application/octet-stream"}
    answer = client.post("/attributes/file?model=tiny", arrays["file"].tobytes(), sent)
    told, back = answer.arrays()
    assert told["directions"][0]["name"] == "mine"
    assert np.array_equal(back["vectors"][0], arrays["vector"])
    assert told["directions"][0]["offset"] == header["direction"]["offset"]
    assert "holds no directions" in client.post("/attributes/file?model=tiny", b"x", sent).sentence
    large = bytes(direction_files.FILE_BYTES + 1)
    assert client.post("/attributes/file?model=tiny", large, sent).status == 413
