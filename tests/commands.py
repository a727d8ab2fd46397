"""What tests of the command line share: tiny models, data and pictures, and running a command.

A test file asks for these fixtures with ``pytest_plugins``.
"""

import dataclasses
import shutil

import pytest
import torch
from PIL import Image

from autoencoders import checkpoint, data, recipes
from autoencoders import mnist as mnist_reader
from autoencoders.cli import main
from autoencoders.config import TrainConfig
from tests import tiny

TRAIN, VALIDATION, TEST = 96, 32, 40


@pytest.fixture
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
def run(capsys, one_thread):
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


@pytest.fixture(scope="session")
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
def two_pictures(tmp_path):
    """A folder of two good pictures, a.png and b.png."""
    folder = tmp_path / "two pictures"
    folder.mkdir()
    for name, image in zip("ab", tiny.digits(2).images[..., 0], strict=True):
        Image.fromarray(image).save(folder / f"{name}.png")
    return folder
