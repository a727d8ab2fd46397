"""From labelled pictures to directions: which pictures count, and for what."""

import dataclasses

import numpy as np
import pytest

from autoencoders import attributes
from autoencoders.attributes import code_space, examples_of, find_directions, in_both_ways
from autoencoders.contrast import TOO_FEW
from autoencoders.dataset import SPLITS
from tests import tiny

NAN = float("nan")


class Halves:
    """An engine whose code is the mean of a picture's left half, of its right half, and of all."""

    base_size = 3

    def encode_base(self, images):
        grey = images[..., 0].astype(np.float32) / 255
        half = grey.shape[2] // 2
        left, right = (part.mean(axis=(1, 2)) for part in (grey[..., :half], grey[..., half:]))
        return np.stack([left, right, (left + right) / 2], axis=1)

    def decode_base(self, codes):
        return np.clip(np.rint(255 * codes[:, None, :2, None]), 0, 255).astype(np.uint8)


def part(split, known, *, seed=0, groups=None):
    """Pictures of noise, lighter on the left where the attribute is there."""
    known = np.array(known, np.float32)
    random = np.random.default_rng(seed + SPLITS.index(split))
    images = random.integers(60, 120, (len(known), 4, 4, 1), dtype=np.uint8)
    images[known == 1, :, :2] += 90
    return dataclasses.replace(
        tiny.digits(len(known), split=split), images=images, labels=None,
        attributes=known[:, None], attribute_names=("light",),
        groups=None if groups is None else np.array(groups, np.int64),
    )  # fmt: skip


def test_without_attributes_there_are_no_directions():
    labelled = part("train", [1, 0] * 20)
    bare = dataclasses.replace(labelled, attributes=None, split="validation")
    assert find_directions(Halves(), labelled, bare) == ((), ())
    assert find_directions(Halves(), bare, labelled) == ((), ())


def test_a_mirror_image_has_left_and_right_changed_over():
    plain, mirrored = in_both_ways(Halves(), part("train", [1, 0, 1]))
    assert plain[0, 0] > plain[0, 1]
    assert np.array_equal(mirrored, plain[:, [1, 0, 2]])


def test_the_pictures_of_which_it_is_known_are_the_examples():
    pictures = part("train", [1, NAN, 0, 1], groups=[7, 7, 8, 9])
    codes = in_both_ways(Halves(), pictures)
    found = examples_of(pictures, codes, 0)
    assert found.labels.tolist() == [True, False, True]
    assert found.groups.tolist() == [7, 8, 9]
    assert np.allclose(found.codes, codes[0][[0, 2, 3]])
    assert np.allclose(found.mirrored, codes[1][[0, 2, 3]])
    alone = examples_of(dataclasses.replace(pictures, groups=None), codes, 0)
    assert len(set(alone.groups)) == 3
    other = dataclasses.replace(pictures, groups=None, split="validation")
    assert not set(alone.groups) & set(examples_of(other, codes, 0).groups)


def test_training_and_validation_pictures_count_together():
    train = part("train", [1] * 3 + [0] * 20 + [NAN] * 2)
    enough = part("validation", [1] * (TOO_FEW - 3) + [0] * 4)
    (direction,), problems = find_directions(Halves(), train, enough)
    assert problems == ()
    assert (direction.name, direction.count_yes, direction.count_no) == ("light", TOO_FEW, 24)
    assert direction.vector[2] > 0.1  # with it pictures are lighter, by some 45 of 255
    fewer = part("validation", [1] * (TOO_FEW - 4) + [0] * 4)
    assert find_directions(Halves(), train, fewer) == (
        (),
        ("light has 4 examples on one side; a direction needs at least 5.",),
    )


def test_those_without_it_are_counted_as_well():
    train, validation = part("train", [1] * 30 + [0] * 3), part("validation", [1] * 9 + [0])
    assert find_directions(Halves(), train, validation)[1] == (
        "light has 4 examples on one side; a direction needs at least 5.",
    )


def test_a_split_of_which_nothing_is_known_is_left_out():
    train, nothing = part("train", [1, 0] * 20), part("validation", [NAN] * 9)
    (direction,), _ = find_directions(Halves(), train, nothing)
    assert (direction.count_yes, direction.count_no) == (20, 20)
    (direction,), _ = find_directions(Halves(), train, part("validation", [1] * 4))
    assert (direction.count_yes, direction.count_no) == (24, 20)


@pytest.mark.parametrize(("counts", "chosen"), [((8, 8), True), ((8, 7), False), ((7, 8), False)])
def test_the_method_is_chosen_where_each_split_has_enough(monkeypatch, counts, chosen):
    asked, spaces, fit = [], [], attributes.fit_direction

    def found(*given, space, **options):
        spaces.append(space)
        return fit(*given, space=space, **options)

    def choose(training, validation, *, space):
        asked.append((len(training.labels), len(validation.labels), space))
        return "means", {}

    monkeypatch.setattr(attributes, "MANY", 8)
    monkeypatch.setattr(attributes, "choose_method", choose)
    monkeypatch.setattr(attributes, "fit_direction", found)
    train, validation = (
        part(split, [1] * count + [0] * 9) for split, count in zip(SPLITS[:2], counts, strict=True)
    )
    (direction,), _ = find_directions(Halves(), train, validation)
    assert direction.method == ("means" if chosen else "discriminant")
    assert [entry[:2] for entry in asked] == ([(17, 17)] if chosen else [])
    assert len(spaces) == 1 and spaces[0] is not None
    assert all(entry[2] is spaces[0] for entry in asked)


def test_a_space_needs_more_codes_than_numbers_and_looks_at_so_many(monkeypatch):
    codes = np.random.default_rng(0).uniform(0, 1, (9, 3)).astype(np.float32)
    assert code_space(Halves(), codes[:3]) is None
    assert code_space(Halves(), codes[:4]) is not None
    shown = []
    engine = Halves()
    engine.decode_base = lambda part: shown.append(len(part)) or Halves().decode_base(part)
    monkeypatch.setattr(attributes, "PICTURES", 5)
    assert code_space(engine, codes) is not None and shown == [5]
