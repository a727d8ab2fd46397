"""What is served beside the page: scripts, and the settings of the process."""

import asyncio
import gzip
import json
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import conftest
import plotly
import pytest
from conftest import serve
from served import Client, Served
from starlette.formparsers import MultiPartParser
from starlette.requests import Request

from autoencoders import uploads
from autoencoders.ui import server
from autoencoders.ui.host_config import NoErrorDialogs

PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"


@pytest.fixture(scope="module")
def client():
    with Served().running() as served:
        yield served.client()


@pytest.fixture
def live_folder(tmp_path, monkeypatch):
    (tmp_path / "main.js").write_text("export const one = 1;\n")
    (tmp_path / "live.css").write_text("canvas { width: 100% }\n")
    (tmp_path / "notes.txt").write_text("not for browsers\n")
    (tmp_path.parent / "outside.js").write_text("secret\n")
    monkeypatch.setattr(server, "LIVE_FOLDER", tmp_path)
    return tmp_path


def test_plotly_is_the_installed_one_compressed_once(client):
    address = f"/plotly/{plotly.__version__}/plotly.min.js"
    packed = client.get(address, **{"Accept-Encoding": "gzip, br"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "immutable" in packed.headers["cache-control"]
    assert packed.headers["vary"].lower() == "accept-encoding"
    assert gzip.decompress(packed.body) == PLOTLY.read_bytes()
    plain = client.get(address)
    assert plain.headers["content-encoding"] is None
    assert plain.body == PLOTLY.read_bytes()


def test_another_version_of_plotly_is_not_there(client):
    answer = client.get("/plotly/1.0.0/plotly.min.js")
    assert answer.status == 404
    assert "reload the page" in answer.sentence


def test_our_scripts_are_served_under_their_version(client, live_folder):
    version = server.live_version()
    answer = client.get(f"/live/{version}/main.js")
    assert answer.body == b"export const one = 1;\n"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]
    answer = client.get(f"/live/{version}/live.css")
    assert answer.headers["content-type"] == "text/css; charset=utf-8"


def test_a_changed_script_has_another_address(client, live_folder):
    old = server.live_version()
    (live_folder / "main.js").write_text("export const one = 11;\n")
    assert server.live_version() != old
    answer = client.get(f"/live/{old}/main.js")
    assert answer.status == 404
    assert "reload the page" in answer.sentence


@pytest.mark.parametrize(
    "name", ["notes.txt", "nothing.js", "..%2foutside.js", "%2e%2e/outside.js", "main.js%00.css"]
)
def test_no_other_file_is_served(client, live_folder, name):
    answer = client.get(f"/live/{server.live_version()}/{name}")
    assert answer.status == 404
    assert b"secret" not in answer.body


@pytest.mark.parametrize(
    ("base", "address"),
    [("", "/hourglass"), ("demo", "/demo/hourglass"), ("/a/b/", "/a/b/hourglass")],
)
def test_our_routes_stand_below_streamlits_base_path(monkeypatch, base, address):
    monkeypatch.setattr(server.st, "get_option", {"server.baseUrlPath": base}.get)
    assert server.address() == address


def test_uploads_through_streamlits_widgets_stay_in_memory(monkeypatch):
    """Starlette's parser spools to disk above a limit: ours lies above the largest upload."""
    monkeypatch.setattr(MultiPartParser, "spool_max_size", 1024 * 1024)

    async def run():
        async with server.lifespan(None):
            return await parsed(b"x" * uploads.MAX_BYTES)

    kept = asyncio.run(run())
    assert isinstance(kept, tempfile.SpooledTemporaryFile)
    assert not kept._rolled, "the upload was written to disk"


async def parsed(content):
    body = (
        b'--b\r\nContent-Disposition: form-data; name="f"; filename="f.png"\r\n\r\n'
        + content
        + b"\r\n--b--\r\n"
    )
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive():
        return messages.pop(0)

    headers = [(b"content-type", b"multipart/form-data; boundary=b")]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}
    form = await Request(scope, receive).form()
    return form["f"].file


@pytest.mark.parametrize("base", ["", "/demo/x"])
def test_the_routes_stand_beside_the_app_that_streamlit_run_starts(tmp_path, monkeypatch, base):
    wait = conftest._wait_until_healthy  # streamlit's own routes stand below the base path as well
    monkeypatch.setattr(conftest, "_wait_until_healthy", lambda url, *rest: wait(url + base, *rest))
    options = ["--server.baseUrlPath", base] if base else []
    with serve(*options, log=tmp_path / "streamlit.log") as url:
        client = Client(urlsplit(url).port, base)
        assert client.get("/hourglass/health").json() == {"ok": True}
        assert client.cookie
        assert client.get("/_stcore/host-config").json()["blockErrorDialogs"] is True
        page = Client(client.port, base).get("/")
        assert page.status == 200
        assert "hourglass_browser" in page.cookies
        etag = {"If-None-Match": page.headers["etag"]}
        unchanged = Client(client.port, base).get("/", **etag)
        assert unchanged.status in (200, 304)
        assert "hourglass_browser" in unchanged.cookies
        assert client.get("/", Host="evil.example").status == 421
        assert client.get("/hourglass/nothing").sentence == "There is nothing at this address."


def config_answer(body, *, path="/_stcore/host-config", base="", status=200):
    sent = []

    async def app(scope, receive, send):
        headers = [(b"content-length", str(len(body)).encode()), (b"x-kept", b"1")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body[:5], "more_body": True})
        await send({"type": "http.response.body", "body": body[5:]})

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "path": path, "headers": [(b"accept-encoding", b"gzip")]}
    asyncio.run(NoErrorDialogs(app, base=base)(scope, None, send))
    whole = b"".join(message.get("body", b"") for message in sent)
    headers = dict(sent[0]["headers"])
    assert headers[b"content-length"] == str(len(whole)).encode()
    assert headers[b"x-kept"] == b"1"
    return whole


def test_the_page_shows_no_dialog_when_the_server_is_gone():
    before = b'{"blockErrorDialogs": false, "metricsUrl": ""}'
    assert json.loads(config_answer(before)) == {"blockErrorDialogs": True, "metricsUrl": ""}
    below = config_answer(before, path="/demo/_stcore/host-config", base="/demo")
    assert json.loads(below)["blockErrorDialogs"] is True


def test_every_other_answer_passes_unchanged():
    before = b'{"blockErrorDialogs": false}'
    assert config_answer(before, path="/_stcore/health") == before
    assert config_answer(before, status=500) == before
    assert config_answer(b"no json") == b"no json"
    assert config_answer(b"[1, 2, 3]") == b"[1, 2, 3]"
