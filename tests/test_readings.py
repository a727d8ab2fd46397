"""What one model reads in what another draws."""

from dataclasses import replace

import numpy as np
import pytest
import stand_in
from comparing import GREY, Axes, Bands, bands, models, store_of, values

from autoencoders.sheets import unpack, unpack_arrays
from autoencoders.ui import readings
from autoencoders.ui.answers import RefusedError
from autoencoders.ui.items import Looker

ROUNDING = 2 * 0.5 / 30 + 1e-4
"""A tone is a whole number: so much a code is off that is read from one, doubled."""


@pytest.fixture
def engines():
    return models()


def looker(engines, *, there=True):
    originals = bands(values()) if there else None
    return Looker(store_of(engines), browser="b", originals=lambda engine: originals)


def test_the_field_is_where_the_second_model_puts_what_the_first_one_draws(engines):
    one, two = engines[0], engines[3]
    header, arrays = unpack_arrays(readings.field(store_of(engines), one, two))
    places = arrays["places"]
    assert places.shape == (48, 48, 2)
    x0, x1, y0, y1 = header["extent"]
    xs, ys = np.linspace(x0, x1, 48), np.linspace(y1, y0, 48)
    np.testing.assert_allclose(
        places[..., 0], np.broadcast_to(-2 * ys[:, None], (48, 48)), atol=ROUNDING
    )
    np.testing.assert_allclose(places[..., 1], np.broadcast_to(2 * xs, (48, 48)), atol=ROUNDING)


def test_a_field_of_large_pictures_has_fewer_places(engines):
    assert readings.grid_of(engines[0]) == 48
    assert readings.grid_of(replace(engines[0], image_shape=(64, 64, 3))) == 32
    assert readings.grid_of(replace(engines[0], image_shape=(256, 256, 3))) == 12


def test_models_of_different_pictures_are_not_linked(engines):
    other = Bands(name="faces-conv-2", dataset="lfw")
    with pytest.raises(RefusedError, match="compare models of one dataset and one picture size"):
        readings.field(store_of([*engines, other]), engines[0], other)


def test_a_code_of_one_number_is_read_onto_its_line(engines):
    packed = readings.field(store_of(engines), engines[0], engines[1])
    places = unpack_arrays(packed)[1]["places"]
    x0, x1, *_ = unpack_arrays(packed)[0]["extent"]
    np.testing.assert_allclose(places[7, :, 0], np.linspace(x0, x1, 48), atol=ROUNDING / 2)
    assert np.ptp(places[..., 1]) == 0  # the strip below the piles


def test_a_test_picture_stands_among_the_points_of_a_line(engines):
    item = {"kind": "point", "model": "bands-conv-2", "number": 3}
    asked = {"against": "bands-conv-1", "item": item}
    _, arrays = unpack_arrays(readings.read_picture(engines[0], looker(engines), asked))
    x, y = arrays["places"][1]
    assert x == pytest.approx(values()[3, 0])
    assert y >= 0  # in its pile, above the strip


def test_a_sheet_of_what_is_redrawn_holds_the_second_model_s_pictures(engines):
    packed = readings.sheet(store_of(engines), engines[0], engines[2], grid=16)
    header, payload = unpack(packed)
    assert (header["rows"], header["cols"], header["tile"]) == (16, 16, [28, 28, 1])
    assert len(payload) > 100
    with pytest.raises(RefusedError, match="There is no sheet of that size; there are 16, 64"):
        readings.sheet(store_of(engines), engines[0], engines[2], grid=17)


def test_at_rest_the_very_picture_is_encoded(engines):
    asked = {"against": "bands-vae-2", "place": [1.5, -0.5]}
    header, arrays = unpack_arrays(readings.read_place(engines[0], looker(engines), asked))
    np.testing.assert_array_equal(arrays["images"][0], bands(np.float32([[1.5, -0.5]]))[0])
    np.testing.assert_array_equal(arrays["images"][1], arrays["images"][0])
    np.testing.assert_allclose(arrays["place"], [1.0, 3.0], atol=ROUNDING)
    assert header["difference"] == pytest.approx(0, abs=1e-4)


def test_what_the_second_model_loses_is_the_difference(engines):
    class Blind(Bands):
        def decode(self, codes):
            return np.full((len(codes), 28, 28, 1), GREY, np.uint8)

    blind = Blind(name="blind-conv-2")
    asked = {"against": "blind-conv-2", "place": [1.0, 2.0]}
    header, _ = unpack_arrays(readings.read_place(engines[0], looker([*engines, blind]), asked))
    assert header["difference"] == pytest.approx((30**2 + 60**2) / 4 / 255**2)


def test_a_picture_is_drawn_by_both_models(engines):
    asked = {
        "against": "bands-conv-4",
        "item": {"kind": "point", "model": "bands-conv-2", "number": 3},
    }
    header, arrays = unpack_arrays(readings.read_picture(engines[0], looker(engines), asked))
    np.testing.assert_array_equal(arrays["original"], bands(values()[3:4])[0])
    np.testing.assert_array_equal(arrays["images"][0], bands(values()[3:4, :2])[0])
    np.testing.assert_array_equal(arrays["images"][1], bands(values()[3:4])[0])
    np.testing.assert_allclose(arrays["places"][0], values()[3, :2], atol=1e-6)
    assert arrays["places"].shape == (2, 2)
    assert header["name"] == "test picture 3, a 3"
    assert header["errors"] == [
        pytest.approx(engine.latents.mse[3]) for engine in (engines[0], engines[2])
    ]
    assert header["rows"] == [3, 3]
    assert "pca-a" not in arrays
    assert header["pca_errors"] == [None, None]


def test_pca_stands_beside_with_as_many_numbers(engines):
    for engine in (engines[0], engines[2]):
        engine.principal = Axes()
    asked = {
        "against": "bands-conv-4",
        "item": {"kind": "point", "model": "bands-conv-2", "number": 3},
    }
    header, arrays = unpack_arrays(readings.read_picture(engines[0], looker(engines), asked))
    np.testing.assert_array_equal(arrays["pca-a"], bands(values()[3:4, :2])[0] // 2)
    np.testing.assert_array_equal(arrays["pca-b"], bands(values()[3:4])[0] // 2)
    wrong = bands(values()[3:4])[0].astype(float) - arrays["pca-b"]
    assert header["pca_errors"][1] == pytest.approx(np.square(wrong / 255).mean())


def test_pca_reads_a_picture_that_is_no_test_picture(engines):
    engines[0].principal = Axes()
    engines[3].principal = Axes()
    odd = Bands(name="odd-conv-4", code_size=4)
    odd.latents = replace(odd.latents, split="validation")
    asked = {
        "against": "bands-vae-2",
        "item": {"kind": "code", "model": "odd-conv-4", "code": [1, 0, 2, 0]},
    }
    _, arrays = unpack_arrays(readings.read_picture(engines[0], looker([*engines, odd]), asked))
    np.testing.assert_allclose(arrays["pca-a"], bands(np.float32([[1, 0]]))[0] // 2, atol=1)


def test_pca_is_missing_where_it_has_too_few_axes(engines):
    engines[0].principal = Axes(1)
    asked = {
        "against": "bands-vae-2",
        "item": {"kind": "point", "model": "bands-vae-2", "number": 3},
    }
    _, arrays = unpack_arrays(readings.read_picture(engines[0], looker(engines), asked))
    assert "pca-a" not in arrays


@pytest.mark.parametrize("against", [None, 5, "gone"])
def test_another_model_has_to_be_named(engines, against):
    with pytest.raises(RefusedError):
        readings.read_place(engines[0], looker(engines), {"against": against, "place": [0, 0]})


def test_pairs_are_rows_of_both_models(engines):
    _, arrays = unpack_arrays(readings.pairs(engines[0], engines[3]))
    np.testing.assert_array_equal(arrays["rows"], np.stack([np.arange(80)] * 2, axis=1))


def test_a_plane_of_a_longer_code_has_places_too():
    wide = stand_in.Wide()
    one = stand_in.StandIn()
    packed = readings.field(store_of([one, wide], []), one, wide)
    places = unpack_arrays(packed)[1]["places"]
    assert np.isfinite(places).all()
    assert places.std() > 0
