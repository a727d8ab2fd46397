"""Links that name what a page must look for: pins, eight others, directions, pictures now gone."""

import json

import pytest
import stand_in
import tiny
from live_page import serve_page
from playwright.sync_api import expect
from restoring import Mosaic
from served import Served

from autoencoders.inference import Engine
from autoencoders.scene import Scene
from autoencoders.ui import attributes, interpolate, restore
from autoencoders.ui.link_fit import fit

SLOW = 60_000


@pytest.fixture(scope="module")
def plain():
    with Served(stand_in.StandIn(latents=stand_in.latents(300))).running() as running:
        yield running


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A model with a direction that is called "high"."""
    folder = tiny.save_family(tmp_path_factory.mktemp("models") / "tiny", "convolutional")
    with Served(Engine(folder)).running() as running:
        yield running


@pytest.fixture(scope="module")
def photos():
    with Served(Mosaic()).running() as running:
        yield running


@pytest.fixture
def opened(chromium):
    contexts = []

    def open(served, page, scene=None, *, kept=()):
        """Open a page (a module of ``ui``) by a link, with these items in its tray."""
        name = page.__name__.rpartition(".")[2]
        told = None
        if scene is not None:
            told = json.loads(json.dumps(fit(scene, served.engine, name)[0] | {"number": 1}))
        serve_page(served, page.page_data(served.engine, address=served.prefix, scene=told))
        context = chromium.new_context(viewport={"width": 1280, "height": 1100})
        context.add_init_script(f"sessionStorage['hourglass-tray'] ??= '{json.dumps(list(kept))}'")
        contexts.append(context)
        tab = context.new_page()
        tab.set_default_timeout(SLOW)
        tab.goto(f"http://127.0.0.1:{served.port}/page")
        tab.wait_for_selector('[data-testid="live-root"][data-ready="true"]')
        return tab

    yield open
    for context in contexts:
        context.close()


def reported(page, test):
    """The scene that Python was told last, once ``test``, JavaScript, holds of it."""
    found = page.wait_for_function(
        f"() => {{ const [, scene] = reports.at(-1) ?? []; return scene && ({test}) && scene; }}"
    )
    return found.json_value()


def exact(page, slot):
    picture = page.locator(f'[data-testid="decoded-image"][data-slot="{slot}"]')
    expect(picture).to_have_attribute("data-state", "exact", timeout=SLOW)
    return picture.get_attribute("data-z")


def pictured(page, letter):
    """Wait until a pin shows a picture."""
    page.wait_for_function(
        "pin => document.querySelector(`[data-testid=${pin}] canvas`).getContext('2d')"
        ".getImageData(32, 32, 1, 1).data[3] > 0",
        arg=f"pin-{letter}",
    )


CODES = ((0.5, -1.0), (1.5, 2.0))


def test_pins_of_a_morph_come_with_its_link(opened, plain):
    pins = {"A": {"codes": (*CODES, (0.0, 1.0)), "at": 0.25}, "B": {"codes": CODES, "even": True}}
    page = opened(plain, interpolate, Scene(codes=CODES, at=0.5, pins=pins))
    expect(page.get_by_test_id("slot")).to_have_count(2)
    pictured(page, "A")
    pictured(page, "B")
    page.keyboard.press("a")
    expect(page.get_by_test_id("slot")).to_have_count(3)
    expect(page.get_by_test_id("morph-slider")).to_have_value("0.25")
    told = reported(page, "scene.codes.length === 3")
    assert told["pins"]["B"]["codes"] == [list(code) for code in CODES]
    page.get_by_test_id("unpin-B").click()
    assert set(reported(page, "!scene.pins.B")["pins"]) == {"A"}


def test_a_pin_that_a_person_sets_is_reported(opened, plain):
    page = opened(plain, interpolate)
    exact(page, "morph")
    page.keyboard.press("b")
    told = reported(page, "scene.pins.B")
    assert told["pins"]["B"] == {part: told[part] for part in told["pins"]["B"]}
    assert len(told["pins"]["B"]["codes"]) == 2


def test_pins_of_an_edit_come_with_its_link(opened, lab):
    pins = {"A": {"subject": ("point", 3, ""), "strengths": {"high": 1.5}}}
    page = opened(lab, attributes, Scene(subject=("point", 1, ""), pins=pins))
    expect(page.get_by_test_id("subject-name")).to_have_text("test picture 1")
    pictured(page, "A")
    page.keyboard.press("a")
    expect(page.get_by_test_id("subject-name")).to_have_text("test picture 3")
    expect(page.get_by_test_id("slider-high")).to_have_value("1.5")
    told = reported(page, "scene.subject?.[1] === 3")
    assert told["pins"]["A"]["strengths"] == {"high": 1.5}


def test_the_eight_others_come_with_the_link_and_are_reported(opened, lab):
    page = opened(lab, attributes, Scene(subject=("point", 1, ""), others=(5, 2, 9)))
    exact(page, "attributes")
    assert reported(page, "scene.others.length > 0")["others"] == [5, 2, 9]
    page.get_by_test_id("others").click()
    told = reported(page, "scene.others.length !== 3")
    assert len(told["others"]) == 8
    usual = opened(lab, attributes, Scene(subject=("point", 1, "")))
    exact(usual, "attributes")
    assert reported(usual, "scene.subject")["others"] == [], "the page's own need no numbers"


def test_others_that_are_not_there_leave_the_usual_ones(opened, lab):
    page = opened(lab, attributes, Scene(subject=("point", 1, ""), others=(10**6,)))
    exact(page, "attributes")
    page.wait_for_function("reports.some(([, scene]) => scene.others.length === 0)")


def test_a_direction_that_was_left_out_moves_once_its_file_is_there(opened, lab, tmp_path):
    mine = opened(lab, attributes)
    mine.get_by_test_id("own").locator("summary").click()
    for side in ("yes", "no"):
        mine.get_by_test_id(f"brush-{side}").click()
        for number in range(6):
            mine.get_by_test_id("mark-tile").nth(number + (6 if side == "no" else 0)).click()
    mine.get_by_test_id("own-name").fill("upwards")
    mine.get_by_test_id("own-build").click()
    expect(mine.get_by_test_id("own-result")).to_contain_text("“upwards”", timeout=SLOW)
    mine.get_by_test_id("slider-own-1").press("End")
    told = reported(mine, 'scene.strengths["upwards (own)"]')
    assert told["strengths"] == {"upwards (own)": 2}
    with mine.expect_download() as download:
        mine.get_by_test_id("own-save").click()
    download.value.save_as(tmp_path / "upwards.npz")
    theirs = opened(lab, attributes, Scene(subject=("point", 1, ""), strengths=told["strengths"]))
    exact(theirs, "attributes")
    theirs.get_by_test_id("own-file").set_input_files(tmp_path / "upwards.npz")
    expect(theirs.get_by_test_id("slider-own-1")).to_have_value("2")
    theirs.keyboard.press("Control+z")
    expect(theirs.get_by_test_id("slider-own-1")).to_have_value("0")


def test_a_restored_picture_that_is_gone_is_replaced_and_said(opened, photos):
    page = opened(photos, restore, Scene(subject=("point", 10**6, "")))
    expect(page.get_by_test_id("page-status")).to_contain_text(
        "There is no such picture; mosaic-48 has 0 to 59. This is another one instead."
    )
    expect(page.get_by_test_id("rebuilt")).to_have_attribute("data-state", "shown")
    expect(page.get_by_test_id("source-name")).not_to_have_text("A picture")
    page.get_by_test_id("tray-item").nth(2).click()
    expect(page.get_by_test_id("page-status")).not_to_contain_text("another one")


def test_a_tray_that_somebody_edited_spoils_nothing(opened, photos):
    broken = [5, None, {}, {"kind": "fish"}, {"kind": "point", "number": "1", "model": "m"},
              {"kind": "code", "code": ["x"], "model": "m"}, {"kind": "toString"}]  # fmt: skip
    gone = {"kind": "point", "model": "nobody", "number": 1}
    there = {"kind": "point", "model": photos.engine.name, "number": 4}
    page = opened(photos, restore, kept=[*broken, gone, there])
    expect(page.get_by_test_id("rebuilt")).to_have_attribute("data-state", "shown")
    mine = page.locator(".hg-tray-own [data-testid=tray-item]")
    expect(mine).to_have_count(2)
    expect(mine.first).to_be_disabled()
    expect(page.get_by_test_id("source-name")).to_have_text("test picture 4")
