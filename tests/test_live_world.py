"""The live map and the world around it: touch, uploads, movie, lost server, themes, phones."""

import io
import json

import pytest
import stand_in
from live_page import close_to, live
from PIL import Image, ImageDraw
from playwright.sync_api import expect
from served import Served


@pytest.fixture(scope="module")
def served():
    with Served(stand_in.StandIn()).running() as running:
        yield running


@pytest.fixture
def map(chromium, served):
    with live(chromium, served) as opened:
        yield opened


@pytest.fixture
def phone(chromium, served):
    size = {"width": 390, "height": 844}
    with live(chromium, served, viewport=size, has_touch=True, is_mobile=True) as opened:
        opened.fingers = opened.page.context.new_cdp_session(opened.page)
        yield opened


def touch(map, kind, *places):
    """Put fingers down, move or lift them, as the screen itself would report it."""
    points = [dict(zip("xy", map.place(*place), strict=True)) for place in places]
    for number, point in enumerate(points):
        point["id"] = number
    map.fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def drawn(kind: str = "PNG", *, blank: bool = False) -> bytes:
    image = Image.new("L", (120, 90), 255)
    if not blank:
        ImageDraw.Draw(image).ellipse((35, 15, 80, 75), outline=0, width=9)
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()


def file(name: str, data: bytes, kind: str = "image/png") -> dict:
    return {"name": name, "mimeType": kind, "buffer": data}


# ---------------------------------------------------------------- fingers and small screens


def test_one_finger_probes_and_a_tap_pins(phone):
    touch(phone, "touchStart", (0.3, 0.3))
    for step in range(6):
        touch(phone, "touchMove", (0.3 + 0.05 * step, 0.3 + 0.04 * step))
    phone.page.wait_for_timeout(300)
    assert close_to(phone.look().code, phone.code_at(0.55, 0.5), within=2e-2)
    touch(phone, "touchEnd")
    assert phone.pins() == []
    touch(phone, "touchStart", (0.4, 0.6))
    touch(phone, "touchEnd")
    assert close_to(phone.pins()[-1], phone.code_at(0.4, 0.6), within=2e-2)


def test_two_fingers_zoom_and_pan(phone):
    before = phone.extent()
    touch(phone, "touchStart", (0.4, 0.5), (0.6, 0.5))
    for step in range(1, 6):
        touch(phone, "touchMove", (0.4 - 0.04 * step, 0.5), (0.6 + 0.04 * step, 0.5))
        phone.page.wait_for_timeout(40)
    touch(phone, "touchEnd")
    now = phone.extent()
    assert now[1] - now[0] < 0.6 * (before[1] - before[0])
    assert phone.pins() == []


def test_the_picture_stays_in_sight_while_a_finger_is_on_the_map(phone):
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390
    phone.map.evaluate("map => window.scrollTo(0, map.getBoundingClientRect().top + scrollY - 260)")
    picture, plane = phone.picture.bounding_box(), phone.map.bounding_box()
    assert picture["y"] >= 0
    assert picture["y"] + picture["height"] <= plane["y"] + 0.5 * plane["height"]
    for name in ("toolbar-lasso", "legend-0", "surprise", "add-picture", "movie-play"):
        box = phone.find(name).bounding_box()
        assert box["height"] >= 40, name
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390, name


# ---------------------------------------------------------------- pictures of one's own


def test_several_pictures_become_cards_and_stars(map):
    map.find("upload-input").set_input_files(
        [file("ring.png", drawn()), file("ring.jpg", drawn("JPEG"), "image/jpeg")]
    )
    cards = map.find("upload-card")
    expect(cards).to_have_count(2)
    expect(map.find("star")).to_have_count(2)
    expect(cards.first.locator("h2")).to_have_text("ring.jpg")
    for caption in ("original", "as the model sees it", "reconstruction", "difference"):
        expect(cards.first.get_by_role("img", name=caption).first).to_be_visible()
    cards.first.get_by_text("How it was prepared").click()
    pictures = cards.first.locator("img")
    map.page.wait_for_function(
        "(all) => all.every((image) => image.complete && image.naturalWidth > 0)",
        arg=pictures.element_handles(),
    )
    assert pictures.count() > 5
    map.page.reload()
    expect(map.find("star")).to_have_count(2)
    cards.first.get_by_role("button", name="Remove").click()
    expect(map.find("star")).to_have_count(1)
    map.page.reload()
    expect(map.find("upload-card")).to_have_count(1)


def test_a_star_can_be_dragged_away_and_put_back(map):
    map.find("upload-input").set_input_files(file("ring.png", drawn()))
    star = map.find("star")
    expect(star).to_have_count(1)
    fell = json.loads(star.get_attribute("data-code"))
    map.map.scroll_into_view_if_needed()
    map.drag(map.place_of(*fell), (0.8, 0.7))
    assert close_to(map.look().code, map.code_at(0.8, 0.7), within=2e-2)
    assert map.pins() == []
    expect(map.find("star-code")).to_contain_text("moved to")
    map.find("star-back").click()
    assert close_to(map.look().code, fell, within=1e-4)
    expect(map.find("star-back")).to_be_hidden()
    star.focus()
    star.press("ArrowRight")
    assert map.look().code[0] > fell[0]


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("text.png", b"not a picture at all", "text.png"),
        ("cut.jpg", drawn("JPEG")[:300], "cut.jpg"),
        ("empty.png", b"", "empty.png"),
        ("blank.png", drawn(blank=True), "blank"),
    ],
)
def test_a_bad_picture_is_one_sentence_and_loses_nothing(map, name, data, says):
    map.find("upload-input").set_input_files([file(name, data), file("ring.png", drawn())])
    failed = map.page.locator('[data-testid="upload-card"][data-state="failed"]')
    expect(failed).to_have_count(1)
    expect(failed.locator("p")).to_contain_text(says)
    expect(map.page.locator('[data-testid="upload-card"][data-state="done"]')).to_have_count(1)
    failed.get_by_role("button", name="Dismiss").click()
    expect(failed).to_have_count(0)


@pytest.mark.parametrize("how", ["drop", "paste"])
def test_pictures_can_be_dropped_and_pasted(map, how):
    map.page.evaluate(
        """([how, bytes]) => {
            const bag = new DataTransfer();
            bag.items.add(new File([new Uint8Array(bytes)], "ring.png", { type: "image/png" }));
            const map = document.querySelector('[data-testid="latent-map"]');
            const all = { bubbles: true, cancelable: true };
            if (how === "paste") {
                document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: bag, ...all }));
            } else {
                map.dispatchEvent(new DragEvent("dragover", { dataTransfer: bag, ...all }));
                map.dispatchEvent(new DragEvent("drop", { dataTransfer: bag, ...all }));
            }
        }""",
        [how, list(drawn())],
    )
    expect(map.find("star")).to_have_count(1)


# ---------------------------------------------------------------- the movie


def test_the_movie_is_dragged_through_the_epochs(map):
    history, slider = map.engine.history, map.find("movie-slider")
    last = len(history.epochs) - 1
    screen = map.page.locator('[data-testid="decoded-image"][data-slot="movie"]')
    screen.scroll_into_view_if_needed()
    expect(map.find("movie-strip")).to_have_attribute("data-ready", "true")
    expect(screen).to_have_attribute("data-z", f"[{last}.0000]")
    final = screen.evaluate("c => c.toDataURL()")
    slider.press("ArrowLeft")
    expect(screen).to_have_attribute("data-z", f"[{last - 1}.0000]")
    expect(screen).to_have_attribute("data-state", "exact")
    slider.press("Shift+ArrowLeft")
    expect(screen).to_have_attribute("data-z", f"[{last - 1.1:.4f}]")
    expect(screen).to_have_attribute("data-state", "blend")
    slider.fill("0")
    expect(screen).to_have_attribute("data-z", "[0.0000]")
    expect(map.find("movie-strip")).to_contain_text(f"epoch {history.epochs[0]} of")
    assert screen.evaluate("c => c.toDataURL()") != final
    map.find("movie-play").click()
    expect(screen).not_to_have_attribute("data-z", "[0.0000]")
    expect(map.find("movie-play")).to_have_attribute("aria-label", "Pause")


# ---------------------------------------------------------------- when something is missing


def test_without_a_server_the_sheet_still_works_and_it_recovers(map):
    map.move(0.5, 0.5)
    map.rest()
    map.page.context.set_offline(True)
    map.move(0.6, 0.35)
    expect(map.find("exact-badge")).to_have_text("offline · live blend")
    first = map.look()
    map.move(0.62, 0.4)
    second = map.look()
    assert first.state == second.state == "blend"
    assert (first.pixels != second.pixels).any()
    map.page.context.set_offline(False)
    map.rest()
    expect(map.find("exact-badge")).to_contain_text("exact")


def test_the_theme_is_followed_at_once(map):
    light = map.ground().mean()
    map.page.evaluate("document.body.className = 'dark'")
    expect(map.find("live-root")).to_have_attribute("data-theme", "dark")
    map.page.wait_for_timeout(800)
    dark = map.ground().mean()
    assert light > 180 and dark < 90


def test_it_survives_a_page_switch_and_another_model_starts_anew(map):
    map.click(0.6, 0.4)
    map.pins()
    asked = len(map.requests)
    map.page.evaluate(
        """async () => {
            const there = Object.assign(document.createElement("div"), { id: "there" });
            document.getElementById("here").replaceWith(there);
            await show({ pin: reports.at(-1)[1] }, "there");
        }"""
    )
    expect(map.page.locator("#there .hg-pin svg")).to_be_visible()
    map.move(0.3, 0.7)
    assert close_to(map.look().code, map.code_at(0.3, 0.7), within=1e-3)
    assert not any("/sheets/" in url or "/points" in url for url in map.requests[asked:])
    map.page.evaluate("show({ model: { ...told_model(), digest: 'f'.repeat(16) } }, 'there')")
    expect(map.find("map-status")).to_contain_text("did not arrive")
    assert map.page.locator("[data-testid=live-root]").count() == 1
