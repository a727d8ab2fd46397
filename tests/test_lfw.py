import numpy as np
import pytest
from PIL import Image

from autoencoders import lfw
from autoencoders.data import load_dataset
from autoencoders.dataset import SPLITS, DataError, id_of, split_of

PEOPLE = [f"Person_{number}" for number in range(12)]


@pytest.fixture
def root(tmp_path):
    """Two photographs each of twelve made-up people, a square where the face is."""
    for number, person in enumerate(PEOPLE):
        place = tmp_path / "lfw" / "lfw-deepfunneled" / person
        place.mkdir(parents=True)
        for copy in (1, 2):
            pixels = np.full((250, 250, 3), 10 * number, np.uint8)
            pixels[55:189, 58:192] = 200 + copy
            Image.fromarray(pixels).save(place / f"{person}_000{copy}.png")
    rows = ["image,smiling,hat", "Person_0/Person_0_0001.png,1,", "Person_1/Person_1_0002.png,0,1"]
    (tmp_path / "lfw" / "attributes.csv").write_text("\n".join(rows) + "\n")
    return tmp_path


def every(root):
    return [
        lfw.reader("lfw")(root, split, progress=False)
        for split in SPLITS
        if any(split_of(person) == split for person in PEOPLE)
    ]


def test_people_stay_in_one_split_and_faces_are_cut_out(root):
    parts = every(root)
    assert sum(len(part) for part in parts) == 24
    for part in parts:
        assert part.images.shape[1:] == (64, 64, 3)
        assert part.images.min() > 190
        assert len(set(part.groups)) == len(part) // 2
    groups = [set(part.groups) for part in parts]
    assert sum(map(len, groups)) == len(set.union(*groups)) == 12


def test_a_face_is_the_box_resized_and_nothing_else():
    noise = np.random.default_rng(0).integers(0, 256, (250, 250, 3), dtype=np.uint8)
    image = Image.fromarray(noise)
    expected = image.crop((58, 55, 192, 189)).resize((64, 64), Image.Resampling.BICUBIC)
    assert np.array_equal(lfw.face(image), np.asarray(expected))
    expected = image.resize((256, 256), Image.Resampling.BICUBIC)
    assert np.array_equal(lfw.photo(image), np.asarray(expected))


def test_ids_are_of_the_bytes_and_name_nobody(root):
    split = split_of("Person_0")
    part = lfw.reader("lfw")(root, split, progress=False)
    file = root / "lfw/lfw-deepfunneled/Person_0/Person_0_0001.png"
    assert part.ids[0] == id_of(file.read_bytes())
    assert not any("Person" in name for name in part.ids)


def test_attributes_are_yes_no_or_unknown(root):
    parts = every(root)
    assert {part.attribute_names for part in parts} == {("smiling", "hat")}
    known = {
        id_: values for part in parts for id_, values in zip(part.ids, part.attributes, strict=True)
    }
    folder = root / "lfw/lfw-deepfunneled"
    first = known[id_of((folder / "Person_0/Person_0_0001.png").read_bytes())]
    assert first[0] == 1 and np.isnan(first[1])
    second = known[id_of((folder / "Person_1/Person_1_0002.png").read_bytes())]
    assert second.tolist() == [0, 1]
    assert sum(np.isnan(values).all() for values in known.values()) == 22


def test_without_a_table_nothing_is_known(root):
    (root / "lfw/attributes.csv").unlink()
    part = every(root)[0]
    assert part.attributes is None and part.attribute_names == ()


def test_labels_of_pictures_that_are_not_there_are_counted(root):
    with (root / "lfw/attributes.csv").open("a") as file:
        file.write("Nobody/Nobody_0001.jpg,1,0\nPerson_2/Person_2_0009.png,1,0\n")
    for part in every(root):
        assert part.problems == (
            "2 labels are of pictures that are not there, Nobody/Nobody_0001.jpg the first.",
        )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not enough values"),
        ("image,smiling\nx.jpg,1,0\n", "shorter or longer"),
        ("image,smiling,hat\nx.jpg,1\n", "shorter or longer"),
        ("image,smiling\nx.jpg,2\n", "neither 1, 0 nor empty"),
        ("image,smiling\nx.jpg,yes\n", "could not convert"),
        ("image,smiling\n\xff.jpg,1\n", "codec can't decode"),
    ],
)
def test_a_damaged_table_is_one_sentence(root, text, reason):
    (root / "lfw/attributes.csv").write_bytes(text.encode("latin-1"))
    with pytest.raises(DataError, match=f"cannot be read .*{reason}.* a row for each picture"):
        every(root)


def test_a_photograph_of_another_size_is_passed_over(root):
    place = root / "lfw/lfw-deepfunneled/Person_0"
    Image.new("RGB", (249, 250)).save(place / "Person_0_0003.png")
    (place / "Person_0_0004.png").write_bytes(b"\x89PNG\r\n")
    part = lfw.reader("lfw")(root, split_of("Person_0"), progress=False)
    assert "it is 249x250 pixels; these photographs are 250x250" in part.problems[0]
    assert part.problems[2].startswith("2 of ")
    with pytest.raises(ValueError, match="it is 250x249 pixels"):
        lfw.photo(Image.new("RGB", (250, 249)))
    # What is known of a picture stays with it, whatever was passed over before it.
    assert len(part.images) == len(part.groups) == len(part.ids)
    clean = {str(id_): group for id_, group in zip(part.ids, part.groups, strict=True)}
    for file in place.glob("Person_0_000[34].png"):
        file.unlink()
    again = lfw.reader("lfw")(root, split_of("Person_0"), progress=False)
    assert clean == {str(id_): group for id_, group in zip(again.ids, again.groups, strict=True)}


def test_blank_lines_in_the_table_say_nothing(root):
    table = root / "lfw/attributes.csv"
    table.write_text("\n" + table.read_text().replace("\n", "\n\n"))
    known = [values for part in every(root) for values in part.attributes]
    assert sum(np.isnan(values).all() for values in known) == 22


def test_whole_photographs_are_256_wide(root):
    part = lfw.reader("lfw-photos")(root, split_of("Person_3"), progress=False)
    assert part.images.shape[1:] == (256, 256, 3)


def test_half_a_download_says_where_the_people_belong(root, tmp_path):
    with pytest.raises(DataError, match=r"lfw-deepfunneled cannot be read"):
        lfw.reader("lfw")(tmp_path / "nowhere", "train", progress=False)
    for file in root.rglob("*.png"):
        file.write_bytes(b"")
    with pytest.raises(DataError, match="No photograph of the train split could be read"):
        lfw.reader("lfw")(root, "train", progress=False)


def test_counting_reads_nothing(root):
    for file in root.rglob("*.png"):
        file.write_bytes(b"")
    assert lfw.FACES.count is lfw.PHOTOS.count is lfw.count
    for split in SPLITS:
        people = [person for person in PEOPLE if split_of(person) == split]
        assert lfw.count(root, split) == 2 * len(people)


def test_the_real_photographs_split_as_the_design_says(data_root):
    if not (data_root / "lfw").is_dir():
        pytest.skip("the photographs are not on this disk")
    counts = [lfw.count(data_root, split) for split in SPLITS]
    assert counts == [9_120, 1_276, 1_218]
    assert load_dataset("lfw", "test", root=data_root).attribute_names[0] == "smiling"
