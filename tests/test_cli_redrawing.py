"""The verbs from pictures to pictures: reconstruct, denoise and edit."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from autoencoders.cli import redrawing
from autoencoders.inference import Engine
from autoencoders.placement import paste_back, paste_difference
from tests import tiny
from tests.photos import drawn_face, soft

pytest_plugins = ["tests.commands"]


def test_reconstruct_writes_what_the_engine_makes(run, model, pictures):
    code, out, err = run("reconstruct", "tiny-2", pictures, "--output", "made", "--json")
    assert code == 0
    assert "2 of 5 could not be used." in err
    answer = json.loads(out)
    outputs = {entry["file"]: entry["output"] for entry in answer["done"]}
    assert outputs == {
        "a.png": "made/a.png",
        "b.PNG": "made/b.png",
        "more/c.jpg": "made/more/c.png",
    }
    engine = Engine(model)
    prepared = engine.prepare(Image.open(pictures / "a.png"))
    with Image.open("made/a.png") as image:
        assert np.array_equal(np.asarray(image)[None, :, :, None], engine.reconstruct(prepared))
    assert answer["done"][0]["mse"] == pytest.approx(float(engine.score(prepared).mse[0]), abs=1e-6)
    assert len(answer["bad"]) == 2


def test_names_that_collide_are_numbered(run, model, pictures):
    shutil.copy(pictures / "a.png", pictures / "a.jpg")
    shutil.copytree(pictures / "more", pictures.parent / "second" / "more")
    files = (pictures / "a.png", pictures / "a.jpg", pictures / "more", pictures.parent / "second")
    code, out, _ = run("reconstruct", "tiny-2", *files, "--output", "made", "--json")
    assert code == 0
    made = [entry["output"] for entry in json.loads(out)["done"]]
    assert made == ["made/a.png", "made/a-2.png", "made/c.png", "made/more/c.png"]
    assert all(Path(name).exists() for name in made)


def test_an_original_is_never_overwritten(refused, model, pictures):
    before = (pictures / "a.png").read_bytes()
    assert "would be overwritten" in refused(
        "reconstruct", "tiny-2", pictures, "--output", pictures
    )
    assert (pictures / "a.png").read_bytes() == before


def test_reconstruct_where_nothing_can_be_written(refused, model, pictures):
    Path("file").write_text("in the way")
    line = refused("reconstruct", "tiny-2", pictures, "--output", "file")
    assert line.startswith("Nothing can be written to file")


def opened(path):
    return np.asarray(Image.open(path)).reshape(-1, 28, 1)


def prepared(engine, path):
    return engine.prepare(Image.open(path))


def test_denoise_writes_what_the_engine_gives(run, models, two_pictures, tmp_path):
    code, out, err = run(
        "denoise", "tiny-denoising-2", two_pictures, "--output", tmp_path / "clean"
    )
    assert (code, err) == (0, "")
    assert "2 denoised pictures by tiny-denoising-2" in out
    engine = Engine(models / "tiny-denoising-2", device="cpu")
    expected = engine.denoise(prepared(engine, two_pictures / "a.png"))[0]
    assert np.array_equal(opened(tmp_path / "clean" / "a.png"), expected)


def test_a_model_that_does_not_denoise_says_so(run, models, two_pictures):
    code, out, err = run("denoise", "tiny-variational-2", two_pictures)
    assert (code, out) == (2, "")
    assert "was not trained to denoise; choose a denoising model." in err


def test_edit_moves_along_the_direction(run, models, two_pictures, tmp_path):
    code, _, err = run(
        "edit", "tiny-stacked-2", two_pictures / "a.png", "--attribute", "high",
        "--strength", "0.5", "--output", tmp_path / "edited", "--json",
    )  # fmt: skip
    assert (code, err) == (0, "")
    engine = Engine(models / "tiny-stacked-2", device="cpu")
    bases = engine.encode_base(prepared(engine, two_pictures / "a.png"))
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
def test_edit_refuses_before_it_opens_anything(run, models, two_pictures, more, sentence):
    (two_pictures / "a.png").write_text("no picture")
    code, out, err = run("edit", "tiny-stacked-2", two_pictures, *more)
    assert (code, out) == (2, "")
    assert sentence in err and err.count("\n") == 1


# -- put back into the photo --------------------------------------------------------------------


@pytest.fixture(scope="session")
def made_of_photographs(tmp_path_factory):
    place = tmp_path_factory.mktemp("photographs")
    tiny.save_coloured(place / "faces-2", dataset="lfw")
    tiny.save_coloured(place / "photos-2", dataset="lfw-photos", family="denoising")
    return place


@pytest.fixture
def photographs(made_of_photographs, models):
    """Models of photographs beside those of digits."""
    for place in made_of_photographs.iterdir():
        shutil.copytree(place, models / place.name)
    return models


@pytest.fixture
def face(tmp_path):
    """A photo with a face: 420x300, upright."""
    file = tmp_path / "face.png"
    drawn_face(size=(420, 300), middle=(170, 150)).save(file)
    return file


def pixels(path, mode="RGB"):
    with Image.open(path) as image:
        assert image.mode == mode
        return np.asarray(image).astype(int)


def edited(run, *more, strength="1"):
    command = ("edit", "faces-2", *more, "--attribute", "high", "--strength", strength)
    code, out, err = run(*command, "--paste", "--json")
    assert code == 0, err
    (done,) = json.loads(out)["done"]
    return done, err


def test_an_edit_of_strength_0_gives_the_photo_back(run, photographs, face):
    done, _ = edited(run, face, strength="0")
    assert np.array_equal(pixels(done["output"]), pixels(face))


def test_of_an_edit_the_difference_is_pasted_where_the_face_is(run, photographs, face):
    done, err = edited(run, face)
    assert err == "" and done["notes"] == []
    engine = Engine(photographs / "faces-2", device="cpu")
    photo = Image.open(face)
    prepared = engine.prepare_shown(photo)
    where = prepared.placement
    assert done["placement"]["x"] == where.x == pytest.approx(170, abs=5)
    assert done["placement"]["width"] == 420
    before = engine.encode_base(prepared.pixels[None])
    after = engine.decode_base(before + engine.directions[0].vector)[0]
    expected = paste_difference(photo, after, engine.decode_base(before)[0], where)
    got = pixels(done["output"])
    assert np.array_equal(got, np.asarray(expected))
    changed = (got != pixels(face)).any(axis=2)
    down, right = np.nonzero(changed)
    assert changed.sum() > 1000
    reach = where.side * 0.75  # half a diagonal and a little
    assert np.abs(right - where.x).max() < reach and np.abs(down - where.y).max() < reach


def test_a_reconstruction_is_pasted_itself(run, photographs, face):
    code, out, _ = run("reconstruct", "faces-2", face, "--paste", "--output", "made")
    assert code == 0 and "1 reconstructions by faces-2 in made" in out
    engine = Engine(photographs / "faces-2", device="cpu")
    prepared = engine.prepare_shown(Image.open(face))
    picture = engine.reconstruct(prepared.pixels[None])[0]
    expected = paste_back(Image.open(face), picture, prepared.placement)
    assert np.array_equal(pixels("made/face.png"), np.asarray(expected))


def test_without_a_face_the_middle_is_redrawn_with_a_word(run, photographs, tmp_path):
    soft(300, 200, sigma=30).save("plain.png")
    code, out, err = run("reconstruct", "faces-2", "plain.png", "--paste", "--json")
    assert code == 0
    assert err.startswith("plain.png: No face was found: the centre was taken")
    assert err.count("\n") == 1
    got, before = pixels("reconstructions/plain.png"), pixels("plain.png")
    outside = np.ones((200, 300), bool)
    outside[:, 50:250] = False
    assert np.array_equal(got[outside], before[outside])
    assert (got[:, 140:160] != before[:, 140:160]).any(axis=(1, 2)).all()  # up to the photo's edge
    placement = json.loads(out)["done"][0]["placement"]
    assert (placement["x"], placement["y"], placement["side"]) == (150, 100, 200)
    code, _, err = run("reconstruct", "faces-2", "plain.png", "--output", "small")
    assert code == 0 and err.startswith("plain.png: no face was found in it; ")
    assert pixels("small/plain.png").shape == (16, 16, 3)


def test_a_model_of_whole_photographs_takes_the_middle_square(run, photographs):
    soft(90, 160).save("tall.png")
    code, out, err = run("denoise", "photos-2", "tall.png", "--paste", "--json")
    assert (code, err) == (0, "")
    got, before = pixels("denoised/tall.png"), pixels("tall.png")
    assert np.array_equal(got[:35], before[:35]) and np.array_equal(got[125:], before[125:])
    assert (got[80] != before[80]).any(axis=1).mean() > 0.9
    assert json.loads(out)["done"][0]["placement"]["side"] == 90
    soft(50, 50).save("square.png")  # nothing lies around it that could keep its noise
    assert run("denoise", "photos-2", "square.png", "--paste")[0] == 0
    engine = Engine(photographs / "photos-2", device="cpu")
    picture = engine.denoise(engine.prepare(Image.open("square.png")))[0]
    corner, own = pixels("denoised/square.png")[0, 0], pixels("square.png")[0, 0]
    assert np.abs(corner - picture[0, 0]).max() <= 5 < np.abs(own - picture[0, 0]).max()


def test_grey_lying_and_transparent_photos_are_put_back_into(run, photographs, face):
    photo = Image.open(face)
    photo.convert("L").save("grey.png")
    done, _ = edited(run, "grey.png", strength="0")
    assert np.array_equal(pixels(done["output"], "L"), pixels("grey.png", "L"))
    exif = Image.Exif()
    exif[0x0112] = 6
    photo.transpose(Image.Transpose.ROTATE_90).save("lying.png", exif=exif)
    done, err = edited(run, "lying.png", strength="0")
    assert np.array_equal(pixels(done["output"]), pixels(face))
    assert "Turned upright, as its EXIF data asks." in done["notes"]
    assert "lying.png: Turned upright" in err
    clear = photo.convert("RGBA")
    clear.paste((0, 0, 0, 0), (0, 0, 30, 30))
    clear.save("clear.png")
    done, err = edited(run, "clear.png", strength="0")
    got = pixels(done["output"])
    assert np.array_equal(got[40:], pixels(face)[40:])
    assert len(np.unique(got[:30, :30])) == 1
    assert "transparent parts were filled" in err


@pytest.mark.parametrize(
    ("size", "expected", "note"),
    [
        ((4, 5), (4, 5), "No face was found"),
        ((16, 16), (16, 16), "taken as it is"),
        ((3000, 40), (2048, 27), "Reduced from 3000x40 to 2048 pixels"),
    ],
)
def test_huge_and_tiny_photos(run, photographs, size, expected, note):
    soft(*size).save("odd.png")
    done, _ = edited(run, "odd.png", strength="0")
    with Image.open(done["output"]) as image:
        assert image.size == expected
    assert any(note in said for said in done["notes"])


def test_more_photos_than_are_kept_in_memory(run, photographs, face, monkeypatch):
    monkeypatch.setattr(redrawing, "PASTED", 2)
    for name in "abc":
        shutil.copy(face, f"{name}.png")
    command = ("edit", "faces-2", "a.png", "b.png", "c.png", "--attribute", "high", "--paste")
    assert run(*command)[0] == 0
    files = [Path("edited", f"{name}.png").read_bytes() for name in "abc"]
    assert files[0] == files[1] == files[2]


def test_nothing_is_pasted_where_nobody_knows_the_place(refused, photographs):
    command = ("reconstruct", "tiny-variational-2", "nowhere.png", "--paste")
    assert refused(*command).startswith("--paste is for models of faces and photographs")
