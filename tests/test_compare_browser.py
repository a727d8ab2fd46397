"""The Compare page in a real browser: what a person can do on it."""

import json

import numpy as np
import pytest
from compare_stage import comparing, page_told
from comparing import Axes, Models, bands, models, values
from live_page import read_png, sent_in_a_drag
from playwright.sync_api import expect

CODE = 2 * 0.5 / 30 + 0.02
"""How far a read code may be off: a tone is a whole number, and the map's pixels are, too."""


def house():
    engines = models()
    for engine in engines[:3]:
        engine.principal = Axes(engine.code_size)
    engines[3].principal = Axes(2)
    return Models(engines, originals=lambda engine: bands(values()))


@pytest.fixture(scope="module")
def served():
    with house().running() as running:
        yield running


@pytest.fixture
def pair(chromium, served):
    with comparing(chromium, served) as opened:
        yield opened


def turned(place):
    """Where the second model puts what the first one draws."""
    return [-2 * place[1], 2 * place[0]]


def drawn(place):
    return bands(np.float32([place])).astype(int)[0]


def test_a_person_can_move_over_one_map_and_both_models_follow(pair):
    pair.rest()
    pair.move("a", -2, -1)
    pair.rest()
    pair.watch("a", "b")
    steps = 40
    for k in range(steps + 1):
        pair.move("a", -2 + 4 * k / steps, -1 + 3 * k / steps)
    pair.rest()
    seen = pair.watched
    assert len(seen["moves"]) >= 20
    # A slow machine may join some moves into one frame.
    assert min(seen["shown"].values()) >= 10, seen["shown"]
    assert seen["marks"] >= 10
    assert sent_in_a_drag(seen) == []
    place, picture = pair.shown("a")
    np.testing.assert_allclose(place, [2, 2], atol=0.03)
    assert np.abs(picture - drawn(place)).max() <= 1
    read, redrawn = pair.shown("b")
    np.testing.assert_allclose(read, turned(place), atol=CODE)
    assert np.abs(redrawn - drawn(place)).max() <= 2
    np.testing.assert_allclose(pair.marker("b", "crosshair"), read, atol=0.03)
    expect(pair.find("compare-words")).to_contain_text("bands-vae-2 reads that picture")


def test_while_the_server_does_not_answer_the_other_model_still_follows(pair):
    pair.rest()
    pair.page.route("**/compare/place", lambda route: None)
    pair.move("a", 1, -2)
    expect(pair.picture("a")).to_have_attribute("data-state", "blend")
    pair.page.wait_for_function(
        "document.querySelector('[data-slot=b].hg-picture').dataset.state === 'blend'"
    )
    place, picture = pair.shown("b")
    np.testing.assert_allclose(place, turned([1, -2]), atol=0.15)
    assert np.abs(picture - drawn([1, -2])).mean() < 4
    assert pair.marker("b", "crosshair") is not None


def test_the_second_map_leads_as_well(pair):
    pair.rest()
    pair.move("b", 2, -4)
    pair.move("b", 2.2, -4)
    expect(pair.page.locator('[data-testid="exact-badge"][data-slot="a"]')).to_contain_text(
        "from B"
    )
    place, _ = pair.shown("a")
    read, _ = pair.shown("b")
    np.testing.assert_allclose(turned(place), read, atol=CODE)


def test_a_person_can_pin_a_place_nudge_it_and_let_it_go(pair):
    pair.rest()
    pair.click("a", 1, 1)
    pair.rest()
    np.testing.assert_allclose(pair.marker("a", "pin"), [1, 1], atol=0.03)
    pair.page.keyboard.press("ArrowRight")
    pair.page.keyboard.press("Shift+ArrowRight")
    x, y = pair.marker("a", "pin")
    x0, x1, *_ = json.loads(pair.map("a").get_attribute("data-extent"))
    assert x == pytest.approx(1 + 11 * (x1 - x0) / 200, abs=0.03)
    pair.move("a", -2, -2)
    pair.page.wait_for_function(
        "JSON.parse(document.querySelector('[data-slot=a].hg-picture').dataset.z)[0] < 0"
    )
    pair.page.mouse.move(5, 5)
    pair.rest()
    np.testing.assert_allclose(pair.shown("a")[0], [x, y], atol=1e-3)
    scene = pair.scene(lambda one: np.allclose(one.get("codes", 0), [[x, y]], atol=1e-3))
    assert scene["against"] == "bands-vae-2"
    pair.map("a").focus()
    pair.page.keyboard.press("Escape")
    assert pair.marker("a", "pin") is None
    pair.page.keyboard.press("Control+z")
    assert pair.marker("a", "pin") is not None


def same(opened):
    opened.find("link-same").click()
    expect(opened.find("link-same")).to_have_attribute("aria-checked", "true")


def test_a_person_can_put_the_same_test_picture_under_both(pair):
    pair.rest()
    same(pair)
    latents = pair.served.engine.latents
    x, y = latents.codes[17]
    pair.move("a", float(x), float(y))
    expect(pair.find("compare-words")).to_contain_text("Test picture 17, a 7")
    pair.rest()
    np.testing.assert_allclose(pair.marker("a", "ring"), [x, y], atol=0.03)
    np.testing.assert_allclose(pair.marker("b", "ring"), turned([x, y]), atol=0.03)
    for slot in ("a", "b"):
        assert np.abs(pair.shown(slot)[1] - drawn([x, y])).max() <= 1
    labels = [
        text.partition("error")[0]
        for text in pair.find("same-picture").locator("figcaption").all_inner_texts()
    ]
    assert labels == ["the picture", "A bands-conv-2\n", "B bands-vae-2\n", "PCA, 2 numbers\n"]
    error = f"error {latents.mse[17]:.4f}"
    expect(pair.find("same-picture")).to_contain_text(error)


def test_moving_between_test_pictures_sends_nothing(pair):
    pair.rest()
    same(pair)
    pair.page.wait_for_load_state("networkidle")
    pair.move("a", -2, 0)
    pair.rest()
    pair.watch("a", "b")
    for k in range(31):
        pair.move("a", -2 + 4 * k / 30, 0.5)
    pair.rest()
    seen = pair.watched
    assert min(seen["shown"].values()) >= 5, seen["shown"]
    assert sent_in_a_drag(seen) == []


def test_a_click_pins_the_test_picture_and_the_link_names_it(pair):
    pair.rest()
    same(pair)
    x, y = map(float, pair.served.engine.latents.codes[23])
    pair.click("a", x, y)
    pair.page.wait_for_selector('.hg-surface[data-slot="b"] [data-testid="star"]', state="attached")
    pair.scene(lambda one: one.get("subject") == ["point", 23, ""])
    pair.move("a", -x, -y)
    pair.page.mouse.move(5, 5)
    expect(pair.find("compare-words")).to_contain_text("Test picture 23, a 3")


def test_a_pick_from_the_tray_stands_in_both_maps(pair):
    pair.rest()
    pair.find("tray-item").nth(2).click()
    expect(pair.map("a").get_by_test_id("star")).to_have_count(1)
    expect(pair.map("b").get_by_test_id("star")).to_have_count(1)
    expect(pair.find("same-a")).to_be_visible()
    number = pair.scene(lambda one: "subject" in one)["subject"][1]
    np.testing.assert_allclose(pair.marker("b", "star"), turned(values()[number, :2]), atol=0.03)


def test_a_link_brings_a_pinned_place_of_either_map_back(chromium, served):
    for codes, slot in (([[0.5, -1]], "a"), ([[0, 0], [0.5, -1]], "b")):
        scene = {"number": 1, "codes": codes, "against": "bands-vae-2"}
        with comparing(chromium, served, scene=scene) as opened:
            opened.rest()
            np.testing.assert_allclose(opened.marker(slot, "pin"), [0.5, -1], atol=0.03)
            np.testing.assert_allclose(opened.shown(slot)[0], [0.5, -1], atol=1e-6)


def test_a_link_brings_a_test_picture_back(chromium, served):
    with comparing(chromium, served, scene={"number": 1, "subject": ["point", 9, ""]}) as opened:
        expect(opened.find("compare-words")).to_contain_text("Test picture 9, a 9")
        assert opened.find("link-same").get_attribute("aria-checked") == "true"


def test_a_longer_code_is_followed_by_what_it_makes_of_the_picture(chromium, served):
    with comparing(chromium, served, other="bands-conv-4") as opened:
        opened.rest()
        opened.page.wait_for_load_state("networkidle")
        opened.page.route("**/compare/place", lambda route: None)
        opened.move("a", 1.5, -1.5)
        expect(opened.picture("b")).to_have_attribute("data-state", "blend")
        # its plane alone could not draw this: two of its four numbers are not on it
        assert np.abs(opened.shown("b")[1] - drawn([1.5, -1.5])).mean() < 4


def test_on_the_way_a_longer_code_shows_its_own_reconstructions(chromium, served):
    with comparing(chromium, served, other="bands-conv-4") as opened:
        opened.rest()
        same(opened)
        opened.page.wait_for_load_state("networkidle")
        opened.page.route("**/compare/picture", lambda route: None)
        opened.move("a", *map(float, served.engine.latents.codes[17]))
        expect(opened.picture("b")).to_have_attribute("data-state", "blend")
        # its plane alone could not draw this: two of its four numbers are not on it
        assert np.abs(opened.shown("b")[1] - drawn(values()[17])).mean() < 4


def test_hidden_labels_are_hidden_in_both_maps(pair):
    pair.rest()
    same(pair)
    pair.find("legend-7").click()
    x, y = map(float, pair.served.engine.latents.codes[17])
    pair.move("a", x, y)
    pair.rest()
    assert "a 7" not in pair.find("compare-words").inner_text()


def test_models_without_common_pictures_say_so(chromium):
    engines = models()
    engines[3].latents = type(engines[3].latents)(
        **{**vars(engines[3].latents), "ids": np.arange(80)}
    )
    with Models(engines).running() as served, comparing(chromium, served) as opened:
        opened.rest()
        opened.find("link-same").click()
        expect(opened.find("page-status")).to_contain_text(
            "were not measured on the same test pictures"
        )
        assert opened.find("link-reads").get_attribute("aria-checked") == "true"


# the dial ---------------------------------------------------------------------------------------


def dialled(opened):
    opened.find("mode-dial").click()
    opened.page.wait_for_selector('[data-testid="dial"][data-state="shown"]')
    return opened


def slide(opened, start, end, *, steps):
    box = opened.find("dial-slider").bounding_box()
    y, way = box["y"] + box["height"] / 2, box["width"] - 16
    opened.page.mouse.move(box["x"] + 8 + start * way, y)
    opened.page.mouse.down()
    opened.page.mouse.move(box["x"] + 8 + end * way, y, steps=steps)


def row(numbers):
    return np.concatenate(list(bands(numbers).astype(int)), axis=1)


def numbers_of(opened):
    return values()[opened.scene(lambda one: one.get("others"))["others"]]


def test_a_person_can_turn_the_dial_and_watch_pictures_gain_detail(pair):
    dialled(pair)
    pair.watch("dial", "dial-pca")
    slide(pair, 0.0, 0.75, steps=40)
    pair.page.mouse.up()
    seen = pair.watched
    assert min(seen["shown"].values()) >= 10, seen["shown"]
    assert sent_in_a_drag(seen) == []
    expect(pair.picture("dial")).to_have_attribute("data-state", "blend")
    expect(pair.page.locator(".hg-dialing .hg-badge")).to_have_text("live blend · 2 to 4 numbers")


@pytest.mark.parametrize("size", [1, 2, 4])
def test_at_a_mark_the_pictures_are_exact(pair, size):
    dialled(pair)
    pair.find(f"dial-{size}").click()
    expect(pair.picture("dial")).to_have_attribute("data-z", f"[{size}]")
    expect(pair.picture("dial")).to_have_attribute("data-state", "exact")
    numbers = numbers_of(pair)
    np.testing.assert_array_equal(pair.shown("dial")[1], row(numbers[:, :size]))
    pca = pair.page.locator('[data-slot="dial-pca"]').evaluate("c => c.toDataURL()")
    np.testing.assert_array_equal(read_png(pca)[..., :1], row(numbers[:, :size]) // 2)


def test_the_dial_snaps_to_a_mark_that_is_near(pair):
    dialled(pair)
    slide(pair, 0.2, 0.508, steps=5)
    pair.page.mouse.up()
    expect(pair.picture("dial")).to_have_attribute("data-z", "[2]")
    pair.scene(lambda one: one.get("at") == 0.5)


def test_keys_turn_the_dial(pair):
    dialled(pair)
    slider = pair.find("dial-slider")
    slider.focus()
    for key, size in (("Home", 1), ("PageUp", 2), ("PageUp", 4), ("PageDown", 2), ("End", 4)):
        pair.page.keyboard.press(key)
        expect(pair.picture("dial")).to_have_attribute("data-z", f"[{size}]")
    pair.page.keyboard.press("ArrowLeft")
    expect(pair.picture("dial")).to_have_attribute("data-state", "blend")
    assert slider.get_attribute("aria-valuetext") == "4 numbers"
    pair.page.keyboard.press("PageDown")
    expect(pair.picture("dial")).to_have_attribute("data-z", "[2]")


def test_the_words_follow_from_the_errors(pair):
    dialled(pair)
    small, right, large = (
        "Too small. With 1 number the error is 0.0600, PCA’s 0.0500. Twice the numbers take away "
        "50% of it.",
        "Right. With 2 numbers the error is 0.0300, PCA’s 0.0500. Twice the numbers would take "
        "away only 7% of it.",
        "Too large. With 4 numbers the error is 0.0280, PCA’s 0.0500. Twice the numbers took "
        "away only 7% of the error.",
    )
    for size, words in ((1, small), (2, right), (4, large)):
        pair.find(f"dial-{size}").click()
        expect(pair.find("dial-words")).to_have_text(words)


def test_a_picture_of_the_tray_joins_the_dial_and_leaves_again(pair):
    dialled(pair)
    before = pair.scene(lambda one: one.get("others"))["others"]
    pair.find("tray-item").nth(1).click()
    expect(pair.find("dial-reset")).to_be_visible()
    after = pair.scene(lambda one: one["others"] != before)["others"]
    assert len(after) == 8
    numbers = values()[after]
    pair.find("dial-4").click()
    expect(pair.picture("dial")).to_have_attribute("data-z", "[4]")
    np.testing.assert_array_equal(pair.shown("dial")[1], row(numbers))
    pair.find("dial-reset").click()
    expect(pair.find("dial-reset")).to_be_hidden()
    pair.scene(lambda one: one["others"] == before)


def test_a_link_brings_the_dial_back(chromium, served):
    scene = {"number": 1, "others": [3, 14], "at": 1.0}
    with comparing(chromium, served, scene=scene) as opened:
        expect(opened.picture("dial")).to_have_attribute("data-z", "[4]")
        opened.page.wait_for_selector('[data-testid="dial"][data-state="shown"]')
        expect(opened.picture("dial")).to_have_attribute("data-state", "exact")
        np.testing.assert_array_equal(opened.shown("dial")[1], row(values()[[3, 14]]))


def test_who_has_nobody_beside_still_has_the_dial(chromium, served):
    with comparing(chromium, served, other=None) as opened:
        opened.page.wait_for_selector('[data-testid="dial"][data-state="shown"]')
        opened.find("mode-two").click()
        expect(opened.find("alone")).to_have_text("There is nobody.")


def test_on_a_narrow_screen_nothing_is_wider_than_the_window(chromium, served):
    with comparing(chromium, served, viewport={"width": 390, "height": 844}) as opened:
        opened.rest()
        wide = "document.documentElement.scrollWidth"
        assert opened.page.evaluate(wide) <= 390
        dialled(opened)
        assert opened.page.evaluate(wide) <= 390


def test_another_second_model_opens_where_the_last_one_was_left(chromium, served):
    with comparing(chromium, served) as opened:
        opened.rest()
        opened.click("a", 1, -1)
        opened.rest()
        opened.page.evaluate(
            "([halves, against]) => show({ model: { ...told_model(), halves, against } })",
            [page_told(served, "bands-conv-4")["model"][name] for name in ("halves", "against")],
        )
        opened.page.wait_for_selector('[data-testid="live-root"][data-ready="true"]')
        opened.rest()
        np.testing.assert_allclose(opened.marker("a", "pin"), [1, -1], atol=0.03)
        assert "bands-conv-4" in opened.find("facts").inner_text()
        assert opened.page.locator('[data-testid="live-root"]').count() == 1


def test_a_run_of_nudges_is_one_step(pair):
    pair.rest()
    pair.click("a", 1, 1)
    for _ in range(4):
        pair.page.keyboard.press("ArrowUp")
    pair.page.keyboard.press("Control+z")
    np.testing.assert_allclose(pair.marker("a", "pin"), [1, 1], atol=0.03)


def test_a_code_of_one_number_is_compared_on_its_line(chromium, served):
    with comparing(chromium, served, other="bands-conv-1") as opened:
        opened.rest()
        opened.move("a", 1.5, 0)
        opened.rest()
        read, picture = opened.shown("b")
        assert read[0] == pytest.approx(1.5, abs=0.05)
        assert np.abs(picture - bands(np.float32([[1.5]])).astype(int)[0]).max() <= 2


def test_one_test_picture_at_least_stays_in_the_row(pair):
    """A link brings the dial back by it."""
    row = pair.page.evaluate("""async () => {
        const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
        const { Dial } = await import(loaded.find((name) => name.endsWith("/dial.js")));
        let items = [{ kind: "point", model: "m", number: 1 }];
        for (let k = 0; k < 9; k++)
            items = Dial.prototype.with.call({ items }, { kind: "upload", id: String(k) });
        return items;
    }""")
    assert [item.get("id", "test") for item in row] == [*"8765432", "test"]
