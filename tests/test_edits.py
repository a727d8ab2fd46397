"""What sliders of the Attributes page move over: strips, holding, directions that are one."""

import dataclasses

import numpy as np
import pytest
import tiny

from autoencoders import sheets
from autoencoders.directions import Direction
from autoencoders.inference import Engine
from autoencoders.ui import edits
from autoencoders.ui.answers import RefusedError


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    return Engine(tiny.save_family(tmp_path_factory.mktemp("m") / "tiny", "convolutional"))


@pytest.fixture(scope="module")
def stacked(tmp_path_factory):
    return Engine(tiny.save_family(tmp_path_factory.mktemp("s") / "tiny-stacked", "stacked"))


def asked(**more):
    rows = {key: np.asarray(more.pop(key), float).tolist() for key in ("vectors", "axes")}
    return {**rows, **more}


def measured(vectors, axes, engine, *, held=(), scales=None):
    """Ask about directions of two numbers."""
    told = asked(vectors=vectors, axes=axes, held=list(held))
    return sheets.unpack_arrays(
        edits.measured(engine, None, {**told, "scales": scales or [1.0] * len(vectors)})
    )


def direction(name, vector):
    vector = np.array(vector, np.float32)
    return Direction(name, vector, vector, 0.0, 1.0, "means", 9, 9)


def test_the_lab_tells_every_direction_and_pictures_to_begin_with(engine):
    header, arrays = sheets.unpack_arrays(edits.lab(engine))
    (one,) = header["directions"]
    assert (one["name"], one["trust"], one["says"]) == ("high", "too few to say", False)
    assert one["words"] == ["high", "not high"]
    assert arrays["vectors"].tolist() == [[1.0, 2.0]]
    assert len(set(arrays["several"].tolist())) == edits.SEVERAL
    assert header["attributes"] == ["high"], "of never_known nothing is known"
    assert header["count"] == 40
    assert header["note"] is None


def test_without_directions_there_are_still_pictures(engine):
    class Bare:
        directions, base_size, latents = (), 2, engine.latents
        attribute_names, digest = engine.attribute_names, "d"

    header, arrays = sheets.unpack_arrays(edits.lab(Bare()))
    assert arrays["vectors"].shape == (0, 2)
    assert 0 <= header["first"] < 40


def test_the_first_picture_lacks_the_attribute():
    bases = np.stack([np.linspace(-2, 2, 41), np.zeros(41)], axis=1).astype(np.float32)
    number = edits.first_picture((direction("smiling", [1, 0]),), bases)
    # Of the quarter nearest to the middle, -0.5 to 0.5, the one nearest to a score of -0.8.
    assert bases[number, 0] == pytest.approx(-0.5)


@pytest.mark.parametrize(("size", "count", "said"), [(2, 3, "A 2-D code has two"), (2, 2, None)])
def test_too_many_names_for_the_numbers_of_a_code_are_said(size, count, said):
    note = edits.few_numbers(size, count)
    if said is None:
        assert note is None
    else:
        assert note == (
            "A 2-D code has two independent directions, no more: these 3 attributes are 3 names "
            "for mixtures of two numbers."
        )


def test_a_strip_is_one_picture_along_a_vector(engine):
    body = edits.strip(
        engine, None, asked(vectors=[[1, 0]], axes=[]) | {"bases": [[0, 1.0]], "span": [-2, 2]}
    )
    header, arrays = sheets.unpack_arrays(body)
    strip = header["strip"]
    assert (strip["frames"], strip["tile"]) == (edits.FRAMES, [28, 28, 1])
    shown = opened(strip, arrays["sheet"])
    first, middle, last = engine.decode_base(np.float32([[-2, 1], [0, 1], [2, 1]]))
    for frame, exact in ((0, first), (edits.FRAMES // 2, middle), (edits.FRAMES - 1, last)):
        assert np.abs(shown[frame].astype(int) - exact).max() < 12  # JPEG


def opened(strip, payload):
    """Pictures of a strip, (frames, H, W, C)."""
    import io

    from PIL import Image

    image = np.asarray(Image.open(io.BytesIO(payload.tobytes())))
    image = image[..., None] if image.ndim == 2 else image
    return sheets.take_apart(image, strip["rows"], strip["cols"], layout=strip["layout"])


def test_a_strip_of_several_gives_each_its_own_vector(engine):
    bases = np.zeros((3, 2))
    vectors = [[1, 0], [0, 1], [0, 0]]
    body = edits.strip(
        engine, None, asked(vectors=vectors, axes=[]) | {"bases": bases.tolist(), "span": [0, 1]}
    )
    header, arrays = sheets.unpack_arrays(body)
    strip = header["strip"]
    assert (strip["frames"], strip["tile"]) == (edits.FRAMES_OF_SEVERAL, [28, 112, 1])
    last = opened(strip, arrays["sheet"])[edits.FRAMES_OF_SEVERAL - 1]
    exact = engine.decode_base(np.float32(vectors))
    for k in range(3):
        tile = last[:, 28 * k : 28 * (k + 1)].astype(int)
        assert np.abs(tile - exact[k]).max() < 12
    assert last[:, 92:].max() < 4, "the fourth place is empty"


@pytest.mark.parametrize(
    "wrong",
    [
        {"bases": [[0, 0]] * 9},
        {"bases": []},
        {"vectors": [[1, 0]] * 3},
        {"span": [0]},
        {"span": None},
        {"vectors": [[1, 0, 0]]},
        {"bases": [[3e38, 0]], "vectors": [[3e38, 0]], "span": [2, 2]},
    ],
)
def test_a_strip_of_anything_else_is_refused(engine, wrong):
    told = {"bases": [[0, 0]], "vectors": [[1, 0]], "span": [-2, 2]} | wrong
    with pytest.raises(RefusedError) as refusal, np.errstate(all="ignore"):
        edits.strip(engine, None, told)
    assert refusal.value.status == 422


def test_what_holds_another_still_does_not_move_its_score(engine):
    vectors, axes = [[1, 1], [1, 0.5]], [[0.6, 0.8], [1, 0]]
    header, arrays = measured(vectors, axes, engine, held=[1], scales=[2.0, 0.5])
    assert arrays["vectors"] == pytest.approx(np.array([[0, 1], [1, 0.5]]), abs=1e-6)
    assert arrays["effects"] == pytest.approx(np.array([[0.4, 0.0], [0.5, 2.0]]), abs=1e-6)
    assert header["length"] == pytest.approx([np.sqrt(0.5), 1])
    assert header["effect"] == pytest.approx([0.8 / 1.4, 1])
    assert header["problems"] == [None, None]


def test_where_nothing_is_left_the_price_is_a_sentence(engine):
    header, arrays = measured([[2, 0], [1, 0]], [[1, 0], [1, 0]], engine, held=[1])
    assert arrays["vectors"][0].tolist() == [0, 0]
    assert "has 2 independent directions. Hold fewer fixed." in header["problems"][0]
    assert header["length"][0] == 0


def test_directions_on_one_line_cannot_be_told_apart(engine):
    at = [0, 15, 90, 172]
    vectors = [[np.cos(np.radians(a)), np.sin(np.radians(a))] for a in at]
    header, arrays = measured(vectors, vectors, engine)
    assert arrays["angles"][0] == pytest.approx(at, abs=0.1)
    assert header["alike"] == [[0, 1], [0, 3]], "15 and 8 degrees; 1 and 3 are 23 apart"


@pytest.mark.parametrize(
    "wrong", [{"held": [5]}, {"held": "x"}, {"scales": [0, 1]}, {"vectors": [[0, 0], [1, 0]]}]
)
def test_directions_that_are_none_are_refused(engine, wrong):
    told = {"vectors": [[1, 0], [0, 1]], "axes": [[1, 0], [0, 1]], "scales": [1, 1], "held": []}
    with pytest.raises(RefusedError):
        edits.measured(engine, None, told | wrong)


def test_the_map_of_a_stacked_model_keeps_less_than_the_base_code(stacked, engine):
    bases = np.float32([[0.1, -0.2, 0.3, 0.0, 0.5, -0.4]])
    _, arrays = sheets.unpack_arrays(edits.mapped(stacked, None, {"bases": bases.tolist()}))
    kept = stacked.to_base(stacked.from_base(bases))
    assert arrays["mapped"] == pytest.approx(kept)
    assert np.abs(arrays["mapped"] - bases).max() > 1e-3
    _, arrays = sheets.unpack_arrays(edits.mapped(engine, None, {"bases": [[0.25, -1.0]]}))
    assert arrays["mapped"].tolist() == [[0.25, -1.0]]


def test_large_pictures_are_averaged_down():
    pictures = np.zeros((2, 256, 256, 3), np.uint8)
    pictures[:, :4, :4] = np.arange(16).reshape(1, 4, 4, 1)
    small = edits.smaller(pictures)
    assert small.shape == (2, 64, 64, 3)
    assert small[0, 0, 0].tolist() == [8, 8, 8]  # 7.5, to the even one
    same = np.zeros((1, 64, 64, 3), np.uint8)
    assert edits.smaller(same) is same


def test_several_are_decoded_exactly_at_rest(engine):
    codes = np.float32([[0, 1], [1, 0], [-1, 0], [0, -1], [2, 2]])
    _, arrays = sheets.unpack_arrays(edits.several_now(engine, None, {"bases": codes.tolist()}))
    mosaic, exact = arrays["mosaic"], engine.decode_base(codes)
    assert mosaic.shape == (56, 112, 1)
    assert np.array_equal(mosaic[28:, :28], exact[4])
    with pytest.raises(RefusedError):
        edits.several_now(engine, None, {"bases": [[0, 0]] * 9})


def test_a_direction_of_an_engine_moves_as_its_own_edit_does(engine):
    """The browser adds strength * vector, as ``Engine.edit`` does."""
    _, arrays = sheets.unpack_arrays(edits.lab(engine))
    code = np.float32([[0.3, -0.2]])
    assert code + 1.5 * arrays["vectors"] == pytest.approx(engine.edit(code, {"high": 1.5}))
    assert dataclasses.is_dataclass(engine.directions[0])
