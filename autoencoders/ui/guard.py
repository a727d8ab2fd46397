"""The door: which hosts are served, who may post, and the cookie that tells browsers apart."""

import json
import os
import re
import secrets
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "hourglass_browser"
HOSTS_VARIABLE = "HOURGLASS_HOSTS"
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_SCOPE_KEY = "hourglass.browser"
_UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def hosts_from_environment() -> tuple[str, ...]:
    """Return the host names that ``HOURGLASS_HOSTS`` adds, separated by commas or spaces."""
    named = re.split(r"[,\s]+", os.environ.get(HOSTS_VARIABLE, ""))
    return tuple(host.lower() for host in named if host)


def host_name(netloc: str) -> str:
    """Return the name in "name", "name:port" or "[address]:port", lower case, "" if damaged."""
    try:
        parts = urlsplit(f"//{netloc}")
        if parts.username is not None or parts.path or parts.query or parts.fragment:
            return ""
        _ = parts.port  # raises on a damaged port
        return (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


def host_allowed(host: str, allowed: Iterable[str]) -> bool:
    """Say whether a host name is in a list, where "*" is every name and "*.x" all below x."""
    return any(
        pattern in ("*", host) or (pattern.startswith("*.") and host.endswith(pattern[1:]))
        for pattern in allowed
        if host
    )


def browser_of(request: Request) -> str:
    """Return the token of the browser that sent a request; the guard has seen to it."""
    token: str = request.scope[_SCOPE_KEY]
    return token


class Guard:
    """ASGI middleware around the whole app: host, origin and cookie.

    Every request must name a host that is served here, or a page of a stranger could reach this
    server by pointing its own name to it. Requests that change something below ``prefix``, and
    websockets, must come from a page of this server. Every browser has a cookie that scripts cannot
    read and that other sites cannot send; uploaded pictures are kept under it.

    Args:
        app: the app behind the door.
        prefix: path of our routes; only there origin is checked and compression left to us.
        hosts: names to serve besides this machine's own; the environment's when None.
    """

    def __init__(self, app: ASGIApp, *, prefix: str, hosts: Sequence[str] | None = None) -> None:
        self._app = app
        self._prefix = prefix
        self._named = tuple(hosts) if hosts is not None else hosts_from_environment()
        self._hosts = (*LOCAL_HOSTS, *self._named)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer it here."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await _refuse(scope, send, *refusal)
        elif scope["type"] == "websocket":
            await self._app(scope, receive, send)
        else:
            await self._app(*self._let_in(scope, headers, receive, send))

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if not host_allowed(host_name(host), self._hosts):
            shown = repr(host[:80])
            return 421, (
                f"This Hourglass does not answer to the host {shown}, only to this machine; "
                f"to allow another name, start it with {HOSTS_VARIABLE} set to that name."
            )
        changes = self._ours(scope) and scope.get("method") in _UNSAFE
        # A websocket too: before streamlit refuses a foreign origin it asks a service on the
        # internet for this machine's address, in case that is the origin.
        if changes or scope["type"] == "websocket":
            origin = headers.get("origin")
            site = headers.get("sec-fetch-site", "same-origin")
            if not self._origin_allowed(origin, host) or site not in ("same-origin", "none"):
                shown = repr((origin or site)[:80])
                return 403, (
                    f"This request comes from another site ({shown}) and was refused; "
                    "use the page that this Hourglass serves."
                )
        return None

    def _ours(self, scope: Scope) -> bool:
        return str(scope["path"]).startswith(self._prefix + "/")

    def _origin_allowed(self, origin: str | None, host: str) -> bool:
        # A browser always names the origin of a POST or DELETE; who names none is no browser and
        # has no cookie of somebody else to misuse.
        if origin is None:
            return True
        try:
            netloc = urlsplit(origin).netloc
        except ValueError:
            return False
        # Behind a proxy the host may read otherwise than in the browser: names that were allowed
        # explicitly are trusted on every port.
        return bool(netloc) and (
            netloc.lower() == host.lower()
            or host_allowed(host_name(netloc), (name for name in self._named if name != "*"))
        )

    def _let_in(
        self, scope: Scope, headers: Headers, receive: Receive, send: Send
    ) -> tuple[Scope, Receive, Send]:
        """Give a browser that has none a token, with the first answer that may carry it."""
        known = Request(scope).cookies.get(COOKIE, "")
        token = known if _TOKEN.fullmatch(known) else secrets.token_urlsafe(32)
        ours = self._ours(scope)
        secure = "; Secure" if scope.get("scheme") == "https" else ""

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                if ours:
                    # Nobody else's page may embed it, no browser may guess another type.
                    answer["cross-origin-resource-policy"] = "same-origin"
                    answer["x-content-type-options"] = "nosniff"
                # An answer that a proxy may keep and hand to others must not carry a cookie.
                if token != known and "public" not in answer.get("cache-control", ""):
                    answer.append(
                        "set-cookie",
                        f"{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict{secure}",
                    )
            await send(message)

        return self._scope(scope, headers, token), receive, send_on

    def _scope(self, scope: Scope, headers: Headers, token: str) -> Scope:
        changed: dict[str, Any] = {**scope, _SCOPE_KEY: token}
        if self._ours(scope):
            # Our answers are compressed already where it pays; streamlit's middleware would
            # compress them again on every request.
            changed["hourglass.gzip"] = "gzip" in headers.get("accept-encoding", "")
            changed["headers"] = [
                item for item in scope["headers"] if item[0] != b"accept-encoding"
            ]
        return changed


async def _refuse(scope: Scope, send: Send, status: int, sentence: str) -> None:
    if scope["type"] == "websocket":
        # Closed before it was accepted: the server answers 403.
        await send({"type": "websocket.close", "code": 1008, "reason": ""})
        return
    body = json.dumps({"error": sentence}).encode()
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", b"application/json"),
                (b"content-length", str(len(body)).encode()),
                (b"cache-control", b"no-store"),
                (b"x-content-type-options", b"nosniff"),
            ],
        }
    )
    await send({"type": "http.response.body", "body": body})
