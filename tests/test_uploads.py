"""Whatever a stranger sends ends as an upright opaque picture or as one clear sentence."""

import concurrent.futures
import io
import struct
import time
import tracemalloc
import warnings
import zlib

import numpy as np
import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from autoencoders import uploads
from autoencoders.uploads import MAX_BYTES, OpenedPicture, PictureError, open_picture

ORIENTATION = 0x0112


def encoded(image, kind="PNG", **options):
    if kind == "HEIC":
        target = io.BytesIO()
        pillow_heif.from_pillow(image).save(target, quality=90, **options)
        return target.getvalue()
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def marked(mode="RGB", size=(40, 24)):
    """Return a picture whose top left corner is dark and whose rest is light."""
    levels = np.full((size[1], size[0], 3), 230, dtype=np.uint8)
    levels[: size[1] // 2, : size[0] // 2] = (20, 40, 60)
    return Image.fromarray(levels).convert(mode)


def assert_marked(opened: OpenedPicture, size=(40, 24)):
    image = opened.image
    assert image.mode in ("L", "RGB")
    assert image.size == size
    grey = np.asarray(image.convert("L"), dtype=int)
    assert grey[size[1] // 4, size[0] // 4] < 80
    assert grey[3 * size[1] // 4, size[0] // 4] > 180
    assert grey[size[1] // 4, 3 * size[0] // 4] > 180


# What is accepted ------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "HEIC", "AVIF", "GIF", "BMP", "TIFF"])
def test_every_format_opens(kind, mode):
    opened = open_picture(encoded(marked(mode), kind))
    assert_marked(opened)
    assert not any("several" in note for note in opened.notes)


def test_a_plain_picture_needs_no_word_and_keeps_its_pixels():
    opened = open_picture(encoded(marked()))
    assert opened.notes == ()
    assert np.array_equal(np.asarray(opened.image), np.asarray(marked()))
    assert open_picture(encoded(marked("L"))).image.mode == "L"


def test_metadata_stays_behind():
    exif = Image.Exif()
    exif[0x010E] = "a secret place"
    opened = open_picture(encoded(marked(), "JPEG", exif=exif))
    assert opened.image.info == {}
    assert dict(opened.image.getexif()) == {}


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "HEIC"])
@pytest.mark.parametrize(("orientation", "back"), [(3, 180), (6, 90), (8, 270)])
def test_exif_rotation_is_applied_once(kind, orientation, back):
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    turned = marked().rotate(back, expand=True)
    opened = open_picture(encoded(turned, kind, exif=exif.tobytes() if kind == "HEIC" else exif))
    assert_marked(opened)
    assert opened.notes == ("Turned upright, as its EXIF data asks.",)


@pytest.mark.parametrize("exif", [b"MM\0*\xff\xff\xff\xff\xff\xff", b"nothing of the kind"])
def test_damaged_exif_does_not_spoil_the_picture(exif):
    data = encoded(marked(), "PNG", exif=b"Exif\0\0" + exif)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert_marked(open_picture(data))


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bit_grey_is_scaled(kind):
    levels = (np.asarray(marked("L"), dtype=np.uint16) * 257).astype(np.uint16)
    opened = open_picture(encoded(Image.fromarray(levels), kind))
    assert np.array_equal(np.asarray(opened.image), np.asarray(marked("L")))
    assert opened.notes == ("Its grey levels, 0 to 65535, were scaled to 8 bits.",)


def test_twelve_bits_in_the_sixteen_of_a_tiff():
    levels = (np.asarray(marked("L"), dtype=np.uint16) * 16).astype(np.uint16)
    opened = open_picture(encoded(Image.fromarray(levels), "TIFF"))
    assert_marked(opened)
    assert "0 to 4095" in opened.notes[0]


@pytest.mark.parametrize(
    ("scale", "shift", "said"), [(1 / 255, 0, "0 to 1"), (1, 0, "0 to 255"), (7, -300, "stretched")]
)
def test_floating_point_tiff_is_scaled(scale, shift, said):
    levels = np.asarray(marked("L"), dtype=np.float32) * scale + shift
    levels[-1, -1] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # NumPy's, on numbers that are none
        opened = open_picture(encoded(Image.fromarray(levels), "TIFF"))
    assert_marked(opened)
    assert said in opened.notes[0]


def png(width, height, *, depth, colour, rows):
    """Write a PNG by hand, for kinds that Pillow does not write."""

    def chunk(name, body):
        check = struct.pack(">I", zlib.crc32(name + body))
        return struct.pack(">I", len(body)) + name + body + check

    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def test_sixteen_bit_colour_says_so():
    levels = (np.asarray(marked(), dtype=np.uint16) * 257).astype(">u2")
    rows = b"".join(b"\0" + row.tobytes() for row in levels)
    opened = open_picture(png(40, 24, depth=16, colour=2, rows=rows))
    assert np.array_equal(np.asarray(opened.image), np.asarray(marked()))
    assert opened.notes == ("More than 8 bits a channel were reduced to 8.",)


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk(kind):
    opened = open_picture(encoded(marked("CMYK"), kind))
    assert_marked(opened)
    assert opened.image.mode == "RGB"
    assert opened.notes == ("Its printing colours (CMYK) were turned into screen colours.",)


def test_palette_and_bilevel():
    assert "colour table" in open_picture(encoded(marked("P"))).notes[0]
    bilevel = open_picture(encoded(marked("1")))
    assert bilevel.image.mode == "L"
    assert_marked(bilevel)


def drawing_on_nothing(shade, mode="RGBA"):
    image = Image.new("RGBA", (40, 40), (255 - shade, 99, shade, 0))
    image.paste((shade, shade, shade, 255), (15, 5, 25, 35))
    return image.convert(mode)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
@pytest.mark.parametrize("shade", [0, 255])
def test_a_transparent_drawing_gets_the_ground_it_stands_out_from(shade, mode):
    image = drawing_on_nothing(shade, "LA" if mode == "LA" else "RGBA")
    if mode == "PA":
        image = image.quantize(8)
    opened = open_picture(encoded(image))
    grey = np.asarray(opened.image.convert("L"), dtype=int)
    assert abs(grey[20, 20] - shade) < 3
    assert abs(grey[2, 2] - (255 - shade)) < 3
    ground = "white" if shade == 0 else "black"
    assert f"Its transparent parts were filled with {ground}." in opened.notes


def test_a_page_with_transparent_corners_stays_a_page():
    image = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    image.paste((250, 250, 250, 255), (0, 6, 100, 94))
    image.paste((10, 10, 10, 255), (40, 20, 60, 80))
    opened = open_picture(encoded(image))
    assert opened.image.convert("L").getpixel((1, 1)) == 255


def test_entirely_transparent_is_an_empty_page():
    opened = open_picture(encoded(Image.new("RGBA", (9, 9), (0, 0, 0, 0))))
    assert opened.image.getextrema() == ((255, 255),) * 3


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_the_first_of_several_is_used(kind):
    others = [Image.new("RGB", (40, 24), shade) for shade in ("red", "green")]
    opened = open_picture(encoded(marked(), kind, save_all=True, append_images=others))
    assert_marked(opened)
    assert sum("the first one is used" in note for note in opened.notes) == 1


def test_large_photographs_are_reduced():
    data = encoded(Image.new("RGB", (6000, 3000), "white"), "JPEG")
    opened = open_picture(data)
    assert opened.image.size == (2048, 1024)
    assert opened.notes == ("Reduced from 6000x3000 to 2048 pixels on the longer side.",)


@pytest.mark.parametrize("mode", ["L", "LA", "RGBA", "P", "1", "CMYK", "I", "I;16", "F"])
def test_every_mode_can_be_reduced(mode):
    size = (4000, 400)
    image = marked("L", size)
    if mode == "I;16":
        image = Image.fromarray(np.asarray(image, dtype=np.uint16) * 257)
    opened = open_picture(encoded(image.convert(mode), "TIFF"))
    assert_marked(opened, (2048, 205))
    assert opened.notes[-1] == "Reduced from 4000x400 to 2048 pixels on the longer side."


@pytest.mark.parametrize("mode", ["1", "P"])
def test_fine_patterns_become_grey_when_reduced(mode):
    pattern = (np.indices((200, 4096)).sum(axis=0) % 2 * 255).astype(np.uint8)
    opened = open_picture(encoded(Image.fromarray(pattern).convert(mode)))
    assert opened.image.convert("L").getextrema() == (128, 128)


# What is refused -------------------------------------------------------------------------------


def refusal(data, **options):
    """Return the sentence; one that says what is wrong, what is allowed and what to do."""
    with pytest.raises(PictureError) as caught:
        open_picture(data, **options)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def test_text_renamed_is_named():
    sentence = refusal(b"Dear diary,\nnothing today.", name="diary.png")
    assert sentence == (
        "“diary.png” is a text file, whatever its name says: PNG, JPEG, WebP, HEIC, AVIF, GIF, "
        "BMP and TIFF files of at most 20 MB are accepted; save it as one of these."
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"%!PS-Adobe-3.0 EPSF-3.0", "PostScript"),
        (b'<?xml version="1.0"?><svg xmlns=""/>', "SVG"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"PK\x03\x04rest", "ZIP"),
        (b"\0\0\0\x20ftypisom\0\0\0\0", "video"),
        (b"\x93NUMPY\x01\0v\0", "not a picture"),
        (b"P6 40 24 255 " + bytes(40 * 24 * 3), "not a picture"),
    ],
)
def test_other_files_are_named(data, said):
    assert said in refusal(data)


def test_empty():
    assert "is empty (0 bytes)" in refusal(b"", name="a.png")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "HEIC", "AVIF", "GIF", "BMP", "TIFF"])
@pytest.mark.parametrize("share", [0.3, 0.7])
def test_cut_short(kind, share):
    noise = np.random.default_rng(0).integers(0, 256, (90, 120, 3)).astype(np.uint8)
    data = encoded(Image.fromarray(noise), kind)
    sentence = refusal(data[: int(len(data) * share)], name="photo.jpg")
    assert sentence.startswith("“photo.jpg” is damaged or cut short")


@pytest.mark.parametrize("size", [(1, 1), (3, 500), (500, 3)])
def test_too_small(size):
    sentence = refusal(encoded(Image.new("L", size)))
    assert f"too small with {size[0]}x{size[1]} pixels: at least 4x4" in sentence


def test_over_the_limit():
    sentence = refusal(encoded(marked()) + bytes(MAX_BYTES))
    assert "over the limit with 20.1 MB: at most 20 MB are accepted" in sentence


def bombs():
    black = zlib.compress(bytes(20_001), 9) * 1
    yield "PNG", png(20_000, 20_000, depth=8, colour=0, rows=black)
    yield (
        "GIF",
        b"GIF89a"
        + struct.pack("<HHBBB", 20_000, 20_000, 0, 0, 0)
        + (b",\0\0\0\0" + struct.pack("<HHB", 20_000, 20_000, 0) + b"\x02\x02L\x01\0;"),
    )
    jpeg = bytearray(encoded(marked(), "JPEG"))
    place = jpeg.index(b"\xff\xc0")
    jpeg[place + 5 : place + 9] = struct.pack(">HH", 20_000, 20_000)
    yield "JPEG", bytes(jpeg)
    webp = b"VP8X\x0a\0\0\0\x02\0\0\0" + struct.pack("<I", 16_382)[:3] * 2
    yield "WebP", b"RIFF" + struct.pack("<I", len(webp) + 4) + b"WEBP" + webp
    bmp = bytearray(encoded(marked(), "BMP"))
    bmp[18:26] = struct.pack("<ii", 20_000, 20_000)
    yield "BMP", bytes(bmp)
    # Between Pillow's own warning and its own error: neither may be heard.
    yield "PNG, smaller", png(10_000, 10_000, depth=8, colour=0, rows=black)


@pytest.mark.parametrize("data", [pytest.param(data, id=kind) for kind, data in bombs()])
def test_decompression_bombs_are_refused_by_their_header(data):
    tracemalloc.start()
    started = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sentence = refusal(data, name="bomb.png")
    seconds = time.perf_counter() - started
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "is too large with" in sentence
    assert "at most 50 million are accepted" in sentence
    assert seconds < 1.0
    assert most < 5_000_000


def test_pillow_stays_as_it_was():
    limit = Image.MAX_IMAGE_PIXELS
    filters = list(warnings.filters)
    refusal(png(20_000, 20_000, depth=8, colour=0, rows=b""))
    assert limit == Image.MAX_IMAGE_PIXELS
    assert filters == warnings.filters


def test_a_progressive_jpeg_of_endless_passes():
    data = encoded(marked(size=(64, 64)), "JPEG", progressive=True)
    assert open_picture(data).image.size == (64, 64)
    start = data.rindex(b"\xff\xda")
    last = data[start:-2]
    sentence = refusal(data[:start] + last * 200 + b"\xff\xd9")
    assert "takes far too long to open" in sentence


def test_a_gif_of_many_frames_opens_at_once():
    frame = Image.new("P", (200, 200))
    others = [Image.new("P", (200, 200), shade % 7) for shade in range(300)]
    data = encoded(frame, "GIF", save_all=True, append_images=others)
    started = time.perf_counter()
    open_picture(data)
    assert time.perf_counter() - started < 0.5


def test_names_are_shown_on_one_line_and_not_too_long():
    sentence = refusal(b"", name="a\nb\x1b[31m" + "x" * 500 + ".png")
    assert len(sentence) < 300
    assert "\x1b" not in sentence
    assert refusal(b"").startswith("The picture is empty")


# Anything at all -------------------------------------------------------------------------------

SEEDS = [
    encoded(marked(), kind)
    for kind in ("PNG", "JPEG", "WEBP", "HEIC", "AVIF", "GIF", "BMP", "TIFF")
] + [
    encoded(drawing_on_nothing(0).quantize(8)),
    encoded(marked("CMYK"), "JPEG"),
    encoded(marked("L"), "TIFF", compression="tiff_lzw"),
    encoded(marked(), "JPEG", progressive=True),
    encoded(marked(), "GIF", save_all=True, append_images=[Image.new("RGB", (40, 24), "red")]),
]


@st.composite
def mutated(draw):
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data) - 1) | st.integers(0, min(60, len(data) - 1)))
        data[at : at + draw(st.integers(0, 3))] = draw(st.binary(max_size=4))
        if not data:
            break
    return bytes(data)


@given(st.binary(max_size=200) | mutated())
@settings(max_examples=250, deadline=None)
def test_any_bytes_give_a_picture_or_a_sentence(data):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's word on damaged metadata
            opened = open_picture(data)
    except PictureError as error:
        assert str(error).endswith(".")  # noqa: PT017  # either outcome is right
    else:
        assert opened.image.mode in ("L", "RGB")
        assert min(opened.image.size) >= 1
        assert max(opened.image.size) <= uploads.WORKING_SIDE


def test_many_at_once():
    jobs = [*SEEDS, b"no picture"] * 6

    def outcome(data):
        try:
            opened = open_picture(data)
        except PictureError as error:
            return str(error)
        return opened.notes, opened.image.tobytes()

    alone = [outcome(data) for data in jobs]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert list(pool.map(outcome, jobs)) == alone
