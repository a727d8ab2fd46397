"""Strips, GIFs and MP4s, read back with other readers than wrote them."""

import io

import imageio_ffmpeg
import numpy as np
import pytest
from PIL import Image

from autoencoders import movies
from autoencoders.metrics import psnr
from autoencoders.movies import MovieError, film_strip, gif, mp4, strip_png


def waves(count=5, height=8, width=12, channels=3):
    """Smooth colours that move, uint8 ``(count, height, width, channels)``."""
    time, down, across, colour = np.mgrid[:count, :height, :width, :channels]
    values = np.sin(time / 3 + down / (height / 3) + colour) + np.cos(across / (width / 3) - time)
    return np.round(127.5 + 60 * values).astype(np.uint8)


def shrunk(frames, scale):
    """Undo a whole-number enlargement; every pixel must be a square of one colour."""
    count, height, width, channels = frames.shape
    squares = frames.reshape(count, height // scale, scale, width // scale, scale, channels)
    assert (squares == squares[:, :, :1, :, :1]).all()
    return squares[:, :, 0, :, 0]


def read_gif(data):
    """Frames in RGB and milliseconds of each."""
    with Image.open(io.BytesIO(data)) as image:
        frames, times = [], []
        for index in range(image.n_frames):
            image.seek(index)
            frames.append(np.asarray(image.convert("RGB")))
            times.append(image.info["duration"])
        assert image.info["loop"] == 0
    return np.stack(frames), times


def read_mp4(data, tmp_path):
    """What a player is told, and frames in RGB."""
    file = tmp_path / "film.mp4"
    file.write_bytes(data)
    reader = imageio_ffmpeg.read_frames(str(file))
    told = next(reader)
    width, height = told["size"]
    return told, np.stack([np.frombuffer(f, np.uint8).reshape(height, width, 3) for f in reader])


# Strips -----------------------------------------------------------------------------------------


def test_a_strip_lies_row_by_row():
    frames = waves(5)
    assert np.array_equal(film_strip(frames), np.concatenate(list(frames), axis=1))
    rows = film_strip(frames, columns=3)
    assert rows.shape == (16, 36, 3)
    assert np.array_equal(rows[8:, 12:24], frames[4])
    assert not rows[8:, 24:].any()
    assert film_strip(frames, columns=99).shape == (8, 60, 3)
    grey = Image.open(io.BytesIO(strip_png(frames[..., :1], columns=1)))
    assert (grey.mode, grey.size) == ("L", (12, 40))
    assert np.array_equal(np.asarray(grey)[:8], frames[0, ..., 0])


# GIF --------------------------------------------------------------------------------------------


def test_a_gif_plays_there_and_back_at_its_speed():
    frames = waves(5)
    there, times = read_gif(gif(frames, fps=10, there_and_back=False))
    assert len(there) == 5 and times == [100] * 5
    both, times = read_gif(gif(frames))
    assert len(both) == 8 and times == [60] * 8
    assert np.array_equal(both[5:], both[[3, 2, 1]])
    assert read_gif(gif(frames[:2]))[0].shape[0] == 2
    assert Image.open(io.BytesIO(gif(frames[:1]))).n_frames == 1


def test_small_pictures_become_large_squares():
    frames = waves(3, 28, 36)
    large, _ = read_gif(gif(frames, there_and_back=False))
    assert large.shape == (3, 280, 360, 3)
    assert psnr(shrunk(large, 10), frames).min() > 38
    assert read_gif(gif(waves(2, 256, 300), there_and_back=False))[0].shape[1:3] == (256, 300)


def test_grey_frames_are_exact():
    frames = np.random.default_rng(0).integers(0, 256, (4, 16, 16, 1), dtype=np.uint8)
    large, _ = read_gif(gif(frames, there_and_back=False))
    assert np.array_equal(shrunk(large, 16), frames.repeat(3, axis=3))


def test_frames_of_few_colours_are_exact():
    palette = np.random.default_rng(0).integers(0, 256, (60, 3), dtype=np.uint8)
    frames = palette[np.random.default_rng(1).integers(0, 60, (3, 20, 20))]
    large, _ = read_gif(gif(frames, there_and_back=False))
    assert np.array_equal(shrunk(large, 13), frames)


def test_many_colours_change_from_frame_to_frame_as_they_should():
    """4,096 colours a frame, never the same again: better than one median cut for all."""
    frames = waves(12, 64, 64)
    large, _ = read_gif(gif(frames, there_and_back=False))
    back = shrunk(large, 4)
    cut = Image.fromarray(frames.reshape(1, -1, 3)).quantize(256, dither=Image.Dither.NONE)
    plain = np.asarray(cut.convert("RGB")).reshape(frames.shape)

    def flicker(shown):
        change = np.diff(shown.astype(float), axis=0) - np.diff(frames.astype(float), axis=0)
        return np.abs(change).mean()

    assert psnr(back, frames).mean() > psnr(plain, frames).mean() + 1.5
    assert flicker(back) < flicker(plain)


def test_the_same_frames_are_the_same_gif():
    frames = waves(8, 66, 66)  # more pixels than the palettes are found from
    assert gif(frames) == gif(frames)


# MP4 --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "size"),
    [((8, 12, 3), (384, 256)), ((7, 9, 3), (342, 266)), ((28, 28, 1), (280, 280))],
)
def test_an_mp4_shows_the_frames(shape, size, tmp_path):
    frames = waves(5, *shape)
    told, shown = read_mp4(mp4(frames, fps=10), tmp_path)
    assert told["size"] == size and told["fps"] == 10 and told["codec"] == "h264"
    assert told["pix_fmt"].startswith("yuv420p(tv, bt709")
    assert len(shown) == 8
    scale = size[0] // shape[1]
    expected = frames[[0, 1, 2, 3, 4, 3, 2, 1]].repeat(scale, 1).repeat(scale, 2)
    expected = np.broadcast_to(expected, (*expected.shape[:3], 3))
    assert psnr(shown, np.ascontiguousarray(expected)).min() > 38
    there = mp4(frames, fps=10, there_and_back=False)
    assert len(read_mp4(there, tmp_path)[1]) == 5


def test_an_mp4_is_told_apart_before_it_is_whole():
    """A pipe cannot be gone back in: the table of contents comes first."""
    data = mp4(waves(3))
    assert data[4:8] == b"ftyp"
    assert 0 < data.index(b"moov") < data.index(b"moof") < data.index(b"mdat")


def test_nothing_is_written_to_disk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    opened = []
    real = io.open
    monkeypatch.setattr("builtins.open", lambda *a, **k: opened.append(a) or real(*a, **k))
    mp4(waves(3))
    gif(waves(3))
    strip_png(waves(3))
    assert list(tmp_path.iterdir()) == []
    assert [a for a in opened if len(a) > 1 and set(str(a[1])) & set("wax+")] == []


def test_without_ffmpeg_one_sentence_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(tmp_path / "nowhere"))
    with pytest.raises(MovieError, match=r"ffmpeg cannot be started .*; save a GIF instead"):
        mp4(waves(2))

    def none():
        raise RuntimeError("no ffmpeg exe could be found")

    monkeypatch.setattr(imageio_ffmpeg, "get_ffmpeg_exe", none)
    with pytest.raises(MovieError, match="install the package imageio-ffmpeg, or save a GIF"):
        mp4(waves(2))


def test_an_ffmpeg_that_fails_or_hangs_is_one_sentence(monkeypatch, tmp_path):
    for line, sentence in (
        ("echo something is wrong >&2; exit 3", r"could not make the MP4 \(something is wrong\)"),
        ("exit 0", "could not make the MP4"),
        ("exec sleep 30", "not done within 0.2 seconds; use fewer frames or save a GIF instead."),
    ):
        stand_in = tmp_path / "ffmpeg"
        stand_in.write_text(f"#!/bin/sh\ncat >/dev/null\n{line}\n")
        stand_in.chmod(0o755)
        monkeypatch.setattr(movies, "_ffmpeg", lambda path=str(stand_in): path)
        with pytest.raises(MovieError, match=sentence):
            mp4(waves(2), timeout_s=0.2 if "sleep" in line else 20)


# What does not fit ------------------------------------------------------------------------------


@pytest.mark.parametrize("write", [film_strip, gif, mp4])
@pytest.mark.parametrize(
    "frames",
    [
        np.zeros((0, 8, 8, 3), np.uint8),
        np.zeros((2, 8, 8), np.uint8),
        np.zeros((2, 8, 8, 2), np.uint8),
        np.zeros((2, 8, 8, 3), np.float32),
    ],
)
def test_other_frames_are_refused(write, frames):
    with pytest.raises(ValueError, match="Frames are uint8"):
        write(frames)


def test_other_options_are_refused():
    with pytest.raises(ValueError, match="fps is 51; use 1 to 50 frames a second"):
        gif(waves(2), fps=51)
    with pytest.raises(ValueError, match="fps is nan; use 1 to 60"):
        mp4(waves(2), fps=float("nan"))
    with pytest.raises(ValueError, match="A strip of 0 columns"):
        film_strip(waves(2), columns=0)


def test_many_frames_are_shown_smaller_and_too_many_refused(monkeypatch):
    frames = waves(10, 16, 16)
    monkeypatch.setattr(movies, "MOST_PIXELS", 10 * 16 * 16 * 9)
    assert read_gif(gif(frames, there_and_back=False))[0].shape[1:3] == (48, 48)
    assert read_gif(gif(frames))[0].shape[1:3] == (32, 32)
    monkeypatch.setattr(movies, "MOST_PIXELS", 10 * 16 * 16)
    with pytest.raises(ValueError, match=r"18 pictures of 16x16 .* at most 10, there and back cou"):
        gif(frames)
    with pytest.raises(ValueError, match="at most 2, there and back"):
        mp4(waves(10, 15, 16), there_and_back=False)
