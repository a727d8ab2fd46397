import dataclasses
import json
import re
import shutil

import numpy as np
import pytest
import torch

from autoencoders import checkpoint, listing
from autoencoders.checkpoint import ModelFolderError
from autoencoders.latents import Latents
from autoencoders.models import build
from tests import tiny


@pytest.fixture
def folder(tmp_path):
    return tiny.save_model(tmp_path / "models" / "tiny-2")


def change_config(folder, **changes):
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_a_model_survives_its_folder(tmp_path):
    folder = tiny.save_model(tmp_path / "tiny-2", seed=3, half=False)
    network, description = checkpoint.load_network(folder)
    expected = checkpoint.build(tiny.MODEL, seed=3).state_dict()
    for name, tensor in network.state_dict().items():
        assert torch.equal(tensor, expected[name])
    assert not network.training
    assert description.model == tiny.MODEL
    assert description.training == tiny.TRAINING
    assert description.label_names == tuple("0123456789")


def test_the_digest_changes_with_any_file(tmp_path):
    first = checkpoint.verify(tiny.save_model(tmp_path / "first"))
    again = checkpoint.verify(tiny.save_model(tmp_path / "again" / "first"))
    assert re.fullmatch("[0-9a-f]{16}", first.digest)
    assert again.digest == first.digest
    for name in first.files:
        changed = dataclasses.replace(first, files={**first.files, name: "0" * 64})
        assert changed.digest != first.digest


def test_half_precision_halves_the_file(tmp_path):
    whole = tiny.save_model(tmp_path / "whole", half=False) / "model.safetensors"
    half = tiny.save_model(tmp_path / "half") / "model.safetensors"
    assert half.stat().st_size < 0.6 * whole.stat().st_size
    network = checkpoint.load_network(half.parent)[0]
    assert {tensor.dtype for tensor in network.parameters()} == {torch.float32}


def test_codes_and_movie_survive(folder):
    latents, history = checkpoint.load_latents(folder), checkpoint.load_history(folder)
    assert latents.codes.shape == (64, 2)
    assert latents.split == "test"
    assert latents.labels is not None and latents.labels[:3].tolist() == [0, 1, 2]
    assert latents.ids.tolist() == list(range(64))
    assert history is not None and history.reconstructions.shape == (3, 16, 28, 28, 1)
    assert latents.codes.dtype == latents.mse.dtype == np.float32


def test_no_pickle_is_ever_read(folder):
    np.savez(folder / "latents.npz", codes=np.array([{"evil": 1}], dtype=object))
    with pytest.raises(ModelFolderError, match=r"latents\.npz of tiny-2 is missing or damaged"):
        checkpoint.load_latents(folder)


@pytest.mark.parametrize("name", ["model.safetensors", "latents.npz", "history.npz", "README.md"])
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(ModelFolderError, match=f"tiny-2 lacks {name}"):
        checkpoint.verify(folder)


@pytest.mark.parametrize("name", ["model.safetensors", "latents.npz", "history.npz", "README.md"])
def test_a_damaged_file_is_named(folder, name):
    path = folder / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(ModelFolderError, match=f"{name} of tiny-2 is damaged or swapped"):
        checkpoint.verify(folder)


def test_swapped_weights_are_noticed(folder, tmp_path):
    other = tiny.save_model(tmp_path / "other", seed=1)
    (folder / "model.safetensors").write_bytes((other / "model.safetensors").read_bytes())
    with pytest.raises(ModelFolderError, match="damaged or swapped"):
        checkpoint.load_network(folder)


def test_weights_of_another_network_say_so(folder):
    values = json.loads((folder / "config.json").read_text())
    change_config(folder, model=values["model"] | {"decoder_hidden": [9]})
    with pytest.raises(ModelFolderError, match="does not fit the network"):
        checkpoint.load_network(folder)


def test_an_unknown_key_is_named(folder):
    change_config(folder, colour="green")
    with pytest.raises(ModelFolderError, match="does not know 'colour'"):
        checkpoint.describe(folder)
    change_config(folder)
    values = json.loads((folder / "config.json").read_text())
    del values["colour"]
    values["model"]["depth"] = 3
    (folder / "config.json").write_text(json.dumps(values))
    with pytest.raises(ModelFolderError, match="ModelConfig does not know 'depth'"):
        checkpoint.describe(folder)


def test_a_newer_format_says_update(folder):
    change_config(folder, format_version=3)
    with pytest.raises(ModelFolderError, match=r"format version 3.* up to 2; update Hourglass"):
        checkpoint.describe(folder)


@pytest.mark.parametrize("text", ["", "[1]", "{", "{}", '{"format_version": "one"}', "\xff"])
def test_a_damaged_config_is_one_sentence(folder, text):
    (folder / "config.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(ModelFolderError) as caught:
        checkpoint.describe(folder)
    assert "tiny-2" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("key", ["model", "training", "files", "metrics", "about", "label_names"])
@pytest.mark.parametrize("value", [None, 3, "x", ["y"]])
def test_parts_of_the_wrong_kind_never_trace_back(folder, key, value):
    change_config(folder, **{key: value})
    try:
        checkpoint.verify(folder)
    except ModelFolderError:
        return
    assert key == "label_names"


def test_a_file_outside_the_folder_is_refused(folder):
    values = json.loads((folder / "config.json").read_text())
    change_config(folder, files=values["files"] | {"../../secret": "0" * 64})
    with pytest.raises(ModelFolderError, match="not a file in the folder"):
        checkpoint.verify(folder)


def test_the_registry_lists_whole_and_broken_folders(folder, tmp_path, monkeypatch):
    broken = tiny.save_model(tmp_path / "models" / "broken-2")
    (broken / "model.safetensors").unlink()
    single = tiny.save_model(tmp_path / "elsewhere" / "single-2")
    (tmp_path / "models" / "notes").mkdir()
    monkeypatch.setattr(checkpoint, "SHIPPED", tmp_path / "nowhere")
    monkeypatch.setenv("HOURGLASS_MODELS", f"{tmp_path / 'models'}:{single}:{tmp_path / 'no'}")
    entries = {entry.name: entry for entry in listing.list_models()}
    assert list(entries) == ["broken-2", "single-2", "tiny-2"]
    assert entries["tiny-2"].problem is None
    assert (entries["tiny-2"].code_size, entries["broken-2"].code_size) == (2, 0)
    assert entries["tiny-2"].summary == "A tiny model for tests."
    assert entries["broken-2"].problem is not None
    assert "lacks model.safetensors" in entries["broken-2"].problem


def test_of_two_with_one_name_the_given_folder_counts(folder, tmp_path, monkeypatch):
    other = tiny.save_model(tmp_path / "mine" / "tiny-2", seed=1)
    monkeypatch.setenv("HOURGLASS_MODELS", str(folder.parent))
    assert checkpoint.model_folders([tmp_path / "mine"])[-1] == other


def test_a_file_that_changes_is_read_again(folder):
    checkpoint.verify(folder)
    (folder / "README.md").write_text("# Another card\n\nfor tests")
    with pytest.raises(ModelFolderError, match=r"README\.md"):
        checkpoint.verify(folder)


def test_what_ships_is_whole():
    for entry in listing.list_models():
        assert entry.problem is None
        assert entry.summary


# -- stacked models ------------------------------------------------------------------------------


@pytest.fixture
def stacked(tmp_path):
    return tiny.save_family(tmp_path / "models" / "tiny-stacked-2", "stacked")


def test_a_stacked_model_finds_its_base_beside_it(stacked):
    network, _ = checkpoint.load_network(stacked)
    assert network.base is not None
    base, _ = checkpoint.load_network(stacked.parent / "base-6")
    assert all(
        torch.equal(value, network.base.state_dict()[name])
        for name, value in base.state_dict().items()
    )


def test_a_stacked_model_without_its_base_says_so(stacked):
    shutil.rmtree(stacked.parent / "base-6")
    with pytest.raises(ModelFolderError, match="stands on base-6, which is not here"):
        checkpoint.verify(stacked)


def test_a_stacked_model_is_not_put_on_another_base(stacked):
    other = build(tiny.BASE, seed=9).eval()
    nothing = Latents(
        np.zeros((1, 6), np.float32), np.zeros(1, np.float32), None, np.array(["a"]), "test"
    )
    checkpoint.save_model(
        stacked.parent / "base-6", network=other, training=tiny.TRAINING, latents=nothing,
        history=None, label_names=(), metrics={}, about={}, card="",
    )  # fmt: skip
    with pytest.raises(ModelFolderError, match="stands on another base-6 than the one in"):
        checkpoint.verify(stacked)


def test_attributes_bases_and_anchors_survive_their_file(stacked):
    latents = checkpoint.load_latents(stacked)
    assert latents.attributes is not None
    assert set(np.unique(latents.attributes[:, 0][~np.isnan(latents.attributes[:, 0])])) == {0, 1}
    assert np.isnan(latents.attributes[:, 1]).all()
    assert latents.ids.dtype.kind == "U"
    assert latents.anchors is not None and latents.anchors.shape == (9, 2)
    assert latents.anchor_bases is not None and latents.anchor_bases.shape == (9, 6)
    assert checkpoint.load_directions(stacked)[0].name == "high"


def test_damaged_directions_say_so(stacked):
    (stacked / "directions.npz").write_bytes(b"nothing")
    with pytest.raises(ModelFolderError, match=r"directions.npz .* damaged"):
        checkpoint.load_directions(stacked)


def test_what_did_not_change_on_disk_is_not_read_again(tmp_path, monkeypatch):
    folder = tiny.save_family(tmp_path / "tiny", "convolutional")
    read = []
    entry = listing._entry
    monkeypatch.setattr(listing, "_entry", lambda each: read.append(each.name) or entry(each))
    for _ in range(3):
        assert listing.list_models([folder])[-1].problem is None
    assert read.count("tiny") == 1
    (folder / "latents.npz").write_bytes(b"damaged")
    (found,) = [one for one in listing.list_models([folder]) if one.name == "tiny"]
    assert "latents.npz" in found.problem
    assert read.count("tiny") == 2


@pytest.mark.parametrize(("size", "kept"), [(63, np.float32), (64, np.float16)])
def test_long_codes_are_kept_in_half_precision(tmp_path, size, kept):
    codes = np.random.default_rng(0).normal(0, 1, (8, size)).astype(np.float32)
    latents = Latents(codes, np.zeros(8, np.float32), None, np.arange(8), "test")
    (tmp_path / "latents.npz").write_bytes(latents.to_bytes())
    with np.load(tmp_path / "latents.npz") as file:
        assert file["codes"].dtype == kept
    read = Latents.from_file(tmp_path / "latents.npz").codes
    assert read.dtype == np.float32
    assert np.abs(read - codes).max() <= (0 if size < 64 else 0.002)
