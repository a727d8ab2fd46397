"""The Training page in a real browser: the movie dragged, and a small model trained."""

import json
import tempfile

import numpy as np
import pytest
import stand_in
from axe_playwright_python.sync_playwright import Axe
from live_page import read_png, serve_page
from playwright.sync_api import expect
from served import Served
from small_jobs import PATIENCE, lives, pretended, until

from autoencoders.ui import training, trainings
from autoencoders.ui.trainings import Trainings

SLOW = 1000 * PATIENCE

WATCH = """() => {
    const canvas = document.querySelector('[data-slot="movie"] canvas[data-slot]');
    window.watched = { asked: 0, seen: new Set() };
    const fetched = window.fetch;
    window.fetch = (...all) => {
        if (!String(all[0]).includes("/trainings")) watched.asked++;
        return fetched(...all);
    };
    const look = () => { watched.seen.add(canvas.dataset.z); requestAnimationFrame(look); };
    look();
}"""


class Studio:
    """The page, and hands to use it."""

    def __init__(self, page, served):
        self.page, self.served, self.errors = page, served, []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.set_default_timeout(SLOW)

    def open(self):
        self.page.goto(f"http://127.0.0.1:{self.served.port}/page")
        self.page.wait_for_selector('[data-testid="live-root"][data-ready="true"]')
        return self

    def find(self, name):
        return self.page.get_by_test_id(name)

    def picture(self, slot):
        return self.page.locator(f'[data-testid="decoded-image"][data-slot="{slot}"]')

    def movie(self, slot):
        return self.page.locator(f'[data-testid="movie-strip"][data-slot="{slot}"]')

    def slider(self, slot):
        return self.movie(slot).get_by_test_id("movie-slider")

    def reach(self, state):
        self.page.wait_for_selector(f'[data-testid="run"][data-state="{state}"]')

    def start(self, **chosen):
        for name, value in chosen.items():
            field = self.find(f"train-{name}")
            if name == "family":
                field.select_option(value)
            else:
                field.fill(str(value))
        self.find("train-start").click()

    @property
    def run(self):
        (run,) = self.served.store.trainings._runs.values()
        return run


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def served(place):
    with Served(stand_in.StandIn()).running() as running:
        running.store.trainings = Trainings(command=pretended)
        serve_page(running, training.page_data(running.engine, address=running.prefix))
        yield running
        running.store.trainings.close()


@pytest.fixture
def studio(chromium, served):
    context = chromium.new_context(
        viewport={"width": 1280, "height": 1000}, reduced_motion="reduce"
    )
    opened = Studio(context.new_page(), served).open()
    yield opened
    assert opened.errors == []
    context.close()


def test_a_person_can_drag_through_the_epochs_of_a_model(studio):
    history = studio.served.engine.history
    last = len(history.epochs) - 1
    picture, slider = studio.picture("movie"), studio.slider("movie")
    expect(picture).to_have_attribute("data-z", f"[{last}.0000]")
    expect(studio.movie("movie").get_by_test_id("exact-badge")).to_have_text("as after epoch 30")
    extent = json.loads(
        studio.movie("movie").get_by_test_id("latent-map").get_attribute("data-extent")
    )
    assert extent[0] < history.codes[..., 0].min() < history.codes[..., 0].max() < extent[1]
    studio.page.evaluate(WATCH)
    box = slider.bounding_box()
    y = box["y"] + box["height"] / 2
    studio.page.mouse.move(box["x"] + box["width"] - 10, y)
    studio.page.mouse.down()
    studio.page.mouse.move(box["x"] + 10, y, steps=25)
    studio.page.mouse.up()
    assert studio.page.evaluate("watched.seen.size") > 10
    assert studio.page.evaluate("watched.asked") == 0, "nothing is asked for while it is dragged"
    slider.press("Home")
    slider.fill("0")
    expect(studio.movie("movie")).to_contain_text("epoch 0 of 30 · untrained")
    # Not 0, which a link leaves out.
    until(lambda: studio.page.evaluate("reports.at(-1)?.[1].at") == pytest.approx(1e-4))
    slider.press("ArrowRight")
    expect(picture).to_have_attribute("data-state", "exact")
    slider.press("Shift+ArrowRight")
    expect(picture).to_have_attribute("data-state", "blend")
    until(lambda: studio.page.evaluate("reports.length"))
    told = studio.page.evaluate("reports.at(-1)")
    until(lambda: studio.page.evaluate("reports.at(-1)[1].at") == pytest.approx(1.1 / last))
    assert (told[0], list(told[1])) == ("scene", ["at"])


def test_a_link_shows_the_epoch_again_and_the_untrained_one_too(studio):
    last = len(studio.served.engine.history.epochs) - 1
    for number, (at, shown) in enumerate([(0.5, last / 2), (0.0001, 0), (0, last)], start=1):
        # As Python tells a link that was followed: its number grows.
        studio.page.evaluate(
            "([at, number]) => { dispatchEvent(new PopStateEvent('popstate'));"
            " return show({ scene: { at, number } }); }",
            [at, number],
        )
        expect(studio.picture("movie")).to_have_attribute("data-z", f"[{shown:.4f}]")


def test_a_person_sees_a_model_learn_and_drags_back_while_it_does(studio, place):
    studio.start(epochs=4)
    studio.reach("running")
    expect(studio.movie("run")).to_have_attribute("data-snapshots", "1")
    expect(studio.find("train-start")).to_be_disabled()
    for epoch in (1, 2):
        (place / f"epoch-{epoch}").touch()
        expect(studio.movie("run")).to_have_attribute("data-snapshots", str(epoch + 1))
        expect(studio.picture("run")).to_have_attribute("data-z", f"[{epoch}.0000]")
    expect(studio.find("run-left")).to_contain_text("epoch 2 of 4")
    slider = studio.slider("run")
    slider.press("ArrowLeft")
    expect(studio.picture("run")).to_have_attribute("data-z", "[1.0000]")
    (place / "epoch-3").touch()
    expect(studio.movie("run")).to_have_attribute("data-snapshots", "4")
    expect(studio.picture("run")).to_have_attribute("data-z", "[1.0000]")  # it was dragged there
    slider.fill("4")  # not trained yet
    expect(studio.picture("run")).to_have_attribute("data-z", "[3.0000]")
    assert slider.input_value() == "3"
    (place / "epoch-4").touch()
    studio.reach("finished")
    expect(studio.picture("run")).to_have_attribute("data-z", "[4.0000]")
    expect(studio.find("run-result")).to_contain_text("It errs 40% less than PCA")
    with studio.page.expect_download() as taken:
        studio.find("run-take").click()
    assert taken.value.suggested_filename == "own-drawn-conv-2.zip"
    studio.find("look-movie").click()
    expect(studio.movie("movie")).to_be_visible()
    expect(studio.movie("run")).to_be_hidden()


def test_a_person_can_touch_the_map_of_what_has_been_trained(studio, place):
    for epoch in (1, 2):
        (place / f"epoch-{epoch}").touch()
    studio.start(epochs=2)
    strip = studio.movie("run")
    expect(strip).to_have_attribute("data-touched", "true")
    plane, picture = strip.get_by_test_id("latent-map"), studio.picture("touched")
    box = plane.bounding_box()
    shades = []
    for across in (0.45, 0.5, 0.55):
        studio.page.mouse.move(box["x"] + across * box["width"], box["y"] + box["height"] / 2)
        x0, x1, y0, y1 = json.loads(plane.get_attribute("data-extent"))
        wanted = [x0 + across * (x1 - x0), (y0 + y1) / 2]
        until(
            lambda wanted=wanted: np.allclose(
                json.loads(picture.get_attribute("data-z") or "[9, 9]"), wanted, atol=0.03
            )
        )
        shade = read_png(picture.evaluate("c => c.toDataURL()"))[4, 4, 0]
        assert shade == pytest.approx(127 + 100 * np.clip(wanted[0], -1, 1), abs=6)
        shades.append(shade)
    assert shades == sorted(set(shades))
    plane.focus()
    before = json.loads(picture.get_attribute("data-z"))
    plane.press("ArrowLeft")
    until(lambda: json.loads(picture.get_attribute("data-z"))[0] < before[0])
    studio.slider("run").press("ArrowLeft")  # that network is gone
    plane.hover(position={"x": 9, "y": 9})
    expect(picture).to_be_hidden()


def test_whoever_goes_to_another_page_leaves_no_process_behind(studio, monkeypatch):
    studio.start(epochs=3)
    studio.reach("running")
    pid = studio.run.process.pid
    monkeypatch.setattr(trainings, "GRACE_S", 0.5)
    studio.page.evaluate("show().then((leave) => leave())")  # as Streamlit unmounts the component
    until(lambda: not lives(pid), "the end of the process")
    assert studio.run.state == "stopped"
    studio.page.evaluate("show()")
    studio.reach("stopped")


def test_axe_finds_nothing_on_a_finished_training(studio, place):
    (place / "epoch-1").touch()
    studio.start(epochs=1)
    studio.reach("finished")
    expect(studio.movie("run")).to_have_attribute("data-touched", "true")
    found = Axe().run(studio.page, context=".hg-root").response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


def test_it_is_stopped_resumed_and_thrown_away(studio, place):
    studio.start(epochs=3)
    studio.reach("running")
    (place / "epoch-1").touch()
    expect(studio.movie("run")).to_have_attribute("data-snapshots", "2")
    pid = studio.run.process.pid
    studio.find("run-stop").click()
    studio.reach("stopped")
    assert not lives(pid)
    expect(studio.find("run-words")).to_contain_text("after epoch 1 of 3")
    studio.find("run-resume").click()
    studio.reach("running")
    (place / "epoch-2").touch()
    expect(studio.movie("run")).to_have_attribute("data-snapshots", "3")
    studio.find("run-stop").click()
    studio.find("run-discard").click()
    expect(studio.movie("movie")).to_be_visible()
    expect(studio.find("run")).to_be_hidden()
    until(lambda: not studio.served.store.trainings._runs)
    expect(studio.find("train-start")).to_be_enabled()


def test_a_reload_keeps_it_and_leaving_the_page_ends_it(studio, place, monkeypatch):
    studio.start(epochs=3)
    studio.reach("running")
    pid = studio.run.process.pid
    studio.open()
    studio.reach("running")
    expect(studio.movie("run")).to_have_attribute("data-snapshots", "1")
    assert lives(pid)
    monkeypatch.setattr(trainings, "GRACE_S", 0.5)
    studio.page.goto("about:blank")
    until(lambda: not lives(pid), "the end of the process")
    assert studio.run.state == "stopped"
    monkeypatch.setattr(trainings, "GRACE_S", 60)
    studio.open()
    studio.reach("stopped")
    expect(studio.find("run-words")).to_contain_text("when the page was left")


def test_what_is_impossible_is_said_beside_the_button(studio):
    studio.start(layers=6)
    expect(studio.find("train-problem")).to_contain_text("use at most 5 layers")
    studio.start(layers=3, epochs="many")
    expect(studio.find("train-problem")).to_have_text("epochs is 'many'; it must be of type int.")
    expect(studio.find("train-start")).to_be_enabled()
    studio.start(epochs=2)
    studio.reach("running")
    expect(studio.find("train-problem")).to_be_empty()


def test_a_training_that_fails_says_its_one_sentence(studio, place):
    (place / "epoch-1").touch()
    studio.page.locator(".hg-train-more summary").click()
    studio.start(seed=13, epochs=2)
    studio.reach("failed")
    expect(studio.find("run-words")).to_contain_text("try a learning rate below 0.002")
    expect(studio.find("train-start")).to_be_enabled()


def test_a_model_without_history_says_so_and_trains_all_the_same(chromium, place):
    with Served(stand_in.StandIn(history=None)).running() as served:
        served.store.trainings = Trainings(command=pretended)
        serve_page(served, training.page_data(served.engine, address=served.prefix))
        context = chromium.new_context(viewport={"width": 390, "height": 844})
        studio = Studio(context.new_page(), served).open()
        expect(studio.find("no-movie")).to_contain_text("without the history of its training")
        studio.start(epochs=2)
        studio.reach("running")
        expect(studio.find("no-movie")).to_be_hidden()
        expect(studio.find("run")).to_be_in_viewport()
        assert studio.page.evaluate("document.scrollingElement.scrollWidth") <= 390
        context.close()
        served.store.trainings.close()


def test_a_person_can_train_a_small_model_and_take_it_away(studio, place, monkeypatch, tmp_path):
    """Nothing is pretended here: drawn faces, a network, its process, and the folder it leaves."""
    import zipfile

    from autoencoders.checkpoint import verify
    from autoencoders.inference import Engine

    monkeypatch.setattr(trainings, "NICENESS", 0)
    studio.served.store.trainings._command = trainings.job_command
    studio.start(epochs=2, pictures=200, family="linear")
    studio.reach("finished")
    expect(studio.movie("run")).to_have_attribute("data-snapshots", "3")
    expect(studio.movie("run")).to_have_attribute("data-touched", "true")
    expect(studio.find("run-result")).to_contain_text("500 test pictures")
    with studio.page.expect_download() as taken:
        studio.find("run-take").click()
    with zipfile.ZipFile(taken.value.path()) as archive:
        archive.extractall(tmp_path / "models")
    folder = tmp_path / "models" / "own-drawn-linear-2"
    assert verify(folder).training.limit == 200
    engine = Engine(folder, device="cpu")
    assert engine.image_shape == (32, 32, 3)
    assert len(engine.history.epochs) == 3
