"""Digits are prepared as MNIST's were: on drawn shapes always, on real digits where they are."""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from scipy import ndimage

from autoencoders.digits import FOREIGN, BlankPictureError, prepare_digit
from autoencoders.prepared import Prepared
from autoencoders.uploads import PictureError


def seven(*, size=(400, 500), width=30, ink=0, ground=255, at=(0, 0)):
    image = Image.new("L", size, ground)
    corners = [(100, 100), (300, 100), (180, 420)]
    ImageDraw.Draw(image).line(
        [(x + at[0], y + at[1]) for x, y in corners], fill=ink, width=width, joint="curve"
    )
    return image


def correlation(one, other):
    return float(np.corrcoef(np.ravel(one).astype(float), np.ravel(other).astype(float))[0, 1])


def assert_like_mnist(prepared: Prepared):
    pixels = prepared.pixels
    assert pixels.shape == (28, 28, 1)
    assert pixels.dtype == np.uint8
    assert pixels.max() == 255
    centre = ndimage.center_of_mass(pixels[..., 0].astype(float))
    assert max(abs(place - 14.0) for place in centre) < 0.6
    rows, columns = np.nonzero(pixels[..., 0] > 100)
    assert 19 <= max(np.ptp(rows), np.ptp(columns)) + 1 <= 21


@pytest.mark.parametrize("width", [1, 6, 30, 60])
@pytest.mark.parametrize(("ink", "ground"), [(0, 255), (255, 0), (90, 140)])
def test_a_drawn_digit_takes_mnist_form(width, ink, ground):
    assert_like_mnist(prepare_digit(seven(width=width, ink=ink, ground=ground)))


def test_polarity_size_and_place_do_not_matter():
    plain = prepare_digit(seven()).pixels
    for other in (
        seven(ink=255, ground=0),
        seven(size=(900, 700), at=(450, 150)),
        seven().resize((1200, 1500)),
        seven().crop((84, 84, 320, 424)),
    ):
        assert correlation(plain, prepare_digit(other).pixels) > 0.97


def test_thin_strokes_are_thickened_and_say_so():
    prepared = prepare_digit(seven(width=1))
    assert "thickened" in prepared.steps[-1].note
    assert correlation(prepared.pixels, prepare_digit(seven(width=30)).pixels) > 0.85
    assert "thickened" not in prepare_digit(seven(width=30)).steps[-1].note


def test_steps_can_be_shown():
    prepared = prepare_digit(seven())
    assert [step.title for step in prepared.steps] == [
        "In grey",
        "Ink found",
        "Cropped",
        "Scaled and centred",
    ]
    assert all(step.image.mode == "L" and step.note.endswith(".") for step in prepared.steps)
    assert np.array_equal(np.asarray(prepared.steps[-1].image), prepared.pixels[..., 0])
    assert "inverted" in prepared.steps[1].note


def test_uneven_light_noise_and_ruled_lines_are_taken_away():
    page = np.asarray(seven(ink=50, ground=225), dtype=float)
    page[40::50] = np.minimum(page[40::50], 190)
    light = 0.45 + 0.55 * np.linspace(0, 1, page.shape[1])
    noise = np.random.default_rng(0).normal(0, 5, page.shape)
    photo = Image.fromarray(np.clip(page * light + noise, 0, 255).astype(np.uint8))
    prepared = prepare_digit(photo)
    assert "uneven light" in prepared.steps[1].note
    assert_like_mnist(prepared)
    assert correlation(prepared.pixels, prepare_digit(seven()).pixels) > 0.9


def test_a_sheet_on_a_dark_table_is_cut_out():
    table = Image.new("L", (600, 700), 40)
    table.paste(seven(), (90, 110))
    prepared = prepare_digit(table.rotate(3, fillcolor=40))
    assert "Sheet found" in [step.title for step in prepared.steps]
    assert correlation(prepared.pixels, prepare_digit(seven()).pixels) > 0.85


@pytest.mark.parametrize("ink", [0, 255])
def test_a_fat_zero_is_no_sheet_of_paper(ink):
    image = Image.new("L", (300, 300), 255 - ink)
    draw = ImageDraw.Draw(image)
    draw.ellipse((20, 20, 280, 280), fill=ink)
    draw.ellipse((110, 110, 190, 190), fill=255 - ink)
    pixels = prepare_digit(image).pixels[..., 0]
    assert pixels[14, 14] < 50 < 200 < pixels[14, 7]


def test_specks_frame_and_far_marks_are_left_out():
    image = seven(size=(800, 600))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 799, 599), outline=0, width=9)
    draw.ellipse((600, 500, 604, 504), fill=0)
    clean = prepare_digit(seven(size=(800, 600)))
    dirty = prepare_digit(image)
    assert np.abs(clean.pixels.astype(int) - dirty.pixels).max() <= 2
    assert dirty.notes == ()
    draw.line((600, 150, 640, 400), fill=0, width=30)
    marked = prepare_digit(image)
    assert np.abs(clean.pixels.astype(int) - marked.pixels).max() <= 2
    assert marked.notes == ("1 other mark was left out: a picture of one digit works best.",)


def test_a_digit_in_two_strokes_stays_whole():
    image = Image.new("L", (300, 300), 255)
    draw = ImageDraw.Draw(image)
    draw.arc((80, 120, 200, 260), 250, 150, fill=0, width=18)
    draw.line((110, 60, 110, 130), fill=0, width=18)
    draw.line((150, 55, 240, 55), fill=0, width=18)
    pixels = prepare_digit(image).pixels[..., 0]
    assert ndimage.label(pixels > 100, structure=np.ones((3, 3)))[1] >= 2
    assert pixels[3:7, 16:].max() > 150


def test_yellow_on_white_is_seen():
    image = Image.new("RGB", (300, 300), "white")
    ImageDraw.Draw(image).ellipse((60, 40, 240, 260), outline="yellow", width=20)
    prepared = prepare_digit(image)
    assert "blue light" in prepared.steps[0].note
    assert_like_mnist(prepared)


def shades(seed):
    """Soft light and shade, as a face or a landscape has."""
    rng = np.random.default_rng(seed)
    mixed = ndimage.gaussian_filter(rng.normal(0, 1, (240, 240)), 25)
    return Image.fromarray((255 * (mixed - mixed.min()) / np.ptp(mixed)).astype(np.uint8))


def test_light_and_shade_are_no_drawing():
    said = [prepare_digit(shades(seed)).foreign for seed in range(20)]
    assert said.count(FOREIGN) >= 15  # 16 when this was written: some blots pass for ink


@pytest.mark.parametrize("width", [6, 30, 60])
@pytest.mark.parametrize(("ink", "ground"), [(0, 255), (255, 0), (90, 140)])
def test_a_drawing_is_a_drawing(width, ink, ground):
    assert prepare_digit(seven(width=width, ink=ink, ground=ground)).foreign is None


def blanks():
    rng = np.random.default_rng(0)
    slope = np.tile(np.linspace(60, 240, 500), (400, 1))
    yield "white", np.full((50, 50), 255.0)
    yield "black", np.zeros((28, 28))
    yield "grey", np.full((4, 4), 128.0)
    yield "paper", rng.normal(200, 5, (600, 600))
    yield "slope", slope
    yield "slope with noise", slope + rng.normal(0, 4, slope.shape)
    yield "nearly nothing", np.pad(np.full((40, 5), 245.0), 100, constant_values=250)
    yield "small speck on a large page", np.pad(np.zeros((5, 5)), 300, constant_values=255)
    yield "one speck", np.pad(np.zeros((2, 2)), 200, constant_values=255)


@pytest.mark.parametrize("levels", [pytest.param(levels, id=name) for name, levels in blanks()])
def test_a_blank_picture_says_so(levels):
    image = Image.fromarray(np.clip(levels, 0, 255).astype(np.uint8))
    with pytest.raises(BlankPictureError, match=r"^The picture is blank.*; send .*\.$"):
        prepare_digit(image)


def test_pure_noise_is_no_digit():
    noise = np.random.default_rng(0).integers(0, 256, (200, 200)).astype(np.uint8)
    with pytest.raises(BlankPictureError, match="No digit was found"):
        prepare_digit(Image.fromarray(noise))


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("size", [(4, 4), (5, 90), (2000, 1), (1, 2000), (28, 28), (63, 64)])
def test_any_picture_ends_in_a_digit_or_one_sentence(size, mode):
    for seed in range(5):
        rng = np.random.default_rng(seed)
        shape = size[::-1] if mode == "L" else (*size[::-1], 3)
        levels = ndimage.gaussian_filter(rng.normal(0, 1, shape), seed)
        levels = (255 * (levels > np.median(levels))).astype(np.uint8)
        try:
            prepared = prepare_digit(Image.fromarray(levels))
        except PictureError as error:
            assert str(error).count(".") == 1  # noqa: PT017  # either outcome is right
        else:
            assert prepared.pixels.shape == (28, 28, 1)
            assert len(prepared.steps) <= 6


# Real digits -----------------------------------------------------------------------------------


def mnist_test_digits():
    beside = Path(__file__).resolve().parents[1]
    for root in (os.environ.get("HOURGLASS_DATA"), beside / "data", beside.parent / "shared/data"):
        file = Path(root or "nowhere") / "MNIST/raw/t10k-images-idx3-ubyte"
        if file.is_file():
            return np.frombuffer(file.read_bytes(), np.uint8, offset=16).reshape(-1, 28, 28)
    pytest.skip("the MNIST digits are not on this disk")
    raise AssertionError


def enlarged(digit, side=400):
    return Image.fromarray(digit).resize((side, side), Image.Resampling.BICUBIC)


def on_a_page(digit, rng):
    """Lay a digit somewhere on a big photographed page: uneven light, noise, off centre."""
    side = int(rng.integers(200, 400))
    ink = np.zeros((700, 900))
    y, x = int(rng.integers(10, 690 - side)), int(rng.integers(10, 890 - side))
    ink[y : y + side, x : x + side] = np.asarray(enlarged(digit, side)) / 255
    light = 0.55 + 0.45 * np.linspace(0, 1, 900)
    page = (225 - 180 * ink) * light + rng.normal(0, 6, ink.shape)
    return Image.fromarray(np.clip(page, 0, 255).astype(np.uint8))


def test_real_digits_come_back_unchanged_either_way_round():
    for digit in mnist_test_digits()[:500]:
        for given in (digit, 255 - digit):
            prepared = prepare_digit(Image.fromarray(given))
            assert np.array_equal(prepared.pixels[..., 0], digit)
    assert "kept as it is" in prepared.notes[0]


# What was measured on these digits: enlarged mean 0.960, worst 0.82; page 0.954, worst 0.83.
def test_real_digits_survive_being_enlarged_inverted_or_photographed():
    digits = mnist_test_digits()[:60]
    rng = np.random.default_rng(0)
    ways = {
        "enlarged": enlarged,
        "inverted": lambda digit: enlarged(255 - digit),
        "page": lambda digit: on_a_page(digit, rng),
    }
    for way, changed in ways.items():
        found = [prepare_digit(changed(digit)) for digit in digits]
        alike = [correlation(one.pixels, digit) for one, digit in zip(found, digits, strict=True)]
        assert np.mean(alike) > 0.93, way
        assert min(alike) > 0.75, way
        for one in found:
            assert_like_mnist(one)
            assert one.foreign is None


# What was measured on 194 portraits: 2% refused, 87% no drawing; the error calls most others far.
def test_portraits_are_no_drawings():
    beside = Path(__file__).resolve().parents[1]
    folders = [beside / "data/lfw", beside.parent / "shared/data/lfw"]
    files = sorted(file for folder in folders for file in folder.glob("lfw-deepfunneled/A*/*.jpg"))
    if not files:
        pytest.skip("the photographs are not on this disk")
    verdicts = []
    for file in files[::20]:
        try:
            verdicts.append(prepare_digit(Image.open(file)).foreign == FOREIGN)
        except BlankPictureError:
            verdicts.append(True)
    assert np.mean(verdicts) > 0.75
