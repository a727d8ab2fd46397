"""The bench of the models: every figure against one worked out by hand, on stand-ins."""

import dataclasses
import json

import numpy as np
import pytest
import tiny
import torch
from conftest import REPOSITORY

from autoencoders.cli import main
from autoencoders.cli.output import Output
from autoencoders.data import DataError, Dataset
from autoencoders.directions import Direction
from autoencoders.registry import UnknownModelError
from benchmarks import judge, quality, smiles
from benchmarks.judge import JudgeConfig, area_under_curve, known_examples, trained_judge
from benchmarks.report import Figure, Report

QUIET = Output(as_json=True)
SMALL = JudgeConfig(
    widths=(3, 4), epochs=10, batch_size=16, learning_rate=0.03, dropout=0.1, weight_decay=0.0
)


def faces(count=80, *, split="train", seed=0):
    """Grey squares, those who smile with a bright bar below; every fifth answer is not known."""
    random = np.random.default_rng(seed)
    images = random.integers(90, 110, (count, 64, 64, 3), dtype=np.uint8)
    yes = np.arange(count) % 2 == 0
    images[yes, 48:52, 20:44] += 60
    answers = np.where(np.arange(count) % 5 == 0, np.nan, yes)
    return Dataset(
        name="lfw", split=split, images=images, labels=None, label_names=(),
        ids=np.array([f"{split[:4]}{number:012d}" for number in range(count)]),
        attributes=np.stack([np.full(count, np.nan), answers], axis=1).astype(np.float32),
        attribute_names=("hat", "smiling"), groups=np.arange(count) // 2,
    )  # fmt: skip


def values(figures):
    return {figure.key: figure.value for figure in figures}


def missed(figures):
    return [figure.key for figure in figures if not figure.reached]


# -- the judge ----------------------------------------------------------------------------------


def test_area_under_curve():
    # Of the four pairs (yes, no) three are ranked rightly: 0.35 < 0.4 is the fourth.
    answers = np.array([False, False, True, True])
    assert area_under_curve(np.array([0.1, 0.4, 0.35, 0.8]), answers) == 0.75
    assert area_under_curve(np.ones(4), answers) == 0.5
    with pytest.raises(ValueError, match="no pairs"):
        area_under_curve(np.ones(4), np.ones(4, bool))


def test_unknown_answers_are_left_out():
    rows, answers = known_examples(faces(10), "smiling")
    assert rows.tolist() == [1, 2, 3, 4, 6, 7, 8, 9]
    assert answers.tolist() == [False, True, False, True, True, False, True, False]
    with pytest.raises(ValueError, match="'beard'; it has hat, smiling"):
        known_examples(faces(10), "beard")
    with pytest.raises(ValueError, match="0 pictures with hat and 0 without"):
        known_examples(faces(10), "hat")
    for answer, part in ((1, "10 pictures with hat and 0"), (0, "0 pictures with hat and 10")):
        data = faces(10)
        data.attributes[:, 0] = answer
        with pytest.raises(ValueError, match=part):
            known_examples(data, "hat")


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("judges")


@pytest.fixture(scope="module")
def trained(cache):
    return trained_judge(faces(), cache=cache, out=QUIET, config=SMALL)


def test_the_judge_learns_and_tells_strangers_apart(trained):
    strangers = faces(40, seed=1)
    rows, answers = known_examples(strangers, "smiling")
    found = trained.probabilities(strangers.images[rows])
    assert found.dtype == np.float32
    assert ((found > 0.5) == answers).mean() > 0.9
    assert len(trained.probabilities(strangers.images[:0])) == 0


def test_the_judge_sees_the_mouth_alone_and_no_light(trained):
    images = faces(8).images
    found = trained.probabilities(images)
    above = images.copy()
    above[:, :26] = 0
    assert np.array_equal(trained.probabilities(above), found)
    lighter = images + np.uint8(40)
    assert trained.probabilities(lighter) == pytest.approx(found, abs=1e-4)
    below = images.copy()
    below[:, 48:52, 20:44] = 250
    assert trained.probabilities(below).min() > found.min() + 0.2


def test_a_judge_is_kept_until_anything_about_it_changes(trained, cache, monkeypatch):
    files = list(cache.iterdir())
    assert [file.suffix for file in files] == [".safetensors"]
    data = faces()
    with monkeypatch.context() as patch:
        patch.setattr(judge, "_train", None)  # calling it would fail
        again = trained_judge(data, cache=cache, out=QUIET, config=SMALL)
        assert np.array_equal(again.probabilities(data.images), trained.probabilities(data.images))
    begun = []
    monkeypatch.setattr(judge, "_train", lambda *given: begun.append(given))
    other = faces()
    other.attributes[1, 1] = 1
    trained_judge(other, cache=cache, out=QUIET, config=SMALL)
    other = faces()
    other.images[1, 0, 0, 0] += 1
    trained_judge(other, cache=cache, out=QUIET, config=SMALL)
    trained_judge(data, cache=cache, out=QUIET, config=dataclasses.replace(SMALL, seed=1))
    assert len(begun) == 3
    # A picture without an answer teaches nothing: the judge is the same.
    other = faces()
    other.images[0, 0, 0, 0] += 1
    trained_judge(other, cache=cache, out=QUIET, config=SMALL)
    assert len(begun) == 3


def test_training_is_the_same_with_and_without_a_bar(trained, tmp_path):
    torch.rand(7)  # whatever else was drawn before
    again = trained_judge(faces(), cache=tmp_path, out=Output(as_json=False), config=SMALL)
    images = faces(6, seed=2).images
    assert np.array_equal(again.probabilities(images), trained.probabilities(images))


def test_a_damaged_judge_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(judge, "_train", lambda *given: None)
    trained_judge(faces(), cache=tmp_path, out=QUIET, config=SMALL)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:-9])
    with pytest.raises(ValueError, match=r"is damaged .* remove the file"):
        trained_judge(faces(), cache=tmp_path, out=QUIET, config=SMALL)


def test_training_pictures_are_mirrored_and_moved():
    random = np.random.default_rng(0)
    image = np.zeros((1, 64, 64, 1), np.uint8)
    image[0, 40, 20] = 255
    config = dataclasses.replace(SMALL, shift=1)
    places = set()
    for _ in range(200):
        part = judge._changed(image, config, random)
        assert part.shape == (1, 1, 38, 56)
        places.add(tuple(np.argwhere(part[0, 0].numpy() == part.max().item())[0].tolist()))
    # Row 40 is row 14 of the part; column 20 is 16, mirrored (63 - 20 = 43) 39.
    wanted = {(row, column) for row in (13, 14, 15) for column in (15, 16, 17, 38, 39, 40)}
    assert places == wanted


# -- smiles -------------------------------------------------------------------------------------


class TwoGreys:
    """A model of two numbers: the grey above row 36 and the grey from there on."""

    name, dataset, base_size, has_detail = "two-greys", "lfw", 2, True

    def __init__(self, vector=(2.0, 20.0)):
        self.directions = [
            Direction("hat", np.ones(2, np.float32), np.ones(2, np.float32), 0, 1, "means", 5, 5),
            Direction(
                "smiling", np.array(vector, np.float32), np.ones(2, np.float32), 0, 1, "means", 5, 5
            ),
        ]

    def decode_base(self, codes):
        pictures = np.empty((len(codes), 64, 64, 3), np.uint8)
        pictures[:, :36] = np.rint(codes[:, 0])[:, None, None, None]
        pictures[:, 36:] = np.rint(codes[:, 1])[:, None, None, None]
        return pictures

    def encode_base(self, images):
        return np.stack([images[:, 0, 0, 0], images[:, 63, 0, 0]], axis=1).astype(np.float32)

    encode = encode_base


class GreyMouth:
    """Judges by the lower grey: 128 and more smiles."""

    def probabilities(self, images):
        return images[:, 63, 0, 0] / 255


def test_the_ratio_of_change():
    before = np.full((2, 64, 64, 3), 100, np.uint8)
    after = before.copy()
    after[0, :36] -= 4  # a mean of 2 above, over both pictures
    after[:, 36:] += 8
    assert smiles.ratio_of_change(before, after) == 0.25
    assert smiles.ratio_of_change(before, before) == 0


def test_nearest():
    gallery = np.array([[0, 0], [10, 0], [0, 10]], np.float32)
    codes = np.array([[6, 1], [1, 6], [4, 4], [100, 99]], np.float32)
    assert smiles.nearest(codes, gallery).tolist() == [1, 2, 0, 1]


def test_an_edit_of_a_worked_example():
    codes = np.array([[12, 121], [10, 100], [200, 110], [90, 140]], np.float32)
    engine, plain = TwoGreys(), np.array([1, 2, 3])
    people = smiles.People(faces(4), codes, plain, np.array([0]), engine.decode_base(codes[plain]))
    vector = np.array([2, 20], np.float32)
    found = smiles.edited(engine, GreyMouth().probabilities, people, vector)
    # Mouths of 120, 130 and 160: two of three smile. The first is now nearest to who smiles.
    assert found == smiles.Edited(share=2 / 3, ratio=0.1, same=2 / 3)


@pytest.mark.parametrize(
    ("shares", "strength"),
    [([0.5, 0.92, 0.99], 1.0), ([0.92, 0.5, 0.99], 0.5), ([0.5, 0.9, 0.8], 1.0)],
)
def test_the_smallest_strength_that_is_enough(shares, strength):
    assert smiles.choose_strength(shares, (0.5, 1.0, 1.5), wanted=0.92) == strength


def people(split, mouths, answers):
    """People with the upper grey 100 and these lower greys."""
    codes = np.stack([np.full(len(mouths), 100.0), mouths], axis=1)
    data = faces(len(mouths), split=split)
    attributes = np.stack([np.full(len(mouths), np.nan), answers], axis=1).astype(np.float32)
    return dataclasses.replace(
        data, images=TwoGreys().decode_base(codes), attributes=attributes,
        groups=np.arange(len(mouths)),
    )  # fmt: skip


def test_smiles_from_beginning_to_end(monkeypatch, tmp_path):
    monkeypatch.setattr(smiles, "trained_judge", lambda train, **options: GreyMouth())
    random = np.random.default_rng(0)
    labels = np.arange(80) % 2
    split = {
        "train": people("train", 100 + 40 * labels + random.integers(-9, 10, 80), labels),
        # The direction adds 20: 1.25 brings all of these to 128 and more, 1.125 one of them.
        "validation": people("validation", [103, 104, 105, 140], [0, 0, 0, 1]),
        "test": people("test", [100, 104, 110, 130, 150, 120], [0, 0, 0, 0, 1, np.nan]),
    }
    figures = smiles.measure(TwoGreys(), split.__getitem__, cache=tmp_path, out=QUIET)
    found = values(figures)
    assert found["judge_auc_validation"] == 1
    assert found["judge_right_test"] == 0.8  # 130 does not smile and is judged so
    assert found["validation_1.125"]["share"] == 1 / 3
    assert found["validation_1.25"] == {"share": 1, "ratio": 2 / 25, "same": 0}
    assert found["strength"] == 1.25
    assert (found["plain"], found["share_0"], found["share_smiling"]) == (4, 0.25, 1)
    # 125, 129, 135 and 155 with 102 or 103 above; of the six codes 110, 120 and 130 are nearest.
    assert found["share"] == 0.75
    assert found["ratio"] == 2 / 25
    assert found["same"] == 0
    assert missed(figures) == ["share", "same"]
    # The mean difference of any 20 + 20 is 40 +- 5, all of it below.
    assert (found["few_share"], found["few_same"]) == (1, 0)
    assert found["few_ratio"] < 0.05
    assert len(found["few_shares"]) == 2
    json.dumps(found)


def test_what_smiles_need(tmp_path):
    engine = TwoGreys()
    engine.directions = []
    with pytest.raises(ValueError, match="no direction for smiling"):
        smiles.measure(engine, lambda split: faces(), cache=tmp_path, out=QUIET)


def test_what_the_draws_have_to_reach():
    def draws(shares, ratios):
        return [smiles.Edited(s, r, 1.0) for s, r in zip(shares, ratios, strict=True)]

    figures = smiles._few_figures(draws([0.2, 0.7, 0.9], [0.6, 0.7, 3.0]))
    assert values(figures)["few_share"] == 0.7
    assert values(figures)["few_shares"] == [0.2, 0.9]
    assert missed(figures) == []
    assert missed(smiles._few_figures(draws([0.2, 0.69], [0.7, 0.8]))) == ["few_share", "few_ratio"]


# -- the whole ----------------------------------------------------------------------------------


def test_what_is_missing_is_left_out_and_said(monkeypatch, capsys, tmp_path):
    def find(name, *, extra):
        if name != "faces-stacked-2":
            raise UnknownModelError(f"There is no model called {name!r}; there is none.")
        return tiny.save_family(tmp_path / name, "stacked")

    def read(name, split, **options):
        raise DataError("The digits are not here.")

    monkeypatch.setattr(quality, "find_model", find)
    monkeypatch.setattr(quality, "load_dataset", read)
    options = {"models": [], "data_root": None, "out": Output(as_json=False)}
    with pytest.raises(ValueError, match=r"Nothing .* smiles: left out\. There is no model"):
        quality.measure(parts=["smiles"], **options)
    assert "smiles: left out" in capsys.readouterr().err
    with pytest.raises(ValueError, match=r"midpoints: left out\. The digits are not here"):
        quality.measure(parts=["midpoints"], **options)
    monkeypatch.setattr(quality, "load_dataset", lambda *name, **options: faces(6))
    figure = Figure("sharper", "sharper", 2.0, "2.0")
    given = []

    def measure(stacked, plain, data):
        given.append((stacked.name, plain, len(data)))
        return [figure]

    monkeypatch.setattr(quality.midpoints, "measure", measure)
    monkeypatch.setattr(quality.noise, "missing", list)
    monkeypatch.setattr(quality.anomalies, "measure_digits", lambda read, out: [])
    report = quality.measure(parts=[], **options)
    assert given == [("faces-stacked-2", None, 6)]
    assert values(report.figures) == {"midpoints/sharper": 2.0}
    assert [line.split(":")[0] for line in report.left_out] == [
        "smiles", "midpoints of faces-conv-2", "noise, digits-denoising-32",
        "noise, faces-denoising-512", "noise, photos-denoising-256", "anomalies on faces",
    ]  # fmt: skip
    assert report.left_out[0] in report.lines()
    assert report.to_dict()["left_out"] == list(report.left_out)


def test_each_split_is_read_once_and_one_dataset_held(monkeypatch):
    asked = []
    monkeypatch.setattr(
        quality, "load_dataset", lambda name, split, **options: asked.append((name, split)) or split
    )
    reader = quality.Reader(None, progress=False)
    faces_, photos = reader.of("lfw"), reader.of("lfw-photos")
    assert [faces_("test"), faces_("train"), faces_("test")] == ["test", "train", "test"]
    assert photos("test") == "test"
    assert faces_("test") == "test"
    assert asked == [("lfw", "test"), ("lfw", "train"), ("lfw-photos", "test"), ("lfw", "test")]


@pytest.mark.parametrize(("reached", "code"), [(True, 0), (False, 1)])
def test_the_verb(monkeypatch, capsys, tmp_path, reached, code):
    asked = {}

    def measure(**options):
        asked.update(options)
        figure = Figure("share", "smiling", 0.9, "90%", "at least 85%", reached)
        return Report("A title", (figure,), {}, ("noise: left out. Why.",))

    monkeypatch.setattr(quality, "measure", measure)
    monkeypatch.chdir(REPOSITORY)
    places = ("--models", str(tmp_path), "--data-root", str(tmp_path))
    assert main(["bench", "quality", "--part", "smiles", *places, "--json"]) == code
    assert json.loads(capsys.readouterr().out)["figures"] == {"share": 0.9}
    assert asked.pop("out").as_json
    assert asked == {"parts": ["smiles"], "models": [tmp_path], "data_root": tmp_path}
    assert main(["bench", "quality"]) == code
    assert asked["parts"] == []
    assert "noise: left out. Why." in capsys.readouterr().out
    assert main(["bench", "quality", "--part", "beauty"]) == 2


def test_the_verb_offers_every_part():
    from autoencoders.cli import bench

    assert bench._PARTS == quality.PARTS
