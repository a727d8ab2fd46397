"""What is served beside the page: everything app.py hands to ``st.App``."""

import functools
import gzip
import hashlib
import logging
import re
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import plotly
import streamlit as st
from starlette.formparsers import MultiPartParser
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from autoencoders import uploads
from autoencoders.ui.answers import IMMUTABLE, RefusedError, Workers, sentences
from autoencoders.ui.attribute_routes import AttributeRoutes
from autoencoders.ui.collector import keep_for_good
from autoencoders.ui.compare_routes import CompareRoutes
from autoencoders.ui.game_routes import GameRoutes
from autoencoders.ui.generate_routes import GenerateRoutes
from autoencoders.ui.guard import Guard
from autoencoders.ui.host_config import NoErrorDialogs
from autoencoders.ui.items import Originals
from autoencoders.ui.pictures import PictureRoutes
from autoencoders.ui.previews import PreviewRoutes
from autoencoders.ui.restore_routes import RestoreRoutes
from autoencoders.ui.routes import ModelRoutes, health, originals_on_disk, ready_for_map
from autoencoders.ui.state import Store, store
from autoencoders.ui.strips import StripRoutes
from autoencoders.ui.takeaways import TakeawayRoutes
from autoencoders.ui.through_routes import ThroughRoutes
from autoencoders.ui.training_routes import TrainingRoutes
from autoencoders.ui.view_routes import ViewRoutes

_log = logging.getLogger(__name__)

LIVE_FOLDER = Path(__file__).with_name("live")
LIVE_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
}
PLOTLY_VERSION: str = plotly.__version__

ROOT = "/hourglass"
"""Where our routes begin, below streamlit's base path; no page may have this name."""

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

QUICK_PLACES = 2
SLOW_PLACES = 2


def address() -> str:
    """Return the path of our routes, "/hourglass" below streamlit's base path if there is one."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}{ROOT}" if base else ROOT


def live_version() -> str:
    """Return a hash of our JavaScript and CSS as they now lie on disk, 16 hex digits."""
    files = sorted(path for path in LIVE_FOLDER.iterdir() if path.suffix in LIVE_TYPES)
    stamps = tuple((path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in files)
    return _hash_of(stamps)


@functools.lru_cache(maxsize=4)
def _hash_of(stamps: tuple[tuple[str, int, int], ...]) -> str:
    digest = hashlib.sha256()
    for name, _, _ in stamps:
        digest.update(name.encode() + b"\0" + (LIVE_FOLDER / name).read_bytes() + b"\0")
    return digest.hexdigest()[:16]


@functools.lru_cache(maxsize=1)
def _plotly() -> tuple[bytes, bytes]:
    """Return plotly.js, plain and compressed once."""
    plain = (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_bytes()
    return plain, gzip.compress(plain, compresslevel=9, mtime=0)


def build_routes(
    prefix: str,
    *,
    store: Callable[[], Store] = store,
    originals: Originals = originals_on_disk,
) -> list[BaseRoute]:
    """Return all our routes below ``prefix``; the store and originals are ``ModelRoutes``'."""
    quick, slow = Workers(QUICK_PLACES), Workers(SLOW_PLACES)

    async def plotly_js(request: Request) -> Response:
        if request.path_params["version"] != PLOTLY_VERSION:
            raise RefusedError(404, "This page is older than the server; reload the page.")
        plain, compressed = await slow.run(request, _plotly)
        headers = IMMUTABLE | {"Vary": "Accept-Encoding"}
        if request.scope.get("hourglass.gzip"):
            return _script(compressed, headers | {"Content-Encoding": "gzip"})
        return _script(plain, headers)

    async def live(request: Request) -> Response:
        name = request.path_params["file"]
        path = LIVE_FOLDER / name
        known = re.fullmatch(r"[a-z0-9_-]+\.(js|css)", name) is not None and path.is_file()
        if not known:
            raise RefusedError(404, "There is no such file.")
        if request.path_params["version"] != live_version():
            raise RefusedError(404, "This page is older than the server; reload the page.")
        return Response(
            path.read_bytes(), media_type=LIVE_TYPES[path.suffix], headers=dict(IMMUTABLE)
        )

    return [
        Route(f"{prefix}/health", health),
        Route(f"{prefix}/plotly/{{version}}/plotly.min.js", sentences(plotly_js)),
        Route(f"{prefix}/live/{{version}}/{{file}}", sentences(live)),
        *ModelRoutes(store, quick=quick, slow=slow, originals=originals).routes(prefix),
        # Quickly made, and not to wait behind a sheet that takes seconds.
        *PreviewRoutes(store, workers=Workers(QUICK_PLACES)).routes(prefix),
        *PictureRoutes(store, slow=slow).routes(prefix),
        *TrainingRoutes(store, slow=Workers(SLOW_PLACES)).routes(prefix),
        *CompareRoutes(store, quick=quick, slow=slow, originals=originals).routes(prefix),
        *GenerateRoutes(store, quick=quick, slow=slow, originals=originals).routes(prefix),
        *GameRoutes(store, quick=quick, slow=slow, originals=originals).routes(prefix),
        *(
            route
            for kind in (
                ViewRoutes,
                StripRoutes,
                TakeawayRoutes,
                AttributeRoutes,
                RestoreRoutes,
                ThroughRoutes,
            )
            for route in kind(store, quick=quick, slow=slow, originals=originals).routes(prefix)
        ),
        Route(f"{prefix}/{{rest:path}}", sentences(_nothing), methods=METHODS),
    ]


async def _nothing(request: Request) -> Response:
    raise RefusedError(404, "There is nothing at this address.")


def _script(body: bytes, headers: dict[str, str]) -> Response:
    return Response(body, media_type=LIVE_TYPES[".js"], headers=headers)


def build_middleware(prefix: str) -> list[Middleware]:
    """Return the middleware around the whole app."""
    base = prefix.removesuffix(ROOT)
    return [Middleware(Guard, prefix=prefix), Middleware(NoErrorDialogs, base=base)]


@asynccontextmanager
async def lifespan(app: object) -> AsyncIterator[None]:
    """Prepare the process: uploads stay off the disk, the first page finds everything ready."""
    keep_uploads_in_memory()
    threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
    try:
        yield
    finally:
        store().trainings.close()


def warm_up(*, store: Callable[[], Store] = store) -> None:
    """Load the model that the page opens with, and make what its map asks for first."""
    try:
        shared = store()
        names = shared.usable()
        if names:
            ready_for_map(shared, names[0])
    except (OSError, ValueError, LookupError):
        # Whoever opens the page is told; the server starts all the same.
        _log.warning("The first model could not be loaded in advance.", exc_info=True)
    keep_for_good()


def keep_uploads_in_memory() -> None:
    """Keep multipart uploads in memory; Starlette would write those above 1 MB to a file."""
    MultiPartParser.spool_max_size = uploads.MAX_BYTES + 2**20
