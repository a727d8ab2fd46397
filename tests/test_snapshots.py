import itertools

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from autoencoders import snapshots
from autoencoders.models import build
from autoencoders.snapshots import History, snapshot_epochs, take_snapshot
from tests import tiny


@given(st.integers(1, 300), st.integers(1, 40))
def test_snapshots_run_from_the_first_weights_to_the_last(epochs, count):
    chosen = snapshot_epochs(epochs, count)
    assert chosen == sorted(set(chosen))
    assert len(chosen) == min(count, epochs + 1)
    assert chosen[-1] == epochs or count == 1
    assert chosen[0] == 0
    gaps = np.diff(chosen)
    assert all(later >= earlier - 1 for earlier, later in itertools.pairwise(gaps))


def collect(tmp_path, codes_size=2, count=30):
    data = tiny.digits(count, split="validation")
    config = tiny.MODEL.to_dict() | {"code_size": codes_size}
    files = []
    for epoch in (0, 2):
        network = build(type(tiny.MODEL).from_dict(config), seed=epoch)
        files.append(tmp_path / f"snapshot-{epoch:05d}.npz")
        take_snapshot(network, data, files[-1], device=torch.device("cpu"))
    return data, network, History.collect(files, train_loss=[2, 1], validation_loss=[3, 2])


def test_a_history_survives_its_file(tmp_path):
    data, _network, history = collect(tmp_path)
    assert history.epochs.tolist() == [0, 2]
    assert history.codes.shape == (2, 30, 2)
    assert history.reconstructions.shape == (2, 30, 28, 28, 1)
    assert history.labels is not None and history.labels.tolist() == data.labels.tolist()
    file = tmp_path / "history.npz"
    file.write_bytes(history.to_bytes())
    again = History.from_file(file)
    assert np.abs(again.codes - history.codes).max() < 1e-3
    assert np.array_equal(again.reconstructions, history.reconstructions)
    assert again.train_loss.tolist() == [2, 1]
    assert again.validation_loss.tolist() == [3, 2]


def test_a_snapshot_shows_what_the_network_makes_of_the_pictures(tmp_path):
    data, network, history = collect(tmp_path)
    images = torch.from_numpy(data.images).permute(0, 3, 1, 2) / 255
    with torch.inference_mode():
        codes = network.eval().encode(images)
        shown = network.decode(codes)
    assert history.codes[-1] == pytest.approx(codes.numpy(), abs=1e-6)
    assert np.abs(history.reconstructions[-1, ..., 0] - shown[:, 0].numpy() * 255).max() < 0.51


@pytest.mark.parametrize("size", [1, 5])
def test_codes_of_another_size_are_shown_on_two_axes(tmp_path, size):
    history = collect(tmp_path, codes_size=size)[2]
    assert history.codes.shape == (2, 30, 2)
    if size == 1:
        assert not history.codes[:, :, 1].any()
    else:
        assert history.codes[-1].var(axis=0)[0] >= history.codes[-1].var(axis=0)[1]


def long_history(*, side=40, count=7):
    """Noise, which does not compress: some 1,600 bytes a reconstruction of side 40."""
    random = np.random.default_rng(0)
    return History(
        epochs=np.arange(count) * 10,
        codes=random.normal(0, 1, (count, 3, 2)).astype(np.float32),
        labels=None,
        reconstructions=random.integers(0, 256, (count, 4, side, side, 1), dtype=np.uint8),
        train_loss=np.ones(70, np.float32),
        validation_loss=np.ones(70, np.float32),
    )


def reread(history, tmp_path, **options):
    file = tmp_path / "history.npz"
    file.write_bytes(history.to_bytes(**options))
    return History.from_file(file), file.stat().st_size


def test_a_history_that_fits_is_kept_whole(tmp_path):
    whole, size = reread(long_history(), tmp_path)
    assert size < 3 * 2**20
    assert whole.labels is None
    assert np.array_equal(whole.reconstructions, long_history().reconstructions)


def test_a_larger_one_has_smaller_pictures(tmp_path):
    small, size = reread(long_history(), tmp_path, limit=15_000)
    assert size <= 15_000
    assert small.epochs.tolist() == [0, 10, 20, 30, 40, 50, 60]
    blocks = long_history().reconstructions.astype(float).reshape(7, 4, 20, 2, 20, 2, 1)
    assert np.array_equal(small.reconstructions, np.rint(blocks.mean(axis=(3, 5))))


def test_pictures_that_are_small_stay_and_snapshots_go(tmp_path):
    whole = long_history(side=32)
    fewer, size = reread(whole, tmp_path, limit=20_000)
    assert size <= 20_000
    kept = [0, 2, 4, 6]
    assert fewer.epochs.tolist() == [0, 20, 40, 60]
    assert np.array_equal(fewer.reconstructions, whole.reconstructions[kept])
    assert np.abs(fewer.codes - whole.codes[kept]).max() < 2e-3
    assert len(fewer.train_loss) == 70
    even = reread(long_history(side=32, count=6), tmp_path, limit=20_000)[0]
    assert even.epochs.tolist() == [0, 20, 40, 50]  # the last one always stays
    two = reread(whole, tmp_path, limit=1)[0]
    assert two.epochs.tolist() == [0, 60]


def test_codes_are_shown_along_the_last_snapshots_widest_axes(tmp_path):
    random = np.random.default_rng(0)
    last = random.normal(0, 1, (50, 4)) * [1, 9, 0.1, 3] + 5
    first = random.normal(0, 1, (50, 4)) * [20, 1, 1, 1]
    files = []
    for epoch, codes in ((0, first), (3, last)):
        files.append(tmp_path / f"snapshot-{epoch:05d}.npz")
        np.savez(
            files[-1], epoch=epoch, codes=codes.astype(np.float32),
            reconstructions=np.zeros((1, 4, 4, 1), np.uint8),
        )  # fmt: skip
    shown = History.collect(files, train_loss=[1], validation_loss=[1]).codes
    assert shown[1].std(axis=0) == pytest.approx([9, 3], rel=0.25)
    assert np.abs(shown[1].mean(axis=0)).max() < 1e-4
    assert np.abs(np.corrcoef(shown[1, :, 0], last[:, 1])[0, 1]) > 0.99


def test_a_snapshot_keeps_the_first_so_many(tmp_path, monkeypatch):
    monkeypatch.setattr(snapshots, "CODES", 12)
    monkeypatch.setattr(snapshots, "RECONSTRUCTIONS", 5)
    history = collect(tmp_path)[2]
    assert history.codes.shape == (2, 12, 2)
    assert history.labels.tolist() == tiny.digits(12).labels.tolist()
    assert history.reconstructions.shape[1] == 5
    file = tmp_path / "history.npz"
    file.write_bytes(history.to_bytes())
    assert History.from_file(file).labels.tolist() == history.labels.tolist()
    with np.load(file) as packed:
        assert packed["codes"].dtype == np.float16
