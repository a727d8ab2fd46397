"""What lies over and between the points, in a real browser: veil, steps of a number, thumbnails."""

import numpy as np
import pytest
import stand_in
from live_page import alone, close_to, inked, live
from PIL import Image
from playwright.sync_api import expect
from served import Served

from autoencoders import emptiness
from autoencoders.latent import plane_extent

COUNT = 1_000
MEASURED = '[data-testid="left-data"][data-measures="2"]'
CENTRE = (2.0, 0.0)
"""The middle of the cluster of label 0, with about a hundred points around it."""


class Hollow(stand_in.StandIn):
    """A stand-in whose pictures come back nearly to where they are from, but those far left."""

    def encode(self, images):
        near = 0.01 / (1 + np.square(self.asked).sum(axis=1, keepdims=True))
        return self.asked + np.where(self.asked[:, :1] < -2.6, 1, near).astype(np.float32)

    def decode(self, codes):
        self.asked = codes
        return super().decode(codes)


@pytest.fixture(scope="module")
def served():
    with Served(Hollow(latents=stand_in.latents(COUNT), history=None)).running() as running:
        yield running


@pytest.fixture(scope="module")
def shared(chromium, served):
    with live(chromium, served) as opened:
        opened.page.wait_for_selector(MEASURED, state="attached")
        yield opened


@pytest.fixture
def map(shared):
    """The map with everything in view, veiled, coloured by label."""
    shared.page.mouse.move(5, 5)
    shared.map.press("Escape")
    shared.find("colour-by").select_option("label")
    shared.find("veil").set_checked(True)
    shared.find("fade").fill("0.42")
    dress(shared, "light")
    shared.map.press("0")
    expect(shared.map).to_have_attribute("data-thumbnails", "0")
    return shared


def left(map):
    return map.find("left-data")


# ---------------------------------------------------------------- where there is no data


@pytest.mark.parametrize("corner", [(0.02, 0.02), (0.98, 0.02), (0.02, 0.98), (0.98, 0.98)])
def test_in_an_empty_corner_one_has_left_the_data_and_on_a_code_one_is_back(map, corner):
    map.move(*corner)
    expect(left(map)).to_have_text("you left the data")
    map.move(*map.place_of(*CENTRE))
    expect(left(map)).to_have_text("")
    expect(left(map)).to_be_hidden()
    assert left(map).get_attribute("aria-live") == "polite"


def test_the_hole_in_the_middle_is_no_data_either(map):
    map.move(*map.place_of(0, 0))
    expect(left(map)).to_have_text("you left the data")


def test_a_place_whose_picture_does_not_come_back_is_no_data_though_codes_are_near(map):
    codes = map.engine.latents.codes
    far = codes[codes[:, 0] < -2.65]
    place = np.array([[far[:, 0].max() - 0.02, 0.0]], np.float32)
    assert emptiness.levels_by_density(place, codes)[0] < 1
    map.move(*map.place_of(*place[0]))
    expect(left(map)).to_have_text("you left the data")


def test_it_is_said_where_the_measures_say_so(map):
    codes, extent = map.engine.latents.codes, plane_extent(map.engine.latents.codes)
    random = np.random.default_rng(0)
    places = random.uniform([extent[0], extent[2]], [extent[1], extent[3]], (40, 2))
    levels = emptiness.levels_by_density(places.astype(np.float32), codes)
    # Where the other measure has nothing to add, and not just at the border.
    clear = (places[:, 0] > -2.4) & (np.linalg.norm(places, axis=1) > 1.4)
    clear &= np.abs(levels - 1) > 0.15
    assert clear.sum() > 15 and 4 < (levels[clear] > 1).sum() < clear.sum() - 4
    for place, level in zip(places[clear], levels[clear], strict=True):
        map.move(*map.place_of(*place))
        expect(left(map)).to_have_text("you left the data" if level > 1 else "")


def test_moving_writes_only_at_the_border_and_asks_nothing(map):
    map.move(*map.place_of(*CENTRE))
    map.rest()
    map.page.evaluate(
        """() => {
            window.written = 0;
            const node = document.querySelector('[data-testid="left-data"]');
            new MutationObserver((all) => (written += all.length))
                .observe(node, { childList: true, characterData: true, subtree: true });
        }"""
    )
    before = len(map.requests)
    start = map.place_of(*CENTRE)
    for step in range(30):
        map.move(start[0] + (0.99 - start[0]) * step / 29, start[1])
    expect(left(map)).to_have_text("you left the data")
    for step in range(5):
        map.move(0.99 - 0.002 * step, start[1])
        map.page.evaluate("() => new Promise(requestAnimationFrame)")
    assert map.page.evaluate("written") == 1
    assert not [url for url in map.requests[before:] if "emptiness" in url]


def corner_and_cluster(map):
    """Mean colours of an empty corner and of a square in the middle of a cluster."""
    ground = map.ground().astype(float)
    side = len(ground)
    x, y = (round(share * side) for share in map.place_of(*CENTRE))
    return ground[side - 60 : side - 30, 30:60], ground[y - 12 : y + 12, x - 12 : x + 12]


def changed(one, other):
    return np.abs(one - other).mean()


def settled(map):
    """Wait until the ground has stayed the same for a while: its paint fills over some frames."""
    map.page.evaluate("window.sameGround = 0")
    map.page.wait_for_function(
        """() => {
            const now = document.querySelector(".hg-ground").toDataURL();
            window.sameGround = now === window.seenGround ? sameGround + 1 : 0;
            window.seenGround = now;
            return sameGround >= 4;
        }""",
        polling=120,
    )


def test_the_veil_lies_over_what_is_no_data_and_can_be_taken_away(map):
    settled(map)
    corner, cluster = corner_and_cluster(map)
    map.find("veil").set_checked(False)
    settled(map)
    bare_corner, bare_cluster = corner_and_cluster(map)
    assert changed(corner, bare_corner) > 4
    assert changed(cluster, bare_cluster) == 0
    map.find("veil").set_checked(True)
    settled(map)
    again, _ = corner_and_cluster(map)
    assert changed(again, corner) == 0


def test_the_hatch_is_seen_in_both_themes_also_after_a_change(map):
    map.find("fade").fill("0")
    for theme in ("dark", "light"):
        dress(map, theme)
        settled(map)
        corner, _ = corner_and_cluster(map)
        ground, lines = np.median(corner), corner.max() if theme == "dark" else corner.min()
        assert abs(lines - ground) > 20, theme
        assert (lines > ground) == (theme == "dark")


def test_taking_the_veil_away_leaves_the_sentence(map):
    map.find("veil").set_checked(False)
    map.move(0.02, 0.98)
    expect(left(map)).to_have_text("you left the data")


def test_where_emptiness_cannot_be_had_the_map_is_whole_without_it(chromium):
    class Broken(stand_in.StandIn):
        def encode(self, images):
            raise ValueError("no way back")

    engine = Broken(history=None, latents=stand_in.latents(300))
    with Served(engine).running() as served, live(chromium, served) as opened:
        # The measure that can be had is drawn all the same.
        opened.page.wait_for_selector(MEASURED.replace("2", "1"), state="attached")
        opened.move(0.02, 0.98)
        expect(opened.find("left-data")).to_have_text("you left the data")
        opened.rest()
        expect(opened.find("map-status")).to_be_hidden()


# ---------------------------------------------------------------- colours by a number


STEPS = 5


def stepped(map, by):
    """Colour by a number and wait until the legend tells its steps."""
    map.find("colour-by").select_option(by)
    expect(map.page.locator(".hg-legend .hg-swatch")).to_have_count(STEPS)


def steps_painted(map, codes):
    """Which of the legend's colours each of these codes is painted in; -1: in none of them."""
    ground = map.points_only()
    expected = inked(map.legend_colours(), ground[60, 60])
    apart = np.abs(map.painted(codes, ground)[:, None] - expected[None]).max(axis=2)
    return np.where(apart.min(axis=1) <= 4, apart.argmin(axis=1), -1)


@pytest.mark.parametrize(
    ("by", "low", "high"),
    [("error", "rebuilt best", "rebuilt worst"), ("density", "few around", "many around")],
)
def test_a_person_can_colour_the_points_by_a_number(map, by, low, high):
    before = {tuple(colour) for colour in map.legend_colours()}
    stepped(map, by)
    ramp = {tuple(colour) for colour in map.legend_colours()}
    assert len(ramp) == STEPS and not ramp & before
    counts = [count for _, count in map.legend_counts()]
    assert sum(counts) == COUNT
    assert all(abs(count - COUNT / STEPS) <= 2 for count in counts)
    said = map.page.locator(".hg-legend").inner_text().split("\n")
    assert said == [low, *(name for name, _ in map.legend_counts()), high, "All"]


def test_each_point_is_painted_as_the_step_of_its_error(map):
    stepped(map, "error")
    codes, mse = map.engine.latents.codes, map.engine.latents.mse
    lonely = alone(codes, apart=0.1)
    step = np.searchsorted(np.quantile(mse, [0.2, 0.4, 0.6, 0.8]), mse)
    seen = steps_painted(map, codes[lonely])
    assert (seen == step[lonely]).mean() > 0.9


def test_steps_of_the_error_hold_the_errors_they_name(map):
    map.find("colour-by").select_option("error")
    mse = map.engine.latents.mse
    worst = map.page.locator(".hg-legend .hg-chip:not(.hg-all)").last.inner_text()
    low, high = (float(part) for part in worst.split(" – "))
    assert low == pytest.approx(np.quantile(mse, 0.8), rel=0.05)
    assert high == pytest.approx(mse.max(), rel=0.05)


def test_a_step_can_be_hidden(map):
    stepped(map, "error")
    codes, mse = map.engine.latents.codes, map.engine.latents.mse
    best = codes[alone(codes, apart=0.1) & (mse < np.quantile(mse, 0.19))]
    assert (steps_painted(map, best) == 0).mean() > 0.9
    first = map.page.locator(".hg-legend .hg-chip").first
    first.click()
    expect(first).to_have_attribute("aria-pressed", "false")
    assert (steps_painted(map, best) == 0).mean() < 0.1
    map.find("legend-all").click()


def dress(map, theme):
    """Change the theme and wait until the page's own transition of colours is over."""
    map.page.evaluate("theme => { document.body.className = theme; }", theme)
    map.page.wait_for_selector(f'[data-testid="live-root"][data-theme="{theme}"]')
    map.find("live-root").evaluate("r => Promise.all(r.getAnimations().map((a) => a.finished))")


def test_the_ramp_follows_the_theme(map):
    stepped(map, "density")
    codes = map.engine.latents.codes
    lonely = codes[alone(codes, apart=0.1)]
    seen = {}
    for theme in ("dark", "light"):
        dress(map, theme)
        seen[theme] = map.legend_colours()
        assert (steps_painted(map, lonely) >= 0).mean() > 0.9
    assert (seen["dark"] != seen["light"]).any(axis=1).all()


# ---------------------------------------------------------------- thumbnails


def asked_for(map, since=0):
    urls = [url for url in map.requests[since:] if "/thumbnails?" in url]
    return [url.split("indices=")[1].split("&")[0].split(",") for url in urls]


def zoom(map, *, at=CENTRE, steps=7):
    """Turn the wheel over a code, all at once."""
    map.move(*map.place_of(*at))
    x, y = map.place(*map.place_of(*at))
    map.map.evaluate(
        """(map, [x, y, steps]) => {
            for (let k = 0; k < steps; k++) map.dispatchEvent(new WheelEvent("wheel",
                { deltaY: -200, clientX: x, clientY: y, bubbles: true, cancelable: true }));
        }""",
        [x, y, steps],
    )


def shown(map):
    """How many thumbnails there are, once the view rests."""
    map.page.wait_for_function(
        "() => Number(document.querySelector('[data-testid=latent-map]').dataset.thumbnails) > 0"
    )
    return int(map.map.get_attribute("data-thumbnails"))


def in_view(map):
    x0, x1, y0, y1 = map.extent()
    x, y = map.engine.latents.codes.T
    return np.flatnonzero((x >= x0) & (x <= x1) & (y >= y0) & (y <= y1))


def test_everything_in_view_shows_points_only(map):
    map.page.wait_for_timeout(400)
    expect(map.map).to_have_attribute("data-thumbnails", "0")
    assert in_view(map).size == COUNT


def test_zooming_in_pictures_grow_out_of_points_with_one_request_at_rest(map):
    settled(map)
    before = len(map.requests)
    zoom(map)
    count = shown(map)
    (asked,) = asked_for(map, before)
    there = in_view(map)
    assert count == len(asked) == len(set(asked))
    assert {int(index) for index in asked} <= set(there.tolist())
    assert 5 < count <= min(96, len(there))


def test_each_thumbnail_is_the_picture_of_its_point_framed_in_its_colour(map):
    zoom(map, steps=8)
    shown(map)
    settled(map)
    ground = map.ground()
    side = len(ground)
    colour = (31, 111, 208)  # the first of the ten, label 0
    drawn = framed = 0
    for index in in_view(map):
        code = map.engine.latents.codes[index]
        x, y = (round(share * side) for share in map.place_of(*code))
        if not 40 < min(x, y) <= max(x, y) < side - 40:
            continue
        # Full grown, a side is 68 pixels.
        patch = Image.fromarray(ground).crop((x - 34, y - 34, x + 34, y + 34)).resize((28, 28))
        wanted = stand_in.draw(code[None])[0, 2:26, 2:26, 0].ravel()
        found = np.asarray(patch)[2:26, 2:26, 0].ravel()
        drawn += np.corrcoef(found, wanted)[0, 1] > 0.9
        framed += np.abs(ground[y - 36, x].astype(int) - colour).max() < 12
    assert drawn >= 3
    assert framed >= drawn


def test_going_back_to_a_view_asks_nothing_again(map):
    zoom(map, steps=8)
    shown(map)
    before = len(map.requests)
    map.map.press("0")
    expect(map.map).to_have_attribute("data-thumbnails", "0")
    zoom(map, steps=8)
    shown(map)
    known = {index for asked in asked_for(map) for index in asked}
    again = {index for asked in asked_for(map, before) for index in asked}
    assert len(asked_for(map, before)) <= 1
    assert len(again) < 0.2 * len(known)


def test_hovering_over_thumbnails_asks_for_none(map):
    zoom(map)
    shown(map)
    before = len(map.requests)
    for step in range(20):
        map.move(0.3 + 0.02 * step, 0.4)
    map.page.wait_for_timeout(400)
    assert asked_for(map, before) == []


def framed(map):
    """A point of label 0 whose thumbnail is drawn: above it there is the frame's colour."""
    ground = map.ground().astype(int)
    side = len(ground)
    for index in in_view(map):
        x, y = (round(share * side) for share in map.place_of(*map.engine.latents.codes[index]))
        inside = 100 < min(x, y) <= max(x, y) < side - 100
        if inside and np.abs(ground[y - 36, x] - (31, 111, 208)).max() < 12:
            return index
    raise AssertionError("no thumbnail is drawn")


def test_a_click_on_a_thumbnail_pins_its_own_point_and_one_beside_it_the_pointers(map):
    zoom(map, steps=8)
    shown(map)
    settled(map)
    codes, index = map.engine.latents.codes, framed(map)
    x, y = map.place_of(*codes[index])
    aside = 25 / map.map.bounding_box()["width"]  # within the 34 pixels of half a side
    map.click(x + aside, y - aside)
    assert close_to(map.pins()[-1], codes[index], within=1e-4)
    map.map.press("Escape")
    map.find("fade").fill("1")  # paint only: there is no thumbnail to be clicked on
    map.click(x + aside, y - aside)
    assert close_to(map.pins()[-1], map.code_at(x + aside, y - aside), within=1e-4)


def test_no_thumbnails_are_asked_for_where_there_is_paint_only(map):
    map.find("fade").fill("1")
    before = len(map.requests)
    zoom(map, at=(1.9, -0.2), steps=7)
    map.page.wait_for_timeout(600)
    assert asked_for(map, before) == []
    expect(map.map).to_have_attribute("data-thumbnails", "0")
    map.find("fade").fill("0.5")
    shown(map)
    assert len(asked_for(map, before)) == 1
    map.find("fade").fill("1")
    expect(map.map).to_have_attribute("data-thumbnails", "0")


def test_a_hidden_label_has_no_thumbnails(map):
    zoom(map)
    count = shown(map)
    map.find("legend-0").click()
    map.page.wait_for_function(
        """(count) => Number(document.querySelector('[data-testid=latent-map]')
            .dataset.thumbnails) < count / 2""",
        arg=count,
    )
    map.find("legend-all").click()


def test_a_server_that_refuses_leaves_points(map):
    map.page.route("**/thumbnails?*", lambda route: route.fulfill(status=500, body="no"))
    try:
        with map.page.expect_response(lambda answer: "/thumbnails?" in answer.url):
            zoom(map, at=(0.62, 1.9))
        expect(map.find("map-status")).to_be_hidden()
    finally:
        map.page.unroute("**/thumbnails?*")


def test_thumbnails_are_each_its_own_original_where_the_data_is_on_disk(chromium):
    # Each picture is dark but for one of sixteen squares, which tells by its place whose it is.
    originals = np.zeros((COUNT, 28, 28, 1), np.uint8)
    for index, picture in enumerate(originals):
        row, column = divmod(index % 16, 4)
        picture[7 * row : 7 * row + 7, 7 * column : 7 * column + 7] = 255
    engine = stand_in.StandIn(latents=stand_in.latents(COUNT), history=None)
    with (
        Served(engine, originals=lambda engine: originals).running() as running,
        live(chromium, running, reduced_motion="no-preference") as opened,
    ):
        zoom(opened, steps=8)
        shown(opened)
        settled(opened)
        ground = opened.ground()
        side, told = len(ground), 0
        for index in in_view(opened):
            x, y = (round(s * side) for s in opened.place_of(*engine.latents.codes[index]))
            if not 40 < min(x, y) <= max(x, y) < side - 40:
                continue
            patch = ground[y - 34 : y + 34, x - 34 : x + 34].mean(axis=2)
            squares = patch.reshape(4, 17, 4, 17).mean(axis=(1, 3)).ravel()
            dark = np.delete(squares, index % 16)
            told += squares[index % 16] > 200 and dark.max() < 60
        assert told >= 5
        assert len(asked_for(opened)) >= 1


def test_individuals_and_averages_have_their_own_decodings(chromium):
    engine = stand_in.StandIn(latents=stand_in.latents(COUNT), history=None, has_detail=True)
    with Served(engine).running() as running, live(chromium, running) as opened:
        zoom(opened)
        shown(opened)
        before = len(opened.requests)
        with opened.page.expect_request(lambda r: "/thumbnails?" in r.url and "detail=0" in r.url):
            opened.find("detail").fill("0")
        shown(opened)
        assert len(asked_for(opened, before)) == 1
        assert "detail=1" in next(url for url in opened.requests if "/thumbnails?" in url)
