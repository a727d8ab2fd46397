import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from autoencoders.dataset import SPLITS, DataError, id_of, split_of
from autoencoders.folders import (
    PictureFile,
    folder_source,
    groups_of,
    picture_files,
    picture_paths,
    read_folder,
    read_pictures,
)

SHAPE = (16, 16, 3)


@pytest.fixture
def folder(tmp_path):
    """Forty pictures of ten subjects, each one colour."""
    for subject in range(10):
        place = tmp_path / "mine" / f"subject {subject}"
        place.mkdir(parents=True)
        for number in range(4):
            Image.new("RGB", (20, 30), (20 * subject, 60 * number, 9)).save(place / f"{number}.png")
    return tmp_path / "mine"


def test_a_subfolder_is_a_subject(folder):
    files = picture_files(folder)
    assert len(files) == 40
    assert files[0].name == "subject 0/0.png"
    assert [file.subject for file in files[:5]] == ["subject 0"] * 4 + ["subject 1"]
    groups = groups_of(files)
    assert len(set(groups)) == 10
    assert len(set(groups[:4])) == 1


def test_files_without_subfolders_stand_for_themselves(folder):
    files = picture_files(folder / "subject 3")
    assert [file.subject for file in files] == ["0.png", "1.png", "2.png", "3.png"]


def test_the_splits_share_no_subject_and_leave_none_out(folder):
    parts = {}
    for split in SPLITS:
        if any(split_of(f"subject {number}") == split for number in range(10)):
            parts[split] = read_folder(folder, split, shape=SHAPE)
    assert sum(len(part) for part in parts.values()) == 40
    for split, part in parts.items():
        shown = {int(image[8, 8, 0]) // 20 for image in part.images}
        assert {split_of(f"subject {number}") for number in shown} == {split}
        assert part.images.shape[1:] == SHAPE
        assert part.problems == ()


def test_pictures_are_cut_to_the_middle_and_scaled(tmp_path):
    for name in "abcdefghij":
        tall = np.zeros((30, 10, 3), np.uint8)
        tall[10:20] = 200
        Image.fromarray(tall).save(tmp_path / f"{name}.png")
    part = read_folder(tmp_path, "train", shape=(8, 8, 1))
    assert part.images.shape[1:] == (8, 8, 1)
    assert part.images.min() > 190  # the black above and below is cut away


def test_bad_files_are_named_counted_and_passed_over(folder, tmp_path):
    for number in range(7):
        (folder / f"subject {number}" / "text.png").write_text("no picture")
    files = picture_files(folder)
    read = read_pictures(files, np.asarray, progress=False, title="")
    assert len(read.images) == len(read.ids) == len(read.files) == 40
    assert len(read.problems) == 6
    assert read.problems[0].startswith("subject 0/text.png was passed over: ")
    assert read.problems[-1] == "7 of 47 pictures were passed over."
    kept = [file for file in files if file.path.name != "text.png"]
    assert list(read.files) == kept
    assert read.ids.tolist() == [id_of(file.path.read_bytes()) for file in kept]
    assert [int(image[0, 0, 0]) for image in read.images] == [
        20 * int(file.subject.split()[1]) for file in kept
    ]


def test_a_folder_with_bad_files_is_read_and_says_so(folder):
    subject = next(f"subject {n}" for n in range(10) if split_of(f"subject {n}") == "train")
    (folder / subject / "0 first.png").write_text("no picture")
    part = read_folder(folder, "train", shape=SHAPE)
    assert part.problems[0].startswith(f"{subject}/0 first.png was passed over")
    assert len(part.groups) == len(part.images) == len(part.ids)


def test_a_file_that_cannot_be_read_is_passed_over(folder, monkeypatch):
    real = Path.read_bytes

    def read_bytes(path):
        if path.name == "2.png":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    read = read_pictures(picture_files(folder)[:4], np.asarray, progress=False, title="")
    assert read.problems == (
        "subject 0/2.png was passed over: cannot be read (Permission denied)",
        "1 of 4 pictures were passed over.",
    )


def test_subjects_are_told_apart_whatever_their_names_are():
    names = [*map(str, range(300)), "undecodable \udcff"]
    files = [PictureFile(Path(name), name, name) for name in names]
    assert len(set(groups_of(files).tolist())) == 301


def test_a_picture_the_caller_cannot_use_gives_the_callers_reason(folder):
    def refuse(image):
        raise ValueError("it is too plain")

    read = read_pictures(picture_files(folder)[:1], refuse, progress=False, title="")
    assert read.problems[0] == "subject 0/0.png was passed over: it is too plain"


def test_hidden_files_and_other_files_are_no_pictures(tmp_path):
    (tmp_path / ".hidden").mkdir()
    Image.new("L", (9, 9)).save(tmp_path / ".hidden" / "a.png")
    Image.new("L", (9, 9)).save(tmp_path / ".b.png")
    (tmp_path / "notes.txt").write_text("a")
    with pytest.raises(DataError, match="There are no pictures in"):
        picture_files(tmp_path)


def test_a_folder_that_two_ways_lead_to_is_entered_once(folder, tmp_path):
    (folder / "subject 0" / "back").symlink_to(folder, target_is_directory=True)
    assert len(picture_files(folder)) == 40
    (tmp_path / "other").symlink_to(folder / "subject 1", target_is_directory=True)
    assert [file.name for file in picture_files(tmp_path / "other")] == [
        f"{number}.png" for number in range(4)
    ]
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / "friend").symlink_to(folder / "subject 2", target_is_directory=True)
    assert {file.subject for file in picture_files(linked)} == {"friend"}


def test_pictures_come_by_name_a_folders_own_first(tmp_path):
    for name in ("b/z.png", "b.png", "a/y.PNG", "a.png", "c.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = [
        path.relative_to(tmp_path).as_posix() for path in picture_paths(tmp_path, refuse=print)
    ]
    assert found == ["a.png", "b.png", "a/y.PNG", "b/z.png"]
    assert [file.name for file in picture_files(tmp_path)] == sorted(found)


def test_a_subfolder_that_cannot_be_read_is_named(folder, monkeypatch):
    real = os.scandir

    def scandir(path):
        if Path(path).name == "subject 4":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(DataError, match=r"subject 4 cannot be read \(Permission denied\)"):
        picture_files(folder)


def test_what_is_no_dataset_says_why(tmp_path):
    with pytest.raises(DataError, match=r"cannot be read \(No such file or directory\)"):
        read_folder(tmp_path / "nowhere", "train", shape=SHAPE)
    Image.new("L", (9, 9)).save(tmp_path / "a.png")
    with pytest.raises(DataError, match="There is one picture in"):
        read_folder(tmp_path, "train", shape=SHAPE)
    Image.new("L", (9, 9)).save(tmp_path / "b.png")
    split = next(split for split in SPLITS if split not in {split_of("a.png"), split_of("b.png")})
    with pytest.raises(DataError, match=f"none fell into the {split} split"):
        read_folder(tmp_path, split, shape=SHAPE)


def test_its_source_speaks_of_the_folder(folder):
    source = folder_source(folder)
    assert source.title == "the pictures in mine"
    assert "SHA-256" in source.split_rule
    with pytest.raises(DataError, match="are read by the size of a model; name it"):
        source.read(folder, "train", progress=False)
