"""The verbs that draw new pictures: sample and interpolate."""

import imageio_ffmpeg
import numpy as np
import pytest
from PIL import Image

from autoencoders.inference import Engine

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
    ],
)
def test_wrong_options_are_one_line(run, models, command, sentence):
    code, out, err = run(*command)
    assert (code, out) == (2, "")
    assert sentence in err and err.count("\n") == 1


def test_a_way_needs_both_ends(run, models, two_pictures):
    code, _, err = run("interpolate", "tiny-stacked-2", two_pictures / "a.png", "nowhere.png")
    assert code == 2
    assert "A way needs both of its ends; name two pictures" in err
