"""The documentation's sheets of faces: who is on them, and where."""

import numpy as np
import pytest

from docs import faces


def test_different_people_are_drawn():
    groups = np.repeat(np.arange(10), 3)
    chosen = faces.people(groups, np.arange(3, 30), 9)
    assert sorted(groups[chosen].tolist()) == list(range(1, 10))
    assert np.array_equal(chosen[:4], faces.people(groups, np.arange(3, 30), 4))


def test_a_morph_begins_and_ends_with_the_two():
    ends = np.array([[0, 7], [14, 0]], np.float32)
    found = faces._between(ends)
    assert found[:, 0].tolist() == [0, 2, 4, 6, 8, 10, 12, 14]
    assert found[:, 1] == pytest.approx([7, 6, 5, 4, 3, 2, 1, 0], abs=1e-5)


def test_a_sheet_shows_each_picture_in_its_place():
    colours = np.array([[[250, 0, 0], [0, 250, 0]], [[0, 0, 250], [90, 90, 90]]], np.uint8)
    pictures = np.broadcast_to(colours[:, :, None, None], (2, 2, 64, 64, 3)).copy()
    bands = [faces.Band(pictures[0], "a word"), faces.Band(pictures[1], space=faces.GAP)]
    sheet = faces.sheet(bands, columns=[(0, "left"), (1, "right")], second=1)
    side = 64 * faces.ENLARGED
    assert sheet.size == (3 * faces.GAP + 2 * side, 3 * faces.GAP + 2 * faces.TEXT + 2 * side)
    top = faces.GAP + 2 * faces.TEXT
    for row, above in enumerate((top, top + side + faces.GAP)):
        for column in range(2):
            place = (faces.GAP + column * (side + faces.GAP) + side // 2, above + side // 2)
            assert sheet.getpixel(place) == tuple(colours[row, column])
        assert sheet.getpixel((faces.GAP, above)) == tuple(colours[row, 0])
        assert sheet.getpixel((faces.GAP, above - 1)) == faces.PAPER
        assert sheet.getpixel((2 * faces.GAP + side, above)) == tuple(colours[row, 1])
        assert sheet.getpixel((2 * faces.GAP + side - 1, above)) == faces.PAPER
    words = np.asarray(sheet.convert("L"))[faces.GAP : faces.GAP + faces.TEXT]
    assert (words < 128).any(axis=0)[: faces.GAP + side].any()
    assert (words < 128).any(axis=0)[faces.GAP + side :].any()
