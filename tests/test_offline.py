"""The app works offline: neither its page nor its server asks anything of another machine."""

import http.client
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from conftest import serve
from playwright.sync_api import Browser

PAGES = [""]

# Python starts by importing this: it writes down every address that the server looks up or calls.
WITNESS = """
import os, sys

def witness(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "urllib.Request"):
        with open(os.environ["HOURGLASS_WITNESS"], "a") as book:
            book.write(f"{event} {arguments[1:] if event != 'urllib.Request' else arguments}\\n")

sys.addaudithook(witness)
witness("socket.connect", ("", "awake"))
"""
NEAR = ("127.0.0.1", "localhost", "'::1'", "'::'", "'0.0.0.0'", "awake")


@dataclass(frozen=True)
class Watched:
    """A running app whose outgoing calls are written into a file."""

    url: str
    book: Path

    def calls(self) -> list[str]:
        return self.book.read_text().splitlines()

    def calls_elsewhere(self, *, since: int = 0) -> list[str]:
        """Calls to other machines, without the first so many calls."""
        return [call for call in self.calls()[since:] if not any(at in call for at in NEAR)]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    folder = tmp_path_factory.mktemp("watched")
    (folder / "sitecustomize.py").write_text(WITNESS)
    book = folder / "calls.txt"
    path = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))
    environment = {"PYTHONPATH": path, "HOURGLASS_WITNESS": str(book)}
    with serve(log=folder / "streamlit.log", environment=environment) as url:
        yield Watched(url, book)


def test_starting_asks_nobody(watched: Watched):
    """Streamlit would look this machine's address up on the internet, to print it."""
    assert any("awake" in call for call in watched.calls()), "nobody wrote anything down"
    assert watched.calls_elsewhere() == []


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_asks_this_server_only(chromium: Browser, watched: Watched, page, scheme):
    context = chromium.new_context(color_scheme=scheme)
    tab = context.new_page()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("websocket", lambda socket: asked.append(socket.url))
    tab.goto(f"{watched.url}/{page}")
    tab.get_by_test_id("live-root").wait_for()
    tab.locator("[data-testid=live-root][data-ready=true]").wait_for(timeout=60_000)
    tab.wait_for_timeout(1000)
    context.close()
    here = urlsplit(watched.url).netloc
    elsewhere = [
        url
        for url in asked
        if urlsplit(url).scheme not in {"data", "blob"} and urlsplit(url).netloc != here
    ]
    assert elsewhere == []
    assert any(url.startswith("ws://") for url in asked), "the page never came alive"
    assert watched.calls_elsewhere() == []


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://example.invalid"}, {"Host": "example.invalid"}]
)
def test_a_stranger_makes_the_server_ask_nobody(watched: Watched, headers):
    """Streamlit would look this machine's address up on the internet, to compare the origin."""
    before = len(watched.calls())
    connection = http.client.HTTPConnection(urlsplit(watched.url).netloc, timeout=20)
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "aG91cmdsYXNzaG91cmdsYQ==",
    }
    connection.request("GET", "/_stcore/stream", headers=upgrade | headers)
    answer = connection.getresponse()
    connection.close()
    assert 400 <= answer.status < 500
    assert watched.calls_elsewhere(since=before) == []
