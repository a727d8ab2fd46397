"""The geometry of the plane, and codes written as text."""

import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from autoencoders.latent import check_codes, format_code, grid_codes, parse_code, plane_extent

coordinates = st.floats(-1e6, 1e6, width=32)
clouds = arrays(np.float32, st.tuples(st.integers(1, 40), st.just(2)), elements=coordinates)


def test_extent_of_a_worked_example():
    # x spreads over 10, y over 4: a square of 10 * 1.12 around the centre (5, 0).
    x0, x1, y0, y1 = plane_extent([[0, -2], [10, 2], [3, 1]])
    assert (x0, x1, y0, y1) == pytest.approx((-0.6, 10.6, -5.6, 5.6))


@settings(deadline=None)
@given(clouds)
def test_extent_is_a_square_that_holds_every_code(codes):
    x0, x1, y0, y1 = plane_extent(codes)
    assert x1 - x0 == pytest.approx(y1 - y0)
    assert x1 > x0
    assert (codes[:, 0] > x0).all() and (codes[:, 0] < x1).all()
    assert (codes[:, 1] > y0).all() and (codes[:, 1] < y1).all()


def test_extent_of_a_single_code_is_not_empty():
    assert plane_extent([[0, 0]]) == (-1, 1, -1, 1)
    x0, x1, y0, y1 = plane_extent([[1e6, 1e6]])
    assert x1 - x0 >= 1 and y1 - y0 >= 1


@pytest.mark.parametrize(
    ("codes", "part"),
    [
        (np.zeros((0, 2)), "N of at least 1"),
        (np.zeros((3, 3)), "(3, 3)"),
        (np.zeros(2), "(2,)"),
        ([[0, math.nan]], "NaN"),
        ([[0, math.inf]], "infinite"),
    ],
)
def test_extent_refuses_what_spans_no_plane(codes, part):
    with pytest.raises(ValueError, match="A plane needs") as caught:
        plane_extent(codes)
    assert part in str(caught.value)


def test_grid_of_a_worked_example():
    codes = grid_codes((0, 2, 10, 14), 3, 2)
    assert codes.dtype == np.float32
    # Row by row from the top (y = 14), from the left (x = 0).
    assert codes.tolist() == [[0, 14], [2, 14], [0, 12], [2, 12], [0, 10], [2, 10]]


@settings(deadline=None)
@given(
    st.floats(-50, 50), st.floats(0.1, 50), st.floats(-50, 50), st.floats(0.1, 50),
    st.integers(2, 12), st.integers(2, 12),
)  # fmt: skip
def test_grid_nodes_stand_where_the_wire_format_says(x0, width, y0, height, rows, cols):
    x1, y1 = x0 + width, y0 + height
    codes = grid_codes((x0, x1, y0, y1), rows, cols).reshape(rows, cols, 2)
    for i in range(rows):
        for j in range(cols):
            expected = (x0 + j * (x1 - x0) / (cols - 1), y1 - i * (y1 - y0) / (rows - 1))
            assert codes[i, j] == pytest.approx(expected, rel=1e-5, abs=1e-4)


@pytest.mark.parametrize(("rows", "cols"), [(1, 5), (5, 1), (0, 0)])
def test_grid_refuses_a_line(rows, cols):
    with pytest.raises(ValueError, match="at least 2 rows and 2 columns"):
        grid_codes((0, 1, 0, 1), rows, cols)


@pytest.mark.parametrize("extent", [(1, 0, 0, 1), (0, 1, 2, 2), (0, math.inf, 0, 1)])
def test_grid_refuses_an_empty_box(extent):
    with pytest.raises(ValueError, match="x0 < x1"):
        grid_codes(extent, 2, 2)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1,2", (1.0, 2.0)),
        (" [ -0.5, 1e-3 ] ", (-0.5, 0.001)),
        ("(+.5 3.)", (0.5, 3.0)),
        ("1,,2", (1.0, 2.0)),
    ],
)
def test_codes_are_read(text, code):
    assert parse_code(text, 2) == code


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "2 numbers separated by commas, got 0"),
        ("1", "got 1"),
        ("1,2,3", "got 3"),
        ("1,fish", "'fish'"),
        ("nan,1", "'nan'"),
        ("1,inf", "'inf'"),
        ("1,-Infinity", "'-Infinity'"),
        ("1,1e999", "too large"),
        ("3.5e38,0", "too large"),
        ("1_0,2", "'1_0'"),
        ("٣,2", "is not a number"),
        ("1,0x10", "'0x10'"),
        ("1," + "9" * 30_000, "30,002 characters"),
        ("1," + "z" * 100, "zzz...'"),
    ],
)
def test_damaged_codes_are_refused_in_one_sentence(text, part):
    with pytest.raises(ValueError, match="code") as caught:
        parse_code(text, 2)
    assert part in str(caught.value)
    assert len(str(caught.value)) < 200


@settings(deadline=None)
@given(st.text(max_size=60), st.integers(1, 4))
def test_any_text_is_a_code_or_a_sentence(text, size):
    try:
        code = parse_code(text, size)
    except ValueError:
        return
    assert len(code) == size
    assert np.isfinite(np.float32(code)).all()


@settings(deadline=None)
@given(st.lists(st.floats(-1e30, 1e30), min_size=1, max_size=5))
def test_a_written_code_reads_back(code):
    assert parse_code(format_code(code), len(code)) == pytest.approx(code, rel=1e-4)


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (np.zeros((2, 3)), "given shape (2, 3)"),
        (np.zeros(2), "given shape (2,)"),
        ([[0, 0]], "given list"),
        (np.array([["a", "b"]]), "given <U1"),
        (np.array([[0, 0], [0, np.nan]]), "code 1 holds NaN"),
        (np.array([[1e39, 0]]), "code 0 holds NaN, infinity or a number too large"),
    ],
)
def test_what_is_no_code_is_refused_with_the_name_of_the_model(codes, said):
    with pytest.raises(ValueError, match=re.escape(said)) as raised:
        check_codes(codes, size=2, name="digits-conv-2")
    assert str(raised.value).startswith("digits-conv-2 decodes finite numbers of shape (B, 2); ")


def test_codes_of_any_number_type_become_float32():
    checked = check_codes(np.array([[1, 2]]), size=2, name="digits-conv-2")
    assert checked.dtype == np.float32
    assert checked.tolist() == [[1, 2]]
