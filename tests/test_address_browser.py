"""What a page makes of the scenes that Python tells it: links are followed, late echoes are not."""

import pytest
import stand_in
from live_page import serve_page
from playwright.sync_api import expect
from served import Served

from autoencoders.ui import interpolate


@pytest.fixture(scope="module")
def served():
    with Served(stand_in.StandIn(latents=stand_in.latents(300))).running() as running:
        yield running


def scene(number, at=0.25):
    """What ``scene_state.follow_link`` tells of a link."""
    return {
        "number": number, "codes": [[0.5, -1.0], [1.5, 2.0], [0.0, 1.0]], "subject": None,
        "arrangement": "row", "place": None, "path": "spherical", "even": True, "at": at,
        "left_out": 0, "pins": {},
    }  # fmt: skip


@pytest.fixture
def page(chromium, served):
    serve_page(served, interpolate.page_data(served.engine, address=served.prefix))
    context = chromium.new_context(viewport={"width": 1280, "height": 1000})
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{served.port}/page")
    page.wait_for_selector('[data-testid="live-root"][data-ready="true"]')
    yield page
    context.close()


def tell(page, told):
    page.evaluate("scene => show({ scene })", told)


def test_a_late_echo_of_an_earlier_scene_changes_nothing(page):
    tell(page, scene(1))
    page.wait_for_timeout(300)
    expect(page.get_by_test_id("slot")).to_have_count(2)


def test_a_step_through_the_history_is_followed_once(page):
    page.evaluate("dispatchEvent(new PopStateEvent('popstate'))")
    tell(page, scene(1))
    expect(page.get_by_test_id("slot")).to_have_count(3)
    expect(page.get_by_test_id("path-spherical")).to_have_attribute("aria-checked", "true")
    page.keyboard.press("Control+z")
    expect(page.get_by_test_id("slot")).to_have_count(2)
    tell(page, scene(1))  # every rerun tells it again
    tell(page, scene(2))
    page.wait_for_timeout(300)
    expect(page.get_by_test_id("slot")).to_have_count(2)


def test_what_a_page_is_opened_with_is_followed(chromium, served):
    told = interpolate.page_data(served.engine, address=served.prefix, scene=scene(1))
    serve_page(served, told)
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{served.port}/page")
    expect(page.get_by_test_id("slot")).to_have_count(3)
    expect(page.get_by_test_id("morph-slider")).to_have_value("0.25")
    context.close()


def test_after_another_page_was_open_the_scene_is_reported_again(page):
    """Streamlit forgets what a component reported when another page is opened."""
    page.wait_for_function("reports.length > 0")
    page.evaluate("async () => { const leave = await show(); leave(); reports.length = 0; }")
    page.evaluate("show()")
    page.wait_for_function("reports.some(([name, scene]) => scene.codes.length === 2)")


def test_nothing_is_reported_on_the_way_to_another_page(page):
    """Streamlit would run the page that is being left once more, and stay on it."""
    page.wait_for_function("reports.length > 0")
    page.evaluate(
        """() => {
            const link = document.createElement("a");
            link.dataset.testid = "stPageLink-NavLink";
            link.append(document.createElement("span"));
            document.body.append(link);
            reports.length = 0;
        }"""
    )
    page.get_by_test_id("morph-slider").focus()
    page.keyboard.press("ArrowRight")  # which is reported a moment later
    page.evaluate("document.querySelector('[data-testid=stPageLink-NavLink] span').click()")
    page.wait_for_timeout(1200)
    assert page.evaluate("reports") == []
    page.evaluate("show()")  # the page stayed after all
    page.wait_for_function("reports.length > 0")
