"""One picture as several models see it, found by its id."""

from dataclasses import replace

import numpy as np
import pytest
from comparing import Bands, bands, models, store_of, values

from autoencoders.ui.answers import RefusedError
from autoencoders.ui.items import Item, Looker
from autoencoders.ui.same_picture import common_rows, named, row_in, seen_by, squared_error


@pytest.fixture
def engines():
    return models()


def looker(engines, *, there=True):
    originals = bands(values()) if there else None
    return Looker(store_of(engines), browser="b", originals=lambda engine: originals)


def shuffled(engine, *, drop=0):
    """The same model, its test pictures in another order and the first ones left out."""
    kept = np.random.default_rng(3).permutation(len(engine.latents.ids))[drop:]
    parts = {
        name: getattr(engine.latents, name)[kept] for name in ("codes", "mse", "labels", "ids")
    }
    engine.latents = replace(engine.latents, **parts)
    return kept


def test_a_test_picture_is_found_by_its_id_and_its_code_is_the_kept_one(engines):
    two, vae = engines[0], engines[3]
    kept = shuffled(vae)
    seen = seen_by(Item("point", model=two.name, number=11), vae, looker(engines, there=False))
    assert kept[seen.row] == 11
    x, y = values()[11, :2]
    np.testing.assert_allclose(seen.code, [-2 * y, 2 * x], atol=1e-6)
    assert seen.error == pytest.approx(vae.latents.mse[seen.row])
    assert seen.pixels is None  # not on this disk
    np.testing.assert_array_equal(seen.drawn, bands(values()[11:12, :2])[0])


def test_the_picture_itself_is_there_where_the_data_is(engines):
    seen = seen_by(Item("point", model="bands-conv-1", number=5), engines[0], looker(engines))
    np.testing.assert_array_equal(seen.pixels, bands(values()[5:6])[0])


def test_a_picture_of_another_set_is_encoded(engines):
    other = Bands(name="odd-conv-2")
    other.latents = replace(other.latents, split="validation")
    engines.append(other)
    item = Item("point", model="odd-conv-2", number=4)
    assert row_in(item, engines[3], looker(engines)) is None
    seen = seen_by(item, engines[3], looker(engines))
    assert seen.row is None
    x, y = values()[4, :2]
    np.testing.assert_allclose(seen.code, [-2 * y, 2 * x], atol=2 * 0.5 / 30 + 1e-4)
    # two of the four tones are lost: the error is that of the two grey bands
    lost = bands(values()[4:5]).astype(float) - seen.drawn
    assert seen.error == pytest.approx(np.square(lost / 255).mean())


def test_a_code_of_another_model_is_drawn_there_and_read_here(engines):
    item = Item("code", model="bands-conv-2", code=(1.0, 2.0))
    seen = seen_by(item, engines[3], looker(engines))
    np.testing.assert_allclose(seen.code, [-4, 2], atol=0.04)


def test_a_picture_that_is_not_there_is_refused(engines):
    with pytest.raises(RefusedError, match="There is no such picture"):
        seen_by(Item("point", model="bands-conv-2", number=999), engines[0], looker(engines))
    with pytest.raises(RefusedError, match="There is no model 'gone'"):
        seen_by(Item("point", model="gone", number=1), engines[0], looker(engines))


def test_common_pictures_are_those_with_the_same_id(engines):
    two, vae = engines[0], engines[3]
    kept = shuffled(vae, drop=30)
    rows = common_rows([two, vae])
    assert rows.shape == (50, 2)
    assert rows.dtype == np.int32
    assert (two.latents.ids[rows[:, 0]] == vae.latents.ids[rows[:, 1]]).all()
    assert sorted(rows[:, 0]) == sorted(kept)


def test_ids_of_different_sets_mean_different_pictures(engines):
    two, vae = engines[0], engines[3]
    vae.latents = replace(vae.latents, split="validation")
    assert common_rows([two, vae]).shape == (0, 2)
    vae.latents = replace(vae.latents, split="test", ids=np.arange(80) + 5000)
    assert common_rows([two, vae]).shape == (0, 2)


def test_what_a_test_picture_is_called(engines):
    assert named(engines[0], 13) == "test picture 13, a 3"
    engines[0].latents = replace(engines[0].latents, labels=None)
    assert named(engines[0], 13) == "test picture 13"


def test_squared_error_is_on_0_to_1():
    black, white = np.zeros((2, 2, 1), np.uint8), np.full((2, 2, 1), 255, np.uint8)
    assert squared_error(black, white) == 1.0
    half = white.copy()
    half[0] = 0
    assert squared_error(half, white) == 0.5
