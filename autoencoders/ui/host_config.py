"""One setting of streamlit's page that has no option: no dialog when the server is gone.

The page would cover itself with a modal dialog and make everything else inert, the map too, which
works on without the server. Streamlit's page reads ``blockErrorDialogs`` from its host config; the
live map's badge says "offline" instead.
"""

import json

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PATH = "/_stcore/host-config"


class NoErrorDialogs:
    """ASGI middleware that switches error dialogs off in streamlit's host config.

    Args:
        app: the app that answers.
        base: streamlit's base path, "" or "/name".
    """

    def __init__(self, app: ASGIApp, *, base: str) -> None:
        self._app = app
        self._path = base + PATH

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything through, the host config changed."""
        if scope["type"] != "http" or scope["path"] != self._path:
            await self._app(scope, receive, send)
            return
        plain = [item for item in scope["headers"] if item[0] != b"accept-encoding"]
        held: list[Message] = []

        async def hold(message: Message) -> None:
            held.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                for changed in _without_dialogs(held):
                    await send(changed)

        await self._app({**scope, "headers": plain}, receive, hold)


def _without_dialogs(messages: list[Message]) -> list[Message]:
    """Change the setting in a whole answer; what is not streamlit's JSON object stays as it is."""
    start, *parts = messages
    body = b"".join(part.get("body", b"") for part in parts)
    try:
        settings = json.loads(body)
    except ValueError:
        return messages
    if start["status"] != 200 or not isinstance(settings, dict):
        return messages
    changed = json.dumps(settings | {"blockErrorDialogs": True}).encode()
    headers = MutableHeaders(raw=list(start["headers"]))
    headers["content-length"] = str(len(changed))
    return [
        {**start, "headers": headers.raw},
        {"type": "http.response.body", "body": changed},
    ]
