"""Engines and a stage for tests of the page "generate": what is drawn can be worked out."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import stand_in
from live_page import serve_page
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page
from served import Served

from autoencoders.checkpoint import Latents
from autoencoders.listing import ModelEntry
from autoencoders.ui import generate, state

SIDE = 8
PATIENCE = 90_000


def lattice() -> NDArray[np.float32]:
    """Codes that fill the left half of the square evenly; nothing lies right of 0."""
    x, y = np.meshgrid(np.linspace(-1, 0, 21), np.linspace(-1, 1, 41))
    return np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32)


def cloud() -> NDArray[np.float32]:
    return np.random.default_rng(1).standard_normal((400, 2)).astype(np.float32)


def kept(codes: NDArray[np.float32]) -> Latents:
    count = len(codes)
    return Latents(
        codes=codes,
        mse=np.linspace(0.01, 0.1, count, dtype=np.float32),
        labels=(np.arange(count) % 10).astype(np.int64),
        ids=np.arange(count),
        split="test",
    )


def shades(codes: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Pictures whose left half is as bright as the first number, the right half as the second."""
    two = codes[:, [0, -1]]
    wide = np.repeat(1 / (1 + np.exp(-2 * two)), SIDE // 2, axis=1)
    picture = np.broadcast_to(wide[:, None, :], (len(codes), SIDE, SIDE))
    return np.round(255 * picture).astype(np.uint8)[..., None]


@dataclass
class Plain(stand_in.StandIn):
    """A plain autoencoder with a hole: the whole right half of its square."""

    name: str = "plain-2"
    digest: str = "00000000000000aa"
    image_shape: tuple[int, int, int] = (SIDE, SIDE, 1)
    config: SimpleNamespace = field(
        default_factory=lambda: SimpleNamespace(
            family="convolutional", code_range="unit", base="", image_shape=(SIDE, SIDE, 1)
        )
    )
    latents: Latents = field(default_factory=lambda: kept(lattice()))

    def decode(self, codes: NDArray[np.float32]) -> NDArray[np.uint8]:
        self.decoded += len(codes)
        return shades(codes)

    def encode(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Far to the right: no place comes back from farther than the data's left edge does."""
        return np.tile(np.float32([1000, 0]), (len(images), 1))


@dataclass
class Variational(Plain):
    name: str = "vae-2"
    digest: str = "00000000000000bb"
    config: SimpleNamespace = field(
        default_factory=lambda: SimpleNamespace(
            family="variational", code_range="free", base="", image_shape=(SIDE, SIDE, 1)
        )
    )
    latents: Latents = field(default_factory=lambda: kept(cloud()))


@dataclass
class Wide8(stand_in.Wide):
    """A plain autoencoder whose codes have eight numbers."""

    digest: str = "00000000000000cc"
    config: SimpleNamespace = field(
        default_factory=lambda: SimpleNamespace(
            family="convolutional", code_range="free", base="", image_shape=(28, 28, 1)
        )
    )


def entry_of(engine) -> ModelEntry:
    described = SimpleNamespace(
        digest=engine.digest,
        model=engine.config,
        training=SimpleNamespace(dataset=engine.dataset),
    )
    return ModelEntry(engine.name, Path(engine.name), None, "", engine.code_size, described)


def shared_store(engines) -> state.Store:
    """A store of several stand-ins."""
    by_name = {engine.name: engine for engine in engines}
    return state.Store(
        list_models=lambda: [entry_of(engine) for engine in engines],
        load=lambda folder: by_name[folder.name],
    )


class Several(Served):
    """A running server with several stand-in engines; the first is the one that a page shows."""

    def __init__(self, *engines, **options):
        super().__init__(engines[0], **options)
        self.store = shared_store(engines)


class Opened:
    """A page with the component on it."""

    def __init__(self, page: Page, served: Served):
        self.page, self.served = page, served
        self.requests: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.set_default_timeout(PATIENCE)

    def open(self) -> "Opened":
        self.page.goto(f"http://127.0.0.1:{self.served.port}/page")
        self.page.wait_for_selector('[data-testid="live-root"][data-ready="true"]')
        return self

    def find(self, name: str):
        return self.page.get_by_test_id(name)

    def slot(self, name: str):
        return self.page.locator(f'[data-testid="decoded-image"][data-slot="{name}"]')

    def wait(self, slot: str, state: str, more: str = "") -> None:
        self.page.wait_for_selector(f'[data-slot="{slot}"][data-state="{state}"]{more}')

    def scenes(self) -> list[dict]:
        """What Python was told of the scene, in order."""
        return [value for name, value in self.page.evaluate("reports") if name == "scene"]

    def wait_for_scene(self, **parts) -> None:
        self.page.wait_for_function(
            """wanted => {
                const last = reports.filter(([name]) => name === "scene").at(-1)?.[1] ?? {};
                return Object.entries(wanted).every(([k, v]) => JSON.stringify(last[k]) === v);
            }""",
            arg={name: json.dumps(value) for name, value in parts.items()},
        )


@contextlib.contextmanager
def page_of(chromium: Browser, served: Served, told: dict, **options) -> Iterator[Opened]:
    """Open a page that is told ``told``; ``options`` are the browser context's."""
    serve_page(served, told)
    options.setdefault("viewport", {"width": 1280, "height": 1400})
    options.setdefault("reduced_motion", "reduce")
    context = chromium.new_context(**options)
    try:
        opened = Opened(context.new_page(), served).open()
        yield opened
        assert opened.errors == []
    finally:
        context.close()


def told_of(served: Several, *partners, scene=None) -> dict:
    """What the page "generate" tells its component of a server's first engine."""
    found = [generate.described(engine) for engine in partners]
    return generate.page_data(served.engine, found, address=served.prefix, scene=scene)
