"""The command line's way in: help, mistakes, models, and as a process."""

import os
import signal
import subprocess
import sys
import time

import pytest
from conftest import REPOSITORY

from autoencoders import listing
from autoencoders import mnist as mnist_reader
from tests import tiny

pytest_plugins = ["tests.commands"]
VERBS = (
    "models, data, train, evaluate, embed, score, reconstruct, denoise, edit, sample, interpolate, "
    "bench"
)


@pytest.mark.parametrize("arguments", [(), ("--help",)])
def test_help_names_every_verb_and_the_exit_codes(run, arguments):
    code, out, err = run(*arguments)
    assert (code, err) == (0, "")
    for verb in VERBS.split(", "):
        assert f"\n    {verb}" in out
    assert "exit codes" in out
    assert "HOURGLASS_MODELS" in out


@pytest.mark.parametrize("verb", VERBS.split(", "))
def test_every_verb_explains_itself(run, verb):
    code, out, err = run(verb, "--help")
    assert (code, err) == (0, "")
    assert f"usage: python -m autoencoders {verb}" in out


def test_an_unknown_verb_names_those_there_are(refused):
    assert refused("nonsense") == f"There is no verb 'nonsense'; there is {VERBS}.\n"


def test_a_mistyped_verb_is_guessed(refused):
    assert "did you mean 'reconstruct'?" in refused("reconstrct")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("score",), "arguments are required: MODEL, PICTURE; see"),
        (("models", "--nonsense"), "unrecognized arguments: --nonsense; see"),
        (("train", "x", "--epochs", "many"), "--epochs: invalid int value: 'many'; see"),
        (("bench", "nonsense"), "'nonsense' (choose from 'drag', 'atlas', 'peer', 'quality'); see"),
        (("--nonsense",), "see 'python -m autoencoders --help'"),
    ],
)
def test_wrong_arguments_are_one_line(refused, arguments, expected):
    assert expected in refused(*arguments)


@pytest.mark.parametrize(
    ("error", "code", "expected"),
    [
        (KeyboardInterrupt(), 130, "Stopped."),
        (PermissionError(13, "Permission denied", "there"), 2, "there: Permission denied"),
        (RuntimeError("a sentence\nin two lines"), 2, "a sentence in two lines"),
        (MemoryError(), 2, "There is not enough memory for this; use less at a time."),
    ],
)
def test_what_goes_wrong_is_a_line_and_no_traceback(run, monkeypatch, error, code, expected):
    def fail(extra):
        raise error

    monkeypatch.setattr(listing, "list_models", fail)
    assert run("models") == (code, "", expected + "\n")


def test_an_unknown_model_names_what_exists(refused, model):
    for verb in (("evaluate", "x"), ("embed", "x", "mnist"), ("score", "x", "."),
                 ("reconstruct", "x", ".")):  # fmt: skip
        assert refused(*verb) == "There is no model called 'x'; there is tiny-2.\n"


def test_a_damaged_model_is_refused(refused, model):
    (model / "model.safetensors").write_bytes(b"swapped")
    assert "damaged or swapped" in refused("score", "tiny-2", ".")


# -- as a process -------------------------------------------------------------------------------


def process(*arguments, **options):
    command = [sys.executable, "-m", "autoencoders", *map(str, arguments)]
    return subprocess.Popen(
        command,
        cwd=REPOSITORY,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def test_as_a_module():
    child = process("nonsense")
    out, err = child.communicate(timeout=60)
    assert (child.returncode, out) == (2, "")
    assert err == f"There is no verb 'nonsense'; there is {VERBS}.\n"


def test_a_reader_that_leaves_is_no_traceback(tiny_folder):
    child = process("models", "--json", "--models", tiny_folder)
    child.stdout.close()
    err = child.stderr.read()
    child.wait(timeout=60)
    assert err == ""


@pytest.fixture
def hears_ctrl_c():
    """A background job is born deaf to Ctrl+C and hands that on to its children."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("hears_ctrl_c")
def test_ctrl_c_stops_training_with_a_line(tmp_path):
    """And the same command goes on: a checkpoint is there."""
    tiny.write_mnist(tmp_path / "data", train=mnist_reader.VALIDATION + 64, test=16)
    child = process(
        *("train", "digits-conv-2", "--epochs", "100000", "--device", "cpu"),
        *(
            "--data-root",
            tmp_path / "data",
            "--run",
            tmp_path / "run",
            "--output",
            tmp_path / "model",
        ),
    )
    saved = tmp_path / "run" / "checkpoint.safetensors"
    deadline = time.monotonic() + 120
    while not saved.exists() and child.poll() is None and time.monotonic() < deadline:
        time.sleep(0.1)
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=60)
    assert child.returncode == 130
    assert saved.exists()
    assert "Traceback" not in err
    assert err.splitlines()[-2:] == [
        "The same command goes on from the last checkpoint.",
        "Stopped.",
    ]
    assert not (tmp_path / "model" / "config.json").exists()
