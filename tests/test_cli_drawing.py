"""The verbs that draw new pictures: sample and interpolate."""

import json
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest
from PIL import Image

from autoencoders.inference import Engine
from autoencoders.pacing import change

pytest_plugins = ["tests.commands"]


def test_samples_depend_on_the_seed_alone(run, models, tmp_path):
    files = [tmp_path / f"{name}.png" for name in "abc"]
    for file, seed in zip(files, (1, 1, 2), strict=True):
        command = ("sample", "tiny-variational-2", "--count", "5", "--seed", seed)
        assert run(*command, "--output", file)[0] == 0
    assert files[0].read_bytes() == files[1].read_bytes() != files[2].read_bytes()
    assert Image.open(files[0]).size == (3 * 28, 3 * 28)


def test_interpolate_begins_and_ends_at_the_reconstructions(run, models, two_pictures, tmp_path):
    file = tmp_path / "way.png"
    a, b = two_pictures / "a.png", two_pictures / "b.png"
    code, out, _ = run("interpolate", "tiny-stacked-2", a, b, "--frames", "4", "--output", file)
    assert code == 0 and "4 pictures from" in out
    strip = np.asarray(Image.open(file))[..., None]
    assert strip.shape == (28, 4 * 28, 1)
    engine = Engine(models / "tiny-stacked-2", device="cpu")
    for picture, frame in ((a, strip[:, :28]), (b, strip[:, -28:])):
        expected = engine.decode_base(engine.encode_base(engine.prepare(Image.open(picture))))[0]
        assert np.abs(frame.astype(int) - expected).max() <= 1


def test_a_gif_goes_there_and_back(run, models, two_pictures, tmp_path):
    a, b = two_pictures / "a.png", two_pictures / "b.png"
    file = tmp_path / "way.gif"
    assert run("interpolate", "tiny-stacked-2", a, b, "--frames", "5", "--output", file)[0] == 0
    with Image.open(file) as moving:
        assert 2 <= moving.n_frames <= 8  # frames that do not differ are one
        assert moving.info["loop"] == 0


def test_a_video_goes_there_and_back(run, models, two_pictures, tmp_path):
    a, b = two_pictures / "a.png", two_pictures / "b.png"
    file = tmp_path / "way.MP4"
    assert run("interpolate", "tiny-stacked-2", a, b, "--frames", "5", "--output", file)[0] == 0
    assert imageio_ffmpeg.count_frames_and_secs(str(file))[0] == 8


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (("sample", "tiny-stacked-2", "--count", "0"), "--count is 0; use 1 to 4096."),
        (("sample", "tiny-stacked-2", "--seed", "-1"), "--seed is -1; use 0 or more."),
        (("sample", "tiny-stacked-2", "--output", "x.jpg"), "name a file that ends in .png."),
        (("interpolate", "tiny-stacked-2", "A", "B", "--frames", "1"), "--frames is 1; use 2"),
        (
            ("interpolate", "tiny-stacked-2", "A", "A", "--output", "x"),
            "ends in .png or .gif or .mp4.",
        ),
        (("interpolate", "tiny-stacked-2", "A"), "2 to 8 pictures, not 1."),
        (("interpolate", "tiny-stacked-2", *"ABCDEFGHI"), "2 to 8 pictures, not 9."),
        (("interpolate", "tiny-stacked-2", *"ABCD", "--frames", "3"), "--frames is 3; use 4 to"),
        (
            ("interpolate", "tiny-stacked-2", *"AB", "--path", "winding"),
            "invalid choice: 'winding'",
        ),
    ],
)
def test_wrong_options_are_one_line(run, models, command, sentence):
    code, out, err = run(*command)
    assert (code, out) == (2, "")
    assert sentence in err and err.count("\n") == 1


def test_a_way_needs_all_of_its_pictures(run, models, two_pictures):
    code, _, err = run("interpolate", "tiny-stacked-2", two_pictures / "a.png", "nowhere.png")
    assert code == 2
    assert "A way needs all of its pictures; name only those that can be used." in err


@pytest.mark.parametrize("kind", ["straight", "spherical", "density", "geodesic"])
@pytest.mark.parametrize("model", ["tiny-stacked-2", "tiny-variational-2"])
def test_every_path_passes_through_every_picture(run, models, two_pictures, model, kind):
    a, b = two_pictures / "a.png", two_pictures / "b.png"
    command = ("interpolate", model, a, b, a, "--frames", "7", "--path", kind, "--output", "x.png")
    code, out, _ = run(*command, "--json")
    answer = json.loads(out)
    assert code == 0
    assert (answer["path"], answer["waypoints"]) == (kind, [0, 3, 6])
    strip = np.asarray(Image.open("x.png"))[..., None]
    engine = Engine(models / model, device="cpu")
    for picture, place in ((a, 0), (b, 3), (a, 6)):
        expected = engine.decode_base(engine.encode_base(engine.prepare(Image.open(picture))))[0]
        frame = strip[:, 28 * place : 28 * (place + 1)].astype(int)
        assert np.abs(frame - expected).max() <= 1
    if kind == "geodesic":
        assert 0 < answer["length"] <= answer["straight_length"]
        assert answer["decoded"] <= 4096 + 14


@pytest.fixture
def vivid(monkeypatch, models):
    """A model whose pictures change a lot, at an uneven pace, with a hill in the straight way."""

    def encode(self, images):
        return np.array([[-3, 1], [3, 1], [-3, 1]], np.float32)[: len(images)]

    def decode(self, codes):
        x, y = codes.astype(np.float64).T[:, :, None, None]
        pictures = np.empty((len(codes), 28, 28))
        pictures[:, :, :9] = (x + 3) ** 3
        pictures[:, :, 9:18] = 60 * y
        pictures[:, :, 18:] = 250 * np.exp(-(x**2) - (y - 1) ** 2)
        return np.clip(pictures.round(), 0, 255).astype(np.uint8)[..., None]

    monkeypatch.setattr(Engine, "encode_base", encode)
    monkeypatch.setattr(Engine, "decode_base", decode)
    return "tiny-variational-2"


def test_the_kinds_of_path_differ(run, vivid, two_pictures):
    a, b = two_pictures / "a.png", two_pictures / "b.png"
    files = {}
    for kind in ("straight", "spherical", "density", "geodesic"):
        file = f"{kind}.png"
        assert run("interpolate", vivid, a, b, "--path", kind, "--output", file)[0] == 0
        files[kind] = Path(file).read_bytes()
    run("interpolate", vivid, a, b, "--output", "default.png")
    assert Path("default.png").read_bytes() == files["straight"]
    assert len(set(files.values())) == 4


def test_a_person_is_told_what_a_geodesic_saves(run, vivid, two_pictures):
    a, b = two_pictures / "a.png", two_pictures / "b.png"
    code, out, _ = run("interpolate", vivid, a, b, "--path", "geodesic")
    assert code == 0
    assert "on the straight one" in out and "pictures were decoded to find it." in out
    answer = json.loads(run("interpolate", vivid, a, b, "--path", "geodesic", "--json")[1])
    assert answer["length"] < 0.8 * answer["straight_length"]


def test_even_frames_change_the_picture_evenly(run, vivid, two_pictures):
    a, b = two_pictures / "a.png", two_pictures / "b.png"
    spread = {}
    for even in (False, True):
        command = ["interpolate", vivid, a, b, a, "--frames", "41", "--output", "x.png", "--json"]
        code, out, _ = run(*command, *["--even"] * even)
        answer = json.loads(out)
        assert (code, answer["even"]) == (0, even)
        strip = np.asarray(Image.open("x.png"))
        steps = change(strip.reshape(28, 41, 28).transpose(1, 0, 2))
        spread[even] = steps.std() / steps.mean()
        # There and back: both legs change the picture alike.
        first, middle, last = answer["waypoints"]
        assert (first, last) == (0, 40) and middle == pytest.approx(20, abs=0.1)
    assert spread[True] < 0.15 < 0.4 < spread[False]
