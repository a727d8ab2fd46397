"""The benches: what they count is what happens on the page, and they run against the real app."""

import asyncio
import functools
import json
import socket
import time
from pathlib import Path

import numpy as np
import pytest
import tiny
import torch

from autoencoders import models
from autoencoders.inference import Engine
from autoencoders.latent import plane_extent
from autoencoders.metrics import psnr
from autoencoders.registry import UnknownModelError
from benchmarks import atlas, drag, stage
from benchmarks.pointer import lissajous, move
from benchmarks.report import Figure, Report

BOX = (100.0, 50.0, 600.0, 400.0)

# A stand-in for the live map: one canvas, drawn when the pointer moves or on every frame.
CANVAS = """<!doctype html><title>stand-in</title>
<canvas data-testid="decoded-image" data-slot="map" width="4" height="4"></canvas>
<canvas data-testid="decoded-image" data-slot="movie" width="4" height="4"></canvas>
<script>
const canvas = document.querySelector("canvas"), context = canvas.getContext("2d");
let number = 0;
function draw(value) {
  context.fillStyle = `rgb(${value % 256}, 0, 0)`;
  context.fillRect(0, 0, 4, 4);
}
</script>"""
EVERY_FRAME = "(() => { const tick = () => { %s; requestAnimationFrame(tick); }; tick(); })()"
ON_MOVE = """addEventListener("pointermove", () => requestAnimationFrame(() => { %s }))"""


@pytest.fixture(autouse=True)
def one_thread(monkeypatch):
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    yield
    torch.set_num_threads(before)


def steeper(config, *, by=3, **options):
    """A network with larger weights: its pictures differ from place to place."""
    network = models.build(config, **options)
    with torch.no_grad():
        for weights in network.parameters():
            weights.mul_(by)
    return network


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """The tiny model with larger weights."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tiny, "build", steeper)
        return tiny.save_model(tmp_path_factory.mktemp("models") / "tiny-2")


@pytest.fixture(scope="module")
def large_model(tmp_path_factory):
    """A stacked model of large pictures: its finest sheet has 40 nodes, its plane individuals."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tiny, "build", functools.partial(steeper, by=2))
        place = tmp_path_factory.mktemp("large models")
        tiny.save_family(place / "tiny-stacked-2", "stacked", large=True)
    return place


def visit(use, *, html=CANVAS):
    """Run the coroutine ``use(page)`` on a page of that content, with the probe in place."""

    async def run():
        async with stage.chromium() as browser, stage.visitor(browser) as page:

            async def answer(route):
                if route.request.url.endswith("/decode"):
                    await asyncio.sleep(0.05)
                await route.fulfill(body=html, content_type="text/html")

            await page.route("**/*", answer)
            await page.goto("http://localhost/")
            return await use(page)

    return asyncio.run(run())


# -- the pointer --------------------------------------------------------------------------------


def test_the_curve_fills_the_middle_and_never_stands_still():
    places = np.array([lissajous(share, BOX) for share in np.linspace(0, 1, 2001)])
    left, top, width, height = BOX
    assert places[:, 0].min() == pytest.approx(left + 0.2 * width, abs=0.1)
    assert places[:, 0].max() == pytest.approx(left + 0.8 * width, abs=0.1)
    assert places[:, 1].min() == pytest.approx(top + 0.2 * height, abs=0.1)
    assert places[:, 1].max() == pytest.approx(top + 0.8 * height, abs=0.1)
    assert np.allclose(places[0], places[-1])
    steps = np.hypot(*np.diff(places, axis=0).T)
    assert steps.min() > 0.15 * steps.mean()


def test_real_events_arrive_where_they_were_sent():
    async def use(page):
        await page.evaluate(
            """() => { window.seen = []; addEventListener("pointermove", (event) => seen.push(
              [event.clientX, event.clientY, event.buttons, event.isTrusted])); }"""
        )
        session = await page.context.new_cdp_session(page)
        sent = await move(
            session, lambda share: (10 + 100 * share, 20.5), seconds=0.4, round_trip=1
        )
        await move(session, lambda share: (10, 20), seconds=0.1, round_trip=1, pressed=True)
        return sent, await page.evaluate("seen")

    sent, seen = visit(use)
    assert 2 < sent <= 51
    assert all(trusted for *_, trusted in seen)
    assert all(10 <= x <= 52 for x, *_ in seen)
    assert {y for _, y, buttons, _ in seen if not buttons} == {20.5}
    assert seen[0][2] == 0
    assert seen[-1][2] == 1


# -- the probe ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "share"),
    [("draw(number++)", 1.0), ("draw(number++ >> 1)", 0.5), ("draw(7)", 0.0)],
)
def test_new_pictures_are_those_whose_pixels_differ(script, share):
    async def use(page):
        await page.evaluate("draw(7)")
        await page.evaluate(EVERY_FRAME % script)
        return await page.evaluate("hourglassProbe.run(1)")

    found = visit(use)
    assert found["frames"] > 5
    assert found["pictures"] == pytest.approx(share * found["frames"], abs=2)
    assert found["seconds"] >= 1
    assert found["delays"] == []  # no pointer, no delay


def test_new_pictures_of_an_image_element_are_counted():
    async def use(page):
        await page.evaluate(
            """() => {
              document.body.append(new Image());
              const image = document.querySelector("img");
              window.shown = 0;
              setInterval(() => {
                draw(++number);
                image.onload = () => (window.shown += 1);
                image.src = canvas.toDataURL();
              }, 100);
              hourglassProbe.watchImage("img");
            }"""
        )
        await page.wait_for_function("shown > 1", polling=50)
        before = await page.evaluate("shown")
        found = await page.evaluate("hourglassProbe.run(1, 'img')")
        return found["pictures"], await page.evaluate("shown") - before

    counted, shown = visit(use)
    assert 0 < counted <= shown + 1


def test_two_pictures_in_one_frame_are_one():
    async def use(page):
        for _ in range(2):
            await page.evaluate(EVERY_FRAME % "draw(number++)")
        return await page.evaluate("hourglassProbe.run(1)")

    found = visit(use)
    assert found["pictures"] <= found["frames"] + 1
    assert found["callbacks"] > 1.5 * found["frames"]


def test_the_movie_s_canvas_does_not_count():
    async def use(page):
        await page.evaluate(
            """() => {
              const [first, second] = document.querySelectorAll("canvas");
              [first.dataset.slot, second.dataset.slot] = ["movie", "map"];
            }"""
        )
        await page.evaluate(EVERY_FRAME % "draw(number++)")
        return await page.evaluate("hourglassProbe.run(0.5)")

    assert visit(use)["pictures"] == 0


def test_the_delay_reaches_to_the_end_of_the_callback_that_drew():
    slow = "const until = performance.now() + 30; while (performance.now() < until); draw(number++)"

    async def use(page):
        await page.evaluate(ON_MOVE % slow)
        session = await page.context.new_cdp_session(page)
        found, _ = await drag.count(page, session, lambda share: (9 + 99 * share, 9), 1.0)
        return found

    found = visit(use)
    assert found["delays"]
    assert min(found["delays"]) >= 30
    assert found["events"] > 0
    assert found["sent"] >= found["events"]


def test_a_frame_that_draws_nothing_new_has_no_delay():
    async def use(page):
        await page.evaluate("draw(7)")
        await page.evaluate(ON_MOVE % "draw(7)")
        session = await page.context.new_cdp_session(page)
        found, _ = await drag.count(page, session, lambda share: (9 + 99 * share, 9), 1.0)
        return found

    found = visit(use)
    assert found["events"] > 0
    assert found["delays"] == []


def test_requests_while_moving_are_noticed():
    async def use(page):
        await page.evaluate("fetch('/before')")
        session = await page.context.new_cdp_session(page)
        await page.evaluate("setInterval(() => fetch('/meanwhile'), 200) && 0")
        _, traffic = await drag.count(page, session, lambda share: (9 + 99 * share, 9), 1.0)
        count = len(traffic.requests)
        await asyncio.sleep(0.5)
        return traffic, count

    traffic, count = visit(use)
    assert set(traffic.requests) == {"http://localhost/meanwhile"}
    assert len(traffic.requests) == count


def test_the_first_picture_and_exact_decodes_are_timed():
    async def use(page):
        await page.evaluate(
            """async () => {
              const pause = (wait) => new Promise((go) => setTimeout(go, wait));
              await pause(200);
              canvas.dataset.state = "blend";
              window.own = [];
              for (let k = 0; k < 2; k++) {
                const begun = performance.now();
                await fetch("/hourglass/decode", { method: "POST" });
                canvas.dataset.state = "exact";
                await pause(0);
                own.push(performance.now() - begun);
                await pause(100);
                canvas.dataset.state = "blend";
              }
            }"""
        )
        await page.wait_for_function("hourglassProbe.firstPicture > 0", polling=50)
        return await page.evaluate(
            "[hourglassProbe.firstPicture, hourglassProbe.exactTimes(), own]"
        )

    first, exact, own = visit(use)
    assert first >= 200
    assert len(exact) == 2
    assert all(50 <= time <= limit for time, limit in zip(exact, own, strict=True))


def test_blends_are_captured_with_their_code_and_exact_pictures_are_not():
    show = "draw(number); canvas.dataset.z = `[${number},1]`; canvas.dataset.state = '%s'"

    async def use(page):
        await page.evaluate("hourglassProbe.capture()")
        for number, state in ((3, "blend"), (3, "blend"), (4, "exact"), (5, "blend")):
            await page.evaluate(
                f"number = {number}; new Promise((go) => requestAnimationFrame(() => "
                f"{{ {show % state}; go(); }}))"
            )
        return await page.evaluate("hourglassProbe.captured")

    codes, pictures = atlas._read(visit(use), (4, 4, 3))
    assert codes.tolist() == [[3, 1], [5, 1]]
    assert pictures.shape == (2, 4, 4, 3)
    assert pictures[:, 2, 3].tolist() == [[3, 0, 0], [5, 0, 0]]


# -- figures ------------------------------------------------------------------------------------


def live(**changes):
    found = {"pictures": 290, "seconds": 5.0, "frames": 300, "delays": [10.0] * 99 + [20.0]}
    found |= {"requests": [], "websocket_bytes": 0, "cold": 900.0, "warm": 300.0}
    found |= {"exact": [9.0, 11.0], "sent": 700, "events": 650, "cost": 3.0, "callbacks": 300}
    return found | changes


@pytest.mark.parametrize(
    ("changes", "missed"),
    [
        ({}, []),
        ({"pictures": 286}, []),
        ({"pictures": 284}, ["share"]),
        ({"delays": [21.6] * 9}, []),
        ({"delays": [10.0] * 9 + [40.0]}, ["delay_p95"]),
        ({"delays": []}, ["delay_p95"]),
        ({"requests": ["http://x/"]}, ["requests"]),
        ({"websocket_bytes": 1}, ["sent_bytes"]),
    ],
)
def test_what_the_drag_has_to_reach(changes, missed):
    figures = drag._live_figures(live(**changes), {"frames": 300, "seconds": 5.0})
    assert [figure.key for figure in figures if not figure.reached] == missed
    values = {figure.key: figure.value for figure in figures}
    assert values["empty_frames"] == 60.0
    assert values["probe_cost"] == 10.0


@pytest.mark.parametrize(
    ("values", "sizes", "missed"),
    [
        ([38.0, 38.1], {"16": 200 * 1024, "64": 1848 * 1024}, []),
        ([37.9, 38.0], {"16": 1, "64": 1}, ["psnr_mean"]),
        ([40.0, 40.0], {"16": 200 * 1024 + 1, "64": 1}, ["first_bytes"]),
        ([40.0, 40.0], {"16": 1, "64": 2048 * 1024}, ["all_bytes"]),
    ],
)
def test_what_the_sheets_have_to_reach(values, sizes, missed):
    codes = np.array([[1.0, 2.0], [3.0, 4.0]], np.float32)
    figures = atlas._figures(np.array(values, np.float32), codes, sizes)
    assert [figure.key for figure in figures if not figure.reached] == missed
    assert {figure.key: figure.value for figure in figures}["worst_code"] == [1.0, 2.0]


def test_a_report_for_people_and_for_machines():
    good = Figure("rate", "pictures", 59.5, "59.5", "at least 57", True)
    free = Figure("first", "first picture", 300.0, "300.0 ms")
    bad = Figure("sent", "bytes", 3, "3", "0", False)
    machine = {"cpu": "An abacus", "cores": 2}
    report = Report("A title", (good, free), machine)
    assert report.reached
    report = Report("A title", (good, free, bad), machine)
    assert not report.reached
    lines = report.lines()
    assert lines[0] == "A title"
    assert lines[-1] == "cpu An abacus, cores 2"
    assert sum("MISSED" in line for line in lines) == 1
    assert sum(line.endswith("reached") for line in lines) == 1
    assert json.loads(json.dumps(report.to_dict())) == {
        "title": "A title",
        "reached": False,
        "missed": ["sent"],
        "figures": {"rate": 59.5, "first": 300.0, "sent": 3},
        "targets": {"rate": "at least 57", "sent": "0"},
        "left_out": [],
        "machine": machine,
    }


def test_codes_to_compare_stay_inside_the_plane(monkeypatch):
    monkeypatch.setattr(atlas, "JITTER", 0.5)
    codes = np.random.default_rng(1).uniform(-1, 1, (500, 2)).astype(np.float32)
    chosen = atlas.jittered(codes, count=500)
    x0, x1, y0, y1 = plane_extent(codes)
    assert ((chosen > [x0, y0]) & (chosen < [x1, y1])).all()


def test_codes_to_compare():
    codes = np.random.default_rng(1).uniform(-1, 1, (500, 2)).astype(np.float32)
    chosen = atlas.jittered(codes, count=400)
    assert chosen.dtype == np.float32
    assert np.array_equal(chosen, atlas.jittered(codes, count=400))
    x0, x1, *_ = plane_extent(codes)
    nearest = np.linalg.norm(chosen[:, None] - codes[None], axis=2).min(axis=1)
    assert 0 < nearest.mean() < 3 * atlas.JITTER * (x1 - x0)
    assert nearest.min() > 0
    assert len(atlas.jittered(codes, count=900)) == 900


# -- what can go wrong --------------------------------------------------------------------------


def test_wrong_numbers_and_models_are_refused_before_anything_starts(model):
    options = {"model": "tiny-2", "port": 0, "models": [model], "say": print}
    with pytest.raises(ValueError, match="choose 1 to 600"):
        drag.measure(seconds=0.0, **options)
    with pytest.raises(ValueError, match=r"choose 1 to 100,000"):
        atlas.measure(codes=0, **options)
    with pytest.raises(UnknownModelError, match="'other'"):
        drag.measure(seconds=5.0, **options | {"model": "other"})


def test_without_a_browser_one_sentence_says_so(model, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(RuntimeError, match="no Chromium on PATH"):
        drag.measure(seconds=1.0, model="tiny-2", port=0, models=[model], say=print)


def test_an_app_that_does_not_start_is_said():
    begun = time.monotonic()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with (
            pytest.raises(RuntimeError, match=f"did not start on port {port}: "),
            stage.served(Path("app.py"), port=port),
        ):
            pass
    assert time.monotonic() - begun < stage.PATIENCE  # not waited for to the end


# -- against the app ----------------------------------------------------------------------------


def test_bench_drag_on_the_real_app(model, monkeypatch):
    monkeypatch.setattr(drag, "RESTS", 2)
    monkeypatch.setattr(drag, "RELEASES", 2)
    said = []
    report = drag.measure(seconds=1.0, model="tiny-2", port=0, models=[model], say=said.append)
    assert len(said) == 3
    figures = report.to_dict()["figures"]
    for name in ("empty_frames", "pictures", "delay_p95", "first_picture", "first_picture_cold",
                 "exact_p50", "events_seen", "slider_p50"):  # fmt: skip
        assert figures[name] > 0, name
    assert figures["sent_bytes"] == 0
    assert figures["slider_pictures"] == 0
    assert report.machine["cores"] >= 1


def test_letting_the_slider_go_is_seen_in_the_traffic(model):
    async def run():
        script = Path(drag.__file__).with_name("slider_page.py")
        async with stage.chromium() as browser:
            with stage.served(script, str(model)) as url:
                async with stage.visitor(browser) as page:
                    await page.goto(url)
                    await page.locator(drag.SLIDER_IMAGE).wait_for(timeout=60_000)
                    session = await page.context.new_cdp_session(page)
                    x, y = await drag._thumb(page)
                    async with drag.listening(page, session) as traffic:
                        await drag.press(session, (x, y), "mousePressed")
                        there = lambda share: (x + 90, y)  # noqa: E731
                        await move(session, there, seconds=0.1, round_trip=1, pressed=True)
                        await drag.press(session, there(1), "mouseReleased")
                        await asyncio.sleep(2)
                    return traffic

    assert asyncio.run(run()).websocket_bytes > 0


def test_bench_atlas_on_the_real_app(model):
    report = atlas.measure(codes=12, model="tiny-2", port=0, models=[model], say=lambda line: None)
    figures = report.to_dict()["figures"]
    assert "12 codes" in report.title
    assert figures["psnr_mean"] > 35
    assert figures["psnr_worst"] <= figures["psnr_p5"] <= figures["psnr_mean"]
    assert 0 < figures["first_bytes"] < figures["all_bytes"]
    x, y = figures["worst_code"]
    x0, x1, y0, y1 = plane_extent(Engine(model).latents.codes)
    assert x0 <= x <= x1
    assert y0 <= y <= y1


def test_bench_atlas_looks_at_the_individuals_of_a_map_of_large_pictures(large_model):
    report = atlas.measure(
        codes=8, model="tiny-stacked-2", port=0, models=[large_model], say=lambda line: None
    )
    assert report.title.endswith("sheets 16, 40")
    engine = Engine(large_model / "tiny-stacked-2")
    codes = atlas.jittered(engine.latents.codes, count=18)
    individuals = engine.decode_base(engine.to_base(codes, detail=1.0))
    apart = psnr(engine.decode(codes), individuals).mean()
    assert report.to_dict()["figures"]["psnr_mean"] > apart + 2
