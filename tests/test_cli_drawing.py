"""The verbs that draw: denoise, edit, sample, interpolate; evaluate --all; training on a folder."""

import json
import shutil

import numpy as np
import pytest
from PIL import Image

from autoencoders import checkpoint, recipes
from autoencoders.cli import learning, main
from autoencoders.config import TrainConfig
from autoencoders.inference import Engine
from tests import tiny


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    place = tmp_path_factory.mktemp("made")
    for family in ("stacked", "denoising", "variational"):
        tiny.save_family(place / f"tiny-{family}-2", family)
    return place


@pytest.fixture
def models(made, tmp_path, monkeypatch):
    """A registry of four models; the working folder is an empty one."""
    shutil.copytree(made, tmp_path / "models")
    monkeypatch.setattr(checkpoint, "SHIPPED", tmp_path / "models")
    monkeypatch.delenv("HOURGLASS_MODELS", raising=False)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "models"


@pytest.fixture
def pictures(tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name, image in zip("ab", tiny.digits(2).images[..., 0], strict=True):
        Image.fromarray(image).save(folder / f"{name}.png")
    return folder


@pytest.fixture
def run(capsys):
    def run(*arguments):
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def opened(path):
    return np.asarray(Image.open(path)).reshape(-1, 28, 1)


def prepared(engine, path):
    return engine.prepare(Image.open(path))


def test_denoise_writes_what_the_engine_gives(run, models, pictures, tmp_path):
    code, out, err = run("denoise", "tiny-denoising-2", pictures, "--output", tmp_path / "clean")
    assert (code, err) == (0, "")
    assert "2 denoised pictures by tiny-denoising-2" in out
    engine = Engine(models / "tiny-denoising-2", device="cpu")
    expected = engine.denoise(prepared(engine, pictures / "a.png"))[0]
    assert np.array_equal(opened(tmp_path / "clean" / "a.png"), expected)


def test_a_model_that_does_not_denoise_says_so(run, models, pictures):
    code, out, err = run("denoise", "tiny-variational-2", pictures)
    assert (code, out) == (2, "")
    assert "was not trained to denoise; choose a denoising model." in err


def test_edit_moves_along_the_direction(run, models, pictures, tmp_path):
    code, _, err = run(
        "edit", "tiny-stacked-2", pictures / "a.png", "--attribute", "high", "--strength", "0.5",
        "--output", tmp_path / "edited", "--json",
    )  # fmt: skip
    assert (code, err) == (0, "")
    engine = Engine(models / "tiny-stacked-2", device="cpu")
    bases = engine.encode_base(prepared(engine, pictures / "a.png"))
    expected = engine.decode_base(bases + 0.5 * engine.directions[0].vector)[0]
    wrong = opened(tmp_path / "edited" / "a.png").astype(int) - expected
    assert np.abs(wrong).max() <= 1


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--attribute", "low"), "no direction for 'low'; it has high."),
        (("--attribute", "high", "--strength", "inf"), "use a finite number."),
        ((), "arguments are required: --attribute"),
    ],
)
def test_edit_refuses_before_it_opens_anything(run, models, pictures, more, sentence):
    (pictures / "a.png").write_text("no picture")
    code, out, err = run("edit", "tiny-stacked-2", pictures, *more)
    assert (code, out) == (2, "")
    assert sentence in err and err.count("\n") == 1


def test_samples_depend_on_the_seed_alone(run, models, tmp_path):
    files = [tmp_path / f"{name}.png" for name in "abc"]
    for file, seed in zip(files, (1, 1, 2), strict=True):
        command = ("sample", "tiny-variational-2", "--count", "5", "--seed", seed)
        assert run(*command, "--output", file)[0] == 0
    assert files[0].read_bytes() == files[1].read_bytes() != files[2].read_bytes()
    assert Image.open(files[0]).size == (3 * 28, 3 * 28)


def test_interpolate_begins_and_ends_at_the_reconstructions(run, models, pictures, tmp_path):
    file = tmp_path / "way.png"
    a, b = pictures / "a.png", pictures / "b.png"
    code, out, _ = run("interpolate", "tiny-stacked-2", a, b, "--frames", "4", "--output", file)
    assert code == 0 and "4 pictures from" in out
    strip = np.asarray(Image.open(file))[..., None]
    assert strip.shape == (28, 4 * 28, 1)
    engine = Engine(models / "tiny-stacked-2", device="cpu")
    for picture, frame in ((a, strip[:, :28]), (b, strip[:, -28:])):
        expected = engine.decode_base(engine.encode_base(prepared(engine, picture)))[0]
        assert np.abs(frame.astype(int) - expected).max() <= 1


def test_a_gif_goes_there_and_back(run, models, pictures, tmp_path):
    a, b = pictures / "a.png", pictures / "b.png"
    file = tmp_path / "way.gif"
    assert run("interpolate", "tiny-stacked-2", a, b, "--frames", "5", "--output", file)[0] == 0
    with Image.open(file) as moving:
        assert 2 <= moving.n_frames <= 8  # frames that do not differ are one
        assert moving.info["loop"] == 0


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (("sample", "tiny-stacked-2", "--count", "0"), "--count is 0; use 1 to 4096."),
        (("sample", "tiny-stacked-2", "--seed", "-1"), "--seed is -1; use 0 or more."),
        (("sample", "tiny-stacked-2", "--output", "x.jpg"), "name a file that ends in .png."),
        (("interpolate", "tiny-stacked-2", "A", "B", "--frames", "1"), "--frames is 1; use 2"),
        (("interpolate", "tiny-stacked-2", "A", "A", "--output", "x"), "ends in .png or .gif."),
        (("evaluate",), "Name one model, or give --all"),
        (("evaluate", "tiny-stacked-2", "--all"), "Name one model, or give --all"),
    ],
)
def test_wrong_options_are_one_line(run, models, command, sentence):
    code, out, err = run(*command)
    assert (code, out) == (2, "")
    assert sentence in err and err.count("\n") == 1


def test_a_way_needs_both_ends(run, models, pictures):
    code, _, err = run("interpolate", "tiny-stacked-2", pictures / "a.png", "nowhere.png")
    assert code == 2
    assert "A way needs both of its ends; name two pictures" in err


def test_evaluate_all_measures_what_it_can(run, models, tmp_path):
    root = tiny.write_mnist(tmp_path / "datasets", train=5_064, test=30)
    shutil.copytree(models / "tiny-denoising-2", models / "broken-2")
    (models / "broken-2" / "model.safetensors").unlink()
    code, out, err = run("evaluate", "--all", "--split", "test", "--data-root", root, "--json")
    assert code == 0
    found = json.loads(out)
    assert [one["model"] for one in found] == [
        "base-6", "tiny-denoising-2", "tiny-stacked-2", "tiny-variational-2",
    ]  # fmt: skip
    assert all(one["pictures"] == 30 and one["pca_mse"] > 0 for one in found)
    assert "broken-2 cannot be used: broken-2 lacks model.safetensors" in err
    _, out, _ = run("evaluate", "--all", "--split", "test", "--data-root", root)
    assert out.splitlines()[0].split()[:4] == ["model", "pictures", "MSE", "of"]


# -- training on anyone's pictures ----------------------------------------------------------------


@pytest.fixture
def recipe(monkeypatch):
    training = TrainConfig(dataset="mnist", epochs=1, batch_size=16)
    small = recipes.Recipe(title="Tiny", summary="For tests.", model=tiny.MODEL, training=training)
    monkeypatch.setitem(recipes.RECIPES, "tiny-conv-2", small)


def test_training_on_a_folder_makes_a_model_that_the_registry_shows(run, models, recipe, tmp_path):
    folder = tmp_path / "My Blobs!"
    folder.mkdir()
    for number, image in enumerate(tiny.digits(60).images[..., 0]):
        Image.fromarray(image).save(folder / f"{number}.png")
    (folder / "text.png").write_text("no picture")
    command = ("train", "tiny-conv-2", "--data", folder, "--run", tmp_path / "run",
               "--device", "cpu")  # fmt: skip
    code, out, err = run(*command)
    assert code == 0, err
    assert "text.png was passed over" in err
    assert "Training my-blobs-conv-2" in out
    entry = next(one for one in checkpoint.list_models() if one.name == "my-blobs-conv-2")
    assert entry.problem is None
    card = checkpoint.card(entry.folder)
    assert "the pictures in My Blobs!" in card
    assert "train tiny-conv-2 --data 'My Blobs!'" in card
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
