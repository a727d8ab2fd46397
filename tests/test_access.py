"""Every page for everybody: screen readers, keyboards, contrast, little motion, a narrow window."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

SLOW = 90_000
SCHEMES = ("light", "dark")
PAGES = {
    "map of digits": "/?model=digits-conv-2",
    "map of faces": "/?model=faces-stacked-2",
    "interpolate": "/interpolate?model=faces-conv-128",
    "attributes": "/attributes?model=faces-conv-128",
    "restore": "/restore?model=photos-denoising-256",
    "generate": "/generate?model=digits-conv-2",
    "game": "/game?model=digits-conv-2",
    "game of originals": "/game?model=faces-conv-2&game=which",
    "restore digits": "/restore?model=digits-conv-2",
    "training": "/training?model=digits-conv-2",
    "through the hourglass": "/through?model=digits-conv-2",
    "compare": "/compare?model=digits-conv-2&against=digits-vae-2",
    "compare dial": "/compare?model=faces-conv-2&others=1,2&at=0.5",
}

OURS = """selector => {
    const found = document.querySelector(selector);
    return Boolean(found?.closest(".hg-root, .hourglass-head"));
}"""

# Goes through everything that Tab reaches in our elements; returns what shows no focus.
UNSEEN = """async () => {
    const root = document.querySelector(".hg-root");
    const reached = [...root.querySelectorAll("a, button, input, select, summary, [tabindex='0']")]
        .filter((one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility());
    const look = (one) => {
        const shown = [one, one.parentElement, ...one.querySelectorAll("*")].slice(0, 6);
        return shown.map((part) => {
            const { outlineStyle, outlineWidth, outlineColor, ...style } = getComputedStyle(part);
            const outline = outlineStyle === "none" ? "" : `${outlineWidth} ${outlineColor}`;
            return [outline, style.boxShadow, style.backgroundColor, style.borderColor].join(" ");
        }).join("|");
    };
    const unseen = [];
    for (const one of reached) {
        document.activeElement?.blur();
        if (!one.isConnected) continue; // replaced meanwhile, by what came later
        const before = look(one);
        one.focus({ focusVisible: true, preventScroll: true });
        await new Promise(requestAnimationFrame);
        if (one.isConnected && document.activeElement === one && look(one) === before)
            unseen.push(one.outerHTML.slice(0, 160));
    }
    return [reached.length, unseen];
}"""


def opened(browser: Browser, url: str, **options) -> Page:
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | options)
    page = context.new_page()
    page.set_default_timeout(SLOW)
    page.goto(url)
    page.wait_for_selector('[data-testid="live-root"][data-ready="true"]')
    page.wait_for_timeout(1500)  # what comes a little later: other ways, other strips
    return page


SEEN = [(name, scheme) for name in PAGES for scheme in SCHEMES]


@pytest.fixture(scope="module", params=SEEN, ids="-".join)
def page(request, chromium, app_url) -> Iterator[Page]:
    """Each page in each theme, opened once for all tests that only look at it."""
    name, scheme = request.param
    page = opened(chromium, app_url + PAGES[name], color_scheme=scheme, reduced_motion="reduce")
    yield page
    page.context.close()


def test_what_is_drawn_by_hand_has_the_themes_colours_from_the_start(page, request):
    name, scheme = request.node.callspec.params["page"]
    drawn = name != "attributes"  # which draws pictures only
    told = page.locator(".hg-root").first.get_attribute("data-theme")
    assert told == (scheme if drawn else None)


def test_axe_finds_nothing_in_what_is_ours(page):
    found = Axe().run(page).response["violations"]
    ours = [
        (violation["id"], node["target"][0], node["failureSummary"])
        for violation in found
        for node in violation["nodes"]
        if page.evaluate(OURS, node["target"][0])
    ]
    assert ours == []


def test_everything_that_keys_reach_shows_that_it_has_them(page):
    reached, unseen = page.evaluate(UNSEEN)
    assert reached > 5
    assert unseen == []


@pytest.mark.parametrize("name", PAGES)
def test_a_narrow_window_is_wide_enough_and_nothing_moves_by_itself(chromium, app_url, name):
    page = opened(
        chromium,
        app_url + PAGES[name],
        viewport={"width": 390, "height": 844},
        reduced_motion="reduce",
    )
    wide, beyond = page.evaluate(
        """() => [
            document.querySelector('[data-testid="stMain"]').scrollWidth,
            [...document.querySelectorAll(".hg-root *")]
                .filter((one) => one.checkVisibility())
                .filter((one) => !one.closest(".hg-tray-list, .hg-scatter"))
                .filter((one) => one.getBoundingClientRect().right > 391)
                .map((one) => one.outerHTML.slice(0, 120)),
        ]"""
    )
    assert wide <= 390
    assert beyond == []
    moving = page.evaluate(
        "document.getAnimations().filter(({ playState, effect }) => playState === 'running' &&"
        " effect?.target?.closest?.('.hg-root')).length"
    )
    assert moving == 0
    page.context.close()
