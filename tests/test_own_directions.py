"""A direction of one's own: the gallery, two groups, and what is said of them."""

import numpy as np
import pytest
import tiny

from autoencoders import sheets
from autoencoders.directions import from_bytes
from autoencoders.inference import Engine
from autoencoders.ui import own_directions
from autoencoders.ui.answers import RefusedError


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    return Engine(tiny.save_family(tmp_path_factory.mktemp("m") / "tiny", "convolutional"))


def gallery(engine, **asked):
    return sheets.unpack_arrays(own_directions.gallery(engine, None, {"start": 0, **asked}))


def build(engine, **asked):
    told = {"name": "mine", "yes": [], "no": []} | asked
    return sheets.unpack_arrays(own_directions.build(engine, None, told))


def refused(engine, **asked):
    with pytest.raises(RefusedError) as refusal:
        build(engine, **asked)
    return refusal.value.sentence


def test_a_gallery_shows_every_test_picture_once(engine):
    header, arrays = gallery(engine)
    assert sorted(arrays["numbers"].tolist()) == list(range(40))
    assert arrays["numbers"].tolist() != list(range(40))
    assert (header["total"], header["strip"]["frames"]) == (40, 40)
    _, rest = gallery(engine, start=38)
    assert rest["numbers"].tolist() == arrays["numbers"].tolist()[38:]


@pytest.mark.parametrize("least", [False, True])
def test_a_gallery_in_the_order_of_a_direction(engine, least):
    _, arrays = gallery(engine, by="high", least=least)
    score = engine.directions[0].score(engine.latents.codes)[arrays["numbers"]]
    assert (np.diff(score) * (1 if least else -1) >= 0).all()


@pytest.mark.parametrize("wrong", [{"start": 40}, {"start": -1}, {"start": 1.5}, {"by": "nothing"}])
def test_a_gallery_of_anything_else_is_refused(engine, wrong):
    with pytest.raises(RefusedError):
        gallery(engine, **wrong)


def test_an_example_is_of_pictures_that_are_known(engine):
    body = own_directions.example(engine, None, {"attribute": "high"})
    header, arrays = sheets.unpack_arrays(body)
    known = engine.latents.attributes[:, 0][arrays["numbers"]]
    yes = header["yes"]
    assert 5 <= yes <= 20
    assert known[:yes].tolist() == [1.0] * yes
    assert known[yes:].tolist() == [0.0] * (len(known) - yes)
    for name in ("never_known", "nothing", None):
        with pytest.raises(RefusedError):
            own_directions.example(engine, None, {"attribute": name})


def test_the_pictures_of_two_groups_come_in_their_order(engine):
    body = own_directions.groups(engine, None, {"yes": [7, 3, 3], "no": [9, 0]})
    header, arrays = sheets.unpack_arrays(body)
    assert arrays["numbers"].tolist() == [7, 3, 9, 0]
    assert (header["yes"], header["total"], header["strip"]["frames"]) == (2, 40, 4)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"yes": [], "no": []}, "Both groups are empty"),
        ({"yes": [40], "no": []}, "numbers from 0 to 39"),
        ({"yes": [0] * 401, "no": []}, "at most 400"),
        ({"yes": [0]}, "must list"),
        ({"yes": "x", "no": [1]}, "must list"),
    ],
)
def test_groups_of_anything_else_are_refused(engine, asked, words):
    with pytest.raises(RefusedError, match=words):
        own_directions.groups(engine, None, asked)


def groups(engine, count):
    """Test pictures in the upper and in the lower half."""
    known = engine.latents.attributes[:, 0]
    return [np.flatnonzero(known == answer)[:count].tolist() for answer in (1, 0)]


def test_a_direction_leads_from_one_group_to_the_other(engine):
    yes, no = groups(engine, 12)
    header, arrays = build(engine, name="  up ", yes=yes, no=no)
    told = header["direction"]
    assert (told["name"], told["yes"], told["no"]) == ("up", 12, 12)
    codes = engine.latents.codes.astype(np.float64)
    along = codes @ arrays["axis"]
    assert along[yes].mean() > along[no].mean()
    # Strength 1 is as long as the groups' means are apart.
    apart = np.linalg.norm(codes[yes].mean(axis=0) - codes[no].mean(axis=0))
    assert np.linalg.norm(arrays["vector"]) == pytest.approx(apart, rel=1e-5)
    assert set(told["effects"]) == {"high"}
    assert arrays["draws"].shape == (own_directions.DRAWS, 2)
    assert header["spread"] >= 0
    (kept,) = from_bytes(arrays["file"].tobytes())
    assert kept.name == "up"
    assert np.array_equal(kept.vector, arrays["vector"])


@pytest.mark.parametrize(
    ("yes", "no", "said"),
    [
        (0, 0, "Mark at least 5 pictures that show it, and as many not."),
        (0, 9, "there are 0 with the attribute and 9 without it"),
        (1, 9, "there are 1 with the attribute and 9 without it"),
        (9, 3, "there are 9 with the attribute and 3 without it"),
    ],
)
def test_groups_that_are_too_small_are_said(engine, yes, no, said):
    assert said in refused(engine, yes=groups(engine, yes)[0], no=groups(engine, no)[1])


def test_a_picture_on_both_sides_is_said(engine):
    yes, no = groups(engine, 6)
    sentence = refused(engine, yes=yes, no=[*no, yes[2]])
    assert sentence == (
        f"1 of the pictures, test picture {yes[2]} for one, stand on both sides; "
        "a picture either shows it or does not."
    )


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, None, 7, "a\nb"])
def test_a_direction_needs_a_name(engine, name):
    yes, no = groups(engine, 6)
    assert refused(engine, name=name, yes=yes, no=no) == (
        "Give the direction a name of 1 to 40 letters."
    )


@pytest.mark.parametrize("numbers", [[0, 99], [True], [0.5], "all", [-1]])
def test_numbers_that_are_no_test_pictures_are_refused(engine, numbers):
    assert "est picture" in refused(engine, yes=numbers, no=groups(engine, 6)[1])


def test_few_pictures_say_nothing_of_the_spread(engine):
    yes, no = groups(engine, 6)
    header, arrays = build(engine, yes=yes, no=no)
    assert header["spread"] is None
    assert len(arrays["draws"]) == 0


def test_the_spread_is_the_median_angle():
    at = np.radians([10, 20, 40])
    draws = np.stack([np.cos(at), np.sin(at)], axis=1).astype(np.float32) * 3
    assert own_directions.spread(np.float32([5, 0]), draws) == pytest.approx(20, abs=1e-3)


def test_left_and_right_cancel_but_not_of_digits(engine):
    examples = own_directions.examples_of(engine, [0, 1], [2])
    assert examples.mirrored is None, "a mirrored digit is no digit"

    class Faces:
        dataset, latents = "lfw", engine.latents
        decode_base, encode_base = engine.decode_base, engine.encode_base

    mirrored = own_directions.examples_of(Faces(), [0, 1], [2]).mirrored
    drawn = engine.decode_base(engine.latents.codes[:3])[:, :, ::-1]
    assert mirrored == pytest.approx(engine.encode_base(np.ascontiguousarray(drawn)))
