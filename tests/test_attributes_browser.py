"""The Attributes page in a real browser: a frown becomes a smile, and what stands around it."""

import contextlib
import io
import json

import numpy as np
import pytest
import tiny
from live_page import PAGE, read_png, sent_in_a_drag
from PIL import Image
from playwright.sync_api import expect
from restoring import Digits
from served import Served
from starlette.responses import HTMLResponse
from starlette.routing import Route

import autoencoders
from autoencoders.inference import Engine
from autoencoders.ui import attributes

SLOW = 60_000
LARGE = '[data-testid="decoded-image"][data-slot="attributes"]'

WATCH = """() => {
    const canvas = document.querySelector('LARGE');
    const seen = (window.watched = { moves: [], asked: [], codes: [], pictures: [] });
    addEventListener("pointermove", () => seen.moves.push(performance.now()), true);
    const fetched = window.fetch;
    window.fetch = (...all) => (seen.asked.push(performance.now()), fetched(...all));
    new MutationObserver(() => {
        if (canvas.dataset.z === seen.codes.at(-1)) return;
        seen.codes.push(canvas.dataset.z);
        seen.pictures.push(canvas.toDataURL());
    }).observe(canvas, { attributeFilter: ["data-z"] });
}""".replace("LARGE", LARGE)


class Lab:
    """The page, with hands."""

    def __init__(self, page):
        self.page, self.clicks = page, 0
        page.set_default_timeout(SLOW)

    def find(self, name):
        return self.page.get_by_test_id(name)

    def ready(self):
        self.page.wait_for_selector('[data-testid="live-root"][data-ready="true"]')

    def rest(self):
        expect(self.page.locator(LARGE)).to_have_attribute("data-state", "exact", timeout=SLOW)

    def pixels(self):
        return read_png(self.page.locator(LARGE).evaluate("c => c.toDataURL()"))

    def code(self):
        return np.float32([json.loads(self.page.locator(LARGE).get_attribute("data-z"))])

    def drag(self, name, *values, steps=30):
        """Drag a slider from the first value through the others; a click of the budget."""
        slider = self.find(f"slider-{name}")
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        low, high = (float(slider.get_attribute(end)) for end in ("min", "max"))
        thumb = 16  # Chromium's: the track ends half of it before the element does.

        def place(value):
            across = thumb / 2 + (value - low) / (high - low) * (box["width"] - thumb)
            return box["x"] + across, box["y"] + box["height"] / 2

        self.page.mouse.move(*place(values[0]))
        self.page.mouse.down()
        for value in values[1:]:
            self.page.mouse.move(*place(value), steps=steps)
        self.page.mouse.up()
        self.clicks += 1


def portrait(pixels):
    """A picture file framed as the training photographs are, around a face of 64x64."""
    around = tuple(int(level) for level in pixels.mean(axis=(0, 1)))
    image = Image.new("RGB", (250, 250), around)
    image.paste(Image.fromarray(pixels).resize((134, 134), Image.Resampling.BICUBIC), (58, 55))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def test_a_person_can_drag_an_uploaded_frown_into_a_smile(chromium, app_url):
    engine = autoencoders.load("faces-conv-128")
    smiling = next(one for one in engine.directions if one.name == "smiling")
    codes = engine.latents.codes
    frown = codes[np.argsort(smiling.score(codes))[4]]

    def smile(pixels):
        return float(smiling.score(engine.encode(pixels[None]))[0])

    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    lab = Lab(context.new_page())
    lab.page.goto(f"{app_url}/attributes")
    lab.ready()
    with lab.page.expect_file_chooser() as chooser:
        lab.find("add-picture").click()
    lab.clicks += 1
    face = portrait(engine.decode(frown[None])[0])
    chooser.value.set_files({"name": "mine.png", "mimeType": "image/png", "buffer": face})
    expect(lab.find("subject-name")).to_have_text("mine.png", timeout=SLOW)
    lab.rest()
    before = smile(lab.pixels())
    assert before < -1

    # Its strip comes before anybody drags; a slow machine is waited for.
    lab.page.wait_for_selector(f'{LARGE}[data-strips~="smiling"]', timeout=SLOW)
    lab.page.evaluate(WATCH)
    lab.drag("smiling", 0, 1.7, steps=40)
    lab.rest()
    seen = lab.page.evaluate("watched")
    assert len(set(seen["pictures"])) >= 10, "a picture on the frames of the drag"
    assert sent_in_a_drag(seen) == []
    after = lab.pixels()
    assert smile(after) > before + 1.2
    assert lab.clicks <= 5
    context.close()


@contextlib.contextmanager
def bare(chromium, engine, **options):
    """The page without Streamlit, behind a server of its own."""
    with Served(engine).running() as served:
        told = attributes.page_data(engine, address=served.prefix)
        text = PAGE.replace("DATA", json.dumps(told))
        served.app.router.routes[:0] = [Route("/page", lambda _: HTMLResponse(text))]
        context = chromium.new_context(viewport={"width": 1280, "height": 900}, **options)
        lab = Lab(context.new_page())
        errors = []
        lab.page.on("pageerror", lambda error: errors.append(str(error)))
        lab.page.goto(f"http://127.0.0.1:{served.port}/page")
        lab.ready()
        yield lab
        assert errors == []
        context.close()


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    return Engine(tiny.save_family(tmp_path_factory.mktemp("m") / "tiny", "convolutional"))


@pytest.fixture(scope="module")
def stacked(tmp_path_factory):
    return Engine(tiny.save_family(tmp_path_factory.mktemp("s") / "tiny-stacked", "stacked"))


def exact(engine, code):
    """What the engine itself makes of a base code, as read from a canvas."""
    return np.broadcast_to(engine.decode_base(code)[0], (28, 28, 3))


def test_a_person_can_move_several_sliders_and_step_back(chromium, engine):
    with bare(chromium, engine) as lab:
        lab.rest()
        start = lab.code()
        lab.find("slider-high").press("Shift+ArrowRight")
        lab.find("slider-high").press("Shift+ArrowRight")
        lab.rest()
        assert lab.code() == pytest.approx(start + engine.directions[0].vector, abs=2e-4)
        assert (lab.pixels() == exact(engine, lab.code())).all()
        lab.page.keyboard.press("Control+z")
        lab.rest()
        assert lab.code() == pytest.approx(start + 0.5 * engine.directions[0].vector, abs=2e-4)
        assert lab.find("slider-high").input_value() == "0.5"
        expect(lab.find("knob-high")).to_contain_text("too few to say")


def test_a_person_can_let_go_of_what_the_map_loses(chromium, stacked):
    with bare(chromium, stacked) as lab:
        lab.rest()
        base = lab.code()
        lab.drag("person-residual", 1, 0)
        lab.rest()
        kept = stacked.to_base(stacked.from_base(base))
        assert lab.code() == pytest.approx(kept, abs=2e-3)
        assert np.abs(kept - base).max() > 5e-3
        assert (lab.pixels() == exact(stacked, lab.code())).all()


def test_a_person_can_build_a_direction_and_use_it(chromium, engine):
    with bare(chromium, engine, accept_downloads=True) as lab:
        lab.find("own").locator("summary").click()
        tiles = lab.find("mark-tile")
        expect(tiles).to_have_count(40)
        lab.find("own-build").click()
        said = lab.find("own-status")
        expect(said).to_contain_text("mark 5 more that show it and 5 more that do not")
        known = engine.latents.attributes[:, 0]
        numbers = [int(tile.get_attribute("data-number")) for tile in tiles.all()]
        for brush, answer in (("yes", 1), ("no", 0)):
            lab.find(f"brush-{brush}").click()
            for place in [i for i, number in enumerate(numbers) if known[number] == answer][:6]:
                tiles.nth(place).click()
        expect(lab.find("own-counts")).to_have_text("6 shows it · 6 does not")
        lab.find("own-name").fill("upwards")
        lab.find("own-build").click()
        expect(lab.find("own-result")).to_contain_text("“upwards”, from 6 and 6 pictures")
        lab.rest()
        start = lab.code()
        lab.find("slider-own-1").press("End")
        lab.rest()
        moved = lab.code() - start
        assert np.abs(moved).max() > 1e-3
        assert (lab.pixels() == exact(engine, lab.code())).all()
        with lab.page.expect_download() as download:
            lab.find("own-save").click()
        assert download.value.suggested_filename == "upwards.npz"
        lab.find("own-file").set_input_files(download.value.path())
        expect(said).to_contain_text("“upwards” from")
        expect(lab.find("slider-own-2")).to_have_count(1)
        expect(lab.find("alike")).to_contain_text("these two cannot be told apart in this model")


def test_a_model_without_directions_opens_with_the_way_to_one(chromium):
    with bare(chromium, Digits()) as lab:
        own = lab.page.locator(".hg-lab-knobs").get_by_test_id("own")
        expect(own).to_have_attribute("open", "")
        expect(own.get_by_test_id("mark-tile").first).to_be_visible()
