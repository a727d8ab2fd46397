"""Sheets: how pictures are laid out, encoded and packed."""

import io
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from autoencoders import sheets
from autoencoders.sheets import (
    ATLAS_PLANS,
    LARGE_PLANS,
    Encoding,
    arrange,
    atlas,
    atlas_plans,
    grids,
    mosaic,
    strip,
    take_apart,
)

EXACT = Encoding(codec="png")


def numbered(count, height=2, width=3, channels=1):
    """Pictures whose every byte is another number, as far as bytes go."""
    size = count * height * width * channels
    return (np.arange(size) % 251).astype(np.uint8).reshape(count, height, width, channels)


def opened(sheet):
    image = np.asarray(Image.open(io.BytesIO(sheet.payload)))
    return image[..., None] if image.ndim == 2 else image


@pytest.mark.parametrize("layout", ["tiles", "fields"])
def test_every_pixel_stands_where_the_wire_format_says(layout):
    rows, cols, height, width, channels = 3, 4, 2, 5, 3
    pictures = numbered(rows * cols, height, width, channels)
    image = arrange(pictures, rows, cols, layout=layout)
    assert image.shape == (rows * height, cols * width, channels)
    for i in range(rows):
        for j in range(cols):
            for py in range(height):
                for px in range(width):
                    if layout == "tiles":
                        place = image[i * height + py, j * width + px]
                    else:
                        place = image[py * rows + i, px * cols + j]
                    assert place.tolist() == pictures[i * cols + j, py, px].tolist()


@settings(deadline=None)
@given(
    st.integers(1, 5), st.integers(1, 5), st.integers(1, 4), st.integers(1, 4),
    st.sampled_from([1, 3]), st.sampled_from(["tiles", "fields"]),
)  # fmt: skip
def test_taking_apart_undoes_arranging(rows, cols, height, width, channels, layout):
    pictures = numbered(rows * cols, height, width, channels)
    image = arrange(pictures, rows, cols, layout=layout)
    assert np.array_equal(take_apart(image, rows, cols, layout=layout), pictures)


def test_arranging_refuses_another_number_of_pictures():
    with pytest.raises(ValueError, match="2 x 2 places cannot hold 3 pictures"):
        arrange(numbered(3), 2, 2, layout="tiles")


def brightness(codes):
    """A decoder that tells where it was asked: red is x, green is y, in tenths of the box."""
    pictures = np.zeros((len(codes), 4, 4, 3), np.uint8)
    pictures[..., 0] = np.round(codes[:, 0] * 10)[:, None, None]
    pictures[..., 1] = np.round(codes[:, 1] * 10)[:, None, None]
    return pictures


@pytest.mark.parametrize("layout", ["tiles", "fields"])
def test_an_atlas_holds_the_decodings_of_its_grid(layout):
    sheet = atlas(
        brightness, (0.0, 20.0, 0.0, 10.0), 3, 5, encoding=Encoding(layout=layout, codec="png")
    )
    tiles = take_apart(opened(sheet), 3, 5, layout=layout)
    assert tiles[:, 0, 0, 0].tolist() == [0, 50, 100, 150, 200] * 3
    assert tiles[:, 0, 0, 1].tolist() == [100] * 5 + [50] * 5 + [0] * 5
    header = sheet.header(digest="abc")
    assert header == {
        "kind": "atlas",
        "rows": 3,
        "cols": 5,
        "frames": 15,
        "tile": [4, 4, 3],
        "layout": layout,
        "mime": "image/png",
        "extent": [0.0, 20.0, 0.0, 10.0],
        "digest": "abc",
    }


def test_an_atlas_is_decoded_in_batches_so_that_others_get_a_turn():
    sizes = []

    def decode(codes):
        sizes.append(len(codes))
        return np.zeros((len(codes), 1, 1, 1), np.uint8)

    atlas(decode, (0, 1, 0, 1), 20, 30, encoding=EXACT)
    assert sum(sizes) == 600
    assert max(sizes) <= sheets.BATCH <= 256


def test_between_two_batches_the_engine_is_free_for_a_moment(monkeypatch):
    """A thread that lets go of a lock and takes it again at once starves whoever waits for it."""
    done = []
    monkeypatch.setattr(sheets.time, "sleep", lambda seconds: done.append("pause"))

    def decode(codes):
        done.append("decode")
        return np.zeros((len(codes), 1, 1, 1), np.uint8)

    atlas(decode, (0, 1, 0, 1), 12, 12, encoding=EXACT)
    assert done == ["decode", "pause", "decode", "pause", "decode"]
    assert sheets.PAUSE_S >= 0.0005


@pytest.mark.parametrize(
    ("codec", "kind"), [("jpeg", "JPEG"), ("webp", "WEBP"), ("avif", "AVIF"), ("png", "PNG")]
)
@pytest.mark.parametrize("channels", [1, 3])
def test_every_codec_gives_back_the_pictures(codec, kind, channels):
    smooth = np.linspace(20, 230, 16 * 16).reshape(1, 16, 16, 1).astype(np.uint8)
    frames = np.repeat(smooth, channels, axis=-1)
    sheet = strip(frames, encoding=Encoding(codec=codec, quality=95))
    image = Image.open(io.BytesIO(sheet.payload))
    assert image.format == kind
    assert Image.MIME[kind] == sheet.header()["mime"]
    worst = np.abs(opened(sheet)[..., :channels].astype(int) - frames[0]).max()
    assert worst <= (0 if codec == "png" else 12)


def test_jpeg_keeps_the_colour_of_every_pixel():
    """Chroma subsampling would mix a red and a green column into two brown ones."""
    frame = np.zeros((1, 16, 16, 3), np.uint8)
    frame[..., ::2, 0] = frame[..., 1::2, 1] = 200
    sheet = strip(frame, encoding=Encoding(quality=100))
    assert np.abs(opened(sheet).astype(int) - frame[0]).max() <= 8


def test_grey_sheets_stay_grey_as_png_and_jpeg():
    for codec in ("png", "jpeg"):
        sheet = strip(numbered(4, 8, 8), encoding=Encoding(codec=codec))
        assert Image.open(io.BytesIO(sheet.payload)).mode == "L"


@settings(deadline=None)
@given(st.integers(1, 30), st.integers(1, 5), st.integers(1, 5))
def test_a_strip_keeps_its_frames_in_order(count, height, width):
    frames = numbered(count, height, width)
    sheet = strip(frames, encoding=EXACT)
    assert sheet.frames == count
    assert sheet.rows * sheet.cols >= count > (sheet.rows - 1) * sheet.cols
    image = opened(sheet)
    for k in range(count):
        row, column = divmod(k, sheet.cols)
        place = image[row * height :, column * width :][:height, :width]
        assert np.array_equal(place, frames[k])


def test_a_long_strip_fits_into_what_browsers_decode():
    sheet = strip(np.zeros((40, 224, 224, 1), np.uint8), encoding=EXACT)
    image = Image.open(io.BytesIO(sheet.payload))
    assert max(image.size) < 4096


def test_a_strip_refuses_no_frames():
    with pytest.raises(ValueError, match="A strip needs frames"):
        strip(np.zeros((0, 2, 2, 1), np.uint8))


def test_a_mosaic_reads_like_a_page_and_leaves_the_rest_black():
    pictures = (
        np.full((3, 1, 2, 1), 7, np.uint8) * np.arange(1, 4, dtype=np.uint8)[:, None, None, None]
    )
    page = mosaic(pictures, side=2)[..., 0]
    assert page.tolist() == [[7, 7, 14, 14], [21, 21, 0, 0]]
    assert mosaic(numbered(9), side=2).shape == (4, 6, 1)


def test_packed_bytes_of_a_worked_example():
    packed = sheets.pack({"a": 1, "ü": "ß"}, b"\x01\x02")
    text = b'{"a":1,"\\u00fc":"\\u00df"}'
    assert packed == bytes([len(text), 0, 0, 0]) + text + b"\x01\x02"
    assert sheets.unpack(packed) == ({"a": 1, "ü": "ß"}, b"\x01\x02")


def test_packing_refuses_what_json_does_not_know():
    with pytest.raises(ValueError, match="JSON"):
        sheets.pack({"mse": float("nan")}, b"")


def test_packed_arrays_of_a_worked_example():
    packed = sheets.pack_arrays(
        {"one": np.array([[1, 2, 3]], np.uint8), "two": np.array([-1.5], np.float32)}, model="m"
    )
    length = int.from_bytes(packed[:4], "little")
    header = json.loads(packed[4 : 4 + length])
    assert header == {
        "arrays": [
            {"name": "one", "dtype": "uint8", "shape": [1, 3], "offset": 0, "bytes": 3},
            {"name": "two", "dtype": "float32", "shape": [1], "offset": 3, "bytes": 4},
        ],
        "model": "m",
    }
    assert packed[4 + length :] == b"\x01\x02\x03" + bytes([0, 0, 0xC0, 0xBF])


@settings(deadline=None)
@given(
    st.sampled_from(["float32", "int32", "uint16", "uint8"]),
    st.lists(st.integers(0, 4), min_size=1, max_size=3),
)
def test_packed_arrays_read_back(dtype, shape):
    array = np.arange(int(np.prod(shape))).astype(dtype).reshape(shape)
    header, arrays = sheets.unpack_arrays(
        sheets.pack_arrays({"x": array, "turned": array.T}, more=[1])
    )
    assert header["more"] == [1]
    assert np.array_equal(arrays["x"], array) and arrays["x"].dtype.name == dtype
    assert np.array_equal(arrays["turned"], array.T)


def test_packing_refuses_other_kinds_of_numbers():
    with pytest.raises(ValueError, match="x is float64"):
        sheets.pack_arrays({"x": np.zeros(2)})


def test_large_pictures_have_sheets_of_their_own():
    assert atlas_plans((28, 28, 1)) is ATLAS_PLANS
    assert atlas_plans((64, 64, 3)) is LARGE_PLANS
    assert grids(LARGE_PLANS) == [16, 40]
    assert LARGE_PLANS[-1].crowded is not None


def test_noise_is_packed_too():
    noise = np.random.default_rng(0).integers(0, 256, (4, 300, 300, 3), dtype=np.uint8)
    sheet = strip(noise, encoding=Encoding(quality=90))
    with Image.open(io.BytesIO(sheet.payload)) as image:
        shown = np.asarray(image).astype(int)
    whole = arrange(noise, sheet.rows, sheet.cols, layout="tiles")
    assert np.abs(shown - whole).mean() < 10


@pytest.mark.parametrize(
    ("shape", "grids"),
    [((28, 28, 1), [16, 64]), ((64, 64, 3), [16, 40]), ((256, 256, 3), [8, 16])],
)
def test_the_larger_the_pictures_the_fewer_a_map_gets(shape, grids):
    assert sheets.grids(sheets.atlas_plans(shape)) == grids
