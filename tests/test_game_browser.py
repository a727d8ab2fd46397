"""The games in a real browser: played to the end by hand and by keys, points, the best list."""

import json
import re

import generating
import numpy as np
import pytest
from generating import Several, page_of
from live_page import read_png, sent_in_a_drag
from playing import Reader, Sharper, originals
from playwright.sync_api import expect
from restore_stage import PATIENCE, WATCH

from autoencoders.metrics import mean_squared_errors
from autoencoders.ui import game, games

expect.set_options(timeout=PATIENCE)

ENGINE = Reader()
STORE = generating.shared_store([ENGINE, Sharper()])
BROKEN_STORAGE = """
Object.defineProperty(window, "localStorage", { get() { throw new Error("not here"); } });
"""


def nowhere(engine):
    return None


@pytest.fixture(scope="module")
def served():
    with Several(Reader(), Sharper()).running() as running:
        yield running


def told(served, scene=None):
    return game.page_data(served.engine, address=served.prefix, scene=scene)


@pytest.fixture
def page(chromium, served):
    with page_of(chromium, served, told(served)) as opened:
        yield opened


def linked(number_of_game, seed):
    return {"number": 1, "game": number_of_game, "seed": seed}


def place_of(page, code):
    """Window coordinates of a code on the map that is played on."""
    surface = page.find("latent-map")
    x0, x1, y0, y1 = json.loads(surface.get_attribute("data-extent"))
    box = surface.bounding_box()
    across, down = float(code[0] - x0) / (x1 - x0), float(y1 - code[1]) / (y1 - y0)
    return box["x"] + across * box["width"], box["y"] + down * box["height"]


def scores(page, column):
    """Points of the rounds that are over, in one column of the table."""
    cells = page.find("scores").locator(f"tbody td:nth-child({column + 1})").all_inner_texts()
    return [int(text) for text in cells if text != "·"]


def wait_for_round(page, number):
    page.page.wait_for_selector(f'[data-testid="live-root"][data-round="{number}"]')


def test_a_person_can_find_pictures_to_the_end_and_is_among_the_best(page):
    arrays, _ = games.find(ENGINE, STORE, nowhere, 1)
    for number in range(1, 6):
        wait_for_round(page, number)
        expect(page.find("round")).to_have_text(f"round {number} of 5")
        truth = arrays["truth"][number - 1]
        aim = truth if number < 5 else truth + np.float32([0.224, 0])  # a tenth of the side away
        page.page.mouse.click(*place_of(page, aim))
        expect(page.find("said")).to_contain_text("the star")
        expect(page.find("scores").locator("tbody tr").nth(number - 1)).not_to_contain_text("·")
        if number < 5:
            page.find("next").click()
    own = scores(page, 1)
    assert min(own[:4]) >= 97
    assert 48 <= own[4] <= 52, "a tenth of the side is worth half of the points"
    side = 2.24
    for column, name in ((2, "encoder"), (3, "pca")):
        away = np.linalg.norm(arrays[name] - arrays["truth"], axis=1)
        assert (
            scores(page, column) == np.round(100 * 2 ** (-away / (side / 10))).astype(int).tolist()
        )
    expect(page.find("said")).to_contain_text(f"you have {sum(own)} points")
    page.find("best-name").fill("Ada")
    page.find("best-keep").click()
    expect(page.find("best-list")).to_have_text(re.compile(rf"{sum(own)} Ada\s+seed 1"))
    page.page.reload()
    expect(page.find("best-list")).to_contain_text("Ada")
    page.find("game-hit").click()
    expect(page.find("best-list")).to_be_empty()
    page.find("game-find").click()
    page.find("best-clear").click()
    expect(page.find("best-list")).to_be_empty()
    assert json.loads(page.page.evaluate("localStorage['hourglass-best']")) == {}


def test_a_person_can_hit_a_code_with_a_picture_on_every_frame(page):
    page.find("game-hit").click()
    expect(page.find("task")).to_contain_text("Which code")
    page.wait("guess", "exact")
    page.page.wait_for_load_state("networkidle")
    arrays, _ = games.hit(ENGINE, STORE, nowhere, 1)
    x, y = place_of(page, arrays["truth"][0] + np.float32([0.1, 0]))
    page.page.evaluate(WATCH, ['[data-slot="guess"]'])
    page.page.mouse.move(x - 80, y - 60)
    page.page.mouse.move(x, y, steps=30)
    page.page.wait_for_function("watched.moves.length > 15")
    watched = page.page.evaluate("watched")
    assert watched["pictures"]['[data-slot="guess"]'] > 8
    assert sent_in_a_drag(watched) == []
    page.page.mouse.click(x, y)
    page.page.mouse.move(5, 5)
    page.wait("guess", "exact")
    z = np.float32([json.loads(page.slot("guess").get_attribute("data-z"))])
    drawn = ENGINE.decode(z)
    assert (read_png(page.slot("guess").evaluate("c => c.toDataURL()"))[..., :1] == drawn[0]).all()
    page.find("submit").click()
    error = mean_squared_errors(drawn, arrays["pictures"][:1])[0]
    expect(page.find("said")).to_contain_text(f"off by {error:.4f} (MSE)")
    encoder, pca, average = arrays["errors"][0]
    for column, of in ((1, error), (2, encoder), (3, pca)):
        worth = max(0, min(120, round(100 * (average - of) / (average - encoder))))
        assert abs(scores(page, column)[0] - worth) <= 1


def test_a_person_can_hit_a_code_with_the_sliders(page):
    page.find("game-hit").click()
    expect(page.find("submit")).to_be_disabled()
    page.find("hit-first").fill("-0.4")
    page.find("hit-second").fill("0.5")
    page.wait("guess", "exact")
    z = json.loads(page.slot("guess").get_attribute("data-z"))
    np.testing.assert_allclose(z, [-0.4, 0.5], atol=0.01)
    page.find("submit").click()
    expect(page.find("next")).to_be_focused()


def test_a_person_can_tell_the_original(chromium):
    with Several(Reader(), originals=originals).running() as served:
        scene = linked("which", 9)
        with page_of(chromium, served, told(served, scene)) as page:
            arrays, _ = games.which(ENGINE, STORE, originals, 9)
            right = int(arrays["truth"][0])
            shown = page.find(f"choice-{right}").locator("canvas").evaluate("c => c.toDataURL()")
            assert (read_png(shown)[..., :1] == arrays["choices"][0, right]).all()
            page.find(f"choice-{right}").click()
            expect(page.find("said")).to_contain_text("Right: 100 points.")
            page.find("next").click()
            wait_for_round(page, 2)
            wrong = (int(arrays["truth"][1]) + 1) % 4
            page.find("choice-0").focus()
            page.page.keyboard.press("ABCD"[wrong])
            expect(page.find("said")).to_contain_text("No, it is")
            assert scores(page, 1) == [100, 0]
            for column, name in ((2, "encoder"), (3, "pca")):
                wanted = 100 * (arrays[name][:2] == arrays["truth"][:2])
                assert scores(page, column) == wanted.tolist()
            page.wait_for_scene(game="which", seed=9)


def test_without_originals_it_is_said_whose_pictures_these_are(chromium, served):
    with page_of(chromium, served, told(served, linked("which", 9))) as page:
        expect(page.page.get_by_text("reconstructions by sharper-4")).to_be_visible()


def test_a_game_that_cannot_be_played_says_why_and_the_others_go_on(chromium):
    with (
        Several(Reader()).running() as served,
        page_of(chromium, served, told(served, linked("which", 1))) as page,
    ):
        expect(page.page.get_by_text("play one of the other two")).to_be_visible()
        expect(page.find("scores")).to_be_visible()
        page.find("game-find").click()
        expect(page.find("round")).to_have_text("round 1 of 5")


def test_a_person_without_a_mouse_can_play(page):
    page.page.wait_for_load_state("networkidle")
    page.find("latent-map").focus()
    for key in ("ArrowLeft", "Shift+ArrowUp", "ArrowUp", "Enter"):
        page.page.keyboard.press(key)
    expect(page.find("next")).to_be_focused()
    expect(page.find("said")).to_contain_text("away from it")
    page.page.keyboard.press("Enter")
    wait_for_round(page, 2)
    expect(page.find("latent-map")).to_be_focused()


def test_a_new_game_has_another_seed_and_the_link_says_which(page):
    page.find("again").click()
    page.page.wait_for_function("document.querySelector('[data-testid=seed]').value !== '1'")
    seed = int(page.find("seed").input_value())
    page.wait_for_scene(game="find", seed=seed)
    page.find("seed").fill("x")
    page.find("seed").press("Enter")
    expect(page.find("page-status")).to_contain_text("whole number")


def test_a_browser_that_keeps_nothing_can_play_all_the_same(chromium, served):
    with page_of(chromium, served, told(served)) as page:
        page.page.add_init_script(BROKEN_STORAGE)
        page.open()
        page.page.evaluate("() => { try { localStorage } catch (e) { window.broken = true } }")
        assert page.page.evaluate("window.broken") is True
        for number in range(1, 6):
            wait_for_round(page, number)
            page.page.mouse.click(*place_of(page, (-0.5, 0.0)))
            if number < 5:
                page.find("next").click()
        page.find("best-keep").click()
        expect(page.find("best-list")).to_contain_text("seed 1")


def test_nonsense_in_the_storage_is_no_list(chromium, served):
    with page_of(chromium, served, told(served)) as page:
        page.page.evaluate(
            "localStorage['hourglass-best'] = JSON.stringify("
            "{ 'find/reader-2': [null, 7, { name: 4 }, { name: 'Ada', points: 3, seed: 2 }] })"
        )
        page.open()
        expect(page.find("best-list").locator("li")).to_have_count(1)
