"""The page "generate" in a real browser: dragging the temperature, holes, the grid, the tray."""

import json

import generating
import numpy as np
import pytest
from generating import Plain, Several, Variational, page_of, shades, told_of
from live_page import read_png, sent_in_a_drag
from playwright.sync_api import expect
from restore_stage import PATIENCE, WATCH

from autoencoders import draws, sheets

expect.set_options(timeout=PATIENCE)

MIDDLE = (-0.02, 0.3)
"""First numbers near the border of the hole: too near to say on which side they count."""


def codes_of(family, *, seed, temperature):
    code_range = "unit" if family == "convolutional" else "free"
    source = draws.Source.of(generating.lattice(), family=family, code_range=code_range)
    return source.codes(draws.standard_normals(25, 2, seed=seed), temperature=temperature)


def clear_seed(*, temperature=1.0):
    """A seed none of whose codes of the square lie near the border of the hole."""
    for seed in range(1, 5000):
        x = codes_of("convolutional", seed=seed, temperature=temperature)[:, 0]
        if not ((x > MIDDLE[0]) & (x < MIDDLE[1])).any() and 5 < (x > 0).sum() < 20:
            return seed
    raise AssertionError("no such seed")


def picture(page, slot):
    return read_png(page.slot(slot).evaluate("c => c.toDataURL()"))[..., :1]


def mosaic(codes):
    return sheets.mosaic(shades(codes), side=5)


@pytest.fixture(scope="module")
def served():
    with Several(Plain(), Variational()).running() as running:
        yield running


@pytest.fixture
def page(chromium, served):
    with page_of(chromium, served, told_of(served, Variational())) as opened:
        for slot in ("plain", "variational"):
            opened.wait(slot, "exact")
        yield opened


def drag(page, *, share):
    box = page.find("temperature").bounding_box()
    y = box["y"] + box["height"] / 2
    page.page.mouse.move(box["x"] + box["width"] / 2, y)
    page.page.mouse.down()
    page.page.mouse.move(box["x"] + share * box["width"], y, steps=25)


def test_a_person_can_draw_from_both_models_and_drag_the_temperature(page):
    for slot, family in (("plain", "convolutional"), ("variational", "variational")):
        shown = mosaic(codes_of(family, seed=1, temperature=1))
        assert (picture(page, slot) == shown).all()
    page.page.wait_for_load_state("networkidle")  # sheets of the grids below
    page.page.evaluate(WATCH, ['[data-slot="plain"]', '[data-slot="variational"]'])
    drag(page, share=0.9)
    page.page.wait_for_function("watched.slid.length > 15")
    watched = page.page.evaluate("watched")
    assert sent_in_a_drag(watched, "slid") == []
    assert min(watched["pictures"].values()) > 8
    assert page.slot("plain").get_attribute("data-state") == "blend"
    page.page.mouse.up()
    warm = float(page.find("temperature").input_value())
    assert warm > 1.6
    expect(page.find("temperature-now")).to_have_text(f"{warm:.2f}")
    for slot, family in (("plain", "convolutional"), ("variational", "variational")):
        page.wait(slot, "exact")
        shown = mosaic(codes_of(family, seed=1, temperature=warm))
        assert (picture(page, slot) == shown).all()
    page.wait_for_scene(temperature=warm, seed=1, against="")


def test_a_person_who_paused_on_the_way_goes_back_to_where_the_drag_began(page):
    drag(page, share=0.9)
    page.page.wait_for_function("document.querySelector('[data-slot=plain]').dataset.t > 0.6")
    page.wait("plain", "exact")  # the pointer is still held
    page.page.mouse.up()
    page.page.keyboard.press("Control+z")
    expect(page.find("temperature-now")).to_have_text("1.00")
    page.wait_for_scene(temperature=1)


def test_a_person_can_see_how_many_fell_into_the_hole(page):
    seed = clear_seed()
    page.find("seed").fill(str(seed))
    page.find("seed").press("Enter")
    page.page.wait_for_selector(f'[data-testid="half-plain"][data-seed="{seed}"]')
    lost = (codes_of("convolutional", seed=seed, temperature=1)[:, 0] > 0).sum()
    expect(page.find("holes-plain")).to_have_text(f"{lost} of 25 fell where there is no data")
    page.find("temperature").fill("0")
    expect(page.find("holes-plain")).to_have_text("0 of 25 fell where there is no data")
    page.wait_for_scene(seed=seed, temperature=0)


def dots(page, side):
    """What is drawn of the dots on a half's map."""
    return page.find(f"half-{side}").locator(".hg-dots").evaluate("c => c.toDataURL()")


def test_a_person_can_light_a_picture_and_its_dot_in_both_models(page):
    before = dots(page, "variational")
    box = page.find("mosaic-plain").bounding_box()
    page.page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.3)
    lit = 1 * 5 + 2
    for slot, family in (("plain", "convolutional"), ("variational", "variational")):
        code = codes_of(family, seed=1, temperature=1)[lit]
        page.page.wait_for_function(
            "([slot, x]) => Math.abs(JSON.parse(document.querySelector(`[data-slot=${slot}]`)"
            ".dataset.z)[0] - x) < 1e-4",
            arg=[slot, float(code[0])],
        )
    assert dots(page, "variational") != before


def test_a_person_can_find_the_picture_of_a_dot(page):
    codes = codes_of("variational", seed=1, temperature=1)
    apart = np.linalg.norm(codes[:, None] - codes[None], axis=2) + 99 * np.eye(25)
    inside = np.abs(codes).max(axis=1) < 2
    alone = int((apart.min(axis=1) * inside).argmax())
    surface = page.find("half-variational").get_by_test_id("latent-map")
    x0, x1, y0, y1 = json.loads(surface.get_attribute("data-extent"))
    box, (x, y) = surface.bounding_box(), codes[alone]
    across = box["x"] + float(x - x0) / (x1 - x0) * box["width"]
    down = box["y"] + float(y1 - y) / (y1 - y0) * box["height"]
    page.page.mouse.move(across, down)
    page.page.wait_for_function(
        "x => Math.abs(JSON.parse(document.querySelector('[data-slot=plain]').dataset.z)[0] - x)"
        " < 1e-4",
        arg=float(codes_of("convolutional", seed=1, temperature=1)[alone, 0]),
    )
    page.page.mouse.click(across, down)
    (kept,) = json.loads(page.page.evaluate("sessionStorage['hourglass-tray']"))
    np.testing.assert_allclose(kept["code"], codes[alone], rtol=1e-5)
    assert (kept["kind"], kept["model"]) == ("code", "vae-2")


def test_a_person_without_a_mouse_can_put_a_picture_into_the_tray(page):
    page.find("mosaic-plain").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "Enter"):
        page.page.keyboard.press(key)
    (kept,) = json.loads(page.page.evaluate("sessionStorage['hourglass-tray']"))
    wanted = codes_of("convolutional", seed=1, temperature=1)[6]
    np.testing.assert_allclose(kept["code"], wanted, rtol=1e-5)
    expect(page.find("page-status")).to_contain_text("tray")


def test_a_person_can_draw_again_and_take_it_back(page):
    page.find("again").click()
    page.page.wait_for_function(
        "document.querySelector('[data-testid=half-plain]').dataset.seed !== '1'"
    )
    seed = int(page.find("seed").input_value())
    page.wait_for_scene(seed=seed)
    page.wait("plain", "exact")
    assert (
        picture(page, "plain") != mosaic(codes_of("convolutional", seed=1, temperature=1))
    ).any()
    page.page.keyboard.press("Control+z")
    page.page.wait_for_selector('[data-testid="half-plain"][data-seed="1"]')
    expect(page.find("seed")).to_have_value("1")


def test_a_seed_that_is_none_is_said_and_nothing_is_lost(page):
    page.find("seed").fill("minus two")
    page.find("seed").press("Enter")
    expect(page.find("page-status")).to_contain_text("whole number from 0 to 2,147,483,647")
    assert page.find("seed").get_attribute("aria-invalid") == "true"
    assert page.find("half-plain").get_attribute("data-seed") == "1"


def test_a_person_can_lay_a_grid_by_quantiles_and_take_it_away(page):
    page.wait("manifold-variational", "exact")
    page.find("grid-side").fill("7")
    blended = page.slot("manifold-variational").get_attribute("data-side")
    assert blended == "7"
    page.find("grid-how").select_option("quantiles")
    page.wait("manifold-variational", "exact", '[data-side="7"]')
    source = draws.Source.of(generating.cloud(), family="variational")
    wanted = sheets.mosaic(shades(source.quantiles(7)), side=7)
    assert (picture(page, "manifold-variational") == wanted).all()
    with page.page.expect_download() as download:
        page.find("save-variational").click()
    assert download.value.suggested_filename == "vae-2-quantiles-7x7.png"
    box = page.find("manifold-variational").bounding_box()
    page.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.find("cell-variational")).to_have_text("code 0.000, 0.000")


def test_a_link_opens_with_its_seed_and_temperature(chromium, served):
    scene = {"number": 1, "seed": 77, "temperature": 0.5, "against": "vae-2"}
    with page_of(chromium, served, told_of(served, Variational(), scene=scene)) as page:
        page.wait("plain", "exact")
        shown = mosaic(codes_of("convolutional", seed=77, temperature=0.5))
        assert (picture(page, "plain") == shown).all()
        assert page.find("half-plain").get_attribute("data-seed") == "77"


def test_a_model_alone_fills_one_half(chromium, served):
    with page_of(chromium, served, told_of(served)) as page:
        page.wait("plain", "exact")
        expect(page.find("half-variational")).to_have_count(0)
        expect(page.find("against")).to_be_hidden()


def test_where_a_code_has_more_numbers_the_grid_says_what_it_needs(chromium):
    wide = generating.Wide8()
    with (
        Several(wide, Variational()).running() as served,
        page_of(chromium, served, told_of(served, Variational())) as page,
    ):
        page.wait("plain", "exact")
        page.wait("manifold-variational", "exact")
        expect(page.page.get_by_text("The code of wide-8 has 8 numbers")).to_be_visible()
        expect(page.find("manifold-plain")).to_have_count(0)
        expect(page.find("holes-plain")).to_contain_text("of 25 fell")
