"""The runner of small trainings: real processes, one at a time, none that outlives its reason."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from conftest import REPOSITORY
from safetensors.torch import load_file
from small_jobs import lives, pretended, told, until

from autoencoders import training_job
from autoencoders.small_runs import Choices, small_recipe
from autoencoders.training import fit
from autoencoders.ui import trainings
from autoencoders.ui.answers import RefusedError
from autoencoders.ui.trainings import GRACE_S, KEPT_S, LONGEST_S, MOST_KEPT, MOST_WAITING, Trainings

QUICK = Choices(epochs=2, pictures=200, layers=1, family="dense")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Where runs lie; a file "epoch-1" here lets every pretended job finish its first epoch."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def house(clock, place):
    made = Trainings(clock=clock, command=pretended, watched=False)
    yield made
    made.close()


def let(place: Path, *epochs: int) -> None:
    for epoch in epochs:
        (place / f"epoch-{epoch}").touch()


def test_a_run_tells_what_it_is_at_until_it_has_finished(house, place):
    run = house.start("ada", QUICK)
    pid = run.process.pid
    until(lambda: run.ready)
    assert told(run)["state"] == "running"
    assert told(run)["snapshots"] in ([], [0])
    let(place, 1)
    until(lambda: run.epoch == 1)
    seen = told(run)
    assert (seen["epoch"], seen["train_loss"], seen["validation_loss"]) == (1, [0.1], [0.2])
    assert seen["snapshots"] == [0, 1]
    assert seen["ready"]["pca"] == 0.05
    before = run.version
    let(place, 2)
    until(lambda: run.state == "finished")
    assert run.version > before
    assert told(run)["measured"]["test"] == 0.03
    assert not lives(pid)


def test_the_seconds_that_are_left_are_those_of_the_last_epochs(house, place, clock):
    run = house.start("ada", Choices(epochs=5))
    assert told(run)["seconds_left"] is None
    for epoch, now in ((1, 10.0), (2, 14.0), (3, 18.0)):
        clock.now = now
        let(place, epoch)
        until(lambda epoch=epoch: run.epoch == epoch)
    assert told(run)["seconds_left"] == pytest.approx(8.0)


def test_one_trains_and_the_others_wait_in_the_order_they_came(house, place):
    runs = [house.start(browser, QUICK) for browser in ("ada", "ben", "cid")]
    assert [run.state for run in runs] == ["running", "waiting", "waiting"]
    assert [house.before(run) for run in runs] == [0, 1, 2]
    version = runs[2].version
    house.stop(runs[0])
    assert [run.state for run in runs] == ["stopped", "running", "waiting"]
    assert (house.before(runs[2]), runs[2].version > version) == (1, True)
    let(place, 1, 2)
    until(lambda: runs[2].state == "finished")
    assert runs[1].state == "finished"
    house.resume(runs[0])
    until(lambda: runs[0].state == "finished")


def test_a_browser_has_one_training_and_the_queue_has_an_end(house, place):
    house.start("ada", QUICK)
    with pytest.raises(RefusedError, match="A training of yours is under way"):
        house.start("ada", QUICK)
    for number in range(MOST_WAITING):
        house.start(f"other {number}", QUICK)
    with pytest.raises(RefusedError, match=f"{MOST_WAITING} trainings wait already"):
        house.start("one more", QUICK)


def test_an_impossible_network_is_refused_and_leaves_nothing(house, place):
    with pytest.raises(ValueError, match="at most 3 layers"):
        house.start("ada", Choices(data="mnist", layers=4))
    assert house.of("ada") is None
    assert list(place.iterdir()) == []


def test_a_run_is_found_by_its_browser_and_its_id_only(house):
    run = house.start("ada", QUICK)
    assert house.find("ada", run.id) is run
    for browser, id in (("ben", run.id), ("ada", "guessed"), ("ada", "é")):
        with pytest.raises(RefusedError, match="no longer kept"):
            house.find(browser, id)


def test_whoever_is_gone_for_longer_than_a_reload_takes_has_stopped_it(house, place, clock):
    run = house.start("ada", QUICK)
    pid = run.process.pid
    clock.now = GRACE_S - 1
    house.of("ada")  # the page was loaded again
    clock.now = 2 * GRACE_S - 2
    house.sweep()
    assert (run.state, lives(pid)) == ("running", True)
    clock.now = 2 * GRACE_S
    house.sweep()
    assert (run.state, lives(pid)) == ("stopped", False)
    assert "when the page was left" in run.text
    assert run.folder.is_dir()
    clock.now += KEPT_S
    house.sweep()
    assert house.of("ada") is None
    assert not run.folder.exists()


def test_whoever_waits_and_goes_gives_the_place_away(house, clock):
    house.start("ada", QUICK)
    left, next_one = house.start("ben", QUICK), house.start("cid", QUICK)
    clock.now = GRACE_S + 1
    house.of("ada"), house.of("cid")
    house.sweep()
    assert left.state == "stopped"
    assert house.before(next_one) == 1


def test_nobody_keeps_others_waiting_for_ever(house, clock):
    run, other = house.start("ada", QUICK), house.start("ben", QUICK)
    clock.now = LONGEST_S + 1
    house.of("ada"), house.of("ben")
    house.sweep()
    assert (run.state, other.state) == ("stopped", "running")
    assert "so that others get their turn" in run.text
    house.resume(run)
    assert house.before(run) == 1


def test_only_so_many_finished_runs_are_kept(house, place, clock):
    let(place, 1, 2)
    first = house.start("ada", QUICK)
    house.stop(first)
    for number in range(MOST_KEPT):
        clock.now += 1
        house.stop(house.start(f"other {number}", QUICK))
    assert house.of("ada") is None
    assert not first.folder.exists()
    assert house.of("other 0") is not None


def test_a_job_that_fails_says_why(house, place):
    let(place, 1)
    run = house.start("ada", Choices(epochs=2, seed=13))
    until(lambda: run.process is None)
    assert (run.state, run.text[:19]) == ("failed", "The loss became nan")
    again = house.start("ada", Choices(epochs=2, seed=14))
    until(lambda: again.process is None)
    assert (again.state, again.text) == ("failed", trainings.CRASHED)


def test_a_discarded_run_leaves_nothing(house, place):
    run, other = house.start("ada", QUICK), house.start("ben", QUICK)
    pid = run.process.pid
    house.discard(run)
    assert not lives(pid)
    assert not run.folder.exists()
    assert house.of("ada") is None
    assert other.state == "running"


def test_a_server_that_ends_leaves_neither_processes_nor_files(house, place):
    run, other = house.start("ada", QUICK), house.start("ben", QUICK)
    pid = run.process.pid
    house.close()
    assert not lives(pid)
    assert other.process is None
    assert list(place.glob("hourglass-trainings-*")) == []
    with pytest.raises(RefusedError, match="being shut down"):
        house.start("ada", QUICK)


def test_it_looks_after_its_runs_by_itself(place, clock, monkeypatch):
    monkeypatch.setattr(trainings, "TICK_S", 0.01)
    house = Trainings(clock=clock, command=pretended)
    run = house.start("ada", QUICK)
    clock.now = GRACE_S + 1
    until(lambda: run.state == "stopped")
    clock.now += KEPT_S + 1
    until(lambda: house._watcher is None)
    house.close()


# ---------------------------------------------------------------- with the real job


def test_stopped_and_resumed_it_ends_at_the_weights_of_one_that_was_not(
    place, tmp_path, monkeypatch
):
    monkeypatch.setattr(trainings, "NICENESS", 0)
    monkeypatch.setattr(trainings, "threads", lambda: 1)
    chosen = Choices(epochs=20, pictures=200, family="linear", seed=5)
    house = Trainings()
    run = house.start("ada", chosen)
    until(lambda: run.epoch >= 1 and house.of("ada"))
    house.stop(run)
    stopped = run.epoch
    assert 1 <= stopped < 20
    assert run.process is None
    house.resume(run)
    until(lambda: run.epoch == 20 and house.of("ada"))
    folder = tmp_path / "kept"
    (run.folder / training_job.RUN).rename(folder)
    house.close()
    recipe = small_recipe(chosen)
    splits = [training_job.read_pictures(chosen, "train", 200, root=None)]
    splits.append(training_job.read_pictures(chosen, "validation", 500, root=None))
    fit(
        recipe.model, recipe.training, train=splits[0], validation=splits[1],
        run=tmp_path / "whole", device="cpu", progress="silent",
    )  # fmt: skip
    whole, resumed = (
        load_file(place / "checkpoint.safetensors") for place in (tmp_path / "whole", folder)
    )
    assert whole.keys() == resumed.keys()
    assert all(bool((whole[name] == resumed[name]).all()) for name in whole)
    assert len(list(folder.glob("snapshot-*.npz"))) == 21


SERVER = """
import sys, time
from autoencoders.small_runs import Choices
from autoencoders.ui.trainings import Trainings
house = Trainings()
run = house.start("ada", Choices(epochs=100, pictures=12_000))
print(run.process.pid, run.folder, flush=True)
while True:
    house.of("ada")
    time.sleep(0.1)
"""


def test_the_job_ends_when_its_server_is_killed_and_takes_its_files_along(tmp_path):
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER],
        cwd=REPOSITORY,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    with server:
        assert server.stdout is not None
        pid, folder = server.stdout.readline().split()
        assert lives(int(pid))
        os.kill(server.pid, signal.SIGKILL)
    until(lambda: not lives(int(pid)), "the end of the job")
    assert list(tmp_path.glob("hourglass*")) == [], folder


def test_the_job_is_told_where_the_data_lies(house, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    run = house.start("ada", QUICK)
    job = json.loads((run.folder / training_job.JOB).read_text())
    assert job["root"] == str(tmp_path / "data")
    assert job["choices"] == QUICK.to_dict()
