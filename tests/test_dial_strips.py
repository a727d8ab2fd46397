"""The dial's strips: at every mark the exact pictures, the same row for each size."""

import io
from dataclasses import replace

import numpy as np
import pytest
from comparing import Axes, bands, models, store_of, values
from PIL import Image

from autoencoders.sheets import take_apart, unpack_arrays
from autoencoders.ui import dial_strips
from autoencoders.ui.answers import RefusedError
from autoencoders.ui.items import Looker

SIZES = (1, 2, 4)


@pytest.fixture
def engines():
    return models()


def made(engines, *, there=True, stem="bands-conv", items=None, engine=None):
    originals = bands(values()) if there else None
    looker = Looker(store_of(engines), browser="b", originals=lambda engine: originals)
    asked = {"stem": stem, "items": items}
    return unpack_arrays(dial_strips.strips(engine or engines[0], looker, asked))


def frames(header, arrays, name):
    described = header[f"{name}_strip"]
    image = np.asarray(Image.open(io.BytesIO(arrays[name].tobytes())))[..., None]
    pictures = take_apart(image, described["rows"], described["cols"], layout="tiles")
    return pictures[: described["frames"]]


def row_of(numbers):
    return np.concatenate(list(bands(numbers)), axis=1)


def test_each_frame_is_the_exact_row_of_one_size(engines):
    header, arrays = made(engines)
    numbers = [item["number"] for item in header["items"]]
    assert len(numbers) == 8
    shown = frames(header, arrays, "own")
    assert len(shown) == 3
    for size, frame in zip(SIZES, shown, strict=True):
        np.testing.assert_array_equal(frame, row_of(values()[numbers, :size]))
    np.testing.assert_array_equal(arrays["originals"], row_of(values()[numbers]))


def test_the_first_row_has_pictures_of_several_labels_that_all_models_know(engines):
    small = engines[1]
    parts = {name: getattr(small.latents, name)[20:] for name in ("codes", "mse", "labels", "ids")}
    small.latents = replace(small.latents, **parts)
    header, _ = made(engines)
    numbers = [item["number"] for item in header["items"]]
    assert min(numbers) >= 20
    assert len({number % 10 for number in numbers}) == 8
    assert {item["model"] for item in header["items"]} == {"bands-conv-2"}


def test_a_row_without_labels_is_spread_evenly(engines):
    for engine in engines:
        engine.latents = replace(engine.latents, labels=None)
    header, _ = made(engines)
    numbers = [item["number"] for item in header["items"]]
    assert (numbers[0], numbers[-1]) == (0, 79)
    assert len(set(numbers)) == 8


def test_a_chosen_picture_joins_the_row(engines):
    item = {"kind": "point", "model": "bands-vae-2", "number": 9}
    header, arrays = made(engines, items=[item])
    assert header["items"] == [item]
    np.testing.assert_array_equal(frames(header, arrays, "own")[2], row_of(values()[9:10]))


@pytest.mark.parametrize("kept", [{4: 4}, {1: 1, 2: 2, 4: 4}, {2: 2, 4: 4}])
def test_pca_has_a_row_of_its_own(engines, kept):
    for engine in engines[:3]:
        if engine.code_size in kept:
            engine.principal = Axes(kept[engine.code_size])
    header, arrays = made(engines)
    numbers = [item["number"] for item in header["items"]]
    shown = frames(header, arrays, "pca")
    for size, frame in zip(SIZES, shown, strict=True):
        np.testing.assert_array_equal(frame, row_of(values()[numbers, :size]) // 2)
    assert header["sentence"] == ""


def test_where_pca_is_missing_it_is_said_why(engines):
    engines[0].principal, engines[1].principal = Axes(2), Axes(1)
    header, arrays = made(engines)
    assert "pca" not in arrays
    assert header["sentence"] == (
        "PCA’s row is missing: bands-conv-4 keeps no principal components of its pictures."
    )


def test_a_picture_known_by_its_code_alone_has_no_pca(engines):
    engines[2].principal = Axes()
    item = {"kind": "code", "model": "bands-conv-4", "code": [1.0, 2.0, 0.0, 1.0]}
    header, arrays = made(engines, items=[item])
    # the other sizes see the picture that it decodes to
    np.testing.assert_allclose(
        frames(header, arrays, "own")[1], bands(np.float32([[1, 2]]))[0], atol=1
    )
    assert header["items"] == [item]
    assert "originals" in arrays


def test_models_without_a_common_picture_say_what_to_do(engines):
    engines[1].latents = replace(engines[1].latents, split="validation")
    with pytest.raises(RefusedError, match="not measured on the same test pictures; choose"):
        made(engines)


def test_an_unknown_dial_is_refused(engines):
    with pytest.raises(RefusedError, match="There is no dial 'x'; there is bands-conv"):
        made(engines, stem="x")
    with pytest.raises(RefusedError, match="1 to 8 pictures"):
        made(engines, items=[{"kind": "drawn", "number": k} for k in range(9)])
