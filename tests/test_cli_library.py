"""The verbs that list what there is: models and data."""

import dataclasses
import json
import shutil

from autoencoders import data
from tests import tiny
from tests.commands import TEST, TRAIN, VALIDATION

pytest_plugins = ["tests.commands"]


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
    words = " ".join(out.split())  # lines are as long as the terminal is wide
    assert f"complete in {mnist / 'MNIST'}" in words
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
