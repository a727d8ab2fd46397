"""People's own pictures: uploaded, looked at, seen by one browser only, and how they fail."""

import dataclasses
import http.client
import io
import tempfile
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import numpy as np
import pytest
import stand_in
from PIL import Image, ImageDraw
from scipy import ndimage
from served import Served

from autoencoders import uploads
from autoencoders.digits import FOREIGN, prepare_digit
from autoencoders.prepared import Prepared
from autoencoders.ui import pictures
from autoencoders.ui.pictures import difference, verdict

WHICH = ("original", "prepared", "reconstruction", "difference")


def file_of(image, kind="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def drawn(size=(300, 200)):
    """A black ring on white paper."""
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).ellipse((100, 40, 190, 170), outline="black", width=14)
    return image


@pytest.fixture(scope="module")
def served():
    with Served().running() as running:
        yield running


@pytest.fixture
def client(served):
    client = served.client()
    client.get("/health")  # as the page does, before anything is dropped in
    return client


def upload(client, data, *, name="ring.png", model="stand-in-2"):
    headers = {"X-Hourglass-Name": quote(name)}
    return client.post(f"/pictures?model={quote(model)}", data, headers)


def opened(answer):
    assert answer.status == 200, answer.body
    assert answer.headers["content-type"] == "image/png"
    return Image.open(io.BytesIO(answer.body))


def test_an_uploaded_picture_is_prepared_encoded_and_judged(served, client):
    answer = upload(client, file_of(drawn()))
    assert answer.status == 200
    told = answer.json()
    prepared = np.asarray(opened(client.get("/" + told["prepared"])))[None, ..., None]
    rebuilt = np.asarray(opened(client.get("/" + told["reconstruction"])))[None, ..., None]
    assert prepared.shape == (1, 28, 28, 1)
    engine = served.engine
    assert told["code"] == pytest.approx(engine.encode(prepared)[0].tolist())
    assert np.array_equal(rebuilt, engine.reconstruct(prepared))
    assert told["mse"] == pytest.approx(float(engine.score(prepared).mse[0]))
    assert told["percentile"] == pytest.approx(float(engine.score(prepared).percentile[0]))
    shown = np.asarray(opened(client.get("/" + told["difference"])), int)
    assert np.array_equal(shown, np.abs(prepared.astype(int) - rebuilt)[0, ..., 0])
    assert told["name"] == "ring.png"
    assert told["message"].endswith(" test digits.")


def test_each_step_of_the_preparation_is_shown(client):
    told = upload(client, file_of(drawn())).json()
    assert len(told["steps"]) >= 3
    for step in told["steps"]:
        assert step["title"] and step["note"]
        opened(client.get("/" + step["url"]))


def test_the_preview_of_a_large_picture_is_small_and_has_no_metadata(client):
    image = drawn((3000, 1500))
    exif = Image.Exif()
    exif[0x010E] = "the garden of Anna"
    data = file_of(image, "JPEG", exif=exif, comment=b"the garden of Anna")
    answer = client.get("/" + upload(client, data).json()["original"])
    assert opened(answer).size == (512, 256)
    assert b"garden" not in answer.body


def test_a_preview_drops_what_a_file_says_about_its_maker():
    image = drawn()
    image.info["icc_profile"] = b"the garden of Anna"
    assert b"iCCP" in file_of(image)
    assert b"iCCP" not in file_of(pictures._preview(image))
    assert image.info["icc_profile"] == b"the garden of Anna"  # the caller's picture is its own


def test_words_about_what_was_converted_are_passed_on(client, monkeypatch):
    def prepare(image):
        return dataclasses.replace(prepare_digit(image), notes=("Found two drawings.",))

    monkeypatch.setattr(stand_in, "prepare_digit", prepare)
    clear = Image.new("RGBA", (300, 200), (0, 0, 0, 0))
    clear.paste(drawn().crop((90, 30, 200, 180)), (90, 30))
    notes = upload(client, file_of(clear)).json()["notes"]
    assert len(notes) >= 2
    assert notes[-1] == "Found two drawings."


def test_the_list_keeps_the_pictures_of_a_reload(client):
    first = upload(client, file_of(drawn()), name="größe 1.png").json()
    second = upload(client, file_of(drawn())).json()
    answer = client.get("/pictures?model=stand-in-2")
    assert answer.json() == [first, second]
    assert answer.json()[0]["name"] == "größe 1.png"
    assert client.get("/pictures?model=other").json() == []


def test_a_deleted_picture_is_gone(client):
    told = upload(client, file_of(drawn())).json()
    assert client.ask("DELETE", f"/pictures/{told['id']}").json() == {"deleted": told["id"]}
    assert client.get("/pictures?model=stand-in-2").json() == []
    assert client.get("/" + told["original"]).status == 404
    assert client.ask("DELETE", f"/pictures/{told['id']}").status == 404


def test_another_browser_sees_nothing_of_it(served, client):
    told = upload(client, file_of(drawn())).json()
    other = served.client()
    other.get("/health")
    assert other.get("/pictures?model=stand-in-2").json() == []
    addresses = [told[which] for which in WHICH] + [step["url"] for step in told["steps"]]
    for address in addresses:
        assert client.get("/" + address).status == 200
        answer = other.get("/" + address)
        assert answer.status == 404
        assert answer.sentence == "That picture is not there, or it is not yours."
    assert other.ask("DELETE", f"/pictures/{told['id']}").status == 404
    assert client.get("/" + told["original"]).status == 200


def test_a_browser_without_a_cookie_sees_nothing_of_it(served, client):
    told = upload(client, file_of(drawn())).json()
    assert served.client().get("/" + told["original"]).status == 404


@pytest.mark.parametrize("cookie", ["", "x", "a" * 43 + ";", "é" * 43])
def test_a_forged_cookie_opens_nothing(served, client, cookie):
    told = upload(client, file_of(drawn())).json()
    forged = {"Cookie": f"hourglass_browser={cookie}".encode()}
    assert served.client().get("/" + told["original"], **forged).status == 404


def test_the_first_upload_of_all_belongs_to_the_cookie_it_sets(served):
    client = served.client()
    told = upload(client, file_of(drawn())).json()
    assert client.cookie
    assert client.get("/" + told["original"]).status == 200


def test_private_answers_are_kept_nowhere(client):
    posted = upload(client, file_of(drawn()))
    told = posted.json()
    for answer in (
        posted,
        client.get("/" + told["original"]),
        client.get("/pictures?model=stand-in-2"),
    ):
        assert answer.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize("which", ["nothing", "", "../original", "original.png"])
def test_an_upload_has_no_other_images(client, which):
    told = upload(client, file_of(drawn())).json()
    assert client.get(f"/private/{told['id']}.{which}").status == 404


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"This is a text.",
        file_of(drawn(), "JPEG")[:500],
        file_of(Image.new("L", (1, 1))),
        file_of(Image.new("L", (64, 64), 255)),
        file_of(Image.new("1", (20_000, 20_000), 1)),
    ],
    ids=["empty", "text", "truncated", "1x1", "blank", "bomb"],
)
def test_what_cannot_be_used_is_refused_in_one_sentence(client, data):
    answer = upload(client, data)
    assert answer.status == 422
    assert 10 < len(answer.sentence) < 300
    assert client.get("/pictures?model=stand-in-2").json() == []


def test_an_unknown_model_is_refused(client):
    answer = upload(client, file_of(drawn()), model="nobody")
    assert answer.status == 404
    assert "There is no model 'nobody'" in answer.sentence


def test_a_picture_over_the_limit_is_refused(client):
    answer = upload(client, b"\0" * (uploads.MAX_BYTES + 1), name="huge.png")
    assert answer.status == 413
    assert answer.sentence.startswith("huge.png is larger than 20 MB")


def test_a_length_over_the_limit_is_refused_before_the_body_comes(served):
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=20)
    connection.putrequest("POST", "/hourglass/pictures?model=stand-in-2")
    connection.putheader("Content-Length", str(10**12))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_the_limit_holds_while_streaming(served, monkeypatch):
    """A body that does not announce its length is stopped as well, long before its end."""
    monkeypatch.setattr(uploads, "MAX_BYTES", 1000)
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=20)
    connection.putrequest("POST", "/hourglass/pictures?model=stand-in-2")
    connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders()
    for _ in range(10):
        connection.send(b"200\r\n" + b"x" * 512 + b"\r\n")
    response = connection.getresponse()  # the body has not ended
    assert response.status == 413
    connection.close()


def test_nothing_is_written_to_disk(served, client, monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a temporary file")

    for name in ("SpooledTemporaryFile", "TemporaryFile", "NamedTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, refuse)
    noise = np.random.default_rng(0).integers(0, 255, (1500, 1500, 3), np.uint8)
    data = file_of(Image.fromarray(noise))
    assert len(data) > 5_000_000
    assert upload(client, data).status in (200, 422)


def test_a_slow_upload_is_ended(served, monkeypatch):
    monkeypatch.setattr(pictures, "READING_S", 0.3)
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=20)
    connection.putrequest("POST", "/hourglass/pictures?model=stand-in-2")
    connection.putheader("Content-Length", "1000")
    connection.endheaders()
    connection.send(b"x")
    response = connection.getresponse()
    assert response.status == 408
    assert b"did not arrive" in response.read()
    connection.close()


def test_several_at_once_all_arrive(client):
    data = file_of(drawn())
    with ThreadPoolExecutor(6) as pool:
        told = [pool.submit(upload, client, data, name=f"{n}.png") for n in range(12)]
        ids = {future.result().json()["id"] for future in told}
    listed = client.get("/pictures?model=stand-in-2").json()
    assert {item["id"] for item in listed} == ids
    assert len(ids) == 12


def test_models_of_other_pictures_prepare_by_themselves():
    class Colourful(stand_in.StandIn):
        def prepare_shown(self, image):
            return Prepared(np.full((28, 28, 1), 90, np.uint8))

    with Served(Colourful(dataset="faces")).running() as served:
        client = served.client()
        told = upload(client, file_of(drawn())).json()
        assert told["steps"] == []
        assert np.asarray(opened(client.get("/" + told["prepared"]))).tolist() == [[90] * 28] * 28
        assert told["message"].endswith(" test pictures.")


@pytest.mark.parametrize(
    ("percentile", "far", "expected"),
    [
        (0.0, False, "smaller than that of all 10,000 test digits."),
        (17.0, False, "smaller than that of 83% of the test digits."),
        (17.9, False, "smaller than that of 82% of the test digits."),
        (83.6, False, "larger than that of 83% of the test digits."),
        (95.2, True, "larger than that of 95% of the test digits."),
        (99.96, True, "larger than that of 99.9% of the test digits."),
        (100.0, True, "larger than that of every one of the 10,000 test digits."),
    ],
)
def test_the_verdict_in_words(percentile, far, expected):
    said = verdict(percentile, far=far, count=10_000, noun="test digits")
    assert said.endswith(expected)
    assert ("far from" in said) == far
    assert ("far from anything" in said) == (percentile >= 99)
    assert ("knows" in said) == (percentile <= 50)


def test_what_the_preparation_has_against_a_picture_comes_first():
    said = verdict(12.0, far=True, count=10_000, noun="test digits", foreign="it is a cat")
    assert said == (
        "This is far from anything the model has seen: it is a cat. "
        "Its error is larger than that of 12% of the test digits."
    )


def test_a_photograph_is_said_to_be_far(client):
    blotches = ndimage.gaussian_filter(np.random.default_rng(3).normal(0, 1, (300, 300)), 25)
    blotches = 255 * (blotches - blotches.min()) / np.ptp(blotches)
    told = upload(client, file_of(Image.fromarray(blotches.astype(np.uint8)))).json()
    assert told["far"] is True
    assert FOREIGN in told["message"]
    assert FOREIGN not in upload(client, file_of(drawn())).json()["message"]


def test_the_difference_is_white_where_it_is_largest():
    one = np.array([[[0], [255], [7]]], np.uint8)
    other = np.array([[[255], [0], [9]]], np.uint8)
    assert difference(one, other).ravel().tolist() == [255, 255, 2]
    assert difference(one, one).max() == 0
