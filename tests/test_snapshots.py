import itertools

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

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
