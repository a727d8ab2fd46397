import dataclasses
import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoencoders.dataset import DataError, check_apart, id_of, split_of
from tests import tiny


@given(st.text(min_size=1, max_size=30))
def test_a_name_has_one_split_by_the_rule_of_the_design(name):
    tenth = int(hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest(), 16) % 10
    expected = "test" if tenth == 1 else "validation" if tenth == 2 else "train"
    assert split_of(name) == expected


def test_a_name_that_is_no_text_has_a_split_too():
    # As Python gives a file name of the bytes 61 ff.
    digest = hashlib.sha256(b"a\xff").hexdigest()
    expected = {1: "test", 2: "validation"}.get(int(digest, 16) % 10, "train")
    assert split_of("a\udcff") == expected


def test_about_a_tenth_goes_to_each_of_the_small_splits():
    splits = [split_of(f"person {number}") for number in range(4000)]
    assert 0.08 < splits.count("test") / 4000 < 0.12
    assert 0.08 < splits.count("validation") / 4000 < 0.12


def test_an_id_is_the_start_of_the_hash():
    # printf abc | sha256sum
    assert id_of(b"abc") == "ba7816bf8f01cfea"


def faces(split, ids, groups):
    data = tiny.digits(len(ids), split=split)
    return dataclasses.replace(
        data, ids=np.array(ids, np.str_), groups=np.array(groups, np.int64), labels=None
    )


def test_splits_that_share_nothing_pass():
    check_apart([faces("train", ["a", "b"], [1, 1]), faces("test", ["c"], [2])])
    # MNIST's indices count anew in each of its two files.
    check_apart([tiny.digits(5, split="train"), tiny.digits(5, split="test")])
    check_apart([faces("train", ["0", "1"], [1, 2]), tiny.digits(5, split="test")])


def test_a_picture_in_two_splits_is_refused():
    with pytest.raises(DataError, match=r"One picture is in both the train and the test split"):
        check_apart([faces("train", ["a", "b"], [1, 2]), faces("test", ["b"], [3])])


def test_people_in_two_splits_are_counted():
    train, test = faces("train", ["a", "b"], [1, 2]), faces("test", ["c", "d"], [2, 1])
    with pytest.raises(DataError, match=r"2 people are in both .* give each a place"):
        check_apart([faces("validation", ["e"], [9]), train, test])
