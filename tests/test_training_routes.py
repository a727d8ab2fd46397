"""Routes of the Training page: a browser's own run, its frames, and nobody else's."""

import json
import tempfile
import time

import numpy as np
import pytest
from served import JSON, Client, Served
from small_jobs import lives, pretended, snapshot_of, until

from autoencoders.sheets import take_apart, unpack
from autoencoders.ui import training_frames, training_routes
from autoencoders.ui.trainings import Trainings

CHOSEN = {"epochs": 2, "pictures": 200, "family": "dense", "layers": 1}


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(training_routes, "HELD_S", 0.3)
    monkeypatch.setattr(training_routes, "LOOK_S", 0.02)
    return tmp_path


@pytest.fixture
def served(place):
    with Served().running() as running:
        running.store.trainings = Trainings(command=pretended)
        yield running
        running.store.trainings.close()


@pytest.fixture
def client(served):
    return served.client()


def start(client: Client, **chosen):
    body = json.dumps({"model": "stand-in-2", "choices": {**CHOSEN, **chosen}})
    return client.post("/trainings", body, JSON)


def news(client, run=None):
    known = f"?id={run['id']}&version={run['version']}" if run else ""
    return client.get(f"/trainings{known}").json()["run"]


def test_without_a_run_there_is_no_news(client):
    answer = client.get("/trainings")
    assert answer.json() == {"run": None}
    assert answer.headers["cache-control"] == "private, no-store"


def test_a_run_is_started_watched_and_comes_to_its_end(client, place, served):
    answer = start(client)
    assert answer.headers["cache-control"] == "private, no-store"
    run = answer.json()["run"]
    assert (run["state"], run["title"]) == ("running", "Drawn faces, dense, 2 numbers")
    until(lambda: news(client)["snapshots"] == [0])
    (place / "epoch-1").touch()
    until(lambda: news(client)["epoch"] == 1)
    assert "no sheet" in client.get(f"/trainings/{run['id']}/atlas").sentence
    assert client.get(f"/trainings/{run['id']}/model.zip").sentence.startswith("The model is pack")
    (place / "epoch-2").touch()
    until(lambda: news(client)["state"] == "finished")
    header, payload = unpack(client.get(f"/trainings/{run['id']}/atlas").body)
    assert (header["rows"], header["extent"]) == (8, [-1, 1, -1, 1])
    assert payload[:2] == b"\xff\xd8"
    zipped = client.get(f"/trainings/{run['id']}/model.zip")
    assert zipped.body == b"PK"
    assert 'filename="own-drawn-dense-2.zip"' in zipped.headers["content-disposition"]
    assert zipped.headers["cache-control"] == "private, no-store"


def test_an_answer_without_news_is_held_back_and_one_with_news_is_not(client, place):
    start(client)
    run = until(lambda: (found := news(client))["snapshots"] == [0] and found)
    began = time.monotonic()
    assert news(client, run)["version"] == run["version"]
    assert time.monotonic() - began >= 0.3
    (place / "epoch-1").touch()
    assert news(client, run)["epoch"] in (0, 1)
    until(lambda: news(client, run)["epoch"] == 1)


@pytest.mark.parametrize("size", [1, 2, 4])
def test_frames_come_once_and_show_what_the_network_drew(client, place, served, size):
    run = start(client, code_size=size).json()["run"]
    (place / "epoch-1").touch()
    until(lambda: news(client)["snapshots"] == [0, 1])
    header, arrays = client.get(f"/trainings/{run['id']}/frames?from=0").arrays()
    assert arrays["epochs"].tolist() == [0, 1]
    assert arrays["codes"].shape == (2, 20, 2)
    assert header["strip"]["frames"] == 2
    kept = served.store.trainings._runs[client.cookie]
    codes = snapshot_of(kept, 1)
    if size == 1:
        assert np.array_equal(arrays["codes"][1], np.hstack([codes, np.zeros_like(codes)]))
    elif size == 2:
        assert np.array_equal(arrays["codes"][1], codes)
    else:  # the two directions in which they spread most, however they are turned
        spread = np.linalg.svd(codes - codes.mean(axis=0), compute_uv=False)[:2]
        found = np.linalg.svd(arrays["codes"][1], compute_uv=False)
        assert found == pytest.approx(spread, rel=1e-4)
    first = arrays["codes"]
    (place / "epoch-2").touch()
    until(lambda: news(client)["snapshots"] == [0, 1, 2])
    _, later = client.get(f"/trainings/{run['id']}/frames?from=2").arrays()
    assert later["epochs"].tolist() == [2]
    _, again = client.get(f"/trainings/{run['id']}/frames?from=0").arrays()
    assert np.array_equal(again["codes"][:2], first)
    assert np.array_equal(again["codes"][2:], later["codes"])


def test_the_pictures_that_are_given_come_with_what_the_points_are(client):
    run = start(client).json()["run"]
    until(lambda: news(client)["snapshots"] == [0])
    _, arrays = client.get(f"/trainings/{run['id']}/given").arrays()
    assert arrays["labels"].tolist() == [k % 3 for k in range(20)]
    assert arrays["images"].shape == (32, 32, 1)
    assert (take_apart(arrays["images"], 8, 8, layout="tiles") == 99).all()


def test_it_is_stopped_resumed_and_discarded(client, place):
    run = start(client).json()["run"]
    stopped = client.post(f"/trainings/{run['id']}/stop", "").json()["run"]
    assert stopped["state"] == "stopped"
    again = client.post(f"/trainings/{run['id']}/resume", "").json()["run"]
    assert again["state"] in ("waiting", "running")
    assert client.ask("DELETE", f"/trainings/{run['id']}").json() == {"run": None}
    assert news(client) is None


def test_nobody_sees_or_ends_the_run_of_another_browser(client, served):
    run = start(client).json()["run"]
    other = served.client()
    other.get("/health")
    assert other.cookie != client.cookie
    assert news(other) is None
    for ask in (
        lambda: other.get(f"/trainings/{run['id']}/frames?from=0"),
        lambda: other.get(f"/trainings/{run['id']}/given"),
        lambda: other.get(f"/trainings/{run['id']}/model.zip"),
        lambda: other.get(f"/trainings/{run['id']}/atlas"),
        lambda: other.post(f"/trainings/{run['id']}/stop", ""),
        lambda: other.ask("DELETE", f"/trainings/{run['id']}"),
    ):
        answer = ask()
        assert (answer.status, answer.sentence) == (
            404,
            "This training is no longer kept; start another one.",
        )
    assert news(client)["state"] == "running"


def test_a_second_one_is_told_how_many_come_before_it(client, served):
    start(client)
    other = served.client()
    other.get("/health")
    assert start(other).json()["run"]["before"] == 1
    refused = start(other)
    assert (refused.status, refused.sentence[:29]) == (409, "A training of yours is under ")


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ({"code_size": 3}, "Numbers in the code are 3; use 1, 2, 4, 8, 16 or 32."),
        ({"family": "convolutional", "layers": 6}, "6 layers would halve pictures of 32x32"),
        ({"epochs": "ten"}, "epochs is 'ten'; it must be of type int."),
        ({"learning_rate": ""}, "learning_rate is ''; it must be of type float."),
    ],
)
def test_what_cannot_be_trained_is_said_in_one_sentence(client, chosen, sentence):
    answer = start(client, **chosen)
    assert answer.status == 422
    assert answer.sentence.startswith(sentence)
    assert news(client) is None


def test_digits_that_are_not_here_are_refused_with_the_way_to_get_them(
    client, monkeypatch, tmp_path
):
    monkeypatch.setenv("HOURGLASS_DATA", str(tmp_path))
    answer = start(client, data="mnist")
    assert answer.status == 422
    assert "python -m autoencoders data --download mnist" in answer.sentence


@pytest.mark.parametrize("asked", ["", "?from=x", "?from=-1", "?from=9", "?from=99999"])
def test_frames_that_are_not_there_are_no_error_of_ours(client, asked):
    run = start(client).json()["run"]
    assert client.get(f"/trainings/{run['id']}/frames{asked}").sentence.startswith("There is no")


@pytest.mark.parametrize("body", ["[]", "{", '{"model": "x", "choices": []}', '{"choices": {}}'])
def test_what_is_no_choice_is_refused(client, body):
    assert client.post("/trainings", body, JSON).status in (400, 422)


def test_another_site_starts_nothing(client):
    body = json.dumps({"model": "stand-in-2", "choices": CHOSEN})
    answer = client.post("/trainings", body, {**JSON, "Origin": "http://elsewhere.invalid"})
    assert answer.status == 403


def test_the_server_s_end_is_the_job_s_end(served, client):
    start(client)
    pid = served.store.trainings._runs[client.cookie].process.pid
    served.store.trainings.close()
    assert not lives(pid)


def test_axes_of_many_numbers_are_turned_towards_those_before():
    random = np.random.default_rng(0)
    codes = random.normal(size=(200, 6)) * [5, 4, 1, 1, 0.5, 0.1]
    before = training_frames.axes_of(codes, None)
    turn = np.linalg.qr(random.normal(size=(2, 2)))[0]
    again = training_frames.axes_of(codes, before @ turn)
    assert np.allclose(again, before @ turn, atol=1e-8)
    assert np.allclose(again.T @ again, np.eye(2), atol=1e-8)
