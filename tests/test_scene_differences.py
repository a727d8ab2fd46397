"""One link's parameters as what differs from another's."""

from hypothesis import given
from hypothesis import strategies as st

from autoencoders.scene_differences import read_differences, write_differences

NAMES = st.text("abcdefgh_", min_size=1, max_size=4)
PARAMETERS = st.dictionaries(NAMES, st.text(min_size=1, max_size=12), max_size=5)


def test_only_what_differs_is_written():
    those = {"z": "1,2", "path": "density", "at": "0.5"}
    assert write_differences({"z": "1,2", "path": "density", "at": "0.5"}, those) == "same"
    assert write_differences({"z": "1,2", "at": "50%|"}, those) == "at=50%25%7C|path="
    assert write_differences({"at": "1"}, {}) == "at=1"


@given(PARAMETERS, PARAMETERS)
def test_what_was_written_comes_back(parameters, those):
    assert read_differences(write_differences(parameters, those), those) == parameters


@given(st.text(max_size=40), PARAMETERS)
def test_any_text_is_read(text, those):
    assert all(read_differences(text, those).values())
