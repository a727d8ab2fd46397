"""Our routes behind a real server in a thread, and a small client, for tests."""

import contextlib
import http.client
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie

import stand_in
import uvicorn
from starlette.applications import Starlette

from autoencoders.sheets import unpack_arrays
from autoencoders.ui import server, state

PREFIX = "/hourglass"
JSON = {"Content-Type": "application/json"}


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self):
        return json.loads(self.body)

    def arrays(self):
        return unpack_arrays(self.body)

    @property
    def sentence(self):
        """The error of a refusal; checks on the way that there is one and nothing else."""
        assert 400 <= self.status < 500, (self.status, self.body)
        said = self.json()
        assert list(said) == ["error"]
        assert "Traceback" not in said["error"]
        assert "\n" not in said["error"]
        return said["error"]

    @property
    def cookies(self):
        return SimpleCookie(self.headers.get("set-cookie", ""))


class Client:
    """A browser's share of HTTP: keeps its cookie, names its origin when told to."""

    def __init__(self, port: int, prefix: str = PREFIX):
        self.port, self.prefix, self.cookie = port, prefix, None

    def ask(self, method, path, *, body=None, headers=None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = dict(headers or {})
        if self.cookie is not None:
            sent.setdefault("Cookie", f"hourglass_browser={self.cookie}")
        with contextlib.closing(connection):
            connection.request(method, self.prefix + path, body=body, headers=sent)
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        if "hourglass_browser" in answer.cookies:
            self.cookie = answer.cookies["hourglass_browser"].value
        return answer

    def get(self, path, **headers) -> Answer:
        return self.ask("GET", path, headers=headers)

    def post(self, path, body, headers=None) -> Answer:
        return self.ask("POST", path, body=body, headers=headers)

    def decode(self, **asked) -> Answer:
        return self.post("/decode", json.dumps(asked), JSON)


class Served:
    """A running server with one stand-in engine."""

    def __init__(self, engine=None, *, problem=None, prefix=PREFIX, **options):
        self.engine = engine or stand_in.StandIn()
        self.loads = 0
        self.store = state.Store(
            list_models=lambda: [stand_in.entry(self.engine, problem=problem)], load=self._load
        )
        self.prefix = prefix
        options.setdefault("originals", lambda engine: None)
        self.app = Starlette(
            routes=server.build_routes(prefix, store=lambda: self.store, **options),
            middleware=server.build_middleware(prefix),
        )
        self.model = f"/models/{self.engine.name}/{self.engine.digest}"

    def _load(self, folder):
        self.loads += 1
        return self.engine

    def client(self) -> Client:
        return Client(self.port, self.prefix)

    @contextlib.contextmanager
    def running(self) -> Iterator["Served"]:
        config = uvicorn.Config(self.app, host="127.0.0.1", port=0, log_level="error")
        running = uvicorn.Server(config)
        thread = threading.Thread(target=running.run, daemon=True)
        thread.start()
        deadline = time.monotonic() + 30
        while not running.started and time.monotonic() < deadline:
            time.sleep(0.01)
        self.port = running.servers[0].sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            running.should_exit = True
            thread.join(timeout=20)
