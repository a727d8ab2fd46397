import dataclasses

import pytest
import torch

from autoencoders.models import build
from autoencoders.run_folder import RunFolder, RunState, write_atomically
from tests import tiny


def parts(seed=0):
    network, average = build(tiny.MODEL, seed=seed), build(tiny.MODEL, seed=seed + 1)
    optimizer = torch.optim.AdamW(network.parameters(), lr=0.1)
    return network, average, optimizer


def take_step(network, optimizer):
    network(torch.rand(4, 1, 28, 28, generator=torch.Generator().manual_seed(1))).sum().backward()
    optimizer.step()


def test_a_checkpoint_brings_everything_back(tmp_path):
    folder = RunFolder(tmp_path / "run", tiny.MODEL, tiny.TRAINING)
    network, average, optimizer = parts()
    take_step(network, optimizer)
    state = RunState(1, 2, 0.5, 60.0, [0.1], [0.2])
    folder.save(network, average, optimizer, state)

    again = parts(seed=7)
    assert RunFolder(tmp_path / "run", tiny.MODEL, tiny.TRAINING).load(*again) == state
    for old, new in zip((network, average), again[:2], strict=True):
        for name, tensor in old.state_dict().items():
            assert torch.equal(new.state_dict()[name], tensor)
    before, after = optimizer.state_dict()["state"], again[2].state_dict()["state"]
    assert before.keys() == after.keys()
    for index, entry in before.items():
        assert all(torch.equal(entry[key], after[index][key]) for key in entry)


def test_without_a_checkpoint_there_is_nothing_to_load(tmp_path):
    assert RunFolder(tmp_path, tiny.MODEL, tiny.TRAINING).load(*parts()) is None


def test_the_folder_of_another_run_is_refused(tmp_path):
    RunFolder(tmp_path, tiny.MODEL, tiny.TRAINING)
    other = dataclasses.replace(tiny.TRAINING, seed=9)
    with pytest.raises(ValueError, match=r"holds a run with other settings.*--run"):
        RunFolder(tmp_path, tiny.MODEL, other)


def test_a_damaged_checkpoint_says_so(tmp_path):
    folder = RunFolder(tmp_path, tiny.MODEL, tiny.TRAINING)
    folder.save(*parts(), RunState())
    file = tmp_path / "checkpoint.safetensors"
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(ValueError, match="is damaged"):
        folder.load(*parts())


def test_a_full_disk_leaves_the_last_file_whole(tmp_path, monkeypatch):
    file = tmp_path / "file"
    write_atomically(file, b"old")

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_atomically(file, b"new")
    assert file.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
