"""Finding and opening the pictures that a command names."""

import json
import os
import shutil
from pathlib import Path

import pytest
from PIL import Image

from autoencoders.cli import pictures as opening

pytest_plugins = ["tests.commands"]


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
    whole = json.loads(run("score", "tiny-2", pictures, "--json")[1])
    monkeypatch.setattr(opening, "BATCH", 2)
    parts = json.loads(run("score", "tiny-2", pictures, "--json")[1])
    assert [entry["file"] for entry in parts["done"]] == ["a.png", "b.PNG", "more/c.jpg"]
    for part, one in zip(parts["done"], whole["done"], strict=True):
        assert part["mse"] == pytest.approx(one["mse"], abs=2e-6)
