"""The door: foreign hosts and origins are refused, every browser has its cookie."""

import asyncio
import re

import pytest
import stand_in
from served import JSON, Served

from autoencoders.ui.guard import Guard, host_allowed, host_name, hosts_from_environment

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@pytest.fixture(scope="module")
def served():
    with Served().running() as running:
        yield running


@pytest.fixture
def client(served):
    return served.client()


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8501", "LOCALHOST:1", "127.0.0.1:80", "[::1]:8501", "[::1]"]
)
def test_this_machine_is_served_under_its_own_names(client, host):
    assert client.get("/health", Host=host).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8501",
        "localhost.evil.example",
        "evil.example@localhost",
        "127.0.0.1.evil.example",
        "localhost/..",
        "[::2]",
        "localhost:port",
        "",
        "x" * 1000,
    ],
)
def test_a_foreign_host_is_refused_and_told_how_to_allow_it(client, host):
    answer = client.get("/health", Host=host)
    assert answer.status == 421
    assert "HOURGLASS_HOSTS" in answer.sentence
    assert len(answer.sentence) < 300
    assert answer.headers["set-cookie"] is None


def test_more_hosts_can_be_allowed(monkeypatch):
    monkeypatch.setenv("HOURGLASS_HOSTS", "map.example, *.school.example")
    assert hosts_from_environment() == ("map.example", "*.school.example")
    with Served().running() as served:
        client = served.client()
        for host in ("map.example:8501", "a.school.example", "localhost"):
            assert client.get("/health", Host=host).status == 200
        for host in ("school.example", "other.example", "xschool.example"):
            assert client.get("/health", Host=host).status == 421


def test_host_names_are_read_as_browsers_write_them():
    assert host_name("Map.Example.:80") == "map.example"
    assert host_name("[::1]:80") == "::1"
    assert host_name("a b") in ("", "a b")
    assert not host_allowed("", ["*"])
    assert host_allowed("anything", ["*"])


def post(client, origin, **headers):
    sent = {**JSON, **headers}
    if origin is not None:
        sent["Origin"] = origin
    return client.post("/decode", '{"model": "stand-in-2", "codes": [[0, 0]]}', sent)


def test_a_page_of_this_server_may_post(served, client):
    assert post(client, f"http://127.0.0.1:{served.port}").status == 200
    assert post(client, "http://localhost:8501", Host="localhost:8501").status == 200
    assert post(client, "https://localhost", Host="localhost").status == 200
    assert post(client, None).status == 200  # no browser


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "http://localhost:1",
        "http://127.0.0.1",
        "null",
        "",
        "http://[",
        "http://evil.example/127.0.0.1",
    ],
)
def test_a_foreign_origin_may_not_post_nor_delete(client, origin):
    answer = post(client, origin)
    assert answer.status == 403
    assert "comes from another site" in answer.sentence
    answer = client.ask("DELETE", "/pictures/x", headers={"Origin": origin})
    assert answer.status == 403
    assert client.ask("POST", "/pictures", headers={"Origin": origin}).status == 403


def test_a_browser_that_says_cross_site_may_not_post(client):
    assert post(client, None, **{"Sec-Fetch-Site": "cross-site"}).status == 403
    assert post(client, None, **{"Sec-Fetch-Site": "same-site"}).status == 403
    assert post(client, None, **{"Sec-Fetch-Site": "same-origin"}).status == 200


def test_behind_a_proxy_an_allowed_name_may_post(monkeypatch):
    monkeypatch.setenv("HOURGLASS_HOSTS", "map.example")
    with Served().running() as served:
        client = served.client()
        assert post(client, "https://map.example").status == 200
        assert post(client, "https://evil.example").status == 403
    monkeypatch.setenv("HOURGLASS_HOSTS", "*")
    with Served().running() as served:
        assert post(served.client(), "https://evil.example").status == 403


def test_the_first_answer_sets_a_cookie_that_scripts_and_sites_cannot_use(client):
    header = client.get("/health").headers["set-cookie"]
    token = re.match(r"hourglass_browser=([^;]+);", header)[1]
    assert TOKEN.fullmatch(token)
    parts = {part.strip() for part in header.split(";")[1:]}
    assert parts == {"Path=/", "HttpOnly", "SameSite=Strict"}


def test_a_browser_keeps_its_cookie(client):
    client.get("/health")
    assert client.get("/health").headers["set-cookie"] is None


def test_every_browser_gets_another_cookie(served):
    clients = [served.client() for _ in range(20)]
    for client in clients:
        client.get("/health")
    assert len({client.cookie for client in clients}) == 20


@pytest.mark.parametrize("cookie", ["", "short", "x" * 44, "é" * 43])
def test_a_damaged_cookie_is_replaced(client, cookie):
    answer = client.get("/health", Cookie=f"hourglass_browser={cookie}".encode())
    assert TOKEN.fullmatch(answer.cookies["hourglass_browser"].value)


def through_the_guard(scope, *, status=200, headers=()):
    """What comes out when an app answers so behind the guard."""
    seen, sent = [], []

    async def app(scope, receive, send):
        seen.append(scope)
        await send({"type": "http.response.start", "status": status, "headers": list(headers)})
        await send({"type": "http.response.body", "body": b""})

    async def send(message):
        sent.append(message)

    whole = {"type": "http", "path": "/", "method": "GET", "headers": [(b"host", b"localhost")]}
    asyncio.run(Guard(app, prefix="/hourglass", hosts=())({**whole, **scope}, None, send))
    return seen, sent


def cookies_in(sent):
    return [value.decode() for name, value in sent[0].get("headers", ()) if name == b"set-cookie"]


def test_the_cookie_comes_with_an_unchanged_page_too():
    _, sent = through_the_guard({}, status=304, headers=[(b"cache-control", b"no-cache")])
    assert sent[0]["status"] == 304
    assert len(cookies_in(sent)) == 1


def test_an_answer_that_others_may_get_carries_no_cookie():
    _, sent = through_the_guard({}, headers=[(b"cache-control", b"public, immutable")])
    assert cookies_in(sent) == []


def test_over_tls_the_cookie_stays_on_tls():
    _, sent = through_the_guard({"scheme": "https"})
    assert cookies_in(sent)[0].endswith("; Secure")


def test_a_websocket_of_a_foreign_host_is_closed_before_it_opens():
    scope = {"type": "websocket", "headers": [(b"host", b"evil.example")]}
    seen, sent = through_the_guard(scope)
    assert seen == []
    assert [message["type"] for message in sent] == ["websocket.close"]


@pytest.mark.parametrize(
    ("origin", "opens"), [("http://localhost:8501", True), ("http://evil.example", False)]
)
def test_a_websocket_opens_only_for_our_own_page(origin, opens):
    headers = [(b"host", b"localhost:8501"), (b"origin", origin.encode())]
    seen, sent = through_the_guard({"type": "websocket", "headers": headers})
    assert bool(seen) is opens
    assert ("websocket.close" in [message["type"] for message in sent]) is not opens


def test_the_rest_of_the_app_keeps_its_compression():
    scope = {"headers": [(b"host", b"localhost"), (b"accept-encoding", b"gzip")]}
    seen, _ = through_the_guard(scope)
    assert (b"accept-encoding", b"gzip") in seen[0]["headers"]
    seen, _ = through_the_guard({**scope, "path": "/hourglass/health"})
    assert (b"accept-encoding", b"gzip") not in seen[0]["headers"]


def test_no_other_site_may_embed_what_we_serve(client):
    answer = client.get("/health")
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["x-content-type-options"] == "nosniff"
    _, sent = through_the_guard({"path": "/static/js/index.js"})
    assert b"cross-origin-resource-policy" not in dict(sent[0]["headers"])


def test_below_a_base_path_the_door_is_the_same():
    with Served(stand_in.StandIn(), prefix="/demo/hourglass").running() as served:
        client = served.client()
        assert client.get("/health").status == 200
        assert post(client, "http://evil.example").status == 403
