"""A PNG that carries its recipe: read without decoding, trusting nothing."""

import contextlib
import io
import struct
import time
import tracemalloc
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from autoencoders.scene import Scene, SceneError
from autoencoders.scene_json import to_json
from autoencoders.scene_png import read_recipe, recipe_png, without_recipe
from autoencoders.uploads import open_picture
from tests.scenes import FULL, scenes

PIXELS = np.arange(8 * 6 * 3, dtype=np.uint8).reshape(8, 6, 3)
SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEADER = (b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 0, 0, 0, 0))
GREY = (b"IDAT", zlib.compress(bytes(4 * 5)))


def chunks(data):
    """Types and contents of a PNG's chunks, read with struct alone."""
    assert data[:8] == SIGNATURE
    found, place = [], 8
    while place < len(data):
        length, kind = struct.unpack(">I4s", data[place : place + 8])
        body = data[place + 8 : place + 8 + length]
        (check,) = struct.unpack(">I", data[place + 8 + length : place + 12 + length])
        assert check == zlib.crc32(kind + body)
        found.append((kind, body))
        place += 12 + length
    return found


def png(*parts):
    """A PNG of these chunks, between a header and the end."""
    written = [SIGNATURE]
    for kind, body in (HEADER, *parts, (b"IEND", b"")):
        check = struct.pack(">I", zlib.crc32(kind + body))
        written.append(struct.pack(">I", len(body)) + kind + body + check)
    return b"".join(written)


def text_chunk(text: bytes):
    return b"tEXt", b"hourglass\0" + text


def test_the_recipe_stands_in_a_text_chunk_before_the_picture():
    data = recipe_png(PIXELS, FULL)
    found = chunks(data)
    kinds = [kind for kind, _ in found]
    assert kinds.index(b"iTXt") < kinds.index(b"IDAT")
    (text,) = [body for kind, body in found if kind == b"iTXt"]
    assert text == b"hourglass\0\0\0\0\0" + to_json(FULL).encode()
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(data))), PIXELS)
    assert open_picture(data).image.size == (6, 8)
    assert Image.open(io.BytesIO(recipe_png(PIXELS[..., :1], FULL))).mode == "L"


def test_a_file_without_its_recipes_is_the_same_picture():
    data = recipe_png(PIXELS, FULL)
    bare = without_recipe(data)
    assert [kind for kind, _ in chunks(bare)] == [
        kind for kind, _ in chunks(data) if kind != b"iTXt"
    ]
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(bare))), PIXELS)
    twice = png(text_chunk(b"{"), (b"tEXt", b"Title\0kept"), text_chunk(b"}"), GREY)
    assert chunks(without_recipe(twice))[1:-1] == [(b"tEXt", b"Title\0kept"), GREY]
    cut = data[: data.index(b"iTXt") + 30]
    assert without_recipe(cut) == data[: data.index(b"iTXt") - 4]


@given(st.binary(max_size=200))
def test_what_has_no_recipe_stays_as_it_is(data):
    for whole in (data, SIGNATURE + data):
        assert b"hourglass" in whole or without_recipe(whole) == whole


@given(scenes())
def test_the_recipe_comes_back(scene):
    assert read_recipe(recipe_png(PIXELS, scene)) == scene


def test_uploaded_codes_stay_behind():
    scene = Scene(codes=((1.0,), (2.0,)), uploaded=(0,))
    assert read_recipe(recipe_png(PIXELS, scene)) == Scene(codes=((2.0,),), left_out=1)
    assert read_recipe(recipe_png(PIXELS, scene, uploaded_codes=True)).codes == scene.codes


def test_every_kind_of_text_chunk_is_read():
    """Programs that rewrite a PNG turn one kind into another."""
    text = to_json(FULL.for_sharing()).encode()
    latin = to_json(FULL).encode("latin-1")
    packed = zlib.compress(text)
    for chunk in (
        (b"iTXt", b"hourglass\0\0\0\0\0" + text),
        (b"iTXt", b"hourglass\0\1\0de\0Rezept\0" + packed),
        (b"zTXt", b"hourglass\0\0" + zlib.compress(latin)),
        text_chunk(latin),
    ):
        other = (b"tEXt", b"Comment\0something else")
        assert read_recipe(png(other, GREY, chunk)) == FULL


def test_a_picture_without_a_recipe_has_none():
    jpeg, plain = io.BytesIO(), io.BytesIO()
    Image.fromarray(PIXELS).save(jpeg, "JPEG")
    Image.fromarray(PIXELS).save(plain, "PNG")
    other = png(
        (b"tEXt", b"hourglasses\0{}"),
        (b"tEXt", b"hourglass"),
        (b"prVt", b"hourglass\0"),
        (b"tEXt", b"Comment\0hourglass\0{}"),
    )
    whole = recipe_png(PIXELS, FULL)
    for data in (
        b"",
        b"hourglass",
        jpeg.getvalue(),
        plain.getvalue(),
        other,
        SIGNATURE,
        whole[:40],
    ):
        assert read_recipe(data) is None
    behind_the_end = png() + png(text_chunk(to_json(FULL).encode()))[8:]
    assert read_recipe(behind_the_end) is None


@pytest.mark.parametrize(
    ("chunk", "sentence"),
    [
        (text_chunk(b"{}"), "The picture's recipe cannot be used: This is no scene:"),
        (text_chunk(b'{"format_version": 5}'), "reads 1 to 4; update Hourglass."),
        (text_chunk(b'{"format_version": 1, "at": 3}'), "at is 3; use 0 (the first picture)"),
        (text_chunk(b'{"format_version": 1, "smile": 3}'), "does not know 'smile'; it knows"),
        ((b"iTXt", b"hourglass\0"), "is no text"),
        ((b"iTXt", b"hourglass\0\0\0en"), "is no text"),
        ((b"iTXt", b"hourglass\0\0\0\0\0\xff"), "is no text"),
        ((b"zTXt", b"hourglass\0\0{}"), "is no text"),
        ((b"zTXt", b"hourglass\0"), "This is no JSON"),
    ],
)
def test_a_recipe_edited_by_hand_is_one_sentence(chunk, sentence):
    with pytest.raises(SceneError) as error:
        read_recipe(png(chunk, GREY))
    assert sentence in str(error.value) and "\n" not in str(error.value)


def test_a_recipe_cut_short_or_damaged_is_one_sentence():
    whole = recipe_png(PIXELS, FULL)
    start = whole.index(b"hourglass\0")
    damaged = whole[: start + 40] + b"?" + whole[start + 41 :]
    for data in (whole[: start + 40], damaged):
        with pytest.raises(SceneError, match="damaged or cut short"):
            read_recipe(data)
    picture_cut = whole[: whole.index(b"IDAT") + 6]
    assert read_recipe(picture_cut) == FULL


def test_what_a_chunk_claims_is_not_believed():
    claim = struct.pack(">I", 100_000_000)
    ours = SIGNATURE + claim + b"tEXthourglass\0{}"
    with pytest.raises(SceneError, match="cut short"):
        read_recipe(ours)
    assert read_recipe(SIGNATURE + claim + b"tEXtother\0{}") is None
    assert read_recipe(SIGNATURE + b"\xff\xff\xff\xffIDAT") is None


def test_a_bomb_is_not_unpacked():
    layers = zlib.compressobj(9)
    bomb = b"".join(layers.compress(b" " * (1 << 20)) for _ in range(100)) + layers.flush()
    for kind, flags in ((b"zTXt", b"\0"), (b"iTXt", b"\1\0\0\0")):
        data = png((kind, b"hourglass\0" + flags + bomb))
        tracemalloc.start()
        with pytest.raises(SceneError, match="at most 1,000,000 characters"):
            read_recipe(data)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert most < 8_000_000


def test_a_million_chunks_are_not_walked():
    data = SIGNATURE + (struct.pack(">I", 0) + b"prVt" + bytes(4)) * 500_000
    started = time.perf_counter()
    assert read_recipe(data) is None
    assert time.perf_counter() - started < 0.3


@given(st.binary(max_size=80), st.integers(0, 500), st.booleans())
def test_any_bytes_are_a_scene_none_or_a_sentence(noise, place, replaces):
    whole = recipe_png(PIXELS, FULL)
    rest = place + len(noise) if replaces else place
    for data in (noise, SIGNATURE + noise, whole[:place] + noise + whole[rest:]):
        with contextlib.suppress(SceneError):
            assert read_recipe(data) in (None, FULL)
