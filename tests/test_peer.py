"""The bench beside pythae: what is asked of both, and what becomes of the answers."""

import json
import sys

import numpy as np
import pytest

from autoencoders.cli.output import CommandError, Output
from benchmarks import peer
from tests import tiny

ASKED = {
    **peer.SETTINGS, "epochs": 1, "batch_size": 16, "threads": 1, "seed": 0, "learning_rate": 1e-3
}  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    """Some pictures, as both halves take them."""
    for number, split in enumerate(("train", "validation", "test")):
        images = tiny.digits(32, split=split, seed=number).images
        np.save(tmp_path / f"{split}.npy", images.transpose(0, 3, 1, 2).astype(np.float32) / 255)
    return tmp_path


@pytest.mark.parametrize("family", ["ae", "vae"])
def test_our_half_trains_and_answers(folder, family):
    (folder / "asked.json").write_text(json.dumps({**ASKED, "family": family}))
    peer.train(folder)
    answer = json.loads((folder / "answer.json").read_text())
    assert answer["seconds"] > 0
    # One epoch of two steps: no better than a guess, no worse than grey all over.
    assert 0 < answer["mse"] < 0.3


def test_both_halves_get_the_same_and_take_turns(folder, monkeypatch, capsys):
    ran = []

    def run(command, place, asked):
        ran.append((command, place.name, asked))
        theirs = command[0] == "python-of-pythae"
        return {"seconds": 8.0 if theirs else 4.0, "mse": 0.02 if theirs else 0.03}

    monkeypatch.setattr(peer, "_run", run)
    monkeypatch.setattr(peer, "_write_data", lambda _folder, _root: None)
    report = peer.measure(
        python="python-of-pythae", data_root=None, threads=1, passes=2, out=Output(as_json=True)
    )
    names = [place for _, place, _ in ran]
    assert names == [
        f"{family}-{number}-{side}"
        for family in ("ae", "vae") for number in (0, 1) for side in ("theirs", "ours")
    ]  # fmt: skip
    for theirs, ours in zip(ran[::2], ran[1::2], strict=True):
        family = ours[2]["family"]
        assert ours[2]["learning_rate"] == peer.RATES["ours", family]
        # The same but for the rate, which is each trainer's own.
        assert theirs[2] == ours[2] | {"learning_rate": peer.RATES["theirs", family]}
        assert theirs[0][1].endswith("peer_pythae.py") and ours[0][0] == sys.executable
    values = {figure.key: (figure.value, figure.reached) for figure in report.figures}
    assert values == {
        "ae_time": (0.5, True), "ae_mse": (pytest.approx(1.5), False),
        "vae_time": (0.5, True), "vae_mse": (pytest.approx(1.5), False),
    }  # fmt: skip


def test_the_median_of_the_runs_counts():
    runs = [{"seconds": float(s), "mse": 0.01} for s in (9, 1, 4)]
    theirs = [{"seconds": 8.0, "mse": 0.02}] * 3
    time, mse = peer._figures("ae", {"ours": runs, "theirs": theirs})
    assert (time.value, mse.value) == (0.5, 0.5)


def test_an_interpreter_without_pythae_is_one_sentence(folder):
    command = [sys.executable, "-c", "raise ModuleNotFoundError('No module named pythae')"]
    with pytest.raises(CommandError, match="No module named pythae; name an interpreter whose"):
        peer._run(command, folder / "run", ASKED)
