import numpy as np

from autoencoders import drawn_dataset
from autoencoders.data import load_dataset
from autoencoders.dataset import check_apart


def test_the_drawn_faces_need_no_data_and_share_none_between_splits(tmp_path, monkeypatch):
    monkeypatch.setattr(drawn_dataset, "COUNTS", {"train": 40, "validation": 20, "test": 20})
    monkeypatch.chdir(tmp_path)
    parts = [load_dataset("drawn", split) for split in ("train", "validation", "test")]
    assert [len(part) for part in parts] == [40, 20, 20]
    check_apart(parts)
    again = load_dataset("drawn", "test")
    assert np.array_equal(again.images, parts[2].images)
    assert parts[0].images.shape == (40, 64, 64, 3)


def test_every_attribute_is_known_and_all_faces_stand_in_one_studio(monkeypatch):
    monkeypatch.setattr(drawn_dataset, "COUNTS", {"train": 60})
    part = load_dataset("drawn", "train")
    assert part.attribute_names[0] == "smiling"
    assert set(np.unique(part.attributes)) == {0.0, 1.0}
    assert 0.2 < part.attributes.mean() < 0.8
    corners = part.images[:, 0, [0, -1]].reshape(-1, 3).astype(int)
    lit = corners / corners.sum(axis=1, keepdims=True)
    assert np.median(np.abs(lit - np.median(lit, axis=0))) < 0.02
