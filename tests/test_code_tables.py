"""Codes as CSV, NPZ and Parquet: every number comes back exactly."""

import csv
import io

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pyarrow import parquet

from autoencoders.code_tables import codes_csv, codes_npz, codes_parquet

CODES = np.array([[0.1, -2.0], [1e-8, 3e10]], np.float32)
MORE = {
    "ids": np.array([7, 9]),
    "labels": ["a, b", "größe"],
    "attributes": {"smiling": np.array([1.0, np.nan], np.float32), "older": [0.25, 0]},
}


def test_csv_says_it_in_words():
    assert codes_csv(CODES, **MORE).decode() == (
        'id,label,smiling,older,z1,z2\n7,"a, b",1.0,0.25,0.1,-2.0\n9,größe,,0.0,1e-08,3e+10\n'
    )
    assert codes_csv(CODES[:0]) == b"z1,z2\n"


def test_npz_holds_arrays_and_no_pickles():
    with np.load(io.BytesIO(codes_npz(CODES, **MORE)), allow_pickle=False) as stored:
        table = dict(stored)
    assert set(table) == {"codes", "ids", "labels", "attributes", "attribute_names"}
    assert table["codes"].dtype == np.float32 and np.array_equal(table["codes"], CODES)
    assert table["ids"].tolist() == [7, 9] and table["labels"].tolist() == ["a, b", "größe"]
    assert table["attribute_names"].tolist() == ["smiling", "older"]
    expected = np.array([[1, 0.25], [np.nan, 0]], np.float32)
    assert np.array_equal(table["attributes"], expected, equal_nan=True)
    objects = np.array(["x", 3], object)
    with np.load(io.BytesIO(codes_npz(CODES, ids=objects)), allow_pickle=False) as stored:
        assert set(stored) == {"codes", "ids"} and stored["ids"].tolist() == ["x", "3"]


def test_parquet_keeps_kinds_and_what_is_not_known():
    table = parquet.read_table(io.BytesIO(codes_parquet(CODES, **MORE)))
    assert table.column_names == ["id", "label", "smiling", "older", "z1", "z2"]
    assert table.schema.field("z1").type == pa.float32()
    assert table.column("smiling").to_pylist() == [1.0, None]
    assert table.column("label").to_pylist() == ["a, b", "größe"]
    assert np.array_equal(table.column("z2").to_numpy(), CODES[:, 1])


@given(
    arrays(
        np.float32,
        st.tuples(st.integers(0, 4), st.integers(1, 4)),
        elements=st.floats(width=32, allow_nan=False, allow_infinity=False),
    )
)
def test_every_number_comes_back(codes):
    heading, *rows = csv.reader(io.StringIO(codes_csv(codes).decode()))
    assert heading == [f"z{index + 1}" for index in range(codes.shape[1])]
    assert np.array_equal(np.array(rows, np.float32).reshape(codes.shape), codes)
    table = parquet.read_table(io.BytesIO(codes_parquet(codes)))
    assert np.array_equal(np.stack([column.to_numpy() for column in table], axis=1), codes)
    with np.load(io.BytesIO(codes_npz(codes))) as stored:
        assert np.array_equal(stored["codes"], codes)


@pytest.mark.parametrize("write", [codes_csv, codes_npz, codes_parquet])
def test_what_is_no_table_is_refused(write):
    for codes, more, sentence in (
        (CODES[0], {}, r"Codes are finite numbers of shape \(N, D\); got shape \(2,\)"),
        (np.full((1, 2), np.nan), {}, "Codes are finite numbers"),
        (CODES, {"ids": [1]}, r"'id' has shape \(1,\) beside 2 codes"),
        (CODES, {"attributes": {"high": [[1], [2]]}}, "'high' has shape"),
        (CODES, {"attributes": {"z2": [1, 2]}}, "Two columns are called 'z2'"),
        (CODES, {"attributes": {"id": [1, 2]}, "ids": [1, 2]}, "Two columns are called 'id'"),
    ):
        with pytest.raises(ValueError, match=sentence):
            write(codes, **more)
