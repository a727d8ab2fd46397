"""Through the hourglass in a real browser: a person sends pictures through a real, tiny network."""

import contextlib
import io
import json
from collections.abc import Iterator

import numpy as np
import pytest
import tiny
from live_page import PAGE, read_png
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, expect
from restore_stage import Restoring
from served import Served
from starlette.responses import HTMLResponse
from starlette.routing import Route

from autoencoders.digits import prepare_digit
from autoencoders.inference import Engine
from autoencoders.ui import through

PICTURE = '[data-testid="decoded-image"][data-slot="through"]'
COUNTS = ["784", "3,136", "784", "8", "2", "8", "784"]
LAST = len(COUNTS) - 1
SIDE = 400
PICTURES = tiny.digits(64).images


class Passing(Restoring):
    """A page with the component on it."""

    def wait_for(self, stage: int) -> None:
        """Wait until it rests at a stage."""
        self.page.wait_for_function(
            "([picture, t]) => { const { dataset } = document.querySelector(picture);"
            " return dataset.state === 'exact' && Number(dataset.t) === t; }",
            arg=[PICTURE, stage],
        )

    def shown(self) -> np.ndarray:
        """What the large picture shows: uint8 (400, 400, 3)."""
        return read_png(self.page.locator(PICTURE).evaluate("c => c.toDataURL()"))

    def pixels(self, side: int = 28) -> np.ndarray:
        """The picture that is shown, one number a pixel: uint8 (side, side)."""
        middles = ((np.arange(side) + 0.5) * SIDE / side).astype(int)
        return self.shown()[np.ix_(middles, middles)][..., 0]

    def drag(self, name: str, start: float, end: float, *, steps: int, drop: bool = True) -> None:
        """Drag over an element from one share of its stages to another."""
        box = self.find(name).bounding_box()
        inside = (
            box if name == "hourglass" else {**box, "x": box["x"] + 8, "width": box["width"] - 16}
        )
        y = box["y"] + (70 if name == "hourglass" else box["height"] / 2)

        def x(share: float) -> float:
            if name == "hourglass":
                share = (share * LAST + 0.5) / len(COUNTS)
            return inside["x"] + share * inside["width"]

        self.page.mouse.move(x(start), y)
        self.page.mouse.down()
        self.page.mouse.move(x(end), y, steps=steps)
        if drop:
            self.page.mouse.up()

    def scene(self) -> dict:
        """The last scene that Python was told."""
        self.page.wait_for_function("reports.length > 0")
        return self.page.evaluate("reports.at(-1)[1]")

    def passages(self) -> int:
        return self.asked("/passages")


@contextlib.contextmanager
def passing(chromium: Browser, served: Served, **options) -> Iterator[Passing]:
    """Open the page; ``options`` are the browser context's."""
    told = through.page_data(served.engine, address=served.prefix)
    text = PAGE.replace("DATA", json.dumps(told))
    routes = [route for route in served.app.router.routes if getattr(route, "path", "") != "/page"]
    served.app.router.routes[:] = [Route("/page", lambda _: HTMLResponse(text)), *routes]
    options.setdefault("viewport", {"width": 1280, "height": 1000})
    options.setdefault("reduced_motion", "reduce")
    context = chromium.new_context(**options)
    try:
        opened = Passing(context.new_page(), served).open()
        yield opened
        assert opened.errors == []
    finally:
        context.close()


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    return Engine(tiny.save_model(tmp_path_factory.mktemp("m") / "tiny-2"), device="cpu")


@pytest.fixture(scope="module")
def served(engine):
    with Served(engine, originals=lambda engine: PICTURES).running() as running:
        yield running


def number_of(opened) -> int:
    """Which test picture goes through."""
    return int(opened.find("source-name").inner_text().rpartition(" ")[2])


def test_a_person_can_go_through_the_hourglass(chromium, served, engine):
    with passing(chromium, served) as opened:
        opened.wait_for(0)
        picture = PICTURES[number_of(opened)]
        assert (opened.pixels() == picture[..., 0]).all(), "it never opens empty"
        assert opened.page.locator(".hg-glass-count").all_inner_texts() == COUNTS
        before = len(opened.requests)
        opened.watch(PICTURE)
        opened.drag("through-slider", 0.0, 0.55, steps=40, drop=False)
        opened.page.wait_for_function(f"watched.pictures[{PICTURE!r}] >= 10")
        expect(opened.find("exact-badge")).to_have_text("between two stages")
        opened.page.mouse.up()
        opened.wait_for(3)
        assert opened.watched["asked"] == []
        assert len(opened.requests) == before, "nothing is sent while one drags"
        expect(opened.find("stage-name")).to_have_text("Dense layer, 8 numbers")
        expect(opened.find("stage-facts")).to_contain_text("1% · 98 to 1")
        expect(opened.find("stage-facts")).to_contain_text(f"{4 * 14 * 14 * 8 + 8:,}")
        expect(opened.find("stage-sentence")).to_contain_text("sees the whole picture at once")
        opened.drag("through-slider", 0.5, 1.0, steps=10)
        opened.wait_for(LAST)
        assert (opened.pixels() == engine.reconstruct(picture[None])[0, ..., 0]).all()
        code = json.loads(opened.page.locator(PICTURE).get_attribute("data-z"))
        assert code == pytest.approx(engine.encode(picture[None])[0].tolist(), abs=1e-4)


def test_a_person_can_drag_across_the_drawing_itself(chromium, served):
    with passing(chromium, served) as opened:
        opened.wait_for(0)
        opened.drag("hourglass", 0.0, 4 / LAST, steps=30)
        opened.wait_for(4)
        assert not opened.find("channels").is_visible(), "a drag opens nothing"
        expect(opened.find("stage-name")).to_have_text("The code: dense layer, 2 numbers")
        assert float(opened.find("through-slider").input_value()) == pytest.approx(4 / LAST)
        opened.find("stage").nth(4).focus()
        opened.page.keyboard.press("Enter")
        expect(opened.find("channels")).to_be_visible()


def test_between_two_stages_their_pictures_fade_into_each_other(chromium, served):
    with passing(chromium, served) as opened:
        seek = """at => { const slider = document.querySelector('[data-testid="through-slider"]');
            slider.value = at; slider.dispatchEvent(new Event("input")); }"""

        def at(stage: float) -> np.ndarray:
            opened.page.evaluate(seek, stage / LAST)
            opened.page.wait_for_function(
                "([picture, t]) => Math.abs(document.querySelector(picture).dataset.t - t) < 0.001",
                arg=[PICTURE, stage],
            )
            return opened.shown().astype(float)

        first, half, second = at(1), at(1.5), at(2)
        assert np.abs(half - (first + second) / 2).max() <= 2
        quarter = at(1.25)
        assert np.abs(quarter - first).mean() < np.abs(quarter - second).mean()


def test_a_person_can_open_a_layer_and_come_back(chromium, served, engine):
    with passing(chromium, served) as opened:
        opened.wait_for(0)
        bar = opened.find("stage").nth(1)
        bar.click()
        dialog = opened.find("channels")
        expect(dialog).to_be_visible()
        opened.wait_for(1)
        expect(opened.find("channel")).to_have_count(4)
        maps = engine.activations(PICTURES[number_of(opened)][None])[1].values
        opened.find("channel").nth(2).click()
        about = opened.find("channel-about")
        expect(about).to_contain_text("Map 3 of 4")
        expect(about).to_contain_text(f"greatest {maps[2].max():.2f}")
        opened.find("channel-order").select_option("strength")
        order = np.argsort(-np.abs(maps).mean(axis=(1, 2))) + 1
        shown = opened.page.locator('[data-testid="channel"] b').all_inner_texts()
        assert shown == [str(k) for k in order]
        opened.page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        expect(bar).to_be_focused()


def test_a_person_can_do_it_all_with_keys(chromium, served):
    with passing(chromium, served) as opened:
        opened.wait_for(0)
        slider = opened.find("through-slider")
        slider.focus()
        for _ in range(2):
            opened.page.keyboard.press("ArrowRight")
        opened.wait_for(2)
        opened.page.keyboard.press("Enter")
        expect(opened.find("channels")).to_be_visible()
        expect(opened.find("channel").first).to_be_focused()
        opened.page.keyboard.press("ArrowRight")
        expect(opened.find("channel").nth(1)).to_be_focused()
        expect(opened.find("channel-about")).to_contain_text("Map 2 of 4")
        opened.page.keyboard.press("Escape")
        expect(slider).to_be_focused()
        opened.page.keyboard.press("End")
        opened.wait_for(LAST)
        bar = opened.find("stage").nth(LAST)
        bar.focus()
        opened.page.keyboard.press("ArrowLeft")
        opened.wait_for(LAST - 1)
        expect(opened.find("stage").nth(LAST - 1)).to_be_focused()


def test_a_person_can_read_every_number_of_the_code(chromium, served, engine):
    with passing(chromium, served) as opened:
        opened.wait_for(0)
        opened.find("stage").nth(4).click()
        expect(opened.find("channel")).to_have_count(2)
        code = engine.encode(PICTURES[number_of(opened)][None])[0]
        shown = opened.page.locator('[data-testid="channel"] b').all_inner_texts()
        read = [float(text.replace("−", "-")) for text in shown]
        assert read == pytest.approx(code.tolist(), abs=0.00051)
        opened.find("channels-close").click()
        expect(opened.find("channels")).to_be_hidden()


def test_a_person_can_change_the_picture_and_stay_at_the_layer(chromium, served):
    with passing(chromium, served) as opened:
        opened.wait_for(0)
        opened.drag("through-slider", 0.0, 2 / LAST, steps=10)
        opened.wait_for(2)
        first, before = number_of(opened), opened.shown()
        others = opened.find("tray-item")
        others.nth(1).click()
        expect(opened.find("source-name")).not_to_have_text(f"Test picture {first}")
        opened.wait_for(2)
        assert number_of(opened) != first
        assert (opened.shown() != before).any()
        opened.page.keyboard.press("Control+z")
        expect(opened.find("source-name")).to_have_text(f"Test picture {first}")
        opened.wait_for(2)
        assert (opened.shown() == before).all()


def stroke(opened, *places):
    box = opened.find("sketch-paper").bounding_box()
    at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    opened.page.mouse.move(*at[0])
    opened.page.mouse.down()
    for place in at[1:]:
        opened.page.mouse.move(*place, steps=8)
    opened.page.mouse.up()


def test_a_person_can_watch_a_drawing_go_through(chromium, served):
    with passing(chromium, served) as opened:
        opened.wait_for(0)
        first = opened.find("source-name").inner_text()
        opened.find("open-sketch").click()
        stroke(opened, (0.3, 0.2), (0.7, 0.2), (0.45, 0.8))
        paper = "c => c.toDataURL()"
        drawn = Image.fromarray(read_png(opened.find("sketch-paper").evaluate(paper)))
        expected = prepare_digit(drawn).pixels[..., 0]
        opened.page.wait_for_function(
            "([picture, wanted]) => { const c = document.querySelector(picture);"
            " const { data } = c.getContext('2d').getImageData(0, 0, 400, 400);"
            " return wanted.every((v, k) => data[4 * (400 * Math.trunc((Math.floor(k / 28) + 0.5)"
            " * 400 / 28) + Math.trunc(((k % 28) + 0.5) * 400 / 28))] === v); }",
            arg=[PICTURE, expected.flatten().tolist()],
        )
        expect(opened.find("source-name")).to_have_text("Your drawing")
        opened.page.get_by_role("button", name="Done").click()
        expect(opened.find("source-name")).to_have_text(first)


def test_a_person_can_keep_a_drawing_and_nothing_of_it_gets_into_a_link(chromium, served):
    with passing(chromium, served) as opened:
        opened.wait_for(0)
        opened.find("open-sketch").click()
        stroke(opened, (0.3, 0.2), (0.7, 0.2), (0.45, 0.8))
        opened.find("sketch-keep").click()
        expect(opened.find("sketch")).to_be_hidden()
        expect(opened.find("source-name")).to_have_text("Your drawing")
        opened.page.wait_for_function("reports.at(-1)?.[1].uploaded?.length === 1")
        assert "subject" not in opened.scene()


def test_a_person_can_send_a_photo_of_a_digit_through(chromium, served, engine):
    image = Image.new("L", (120, 120), 255)
    ImageDraw.Draw(image).line([(30, 25), (90, 25), (55, 100)], fill=0, width=12)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    with passing(chromium, served) as opened:
        opened.wait_for(0)
        opened.find("tray-input").set_input_files(
            {"name": "seven.png", "mimeType": "image/png", "buffer": buffer.getvalue()}
        )
        expect(opened.find("source-name")).to_have_text("Seven.png")
        opened.wait_for(0)
        assert (opened.pixels() == engine.prepare(image)[0, ..., 0]).all()


def test_a_link_brings_picture_and_layer_back(chromium, served):
    with passing(chromium, served) as opened:
        opened.wait_for(0)
        opened.drag("through-slider", 0.0, 5 / LAST, steps=10)
        opened.wait_for(5)
        opened.page.wait_for_function(f"Math.abs(reports.at(-1)?.[1].at - 5 / {LAST}) < 1e-6")
        scene = opened.scene()
        assert scene["subject"] == ["point", number_of(opened), ""]
        opened.page.evaluate("dispatchEvent(new PopStateEvent('popstate'))")
        wanted = {"subject": ["point", 9, ""], "codes": [], "at": 2 / LAST, "number": 5}
        opened.page.evaluate("scene => show({ scene })", wanted)
        expect(opened.find("source-name")).to_have_text("Test picture 9")
        opened.wait_for(2)


def test_a_picture_that_is_gone_is_replaced_and_that_is_said(chromium, served):
    with passing(chromium, served) as opened:
        opened.wait_for(0)
        opened.page.evaluate("dispatchEvent(new PopStateEvent('popstate'))")
        wanted = {"subject": ["point", 999, ""], "codes": [], "at": 0, "number": 5}
        opened.page.evaluate("scene => show({ scene })", wanted)
        expect(opened.find("page-status")).to_have_text(
            "There is no such picture; tiny-2 has 0 to 63. This is another one instead."
        )
        assert (opened.pixels() == PICTURES[number_of(opened)][..., 0]).all()


def test_without_originals_the_page_says_what_it_took(chromium, engine):
    with Served(engine).running() as alone, passing(chromium, alone) as opened:
        expect(opened.find("source-notes")).to_have_text(
            "The picture itself is not on this disk: what the model draws of it is taken for it."
        )


def test_playing_goes_from_the_picture_to_its_reconstruction(chromium, served):
    with passing(chromium, served) as opened:
        opened.wait_for(0)
        opened.find("through-play").click()
        expect(opened.find("through-play")).to_have_text("Pause")
        opened.wait_for(LAST)
        expect(opened.find("through-play")).to_have_text("Play")


def test_a_colour_pictures_colours_are_opened_one_by_one(chromium, tmp_path):
    folder = tiny.save_coloured(tmp_path / "colours-2", dataset="lfw-photos")
    served = Served(Engine(folder, device="cpu"))
    with served.running() as colours, passing(chromium, colours) as opened:
        opened.wait_for(0)
        opened.find("stage").first.click()
        names = opened.page.locator('[data-testid="channel"] b').all_inner_texts()
        assert names == ["red", "green", "blue"]
        large = read_png(opened.find("channel-large").evaluate("c => c.toDataURL()"))
        assert (large[..., 0] == large[..., 1]).all(), "a colour alone is shown in grey"
        opened.page.keyboard.press("Escape")
        given = colours.engine.decode_base(colours.engine.latents.codes[number_of(opened)][None])
        middles = ((np.arange(16) + 0.5) * SIDE / 16).astype(int)
        assert (opened.shown()[np.ix_(middles, middles)] == given[0]).all()


def test_a_narrow_window_holds_it_and_a_finger_can_drag(chromium, served):
    with passing(chromium, served, viewport={"width": 390, "height": 844}) as opened:
        opened.wait_for(0)
        wide = opened.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390
        opened.drag("hourglass", 0.0, 3 / LAST, steps=12)
        opened.wait_for(3)


def test_two_quick_keys_are_two_stages(chromium, served):
    with passing(chromium, served, reduced_motion="no-preference") as opened:
        opened.wait_for(0)
        # Both in one moment, so that the second meets the first one's glide.
        opened.find("through-slider").evaluate(
            """slider => { for (let k = 0; k < 2; k++) slider.dispatchEvent(
            new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true })); }"""
        )
        opened.wait_for(2)
