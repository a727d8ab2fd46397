import dataclasses

import numpy as np
import pytest

from autoencoders import data
from autoencoders.data import (
    DATASETS,
    SPLITS,
    DataError,
    count_pictures,
    find_root,
    load_dataset,
    originals,
)
from tests import tiny


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return tiny.write_mnist(tmp_path_factory.mktemp("data"))


def test_the_splits_are_the_ones_of_the_design(root):
    train, validation, test = (load_dataset("mnist", split, root=root) for split in SPLITS)
    assert (len(train), len(validation), len(test)) == (64, 5_000, 40)
    assert train.ids.tolist() == list(range(64))
    assert validation.ids[[0, -1]].tolist() == [64, 5_063]
    assert test.ids.tolist() == list(range(40))
    assert np.array_equal(test.images, tiny.digits(40, seed=2).images)
    assert test.images.shape == (40, 28, 28, 1)
    assert test.labels is not None and test.labels.tolist()[:11] == [*range(10), 0]


def test_the_real_digits_are_all_there(data_root):
    for split in SPLITS:
        assert len(load_dataset("mnist", split, root=data_root)) == DATASETS["mnist"].counts[split]
    first = load_dataset("mnist", "test", root=data_root)
    assert first.labels is not None and first.labels[:5].tolist() == [7, 2, 1, 0, 4]


def test_an_unknown_dataset_names_the_known_ones(root):
    with pytest.raises(DataError, match=r"no dataset called 'cats'; there is drawn, lfw, .*mnist"):
        load_dataset("cats", "test", root=root)


def test_missing_data_says_where_it_was_sought_and_what_to_do(tmp_path):
    with pytest.raises(DataError, match=r"was not found in .*HOURGLASS_DATA.*--download mnist"):
        load_dataset("mnist", "test", root=tmp_path)


def test_half_downloaded_data_says_so(tmp_path):
    tiny.write_mnist(tmp_path)
    raw = tmp_path / "MNIST" / "raw"
    file = raw / "t10k-images-idx3-ubyte"
    file.write_bytes(file.read_bytes()[:1000])
    with pytest.raises(DataError, match=r"missing or damaged .* --download mnist"):
        load_dataset("mnist", "test", root=tmp_path)
    (raw / "t10k-labels-idx1-ubyte").unlink()
    with pytest.raises(DataError, match="missing or damaged"):
        load_dataset("mnist", "train", root=tmp_path)


def test_a_dataset_that_needs_no_folder_is_read_and_counted_anywhere(tmp_path, monkeypatch):
    made = dataclasses.replace(
        DATASETS["mnist"], folder="", read=lambda root, split, *, progress: tiny.digits(7),
        count=lambda root, split: {"test": 8}.get(split, 9),
    )  # fmt: skip
    monkeypatch.setitem(DATASETS, "made", made)
    monkeypatch.setenv("HOURGLASS_DATA", str(tmp_path / "nowhere"))
    assert len(load_dataset("made", "test")) == 7
    assert count_pictures("made", "test") == 8
    assert count_pictures("made", "train", root=tmp_path) == 9


def test_pictures_are_counted_where_they_lie(root, tmp_path, monkeypatch):
    assert count_pictures("mnist", "test", root=root) == 40  # by reading them
    counted = dataclasses.replace(DATASETS["mnist"], count=lambda root, split: 123)
    monkeypatch.setitem(DATASETS, "mnist", counted)
    assert count_pictures("mnist", "test", root=root) == 123
    with pytest.raises(DataError, match="was not found"):
        count_pictures("mnist", "test", root=tmp_path)


def test_the_root_is_what_is_given_then_what_is_set_then_data(tmp_path, monkeypatch):
    given, named = tmp_path / "given", tmp_path / "named"
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HOURGLASS_DATA", raising=False)
    assert find_root() is None
    (tmp_path / "data").mkdir()
    assert find_root() is not None and find_root().name == "data"
    monkeypatch.setenv("HOURGLASS_DATA", str(named))
    assert find_root() is None
    named.mkdir()
    given.mkdir()
    assert find_root() == named
    assert find_root(given) == given


def test_originals_come_in_the_order_of_their_ids_and_are_read_once(root, tmp_path, monkeypatch):
    ids = np.array([7, 0, 39])
    assert originals("mnist", "test", ids, root=tmp_path) is None
    assert originals("unknown", "test", ids, root=root) is None
    found = originals("mnist", "test", ids, root=root)
    assert np.array_equal(found, tiny.digits(40, seed=2).images[[7, 0, 39]])
    assert originals("mnist", "test", np.array([7, 40]), root=root) is None
    assert originals("mnist", "test", np.array(["7"]), root=root) is None

    def refuse(*_args, **_options):
        raise AssertionError("read twice")

    monkeypatch.setattr(data, "load_dataset", refuse)
    assert np.array_equal(originals("mnist", "test", ids, root=root), found)


def test_originals_known_by_hashes_are_found_wherever_they_stand(tmp_path, monkeypatch):
    blobs = tiny.digits(5)
    hashed = dataclasses.replace(blobs, ids=np.array(["e", "a", "d", "b", "c"]))
    made = dataclasses.replace(
        DATASETS["mnist"], folder="", read=lambda root, split, *, progress: hashed
    )
    monkeypatch.setitem(DATASETS, "hashed", made)
    found = originals("hashed", "test", np.array(["b", "e", "a"]), root=tmp_path)
    assert np.array_equal(found, blobs.images[[3, 0, 1]])
    assert not hashed.images.flags.writeable  # every session is given the same ones
    assert originals("hashed", "test", np.array(["z"]), root=tmp_path) is None
    monkeypatch.setenv("HOURGLASS_DATA", str(tmp_path / "nowhere"))
    assert originals("hashed", "test", np.array(["a"])) is None


def test_each_name_stands_for_its_own_dataset():
    assert DATASETS["lfw"].crop.startswith("box")
    assert DATASETS["lfw-photos"].crop.startswith("the whole")
    assert DATASETS["drawn"].folder == ""
