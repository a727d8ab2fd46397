"""What people come for, on the real app with the shipped models, from its front page.

Each journey has a budget: clicks, choices and drags together.
"""

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from conftest import REPOSITORY
from live_page import read_png
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

import autoencoders

SLOW = 30_000
THUMB = 8
"""Half of the thumb of Chromium's slider: its middle keeps so far off the ends."""


class Person:
    """A new visitor with a window; everything they do with their hand is counted."""

    def __init__(self, chromium: Browser, app: str) -> None:
        self.context = chromium.new_context(viewport={"width": 1280, "height": 900})
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(SLOW)
        self.app, self.done = app, 0
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def arrive(self, address: str = "/") -> None:
        self.page.goto(address if "://" in address else self.app + address)
        self.ready()

    def ready(self, model: str = "") -> None:
        """Wait until the page of a model is there."""
        if model:
            self.page.wait_for_url(f"**model={model}*")
        self.page.wait_for_selector('[data-testid="live-root"][data-ready="true"]')

    def find(self, name: str) -> Locator:
        return self.page.get_by_test_id(name)

    def click(self, target: Locator | str) -> None:
        (self.find(target) if isinstance(target, str) else target).click()
        self.done += 1

    def go(self, page: str) -> None:
        """Open another page by its name at the top."""
        self.click(self.page.get_by_role("link", name=page))
        self.page.wait_for_url(f"**/{page.lower()}?*")
        self.ready()

    def pick(self, model: str) -> None:
        """Choose a model by typing its name: the list shows but a few of them at a time."""
        self.click(self.page.get_by_role("combobox").first)
        self.page.keyboard.type(model)
        self.click(self.page.get_by_role("option", name=model))
        self.ready(model)

    def choose(self, target: str, value: str) -> None:
        self.find(target).select_option(value)
        self.done += 1

    def bring(self, button: str, name: str, data: bytes) -> None:
        """Choose a picture file of one's own."""
        with self.page.expect_file_chooser() as chooser:
            self.click(button)
        chooser.value.set_files({"name": name, "mimeType": "image/png", "buffer": data})

    def along(self, target: str, *places: tuple[float, float], steps: int = 12) -> None:
        """Press, move through places of an element, given as shares of it, and let go."""
        self.find(target).scroll_into_view_if_needed()
        box = self.find(target).bounding_box()
        assert box is not None
        at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
        self.page.mouse.move(*at[0])
        self.page.mouse.down()
        for place in at[1:]:
            self.page.mouse.move(*place, steps=steps)
        self.page.mouse.up()
        self.done += 1

    def slide(self, target: str, start: float, end: float) -> None:
        """Drag a slider from one share of its way to another."""
        self.find(target).scroll_into_view_if_needed()
        box = self.find(target).bounding_box()
        assert box is not None
        way = box["width"] - 2 * THUMB

        def share(at: float) -> tuple[float, float]:
            return (THUMB + at * way) / box["width"], 0.5

        self.along(target, share(start), share(end), steps=30)

    def picture(self, slot: str) -> Locator:
        return self.page.locator(f'[data-testid="decoded-image"][data-slot="{slot}"]')

    def rest(self, slot: str) -> np.ndarray:
        """Wait for the exact picture; uint8 (H, W, 3)."""
        expect(self.picture(slot)).to_have_attribute("data-state", "exact", timeout=SLOW)
        return read_png(self.picture(slot).evaluate("c => c.toDataURL()"))

    def code(self, slot: str) -> np.ndarray:
        return np.float32([json.loads(self.picture(slot).get_attribute("data-z") or "")])


@pytest.fixture
def person(chromium: Browser, app_url: str) -> Iterator[Person]:
    person = Person(chromium, app_url)
    yield person
    assert person.errors == []
    person.context.close()


def png(pixels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


# ---------------------------------------------------------------- a frown becomes a smile


def _photographs() -> Path | None:
    """Where the photographs of faces are, if they are on this disk."""
    for place in (REPOSITORY / "data", REPOSITORY.parent / "shared" / "data"):
        if (place / "lfw" / "lfw-deepfunneled").is_dir():
            return place / "lfw" / "lfw-deepfunneled"
    return None


def _smiling(engine: autoencoders.Engine):
    (found,) = [one for one in engine.directions if one.name == "smiling"]
    return lambda pixels: float(found.score(engine.encode(pixels[None]))[0])


def _decoded_frown(engine: autoencoders.Engine) -> bytes:
    """A face that nobody photographed, framed as the photographs are."""
    (smiling,) = [one for one in engine.directions if one.name == "smiling"]
    code = engine.latents.codes[np.argsort(smiling.score(engine.latents.codes))[4]]
    face = engine.decode(code[None])[0]
    around = tuple(int(level) for level in face.mean(axis=(0, 1)))
    image = Image.new("RGB", (250, 250), around)
    image.paste(Image.fromarray(face).resize((134, 134), Image.Resampling.BICUBIC), (58, 55))
    return png(np.asarray(image))


def _photographed_frown(engine: autoencoders.Engine) -> bytes:
    """Of some photographs the one with the least smile."""
    folder = _photographs()
    assert folder is not None
    smile = _smiling(engine)
    files = [next(iter(sorted(one.iterdir()))) for one in sorted(folder.iterdir())[100:140]]
    return min(files, key=lambda file: smile(engine.prepare(Image.open(file))[0])).read_bytes()


FROWNS = {"decoded": _decoded_frown}
if _photographs() is not None:
    FROWNS["photographed"] = _photographed_frown


@pytest.mark.parametrize("frown", FROWNS)
def test_a_person_can_drag_a_frown_into_a_smile(person: Person, frown: str) -> None:
    engine = autoencoders.load("faces-conv-128")
    smile = _smiling(engine)
    person.arrive()
    person.go("Attributes")
    if "faces" not in person.page.url:
        person.click(person.page.get_by_role("button", name="Use faces-conv-128"))
        person.ready("faces-conv-128")
    person.bring("add-picture", "me.png", FROWNS[frown](engine))
    expect(person.find("subject-name")).to_have_text("me.png")
    before = smile(person.rest("attributes"))
    assert before < -0.5
    person.slide("slider-smiling", 0.5, 0.95)
    after = smile(person.rest("attributes"))
    assert after > before + 1.2
    assert person.done <= 5


# ---------------------------------------------------------------- two faces, one film


def test_a_person_can_morph_two_faces_and_save_the_gif(person: Person) -> None:
    person.arrive()
    person.go("Interpolate")
    person.pick("faces-conv-128")
    person.slide("morph-slider", 0.5, 0.8)
    person.choose("takeaway-kind", "gif")
    with person.page.expect_download(timeout=SLOW) as saved:
        person.click("takeaway-save")
    film = Image.open(saved.value.path())
    assert film.format == "GIF"
    assert film.n_frames > 20
    first = np.asarray(film.convert("RGB"), int)
    film.seek(film.n_frames // 2)
    assert np.abs(np.asarray(film.convert("RGB"), int) - first).mean() > 10
    assert person.done <= 7


# ---------------------------------------------------------------- noise


def test_a_person_can_take_the_noise_off_a_photo(person: Person) -> None:
    skimage = pytest.importorskip("skimage.data")
    person.arrive()
    person.go("Restore")
    person.click(person.page.get_by_role("button", name="photos-denoising-256"))
    person.ready("photos-denoising-256")
    person.bring("add-picture", "astronaut.png", png(skimage.astronaut()))
    expect(person.find("source-name")).to_have_text("astronaut.png")
    expect(person.find("noise")).to_have_attribute("data-state", "ready")
    person.slide("denoise-slider", 0.5, 0.85)
    person.rest("denoise")

    def decibels(name: str) -> float:
        return float(person.find(name).inner_text().split(" dB")[0])

    expect(person.find("denoised-measure")).to_contain_text("dB")
    assert decibels("denoised-measure") > decibels("noisy-measure") + 5
    assert person.done <= 4


# ---------------------------------------------------------------- a direction of one's own


def test_a_person_can_find_a_direction_with_two_lassos(person: Person) -> None:
    engine = autoencoders.load("digits-conv-2")
    person.arrive()
    person.click("toolbar-lasso")
    person.along("latent-map", (0.3, 0.3), (0.5, 0.3), (0.5, 0.5), (0.3, 0.5))
    person.click("group-yes")
    person.along("latent-map", (0.2, 0.6), (0.55, 0.6), (0.55, 0.8), (0.2, 0.8))
    person.click("group-no")
    person.click("group-direction")
    person.page.wait_for_url("**/attributes?*")
    expect(person.find("own-result")).to_contain_text("AUC")
    before = person.rest("attributes")
    code = person.code("attributes")
    person.slide("slider-own-1", 0.5, 0.9)
    after = person.rest("attributes")
    assert np.abs(after.astype(int) - before).mean() > 5
    moved = person.code("attributes")
    assert np.linalg.norm(moved - code) > 0.1
    exact = engine.decode(moved)[0].astype(int)  # of the code's digits as the page shows them
    assert np.abs(after[..., :1] - exact).max() <= 2
    assert person.done <= 8


# ---------------------------------------------------------------- drawn by hand


def _vote(engine: autoencoders.Engine, code: np.ndarray) -> int:
    """The label of most of the fifteen nearest test pictures."""
    latents = engine.latents
    assert latents.labels is not None
    nearest = np.argsort(np.linalg.norm(latents.codes - code, axis=1))[:15]
    return int(np.bincount(latents.labels[nearest]).argmax())


def test_a_person_can_draw_a_three_and_drag_it_into_an_eight(person: Person) -> None:
    engine = autoencoders.load("digits-conv-2")
    person.arrive()
    person.click("open-sketch")
    three = [(0.3, 0.25), (0.42, 0.15), (0.58, 0.15), (0.68, 0.28), (0.62, 0.42), (0.48, 0.48)]
    three += [(0.62, 0.54), (0.7, 0.68), (0.6, 0.82), (0.44, 0.85), (0.3, 0.76)]
    person.along("sketch-paper", *three, steps=4)
    card = person.page.locator('[data-testid="upload-card"][data-state="done"]')
    expect(card).to_have_count(1)
    person.rest("map")
    landed = person.code("map")
    assert _vote(engine, landed) == 3
    x0, x1, y0, y1 = json.loads(person.find("latent-map").get_attribute("data-extent") or "")

    def place(code: np.ndarray) -> tuple[float, float]:
        return float((code[0] - x0) / (x1 - x0)), float((y1 - code[1]) / (y1 - y0))

    # To where eights are densest, which is where the map names them; they may lie in two regions.
    eights = engine.latents.codes[engine.latents.labels == 8]
    apart = np.linalg.norm(eights[:, None] - eights[None], axis=2)
    densest = eights[np.sort(apart, axis=1)[:, 50].argmin()]
    person.along("latent-map", place(landed[0]), place(densest))
    drawn = person.rest("map")
    assert _vote(engine, person.code("map")) == 8
    assert (drawn[..., :1] == engine.decode(person.code("map"))[0]).all()
    assert person.done <= 3


# ---------------------------------------------------------------- links and files


def test_a_person_can_send_a_link_that_shows_the_same_elsewhere(
    person: Person, chromium: Browser, app_url: str
) -> None:
    person.arrive()
    person.go("Interpolate")
    person.slide("morph-slider", 0.5, 0.3)
    shown = person.rest("morph")
    person.page.wait_for_url(re.compile(r"at=0\.(29|30|3&|3$)"))
    friend = Person(chromium, app_url)
    friend.arrive(person.page.url)
    friend.page.wait_for_function(
        "t => Math.abs(document.querySelector('[data-slot=morph]').dataset.t - t) < 1e-3",
        arg=float(person.picture("morph").get_attribute("data-t") or ""),
    )
    same = friend.rest("morph")
    assert np.abs(same.astype(int) - shown).max() <= 2
    assert friend.errors == []
    friend.context.close()
    assert person.done + friend.done <= 3


def test_a_person_can_open_a_saved_page_without_the_server(
    person: Person, chromium: Browser, tmp_path: Path
) -> None:
    person.arrive()
    person.go("Interpolate")
    person.choose("takeaway-kind", "html")
    with person.page.expect_download(timeout=SLOW) as saved:
        person.click("takeaway-save")
    file = tmp_path / "morph.html"
    saved.value.save_as(file)

    alone = Person(chromium, "")
    alone.context.set_offline(True)
    asked: list[str] = []
    alone.page.on("request", lambda request: asked.append(request.url))
    alone.page.goto(file.as_uri())
    alone.done += 1
    canvas = alone.picture("morph")
    expect(canvas).to_have_attribute("data-state", "blend")
    before = canvas.evaluate("c => c.toDataURL()")
    alone.slide("morph-slider", 0.5, 0.9)
    assert canvas.evaluate("c => c.toDataURL()") != before
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert alone.done <= 2
    alone.context.close()
