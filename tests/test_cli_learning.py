"""The verb train: on a dataset, and on anyone's pictures."""

import json
from pathlib import Path

import pytest
from PIL import Image

from autoencoders import checkpoint, listing
from autoencoders.cli import learning
from autoencoders.inference import Engine
from tests import tiny
from tests.commands import TEST

pytest_plugins = ["tests.commands"]


def test_train_writes_a_model_that_the_other_verbs_use(run, model, mnist, recipe, tmp_path):
    target = tmp_path / "trained" / "bars-2"
    code, out, err = run(
        *("train", "bars-2", "--epochs", "1", "--seed", "7", "--device", "cpu"),
        *("--run", tmp_path / "run", "--output", target, "--json"),
    )
    assert (code, err) == (0, "")
    result = json.loads(out)
    assert result["folder"] == str(target)
    assert result["test"]["pictures"] == TEST
    description = checkpoint.verify(target)
    assert (description.training.epochs, description.training.seed) == (1, 7)
    assert description.training.batch_size == recipe.training.batch_size
    assert description.about["command"] == "python -m autoencoders train bars-2 --epochs 1 --seed 7"

    code, out, err = run("evaluate", target, "--split", "test", "--json")
    assert (code, err) == (0, "")
    measured = json.loads(out)
    assert measured["mse"] == result["test"]["mse"]
    assert measured["pca_mse"] > 0
    assert (measured["device"], measured["precision"]) == (Engine(target).device, "float32")


def test_train_draws_a_bar_and_says_where(run, model, mnist, recipe, tmp_path, monkeypatch):
    monkeypatch.setenv("HOURGLASS_RUNS", str(tmp_path / "runs"))
    code, out, err = run("train", "bars-2", "--epochs", "1", "--device", "cpu")
    assert code == 0
    assert "Training bars-2 on cpu" in out
    assert f"Written to {model.parent / 'bars-2'}" in out
    assert f"{TEST} test pictures of mnist" in out
    assert "batch" in err
    assert (tmp_path / "runs" / "bars-2" / "checkpoint.safetensors").exists()


def test_runs_lie_in_the_cache_folder_unless_said_otherwise(monkeypatch):
    monkeypatch.delenv("HOURGLASS_RUNS", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert learning.default_run("bars-2") == Path("/somewhere/hourglass/runs/bars-2")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert learning.default_run("bars-2") == Path.home() / ".cache/hourglass/runs/bars-2"


def test_train_never_takes_the_place_of_something_else(
    refused, run, model, mnist, recipe, tmp_path
):
    command = ("train", "bars-2", "--epochs", "1", "--run", tmp_path / "run", "--device", "cpu")
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "README.md").write_text("mine")
    assert "holds other files" in refused(*command, "--output", precious)
    assert "holds other files" in refused(*command, "--output", precious, "--replace")
    before = (model / "config.json").read_bytes()
    assert "replace it with --replace" in refused(*command, "--output", model)
    assert (model / "config.json").read_bytes() == before
    assert run(*command, "--output", model, "--replace")[0] == 0
    assert (model / "config.json").read_bytes() != before


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (("--epochs", "0"), "epochs is 0; train for at least 1."),
        (("--learning-rate", "-1"), "learning_rate is -1.0; use more than 0."),
        (("--precision", "int8"), "precision is 'int8'; it must be one of float32, bfloat16."),
        (("--device", "abacus"), "The device 'abacus' cannot be used here"),
        (("--data-root", "nowhere"), "was not found"),
        (("--output", "file/below"), "Nothing can be written to file/below"),
        (("--output", "file"), "Nothing can be written to file"),
        (("--run", "file/below"), "choose another place with --run."),
    ],
)
def test_train_refuses_before_it_starts(refused, model, mnist, recipe, tmp_path, more, expected):
    Path("file").write_text("in the way")
    assert expected in refused("train", "bars-2", "--run", tmp_path / "run", *more)
    assert not (tmp_path / "run" / "checkpoint.safetensors").exists()


def test_train_names_the_recipes(refused):
    assert refused("train", "nonsense").startswith(
        "There is no recipe called 'nonsense'; there is digits-conv-2"
    )


def test_another_run_is_not_mixed_in(refused, run, model, mnist, recipe, tmp_path):
    command = ("train", "bars-2", "--run", tmp_path / "run", "--device", "cpu", "--epochs", "1")
    assert run(*command, "--output", tmp_path / "one")[0] == 0
    line = refused(*command, "--seed", "3", "--output", tmp_path / "two", "--json")
    assert "holds a run with other settings" in line


def test_training_on_a_folder_makes_a_model_that_the_registry_shows(run, models, recipe, tmp_path):
    folder = tmp_path / "My Blobs!"
    folder.mkdir()
    for number, image in enumerate(tiny.digits(60).images[..., 0]):
        Image.fromarray(image).save(folder / f"{number}.png")
    (folder / "text.png").write_text("no picture")
    command = ("train", "bars-2", "--data", folder, "--run", tmp_path / "run",
               "--device", "cpu")  # fmt: skip
    code, out, err = run(*command)
    assert code == 0, err
    assert "text.png was passed over" in err
    assert "Training my-blobs-conv-2" in out
    entry = next(one for one in listing.list_models() if one.name == "my-blobs-conv-2")
    assert entry.problem is None
    card = checkpoint.card(entry.folder)
    assert "the pictures in My Blobs!" in card
    assert "train bars-2 --data 'My Blobs!'" in card
    code, _, err = run("evaluate", "my-blobs-conv-2")
    assert code == 2 and "name it with --data." in err
    code, out, _ = run("evaluate", "my-blobs-conv-2", "--data", folder, "--json")
    assert code == 0 and json.loads(out)["dataset"] == "folder"


@pytest.mark.parametrize(
    ("folder", "family", "name"),
    [("Ünïcode", "convolutional", "n-code-conv-2"), ("...", "variational", "pictures-vae-2")],
)
def test_names_of_own_models_are_plain(tmp_path, folder, family, name):
    (tmp_path / folder).mkdir(exist_ok=True)
    model = tiny.FAMILIES[family]
    assert learning.own_name(tmp_path / folder, model) == name
