"""The verb bench: what it asks the benches for, and how it ends."""

import json

import pytest
from conftest import REPOSITORY

from benchmarks import drag, peer
from benchmarks.report import Figure, Report

pytest_plugins = ["tests.commands"]


def test_bench_outside_the_checkout(refused, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert refused("bench", "drag").startswith("The benches lie in the checkout's folder")


@pytest.mark.parametrize(("reached", "expected"), [(True, 0), (False, 1)])
def test_bench_ends_with_whether_it_reached_its_figures(
    run, model, tmp_path, monkeypatch, reached, expected
):
    asked = {}

    def measure(**options):
        asked.update(options)
        figure = Figure("rate", "pictures", 59.5, "59.5", "at least 57", reached)
        return Report("A title", (figure,), {"cores": 2})

    monkeypatch.setattr(drag, "measure", measure)
    monkeypatch.chdir(REPOSITORY)
    code, out, err = run(
        *("bench", "drag", "--model", "tiny-2", "--seconds", "2", "--port", "8123"),
        *("--models", model, "--json"),
    )
    assert (code, err) == (expected, "")
    assert json.loads(out)["figures"] == {"rate": 59.5}
    assert asked.pop("say")
    assert asked == {"model": "tiny-2", "seconds": 2.0, "port": 8123, "models": [model]}
    code, out, _ = run("bench", "drag")
    assert code == expected
    assert "59.5" in out
    assert "cores 2" in out


def test_bench_peer_asks_for_what_it_is_told(run, refused, tmp_path, monkeypatch):
    asked = {}

    def measure(**options):
        asked.update(options)
        return Report("A title", (), {"cores": 2})

    monkeypatch.setattr(peer, "measure", measure)
    monkeypatch.chdir(REPOSITORY)
    here = tmp_path / "python"
    here.touch()
    assert run("bench", "peer", "--python", here, "--passes", "1", "--json")[0] == 0
    assert asked.pop("out").as_json
    assert asked == {"python": here, "data_root": None, "threads": 2, "passes": 1}
    said = refused("bench", "peer", "--python", tmp_path / "none")
    assert said.strip().endswith("name one with --python.")
    assert refused("bench", "peer", "--python", here, "--threads", "0").startswith("--passes and")
