"""The verbs that tell in numbers what a model makes of pictures: embed and score."""

import csv
import dataclasses
import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from autoencoders import data
from autoencoders.inference import Engine
from autoencoders.metrics import PCA
from autoencoders.principal import Principal
from tests import tiny
from tests.commands import TEST, VALIDATION

pytest_plugins = ["tests.commands"]


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


def test_embed_writes_what_is_known_of_each_picture(run, model, mnist, monkeypatch):
    known = tiny.with_attributes(tiny.digits(20))
    source = dataclasses.replace(
        data.DATASETS["mnist"], read=lambda root, split, *, progress: known
    )
    monkeypatch.setitem(data.DATASETS, "mnist", source)
    code, _, err = run("embed", "tiny-2", "mnist", "--output", "known")
    assert (code, err) == (0, "")
    with np.load("known.npz") as file:
        assert sorted(file) == ["codes", "ids", "is_high", "is_never_known", "mse"]
        assert np.array_equal(file["is_high"], known.attributes[:, 0], equal_nan=True)
        assert np.isnan(file["is_never_known"]).all() and file["is_never_known"].shape == (20,)
    rows = list(csv.DictReader(io.StringIO(Path("known.csv").read_text())))
    assert list(rows[0]) == ["id", "is_high", "is_never_known", "z1", "z2", "mse"]
    assert [row["id"] for row in rows] == known.ids.tolist()
    assert {row["is_high"] for row in rows} == {"1.0", "0.0", "nan"}
    read = np.array([row["is_high"] for row in rows], np.float32)
    assert np.array_equal(read, known.attributes[:, 0], equal_nan=True)
    shown = " ".join(run("embed", "--help")[1].split())
    assert "is_NAME (N,) for each of its attributes: 1 has it, 0 has it not, nan" in shown


def test_embed_writes_what_stands_beside_for_exploring(run, model, mnist, monkeypatch):
    dataset = data.load_dataset("mnist", "test")
    pca = PCA.fit(dataset.images, components=2)
    (model / "pca.npz").write_bytes(Principal.fit(pca, dataset.images).to_bytes())
    code, _, err = run("embed", "tiny-2", "mnist", "--beside", "--output", "table")
    assert (code, err) == (0, "")
    with np.load("table.npz") as file:
        assert sorted(file) == ["codes", "ids", "ink", "labels", "mse", "pca", "pca_mse"]
        ink = dataset.images.reshape(len(dataset), -1).mean(axis=1) / 255
        assert np.allclose(file["ink"], ink)
        assert np.allclose(file["pca"], pca.encode(dataset.images), atol=0.01)
        assert np.allclose(file["pca_mse"], pca.errors(dataset.images), atol=1e-4)
        numbers = np.column_stack([file["codes"], file["mse"], file["ink"], file["pca_mse"]])
        pca_codes = file["pca"]
    rows = list(csv.DictReader(io.StringIO(Path("table.csv").read_text())))
    named = ["z1", "z2", "mse", "ink", "pca_mse"]
    assert list(rows[0]) == ["id", "label", *named, "pca1", "pca2"]
    read = np.array([[row[name] for name in named] for row in rows], np.float32)
    assert np.array_equal(read, numbers)
    assert [row["pca2"] for row in rows] == [str(value) for value in pca_codes[:, 1]]


def test_embed_leaves_out_components_that_the_folder_does_not_hold(run, model, pictures):
    assert run("embed", "tiny-2", str(pictures), "--beside", "--output", "table")[0] in (0, 1, 2)
    heading = Path("table.csv").read_text().splitlines()[0]
    assert heading == "file,z1,z2,mse,ink"


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
