"""What the games are played with: targets far apart, what the encoder and PCA make of them."""

import generating
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from playing import Reader, Sharper, originals, read

from autoencoders.metrics import mean_squared_errors
from autoencoders.ui import games
from autoencoders.ui.answers import RefusedError

ENGINE = Reader()
STORE = generating.shared_store([ENGINE, Sharper()])


def nowhere(engine):
    return None


@given(st.integers(0, 2**31 - 1))
def test_targets_are_well_rebuilt_and_lie_apart(seed):
    codes, mse = ENGINE.latents.codes, ENGINE.latents.mse
    chosen = games.targets(codes, mse, seed=seed, side=2.0)
    assert len(set(chosen)) == games.ROUNDS
    apart = np.linalg.norm(codes[chosen][:, None] - codes[chosen][None], axis=2)
    assert apart[~np.eye(5, dtype=bool)].min() > 0.12 * 2
    assert mse[chosen].max() <= np.quantile(mse, 0.8)
    assert chosen == games.targets(codes, mse, seed=seed, side=2.0)


def test_there_are_targets_where_all_lie_together():
    chosen = games.targets(np.zeros((9, 2), np.float32), np.ones(9, np.float32), seed=1, side=2.0)
    assert len(set(chosen)) == games.ROUNDS


def test_a_picture_to_be_found_is_drawn_from_its_place():
    arrays, _ = games.find(ENGINE, STORE, nowhere, 3)
    assert (arrays["pictures"] == generating.shades(arrays["truth"])).all()
    np.testing.assert_allclose(arrays["encoder"], arrays["truth"], atol=0.02)


def test_pca_guesses_the_place_of_the_test_picture_that_it_finds_most_alike():
    """This one sees the first number only: right across, anything up and down."""
    arrays, _ = games.find(ENGINE, STORE, nowhere, 3)
    np.testing.assert_allclose(arrays["pca"][:, 0], arrays["truth"][:, 0], atol=0.06)
    away = np.linalg.norm(arrays["pca"] - arrays["truth"], axis=1)
    assert away.max() > 0.2


def test_pca_never_recognises_the_picture_itself():
    engine = Reader()
    engine.principal.codes, engine.principal.encode = engine.latents.codes.copy(), read
    arrays, _ = games.find(engine, STORE, nowhere, 3)
    away = np.linalg.norm(arrays["pca"] - arrays["truth"], axis=1)
    np.testing.assert_allclose(away, 0.05, atol=1e-4)  # its neighbour on the lattice
    assert np.isfinite(engine.principal.codes).all(), "what everybody shares stays as it was"


def test_without_pca_it_does_not_play():
    bare = Reader()
    bare.principal = None
    assert "pca" not in games.find(bare, STORE, nowhere, 1)[0]
    arrays, _ = games.hit(bare, STORE, nowhere, 1)
    assert "pca" not in arrays
    assert (arrays["errors"][:, 1] == -1).all()
    assert "pca" not in games.which(bare, STORE, originals, 1)[0]


def test_where_the_originals_are_they_are_to_be_hit():
    arrays, more = games.hit(ENGINE, STORE, originals, 4)
    assert more == {"original": True}
    kept = originals(ENGINE)
    chosen = games._targets(ENGINE, 4)
    assert (arrays["pictures"] == kept[chosen]).all()
    np.testing.assert_allclose(arrays["truth"], read(kept[chosen]))
    of_encoder = mean_squared_errors(generating.shades(arrays["truth"]), kept[chosen])
    np.testing.assert_allclose(arrays["errors"][:, 0], of_encoder, rtol=1e-5)
    of_pca = mean_squared_errors(arrays["pca"], kept[chosen])
    np.testing.assert_allclose(arrays["errors"][:, 1], of_pca, rtol=1e-5)
    assert (arrays["errors"][:, 2] > arrays["errors"][:, 0]).all(), "the average is worst"


def test_elsewhere_reconstructions_are_to_be_hit_and_that_is_told():
    arrays, more = games.hit(ENGINE, STORE, nowhere, 4)
    assert more == {"original": False}
    codes = ENGINE.latents.codes[games._targets(ENGINE, 4)]
    assert (arrays["pictures"] == generating.shades(codes)).all()
    assert (arrays["errors"][:, 0] < 1e-4).all()


def test_four_originals_of_which_one_is_right():
    arrays, more = games.which(ENGINE, STORE, originals, 9)
    assert more == {"source": ""}
    kept, chosen = originals(ENGINE), games._targets(ENGINE, 9)
    for row, index in enumerate(chosen):
        shown = arrays["choices"][row]
        assert (shown[arrays["truth"][row]] == kept[index]).all()
        assert len(np.unique(shown.reshape(4, -1), axis=0)) == 4
    assert arrays["pictures"].shape == (5, 8, 8, 1)
    assert (arrays["encoder"] == arrays["truth"]).sum() >= 3, "its codes are read from the picture"


def test_the_other_choices_are_lookalikes():
    random = np.random.default_rng(0)
    codes = ENGINE.latents.codes
    row = games._lookalikes(codes, 100, random)
    away = np.linalg.norm(codes - codes[100], axis=1)
    near = np.argsort(away, kind="stable")[: 1 + max(12, len(codes) // 50)]
    assert set(row) <= set(near)
    assert 100 in row
    assert len(set(row)) == 4


def test_without_originals_the_longest_code_of_the_same_pictures_stands_in():
    arrays, more = games.which(ENGINE, STORE, nowhere, 9)
    assert more == {"source": "sharper-4"}
    truth = ENGINE.latents.codes[games._targets(ENGINE, 9)]
    shown = arrays["choices"][np.arange(5), arrays["truth"]]
    assert (shown == generating.shades(truth) // 2).all()


def test_a_model_of_other_pictures_does_not_stand_in():
    other = Sharper()
    other.latents.ids[:] += 1
    store = generating.shared_store([ENGINE, other])
    with pytest.raises(RefusedError, match="longer code"):
        games.which(ENGINE, store, nowhere, 9)


def test_too_few_pictures_are_no_game():
    few = Reader(latents=generating.kept(generating.cloud()[:3]))
    with pytest.raises(RefusedError, match="too few"):
        games.which(few, STORE, originals, 1)
