"""The command line, on a tiny real model and a tiny data set in MNIST's own format."""

import csv
import dataclasses
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import tiny
import torch
from conftest import REPOSITORY
from PIL import Image

from autoencoders import checkpoint, data, recipes
from autoencoders import mnist as mnist_reader
from autoencoders.cli import learning, main
from autoencoders.config import TrainConfig
from autoencoders.inference import Engine
from benchmarks import drag
from benchmarks.report import Figure, Report

TRAIN, VALIDATION, TEST = 96, 32, 40
VERBS = (
    "models, data, train, evaluate, embed, score, reconstruct, denoise, edit, sample, interpolate, "
    "bench"
)


@pytest.fixture(autouse=True)
def one_thread():
    """Where others compete for the cores, threads that share tiny work wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def mnist(tmp_path, monkeypatch):
    """A root with a small MNIST, whose counts are those expected."""
    root = tiny.write_mnist(tmp_path / "datasets", train=TRAIN + VALIDATION, test=TEST)
    monkeypatch.setattr(mnist_reader, "VALIDATION", VALIDATION)
    counts = {"train": TRAIN, "validation": VALIDATION, "test": TEST}
    source = dataclasses.replace(data.DATASETS["mnist"], counts=counts)
    for name in set(data.DATASETS) - {"mnist"}:
        monkeypatch.delitem(data.DATASETS, name)
    monkeypatch.setitem(data.DATASETS, "mnist", source)
    monkeypatch.setenv("HOURGLASS_DATA", str(root))
    return root


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory):
    return tiny.save_model(tmp_path_factory.mktemp("models") / "tiny-2")


@pytest.fixture
def model(tiny_folder, tmp_path, monkeypatch):
    """The tiny model, the only one in the registry; the working folder is an empty one."""
    models = tmp_path / "models"
    shutil.copytree(tiny_folder, models / "tiny-2")
    monkeypatch.setattr(checkpoint, "SHIPPED", models)
    monkeypatch.delenv("HOURGLASS_MODELS", raising=False)
    monkeypatch.delenv("HOURGLASS_RUNS", raising=False)
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return models / "tiny-2"


@pytest.fixture
def recipe(monkeypatch):
    """A recipe that trains in a moment."""
    training = TrainConfig(dataset="mnist", epochs=2, batch_size=16, learning_rate=1e-3)
    small = recipes.Recipe(title="Bars", summary="For tests.", model=tiny.MODEL, training=training)
    monkeypatch.setitem(recipes.RECIPES, "bars-2", small)
    return small


@pytest.fixture
def pictures(tmp_path):
    """Three pictures, one of them in a subfolder, two bad ones and what is to be passed over."""
    folder = tmp_path / "pictures"
    (folder / "more").mkdir(parents=True)
    images = tiny.digits(3).images[..., 0]
    for name, image in zip(("a.png", "b.PNG", "more/c.jpg"), images, strict=True):
        Image.fromarray(image).save(folder / name)
    (folder / "text.png").write_text("no picture at all")
    (folder / "cut.png").write_bytes((folder / "a.png").read_bytes()[:60])
    (folder / "notes.txt").write_text("passed over")
    (folder / ".hidden.png").write_text("passed over")
    return folder


@pytest.fixture
def run(capsys):
    """Run a command; return its exit code, standard output and standard error."""

    def run(*arguments):
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture
def refused(run):
    """Run a command that must end with 2 and one line on standard error; return the line."""

    def refused(*arguments):
        code, out, err = run(*arguments)
        assert (code, out) == (2, "")
        assert err.count("\n") == 1
        assert err.endswith("\n")
        assert len(err) > 20
        return err

    return refused


# -- the way in ---------------------------------------------------------------------------------


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
        (("bench", "nonsense"), "'nonsense' (choose from 'drag', 'atlas'); see"),
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

    monkeypatch.setattr(checkpoint, "list_models", fail)
    assert run("models") == (code, "", expected + "\n")


# -- models and data ----------------------------------------------------------------------------


def test_models_are_listed_with_their_summary(run, model):
    code, out, _ = run("models")
    assert code == 0
    assert out == f"tiny-2\n  A tiny model for tests.\n  {model}\n"


def test_models_as_json_with_the_broken_ones(run, model):
    broken = shutil.copytree(model, model.parent / "broken")
    (broken / "model.safetensors").write_bytes(b"damaged")
    code, out, err = run("models", "--json")
    assert (code, err) == (0, "")
    first, second = json.loads(out)
    assert (first["name"], second["name"]) == ("broken", "tiny-2")
    assert "damaged or swapped" in first["problem"]
    assert second == {
        "name": "tiny-2",
        "folder": str(model),
        "problem": None,
        "summary": "A tiny model for tests.",
    }
    assert "  cannot be used: model.safetensors of broken is damaged" in run("models")[1]


def test_further_models_are_found(run, model, tmp_path):
    shutil.copytree(model, tmp_path / "elsewhere" / "other-2")
    _, out, _ = run("models", "--json", "--models", tmp_path / "elsewhere")
    assert [entry["name"] for entry in json.loads(out)] == ["other-2", "tiny-2"]
    _, out, _ = run("models", "--json", "--models", tmp_path / "elsewhere" / "other-2")
    assert [entry["name"] for entry in json.loads(out)] == ["other-2", "tiny-2"]


def test_a_model_in_a_further_folder_is_used(run, model, pictures, tmp_path):
    shutil.copytree(model, tmp_path / "elsewhere" / "other-2")
    picture = pictures / "a.png"
    code, out, _ = run("score", "other-2", picture, "--models", tmp_path / "elsewhere", "--json")
    assert (code, json.loads(out)["model"]) == (0, "other-2")


def test_a_missing_folder_of_models(refused, model):
    assert refused("models", "--models", "nowhere").startswith("There is no folder nowhere;")


def test_no_models_at_all(run, model):
    shutil.rmtree(model)
    assert "train one: python -m autoencoders train" in run("models")[1]


def test_data_that_is_there(run, mnist):
    code, out, err = run("data", "--json")
    assert (code, err) == (0, "")
    (entry,) = json.loads(out)
    assert entry["complete"]
    assert entry["folder"] == str(mnist / "MNIST")
    assert entry["pictures"] == {"train": TRAIN, "validation": VALIDATION, "test": TEST}
    _, out, _ = run("data")
    assert f"complete in {mnist / 'MNIST'}" in out
    for word in ("from: Y. LeCun", "terms: ", "splits: ", f"{TEST} test"):
        assert word in out


def test_data_that_is_missing_or_short(run, mnist):
    shutil.rmtree(mnist)
    tiny.write_mnist(mnist, train=TRAIN + VALIDATION, test=12)
    (entry,) = json.loads(run("data", "--json")[1])
    assert not entry["complete"]
    assert entry["problem"].startswith(f"The test split has 12 pictures and not {TEST};")
    (entry,) = json.loads(run("data", "--json", "--data-root", mnist / "nowhere")[1])
    assert not entry["complete"]
    assert "was not found" in entry["problem"]


def test_data_is_downloaded_to_the_root(run, mnist, tmp_path, monkeypatch):
    places = []

    def fetch(root):
        print("chatter")
        places.append(root)

    source = dataclasses.replace(data.DATASETS["mnist"], fetch=fetch)
    monkeypatch.setitem(data.DATASETS, "mnist", source)
    root = tmp_path / "new"
    code, out, err = run("data", "--download", "mnist", "--data-root", root, "--json")
    assert (code, err) == (0, "chatter\n")
    assert json.loads(out)[0]["name"] == "mnist"
    assert places == [root]
    assert root.is_dir()


def test_a_download_of_nothing_known(refused, mnist):
    assert refused("data", "--download", "emnist").startswith(
        "There is no dataset called 'emnist'; there is mnist."
    )


# -- train and evaluate -------------------------------------------------------------------------


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


def test_evaluate_for_people(run, model, mnist):
    code, out, _ = run("evaluate", "tiny-2")
    assert code == 0
    heading, columns, _, mse, psnr, _, _, accuracy = out.splitlines()
    assert heading == f"{VALIDATION} validation pictures of mnist"
    assert columns.split() == ["tiny-2", "PCA"]
    assert float(mse.split()[-1]) < float(mse.split()[-2])
    assert psnr.startswith("PSNR in dB")
    assert 0 <= float(accuracy.split()[-1]) <= 1


def test_an_unknown_model_names_what_exists(refused, model):
    for verb in (("evaluate", "x"), ("embed", "x", "mnist"), ("score", "x", "."),
                 ("reconstruct", "x", ".")):  # fmt: skip
        assert refused(*verb) == "There is no model called 'x'; there is tiny-2.\n"


def test_a_damaged_model_is_refused(refused, model):
    (model / "model.safetensors").write_bytes(b"swapped")
    assert "damaged or swapped" in refused("score", "tiny-2", ".")


def test_evaluate_without_its_data(refused, model, tmp_path):
    line = refused("evaluate", "tiny-2", "--data-root", tmp_path / "nowhere")
    assert "--data-root" in line
    assert "data --download mnist" in line


# -- embed --------------------------------------------------------------------------------------


def test_embed_a_dataset(run, model, mnist):
    code, out, err = run("embed", "tiny-2", "mnist", "--split", "validation", "--json")
    assert (code, err) == (0, "")
    answer = json.loads(out)
    names = ["tiny-2-mnist-validation.npz", "tiny-2-mnist-validation.csv"]
    assert answer == {"model": "tiny-2", "pictures": VALIDATION, "files": names, "bad": []}
    dataset = data.load_dataset("mnist", "validation")
    expected = Engine(model).encode(dataset.images)
    with np.load(names[0], allow_pickle=False) as file:
        assert sorted(file) == ["codes", "ids", "labels", "mse"]
        assert np.array_equal(file["codes"], expected)
        assert np.array_equal(file["ids"], dataset.ids)
        assert np.array_equal(file["labels"], dataset.labels)
        mse = file["mse"]
    assert np.allclose(mse, Engine(model).score(dataset.images).mse)
    rows = list(csv.DictReader(io.StringIO(Path(names[1]).read_text())))
    assert list(rows[0]) == ["id", "label", "z1", "z2", "mse"]
    read = np.array([[row["z1"], row["z2"]] for row in rows], np.float32)
    assert np.array_equal(read, expected)
    assert np.array_equal(np.array([row["mse"] for row in rows], np.float32), mse)
    assert [int(row["id"]) for row in rows] == dataset.ids.tolist()


def test_embed_takes_the_test_split_unless_said_otherwise(run, model, mnist, monkeypatch):
    monkeypatch.delenv("HOURGLASS_DATA")
    assert run("embed", "tiny-2", "mnist", "--data-root", mnist)[0] == 0
    with np.load("tiny-2-mnist-test.npz") as file:
        assert len(file["codes"]) == TEST


def test_embed_a_folder_with_some_bad_pictures(run, model, pictures):
    code, out, err = run("embed", "tiny-2", pictures, "--output", "deep/er/codes.npz", "--json")
    assert code == 0
    answer = json.loads(out)
    assert answer["pictures"] == 3
    assert answer["files"] == ["deep/er/codes.npz", "deep/er/codes.csv"]
    assert [entry["file"] for entry in answer["bad"]] == ["cut.png", "text.png"]
    lines = err.splitlines()
    assert lines[0].startswith("cut.png: ")
    assert lines[1].startswith("text.png: The picture is a text file")
    assert lines[2] == "2 of 5 could not be used."
    engine = Engine(model)
    image = Image.open(pictures / "more" / "c.jpg").convert("L")
    with np.load("deep/er/codes.npz", allow_pickle=False) as file:
        assert file["files"].tolist() == ["a.png", "b.PNG", "more/c.jpg"]
        assert np.array_equal(file["codes"][2:], engine.encode(engine.prepare(image)))
    rows = Path("deep/er/codes.csv").read_text().splitlines()
    assert rows[0] == "file,z1,z2,mse"
    assert rows[3].startswith("more/c.jpg,")


def test_embed_where_not_one_picture_is_good(run, model, pictures):
    for name in ("a.png", "b.PNG", "more/c.jpg"):
        (pictures / name).unlink()
    code, out, err = run("embed", "tiny-2", pictures, "--json")
    assert code == 1
    assert json.loads(out)["files"] == []
    assert "2 of 2 could not be used." in err
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            ("nowhere",),
            "There is no folder or dataset 'nowhere'; name a folder of pictures, or drawn, lfw, "
            "lfw-photos, mnist",
        ),
        (("empty",), "There are no pictures in empty;"),
        (("empty", "--split", "test"), "--split goes with a dataset"),
        (("empty", "--output", "file/codes"), "Nothing can be written to file"),
        (("empty", "--output", "taken.npz"), "taken.npz is a folder; name a file with --output."),
        (("mnist", "--data-root", "nowhere"), "was not found"),
    ],
)
def test_embed_refuses(refused, model, arguments, expected):
    Path("empty").mkdir()
    Path("taken.npz").mkdir()
    Path("file").write_text("in the way")
    assert expected in refused("embed", "tiny-2", *arguments)


def test_a_folder_that_cannot_be_read(refused, run, model, pictures, monkeypatch):
    real = os.scandir

    def scandir(path):
        if Path(path).name in closed:
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    closed = ["pictures"]
    assert refused("embed", "tiny-2", pictures).endswith("cannot be read (Permission denied).\n")
    closed = ["more"]
    code, out, err = run("embed", "tiny-2", pictures, "--json")
    assert (code, json.loads(out)["pictures"]) == (0, 2)
    assert "more: cannot be read (Permission denied)" in err


# -- reconstruct and score ----------------------------------------------------------------------


def test_reconstruct_writes_what_the_engine_makes(run, model, pictures):
    code, out, err = run("reconstruct", "tiny-2", pictures, "--output", "made", "--json")
    assert code == 0
    assert "2 of 5 could not be used." in err
    answer = json.loads(out)
    outputs = {entry["file"]: entry["output"] for entry in answer["done"]}
    assert outputs == {
        "a.png": "made/a.png",
        "b.PNG": "made/b.png",
        "more/c.jpg": "made/more/c.png",
    }
    engine = Engine(model)
    prepared = engine.prepare(Image.open(pictures / "a.png"))
    with Image.open("made/a.png") as image:
        assert np.array_equal(np.asarray(image)[None, :, :, None], engine.reconstruct(prepared))
    assert answer["done"][0]["mse"] == pytest.approx(float(engine.score(prepared).mse[0]), abs=1e-6)
    assert len(answer["bad"]) == 2


def test_names_that_collide_are_numbered(run, model, pictures):
    shutil.copy(pictures / "a.png", pictures / "a.jpg")
    shutil.copytree(pictures / "more", pictures.parent / "second" / "more")
    files = (pictures / "a.png", pictures / "a.jpg", pictures / "more", pictures.parent / "second")
    code, out, _ = run("reconstruct", "tiny-2", *files, "--output", "made", "--json")
    assert code == 0
    made = [entry["output"] for entry in json.loads(out)["done"]]
    assert made == ["made/a.png", "made/a-2.png", "made/c.png", "made/more/c.png"]
    assert all(Path(name).exists() for name in made)


def test_an_original_is_never_overwritten(refused, model, pictures):
    before = (pictures / "a.png").read_bytes()
    assert "would be overwritten" in refused(
        "reconstruct", "tiny-2", pictures, "--output", pictures
    )
    assert (pictures / "a.png").read_bytes() == before


def test_reconstruct_where_nothing_can_be_written(refused, model, pictures):
    Path("file").write_text("in the way")
    line = refused("reconstruct", "tiny-2", pictures, "--output", "file")
    assert line.startswith("Nothing can be written to file")


def test_score_files_and_folders(run, model, pictures):
    code, out, err = run("score", "tiny-2", pictures / "a.png", pictures / "more", "--json")
    assert (code, err) == (0, "")
    answer = json.loads(out)
    assert [entry["file"] for entry in answer["done"]] == ["a.png", "c.jpg"]
    engine = Engine(model)
    scores = engine.score(engine.prepare(Image.open(pictures / "a.png")))
    first = answer["done"][0]
    assert first["mse"] == pytest.approx(float(scores.mse[0]), abs=1e-6)
    assert first["percentile"] == pytest.approx(float(scores.percentile[0]), abs=0.01)
    assert first["far"] is bool(scores.far[0])


def test_score_for_people(run, model, pictures):
    code, out, err = run("score", "tiny-2", pictures)
    assert code == 0
    heading, _, *rows = out.splitlines()
    assert heading.split() == ["picture", "error", "percentile"]
    assert [row.split()[0] for row in rows] == ["a.png", "b.PNG", "more/c.jpg"]
    assert err.count("\n") == 3


def test_a_file_named_by_itself_may_be_called_anything(run, model, pictures):
    shutil.copy(pictures / "a.png", "digit")
    code, out, _ = run("score", "tiny-2", "digit", pictures / "notes.txt", "--json")
    answer = json.loads(out)
    assert code == 0
    assert [entry["file"] for entry in answer["done"]] == ["digit"]
    assert [entry["file"] for entry in answer["bad"]] == ["notes.txt"]


def test_a_blank_picture_is_listed(run, model):
    Image.new("L", (40, 40), 255).save("blank.png")
    code, out, err = run("score", "tiny-2", "blank.png", "--json")
    assert code == 1
    assert "blank" in json.loads(out)["bad"][0]["reason"]
    assert err.startswith("blank.png: ")


def test_a_missing_picture(refused, model):
    assert refused("score", "tiny-2", "nowhere.png").startswith(
        "There is no picture or folder nowhere.png;"
    )


def test_more_pictures_than_are_kept_in_memory(run, model, pictures, monkeypatch):
    from autoencoders.cli import pictures as opening

    whole = json.loads(run("score", "tiny-2", pictures, "--json")[1])
    monkeypatch.setattr(opening, "BATCH", 2)
    parts = json.loads(run("score", "tiny-2", pictures, "--json")[1])
    assert [entry["file"] for entry in parts["done"]] == ["a.png", "b.PNG", "more/c.jpg"]
    for part, one in zip(parts["done"], whole["done"], strict=True):
        assert part["mse"] == pytest.approx(one["mse"], abs=2e-6)


# -- bench --------------------------------------------------------------------------------------


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
