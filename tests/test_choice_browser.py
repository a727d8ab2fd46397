"""A model chosen over a slow line, in the real app: nothing on its way undoes the choice."""

import pytest
from playwright.sync_api import expect

SLOW = 60_000
FROM, TO = "digits-conv-2", "faces-conv-128"


class SlowLine:
    """The websocket of a page; what the server sends can be held back."""

    def __init__(self, page):
        self.held, self.waiting, self.sent = False, [], 0
        page.route_web_socket("**/_stcore/stream", self._join)

    def _join(self, socket):
        server = socket.connect_to_server()

        def to_server(message):
            self.sent += 1
            server.send(message)

        def to_page(message):
            if self.held:
                self.waiting.append(message)
            else:
                socket.send(message)

        self._to_page = socket.send
        socket.on_message(to_server)
        server.on_message(to_page)

    def release(self):
        self.held = False
        for message in self.waiting:
            self._to_page(message)
        self.waiting = []


@pytest.fixture
def page(chromium, app_url):
    context = chromium.new_context(viewport={"width": 1280, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(SLOW)
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    assert errors == []
    context.close()


def wait(page, condition):
    for _ in range(600):
        if condition():
            return
        page.wait_for_timeout(100)
    pytest.fail("what was waited for did not come")


@pytest.mark.parametrize("moment", ["while the page is made", "after it was made"])
def test_a_report_on_its_way_does_not_undo_a_choice(page, app_url, moment):
    line = SlowLine(page)
    page.goto(f"{app_url}/attributes?model={FROM}")
    page.wait_for_selector('[data-testid="live-root"][data-ready="true"]')
    page.wait_for_url("**subject=*")  # the first report, and what came of it
    page.wait_for_timeout(500)
    line.held, before = True, line.sent
    choose = page.get_by_role("button", name=f"Use {TO}")
    if moment == "after it was made":
        choose.click()
        wait(page, lambda: line.sent > before and len(line.waiting) > 3)
        page.wait_for_timeout(1000)
        page.get_by_test_id("tray-item").nth(3).click()
    else:
        # The component reports a moment after a click: the choice falls into that moment.
        page.get_by_test_id("tray-item").nth(3).click()
        page.wait_for_timeout(200)
        choose.click()
    wait(page, lambda: line.sent >= before + 2)
    page.wait_for_timeout(1000)
    line.release()
    page.wait_for_url(f"**model={TO}*")
    page.wait_for_timeout(1500)  # an answer to the report would have come by now
    assert f"model={TO}" in page.url
    expect(page.get_by_role("combobox").first).to_have_value(TO)
    expect(page.get_by_role("button", name=f"Use {TO}")).to_have_count(0)


def test_a_step_back_brings_the_model_before_and_a_step_forward_the_other(page, app_url):
    page.goto(f"{app_url}/attributes?model={FROM}")
    page.wait_for_url("**subject=*")
    page.get_by_role("button", name=f"Use {TO}").click()
    page.wait_for_url(f"**model={TO}&*subject=*")
    for step, model in ((page.go_back, FROM), (page.go_forward, TO)):
        while f"model={model}" not in page.url:
            step()
        expect(page.get_by_role("combobox").first).to_have_value(model)
        page.wait_for_selector('[data-testid="live-root"][data-ready="true"]')
        page.wait_for_timeout(1500)
        assert f"model={model}" in page.url
