"""The routes that serve models, behind a real server."""

import dataclasses
import http.client
import io
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import stand_in
from PIL import Image
from served import JSON, Served

from autoencoders import sheets
from autoencoders.latent import grid_codes
from autoencoders.sheets import take_apart, unpack
from autoencoders.ui import routes, server, state

ORIGINALS = np.arange(500, dtype=np.int64).astype(np.uint8)[:, None, None, None] * np.ones(
    (1, 28, 28, 1), np.uint8
)


@pytest.fixture(scope="module")
def served():
    with Served().running() as running:
        yield running


@pytest.fixture(scope="module")
def client(served):
    return served.client()


def test_health(client):
    assert client.get("/health").json() == {"ok": True}


def test_points_hold_every_code_with_error_label_and_id(served, client):
    answer = client.get(served.model + "/points")
    header, arrays = answer.arrays()
    latents = served.engine.latents
    assert np.array_equal(arrays["codes"], latents.codes)
    assert np.array_equal(arrays["mse"], latents.mse)
    assert np.array_equal(arrays["colouring-0"], latents.labels)
    assert np.array_equal(arrays["ids"], latents.ids)
    # The share of the others with a smaller error, counted one by one.
    counted = [100 * np.mean(latents.mse < mse) for mse in latents.mse]
    assert arrays["percentile"] == pytest.approx(counted, abs=1e-3)
    assert header["model"] == "stand-in-2"
    assert header["colourings"][0]["names"] == list("0123456789")
    assert header["original"] is False


@pytest.mark.parametrize("plan", sheets.ATLAS_PLANS)
def test_sheets_show_the_plane(served, client, plan):
    header, payload = unpack(client.get(f"{served.model}/sheets/{plan.grid}").body)
    assert header["kind"] == "atlas" and header["digest"] == served.engine.digest
    assert header["rows"] == header["cols"] == plan.grid
    image = np.asarray(Image.open(io.BytesIO(payload)))[..., None]
    tiles = take_apart(image, plan.grid, plan.grid, layout=header["layout"])
    codes = grid_codes(tuple(header["extent"]), plan.grid, plan.grid)
    wrong = tiles.astype(np.float64) - stand_in.draw(codes)
    assert 10 * np.log10(255**2 / np.mean(wrong**2)) > 30


def test_a_sheet_of_individuals_is_another_one(served, client):
    header, payload = unpack(client.get(f"{served.model}/sheets/16?detail=1").body)
    assert header["detail"] == 1.0
    image = np.asarray(Image.open(io.BytesIO(payload)))[..., None]
    codes = grid_codes(tuple(header["extent"]), 16, 16)
    wrong = take_apart(image, 16, 16, layout=header["layout"]).astype(np.float64)
    wrong -= stand_in.draw(codes + np.float32([0.5, 0]))
    assert 10 * np.log10(255**2 / np.mean(wrong**2)) > 30
    average, _ = unpack(client.get(f"{served.model}/sheets/16").body)
    assert average["detail"] == 0.0


def test_an_exact_decode_has_the_detail_asked_for(client):
    whole = client.decode(model="stand-in-2", codes=[[0, 0]], detail=0.6).arrays()[1]["images"]
    assert np.array_equal(whole, stand_in.draw(np.array([[0.3, 0]], np.float32)))


def test_individuals_of_large_pictures_are_encoded_as_tiles():
    class Large(stand_in.StandIn):
        def decode(self, codes):
            return np.repeat(super().decode(codes), 3, axis=3)

    with Served(Large(image_shape=(64, 64, 3))).running() as served:
        layouts = [
            unpack(served.client().get(f"{served.model}/sheets/40{more}").body)[0]["layout"]
            for more in ("", "?detail=1")
        ]
    assert layouts == ["fields", "tiles"]


@pytest.mark.parametrize("detail", ["2", "-0.5", "x", "nan", "0.3"])
def test_other_details_are_refused(served, client, detail):
    answer = client.get(f"{served.model}/sheets/16?detail={detail}")
    assert answer.status == 422
    assert answer.sentence == '"detail" must be a number from 0 to 1, in steps of 0.25.'
    if detail != "0.3":
        answer = client.decode(model="stand-in-2", codes=[[0, 0]], detail=detail)
        assert answer.sentence == '"detail" must be a number from 0 to 1.'


@pytest.mark.parametrize("path", ["/points", "/sheets/16", "/movie", "/pictures/3"])
def test_what_a_digest_names_may_be_kept_for_good_and_carries_no_cookie(served, path):
    answer = served.client().get(served.model + path)
    assert answer.status == 200
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["set-cookie"] is None


def test_a_sheet_is_made_once_however_many_ask():
    with Served().running() as served, ThreadPoolExecutor(6) as pool:
        asked = [pool.submit(served.client().get, served.model + "/sheets/16") for _ in range(12)]
        bodies = {future.result().body for future in asked}
        assert len(bodies) == 1
        assert served.engine.decoded == 256
        assert served.loads == 1


def test_answers_are_not_compressed_on_the_way(served, client):
    answer = client.get(served.model + "/points", **{"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] is None


def test_the_movie_holds_codes_losses_and_mosaics(served, client):
    header, arrays = client.get(served.model + "/movie").arrays()
    history = served.engine.history
    assert np.array_equal(arrays["epochs"], history.epochs)
    assert np.array_equal(arrays["codes"], history.codes)
    assert np.array_equal(arrays["labels"], history.labels)
    assert np.array_equal(arrays["train_loss"], history.train_loss)
    assert np.array_equal(arrays["validation_loss"], history.validation_loss)
    strip = header["strip"]
    assert (strip["kind"], strip["frames"], strip["tile"]) == ("strip", 12, [224, 224, 1])
    image = np.asarray(Image.open(io.BytesIO(arrays["sheet"].tobytes())))
    row, column = divmod(11, strip["cols"])
    frame = image[row * 224 :, column * 224 :][:224, :224]
    third = frame[:28, 56:84].astype(float)  # the third picture of the first row
    assert np.abs(third - history.reconstructions[11, 2, ..., 0]).mean() < 4


def test_a_model_without_history_has_no_movie():
    with Served(stand_in.StandIn(history=None)).running() as served:
        answer = served.client().get(served.model + "/movie")
        assert answer.status == 404
        assert "without the history" in answer.sentence


def test_a_picture_comes_with_its_facts(served, client):
    header, arrays = client.get(served.model + "/pictures/7").arrays()
    latents = served.engine.latents
    assert header["index"] == header["id"] == 7
    assert header["label"] == latents.labels[7]
    assert header["mse"] == pytest.approx(latents.mse[7])
    assert header["percentile"] == pytest.approx(100 * np.mean(latents.mse < latents.mse[7]))
    assert header["code"] == pytest.approx(latents.codes[7].tolist())
    assert list(arrays) == ["reconstruction"]
    assert np.array_equal(arrays["reconstruction"], stand_in.draw(latents.codes[7:8])[0])


def test_with_the_dataset_on_disk_a_picture_comes_with_its_original(monkeypatch):
    asked = []

    def originals(dataset, split, ids):
        asked.append((dataset, split, ids.tolist()))
        return ORIGINALS

    monkeypatch.setattr(routes.data, "originals", originals)
    with Served(originals=routes.originals_on_disk).running() as served:
        client = served.client()
        _, arrays = client.get(served.model + "/pictures/9").arrays()
        assert np.array_equal(arrays["original"], ORIGINALS[9])
        assert asked[0] == ("mnist", "test", list(range(500)))
        header, _ = client.get(served.model + "/points").arrays()
        assert header["original"] is True


@pytest.mark.parametrize(
    "originals",
    [
        lambda dataset, split, ids: None,
        lambda dataset, split, ids: ORIGINALS[:, :20],
    ],
    ids=["absent", "too small"],
)
def test_a_dataset_that_does_not_fit_is_as_good_as_absent(monkeypatch, originals):
    monkeypatch.setattr(routes.data, "originals", originals)
    assert routes.originals_on_disk(stand_in.StandIn()) is None


def test_codes_of_an_unknown_split_have_no_originals(monkeypatch):
    monkeypatch.setattr(routes.data, "originals", lambda dataset, split, ids: ORIGINALS)
    engine = stand_in.StandIn(latents=dataclasses.replace(stand_in.latents(), split="other"))
    assert routes.originals_on_disk(engine) is None
    assert routes.originals_on_disk(stand_in.StandIn()) is ORIGINALS


@pytest.mark.parametrize("index", ["500", "-1", "x", "1e2", "0x1", "9" * 30, "%D9%A3"])
def test_there_are_no_other_pictures(served, client, index):
    answer = client.get(f"{served.model}/pictures/{index}")
    assert answer.status == 404
    assert answer.sentence == "There is no such picture; this model has 0 to 499."


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("/models/nobody/0123456789abcdef/points", "There is no model 'nobody'"),
        ("/models/stand-in-2/fedcba9876543210/points", "reload the page"),
        ("/models/stand-in-2/0123456789abcdef/sheets/17", "there are 16, 64"),
        ("/models/stand-in-2/0123456789abcdef/nothing", "nothing at this address"),
        ("/models/..%2f..%2fapp.py/x/points", "There is no"),
        ("/decode", "nothing at this address"),
    ],
)
def test_wrong_addresses_are_answered_with_a_sentence(client, path, part):
    answer = client.get(path)
    assert answer.status == 404
    assert part in answer.sentence


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_other_methods_are_answered_with_a_sentence(served, client, method):
    answer = client.ask(method, served.model + "/points")
    assert answer.status == 404
    assert "nothing at this address" in answer.sentence


def test_a_broken_model_says_why():
    with Served(problem="model.safetensors is missing.").running() as served:
        answer = served.client().get(served.model + "/points")
        assert answer.status == 404
        assert "cannot be used: model.safetensors is missing." in answer.sentence


def test_decodes_are_exact(served, client):
    codes = [[0.5, -1.25], [3, 4]]
    answer = client.decode(model="stand-in-2", codes=codes)
    header, arrays = answer.arrays()
    assert np.array_equal(arrays["images"], stand_in.draw(np.array(codes, np.float32)))
    assert header["digest"] == served.engine.digest
    assert (header["device"], header["precision"]) == ("cpu", "float32")
    assert 0 <= header["milliseconds"] < 1000
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("codes", "part"),
    [
        (None, "1 to 256 codes"),
        ([], "1 to 256 codes"),
        ("0,0", "1 to 256 codes"),
        ([[0, 0]] * 257, "1 to 256 codes"),
        ([[0]], "a list of 2 numbers"),
        ([[0, 0, 0]], "a list of 2 numbers"),
        ([0, 0], "a list of 2 numbers"),
        ([["0", 0]], "numbers only"),
        ([[True, 0]], "numbers only"),
        ([[None, 0]], "numbers only"),
        ([[[1], 0]], "numbers only"),
        ([[1e39, 0]], "too large"),
        ([[10**400, 0]], "too large"),
    ],
)
def test_wrong_codes_are_refused(client, codes, part):
    answer = client.decode(model="stand-in-2", codes=codes)
    assert answer.status == 422
    assert part in answer.sentence


@pytest.mark.parametrize(
    ("body", "part"),
    [
        (b'{"model": "stand-in-2", "codes": [[NaN, 0]]}', "NaN"),
        (b'{"model": "stand-in-2", "codes": [[Infinity, 0]]}', "Infinity"),
        (b'{"model": "stand-in-2", "codes": [[1e999, 0]]}', "too large"),
        (b'{"model": "stand-in-2", "codes": [[0, 0]', "not valid JSON"),
        (b"", "not valid JSON"),
        (b"\xff\xfe", "not valid JSON"),
        (b"[" * 100_000, "not valid JSON"),
        (b"[]", '{"model": name'),
        (b'{"model": 7, "codes": [[0, 0]]}', '{"model": name'),
        (b'{"model": "nobody", "codes": [[0, 0]]}', "There is no model 'nobody'"),
    ],
)
def test_damaged_requests_are_refused(client, body, part):
    answer = client.post("/decode", body, JSON)
    assert part in answer.sentence


def test_decoding_asks_for_json(client):
    asked = json.dumps({"model": "stand-in-2", "codes": [[0, 0]]})
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        answer = client.post("/decode", asked, {"Content-Type": kind})
        assert answer.status == 415
        assert "application/json" in answer.sentence


def test_a_decode_request_has_a_length_limit(client):
    answer = client.post("/decode", b" " * (2 * 1024 * 1024), JSON)
    assert answer.status == 413
    assert "at most 256 codes" in answer.sentence


def test_an_engines_own_refusal_reaches_the_browser(served, client, monkeypatch):
    def refuse(codes):
        raise ValueError("This engine is tired.")

    monkeypatch.setattr(served.engine, "decode", refuse)
    answer = client.decode(model="stand-in-2", codes=[[0, 0]])
    assert (answer.status, answer.sentence) == (422, "This engine is tired.")


def test_a_decode_that_nobody_waits_for_never_starts():
    gate = threading.Event()
    engine = stand_in.StandIn(gate=gate)
    body = json.dumps({"model": engine.name, "codes": [[0, 0]] * 10})
    with Served(engine).running() as served:
        waiting = []
        for _ in range(6):  # two are at work, four wait
            connection = http.client.HTTPConnection("127.0.0.1", served.port)
            connection.request("POST", "/hourglass/decode", body, JSON)
            waiting.append(connection)
            time.sleep(0.05)
        time.sleep(0.2)
        for connection in waiting[2:]:
            connection.close()
        time.sleep(0.2)
        gate.set()
        for connection in waiting[:2]:
            assert connection.getresponse().status == 200
        assert served.client().decode(model=engine.name, codes=[[0, 0]]).status == 200
    assert engine.decoded == 10 + 10 + 1


def test_the_registry_is_not_read_again_for_every_decode(served, client, monkeypatch):
    assert client.decode(model="stand-in-2", codes=[[0, 0]]).status == 200
    monkeypatch.setattr(served.store, "_list_models", None)
    assert client.decode(model="stand-in-2", codes=[[0, 0]]).status == 200


def test_exact_decodes_do_not_queue_behind_sheets():
    gate = threading.Event()
    slow, quick = stand_in.StandIn(), stand_in.draw

    def decode(codes):
        if len(codes) > 1:
            gate.wait(20)
        return quick(codes)

    slow.decode = decode
    with Served(slow).running() as served, ThreadPoolExecutor(4) as pool:
        sheets_asked = [
            pool.submit(served.client().get, f"{served.model}/sheets/{grid}")
            for grid in sheets.grids()
        ]
        time.sleep(0.2)
        start = time.monotonic()
        assert served.client().decode(model=slow.name, codes=[[0, 0]]).status == 200
        assert time.monotonic() - start < 5
        gate.set()
        assert [future.result().status for future in sheets_asked] == [200, 200]


def test_what_the_map_asks_for_first_is_made_in_advance():
    served = Served()
    server.warm_up(store=lambda: served.store)
    assert (served.loads, served.engine.decoded) == (1, 256)
    with served.running():
        client = served.client()
        assert client.get(served.model + "/points").status == 200
        assert client.get(served.model + "/sheets/16").status == 200
    assert (served.loads, served.engine.decoded) == (1, 256)


def test_a_first_model_that_does_not_load_stops_nobody():
    served = Served()

    def fail(folder):
        raise ValueError("damaged")

    served._load = fail
    shared = state.Store(list_models=served.store.entries, load=fail)
    server.warm_up(store=lambda: shared)
    server.warm_up(store=lambda: state.Store(list_models=list, load=fail))


def test_a_model_trained_again_is_loaded_again(tmp_path):
    first = stand_in.StandIn(folder=tmp_path)
    config = tmp_path / "config.json"
    config.write_text("{}")
    with Served(first).running() as served:
        client = served.client()
        assert client.get(served.model + "/points").status == 200
        served.engine = stand_in.StandIn(folder=tmp_path, digest="fedcba9876543210")
        config.write_text('{"new": true}')
        assert "reload the page" in client.get(served.model + "/points").sentence
        assert client.get("/models/stand-in-2/fedcba9876543210/points").status == 200
        assert served.loads == 2
        kept = [key for key in served.store.packed._values if key[1] == first.digest]
        assert kept == [], "the old model's points are still in memory"


def test_a_movie_of_unlabelled_pictures_claims_no_labels():
    bare = dataclasses.replace(stand_in.history(), labels=None)
    with Served(stand_in.StandIn(history=bare)).running() as served:
        _, arrays = served.client().get(served.model + "/movie").arrays()
    assert "labels" not in arrays and "codes" in arrays
