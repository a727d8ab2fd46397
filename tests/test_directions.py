"""Directions: known answers of two Gaussians, what must not matter, and what is too few."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from autoencoders import directions as module
from autoencoders.contrast import METHODS, CodeSpace, Examples, find_direction
from autoencoders.directions import (
    Area,
    Direction,
    angles,
    choose_method,
    cross_validated_auc,
    fit_direction,
    from_bytes,
    orthogonal_part,
    small_groups,
    to_bytes,
    with_effects,
)

SPREAD = np.array([[4.0, 1.0, 0.0], [1.0, 2.0, 0.5], [0.0, 0.5, 1.0]])
SHIFT = np.array([1.0, -0.5, 0.8])


def gaussians(count, *, shift=SHIFT, spread=SPREAD, seed=0, people=None, mirrored=False):
    """Half yes, half no, of the same covariance; everyone has one picture or takes turns."""
    random = np.random.default_rng(seed)
    labels = np.arange(count) % 2 == 0
    codes = random.multivariate_normal(np.zeros(len(shift)), spread, count)
    codes += np.where(labels[:, None], 0.5, -0.5) * shift
    groups = np.arange(count) if people is None else np.arange(count) // 2 % people
    other = codes * np.r_[-1.0, np.ones(len(shift) - 1)] if mirrored else None
    return Examples(codes, labels, groups, other)


def mean_difference(examples):
    codes, labels = examples.codes, examples.labels
    return codes[labels].mean(axis=0) - codes[~labels].mean(axis=0)


def cosine(one, other):
    return float(np.dot(one, other) / np.linalg.norm(one) / np.linalg.norm(other))


# ---- the direction itself


def test_means_is_the_plain_difference():
    examples = gaussians(40)
    found = find_direction(examples, method="means")
    assert found.dtype == np.float32
    assert found == pytest.approx(mean_difference(examples), rel=1e-6)


@pytest.mark.parametrize("method", ["discriminant", "logistic"])
def test_without_a_ridge_it_is_the_filter(method):
    # Of two Gaussians of one covariance S the best scorer is inverse(S) @ (m1 - m0).
    found = find_direction(gaussians(20_000), method=method, ridge=0)
    assert cosine(found, np.linalg.solve(SPREAD, SHIFT)) > 0.998


@pytest.mark.parametrize("method", ["discriminant", "logistic"])
def test_a_large_ridge_gives_the_difference_back(method):
    examples = gaussians(20_000)
    found = find_direction(examples, method=method, ridge=1e6)
    assert cosine(found, mean_difference(examples)) > 0.9999


def test_the_ridge_of_a_worked_example():
    # Variances 4 and 1 (mean 2.5), difference (1, 1): (1 / (4 + 2.5), 1 / (1 + 2.5)).
    examples = gaussians(100_000, shift=np.ones(2), spread=np.diag([4.0, 1.0]))
    found = find_direction(examples, ridge=1.0)
    assert found[0] / found[1] == pytest.approx(3.5 / 6.5, abs=0.02)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("mirrored", [False, True])
def test_strength_one_is_as_long_as_the_difference_of_the_means(method, mirrored):
    examples = gaussians(60, people=12, mirrored=mirrored)
    found = find_direction(examples, method=method)
    assert np.linalg.norm(found) == pytest.approx(np.linalg.norm(mean_difference(examples)))


@pytest.mark.parametrize("method", ["means", "discriminant", "pairs", "logistic"])
def test_no_for_yes_turns_it_round(method):
    examples = gaussians(80, people=10)
    turned = Examples(examples.codes, ~examples.labels, examples.groups)
    found, back = (find_direction(each, method=method) for each in (examples, turned))
    assert back == pytest.approx(-found, abs=2e-3)


@pytest.mark.parametrize("method", METHODS)
def test_the_order_of_the_examples_does_not_matter(method):
    examples = gaussians(80, people=10)
    order = np.random.default_rng(1).permutation(80)
    found = find_direction(examples, method=method)
    assert find_direction(examples.take(order), method=method) == pytest.approx(found, abs=2e-3)


def test_with_mirrored_codes_left_and_right_cancel():
    # The first number changes sign with the mirror, as pose does: nothing of it is left.
    found = find_direction(gaussians(400, mirrored=True))
    assert abs(found[0]) < 1e-6 < abs(found[1])


def confounded(seed=0):
    """A smile along the first number; along the second, people who smile more differ anyway."""
    random = np.random.default_rng(seed)
    people = np.repeat(np.arange(100), 6)
    trait = random.normal(size=100)[people] * 3
    labels = trait + random.normal(size=600) * 2 > 0
    codes = np.column_stack([labels * 2.0, trait, np.zeros(600)])
    return Examples(codes + random.normal(size=(600, 3)) * 0.3, labels, people)


@pytest.mark.parametrize(("method", "left"), [("pairs", 0.05), ("neighbours", 0.5)])
def test_matching_cancels_what_only_goes_along(method, left):
    examples, wide = confounded(), 1e6  # a wide ridge: the matched difference alone
    plain = find_direction(examples, method="means")
    found = find_direction(examples, method=method, ridge=wide)
    assert abs(plain[1]) > abs(plain[0])
    assert abs(found[1]) < left * abs(found[0])


def test_a_person_of_more_pictures_tells_more():
    # Person 0 has 3 + 3 pictures, weight 1 / (1/3 + 1/3) = 1.5; the others 1 + 1, weight 0.5.
    groups = np.r_[np.zeros(6, int), np.repeat([1, 2, 3, 4], 2)]
    labels = np.arange(14) % 2 == 0
    away = np.where(groups[:, None] == 0, [1.0, 0.0], [0.0, 1.0])
    found = find_direction(
        Examples(away * labels[:, None], labels, groups), method="pairs", ridge=1e6
    )
    assert found[0] / found[1] == pytest.approx(1.5 / 2.0, rel=1e-4)


def test_examples_taken_keep_their_mirrored_codes():
    examples = gaussians(10, mirrored=True)
    assert (examples.take([3, 1]).mirrored == examples.mirrored[[3, 1]]).all()


def test_noise_is_taken_off_the_axes_that_hold_nothing_else():
    # The first of 64 numbers tells, 15 a side: the plain difference is mostly noise.
    shift = np.r_[2.0, np.zeros(63)]
    gain = []
    for seed in range(20):
        examples = gaussians(30, shift=shift, spread=np.diag(np.r_[2.0, np.ones(63)]), seed=seed)
        space = CodeSpace(np.eye(64), np.r_[2.0, np.ones(63)])
        plain, found = mean_difference(examples), find_direction(examples, space=space)
        gain.append(cosine(found, shift) - cosine(plain, shift))
    assert np.median(gain) > 0.1


# ---- the space


def test_a_space_knows_how_far_a_picture_changes():
    random = np.random.default_rng(0)
    decoder = random.normal(size=(3, 20)) * np.array([[1.0], [2.0], [0.5]])
    codes = random.multivariate_normal(np.zeros(3), SPREAD, 20_000)
    space = CodeSpace.fit(codes, pictures=(codes[:60] @ decoder + 7).reshape(60, 4, 5))
    metric = decoder @ decoder.T
    assert space.axes @ space.axes.T == pytest.approx(3 * metric / np.trace(metric), abs=1e-3)
    assert (codes @ space.axes).var(axis=0) == pytest.approx(space.variances, rel=0.02)
    assert (np.diff(space.variances) <= 0).all()


def test_a_space_of_few_codes_is_shrunk():
    # Ten codes of thirty numbers span nine directions; none of the others may count as certain.
    codes = np.random.default_rng(0).normal(size=(10, 30))
    space = CodeSpace.fit(codes)
    assert space.variances.min() > 0.2
    assert space.variances.sum() == pytest.approx(codes.var(axis=0).sum())


def test_a_code_is_scored_by_what_shows_on_the_picture():
    # The second number changes the picture ten times as much: metric diag(1, 100).
    examples = gaussians(200, shift=np.ones(2), spread=np.eye(2))
    space = CodeSpace(np.diag([1.0, 10.0]), np.ones(2))
    direction = fit_direction("smile", examples, method="means", space=space)
    assert direction.axis[1] / direction.axis[0] == pytest.approx(
        100 * direction.vector[1] / direction.vector[0], rel=1e-4
    )


def test_other_units_of_the_code_give_the_same_edit_of_the_picture():
    examples, scale = gaussians(300), np.array([4.0, 1.0, 0.5])
    pictures = examples.codes
    stretched = Examples(examples.codes * scale, examples.labels, examples.groups)
    one = find_direction(examples, space=CodeSpace.fit(examples.codes, pictures=pictures))
    other = find_direction(stretched, space=CodeSpace.fit(stretched.codes, pictures=pictures))
    assert cosine(other / scale, one) > 0.999


# ---- how far it can be trusted


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=2, max_size=30))
def test_auroc_counts_the_pairs_in_order(rows):
    scores, labels = np.array([r[0] for r in rows], float), np.array([r[1] for r in rows])
    pairs = [(y > n) + 0.5 * (y == n) for y in scores[labels] for n in scores[~labels]]
    found = module.auroc(scores, labels)
    assert math.isnan(found) if not pairs else found == pytest.approx(np.mean(pairs))


def test_auroc_takes_weights_as_repetitions():
    scores, labels = np.array([1.0, 3.0, 2.0, 2.0]), np.array([True, True, False, False])
    times = np.array([2, 1, 3, 0])
    repeated = module.auroc(np.repeat(scores, times), np.repeat(labels, times))
    assert module.auroc(scores, labels, times) == pytest.approx(repeated) == pytest.approx(1 / 3)


def test_auc_of_a_known_overlap():
    # d' = sqrt(shift inverse(S) shift); the AUC of the best scorer is Phi(d' / sqrt 2).
    distance = math.sqrt(SHIFT @ np.linalg.solve(SPREAD, SHIFT))
    area = cross_validated_auc(gaussians(4000), ridge=0)
    assert area.value == pytest.approx(norm.cdf(distance / math.sqrt(2)), abs=0.02)
    assert area.low < norm.cdf(distance / math.sqrt(2)) < area.high
    assert 0.02 < area.high - area.low < 0.05  # Hanley and McNeil: about 0.03 for 2000 a side


def test_the_interval_covers_what_is_true():
    truth = norm.cdf(math.sqrt(SHIFT @ np.linalg.solve(SPREAD, SHIFT) / 2))
    areas = [cross_validated_auc(gaussians(200, seed=s), ridge=0, resamples=200) for s in range(40)]
    assert sum(area.low <= truth <= area.high for area in areas) >= 34


def test_the_interval_is_wider_where_pictures_are_of_few_people():
    # Twenty copies of each of 40 pictures tell no more than the 40.
    few = gaussians(40, people=20)
    copies = few.take(np.repeat(np.arange(40), 20))
    width = [area.high - area.low for area in map(cross_validated_auc, (few, copies))]
    assert width[1] > 0.5 * width[0]


def test_the_same_seed_gives_the_same_interval():
    examples = gaussians(60)
    one, same, other = (cross_validated_auc(examples, seed=seed) for seed in (3, 3, 4))
    assert one == same != other


@pytest.mark.parametrize("seed", range(5))
def test_nobody_is_in_two_folds_and_both_kinds_are_in_each(seed):
    random = np.random.default_rng(seed)
    person = random.integers(0, 30, 200)
    labels = person < 8
    fold = module._folds(person, labels, 5, seed)
    assert all(len(set(fold[person == one])) == 1 for one in set(person))
    assert all({True, False} == set(labels[fold == held]) for held in range(5))
    _, first = np.unique(person, return_index=True)
    counts = np.bincount(fold[first], minlength=5)
    assert counts.max() - counts.min() <= 1


def test_chance_is_too_few_to_say():
    by_chance = [gaussians(60, shift=np.full(3, 1e-3), seed=seed) for seed in range(20)]
    areas = [cross_validated_auc(examples, resamples=200) for examples in by_chance]
    assert sum(area.says_something for area in areas) <= 2
    direction = replace(plain("left", [1, 0]), area=Area(0.6, 0.48, 0.7))
    assert direction.trust == "too few to say"


def test_five_examples_of_four_people_give_a_direction_but_no_auc():
    codes = np.random.default_rng(0).normal(size=(20, 3))
    groups = np.r_[0, 0, np.arange(18)]
    direction = fit_direction("hat", Examples(codes, np.arange(20) < 5, groups))
    assert (direction.count_yes, direction.count_no, direction.area) == (5, 15, None)
    assert direction.trust == "too few to say"


def test_trust_says_the_numbers():
    direction = fit_direction("smile", gaussians(400, shift=SHIFT * 3))
    area = direction.area
    assert direction.trust == f"AUC {area.value:.2f} ({area.low:.2f} to {area.high:.2f})"


# ---- several directions


def test_the_means_of_the_groups_score_half():
    examples = gaussians(200)
    direction = fit_direction("smile", examples)
    assert direction.score(examples.codes[examples.labels]).mean() == pytest.approx(0.5, abs=1e-5)
    assert direction.score(examples.codes[~examples.labels]).mean() == pytest.approx(-0.5, abs=1e-5)


def plain(name, vector, *, axis=None, scale=1.0):
    vector = np.array(vector, np.float32)
    unit = np.array(vector / np.linalg.norm(vector) if axis is None else axis, np.float32)
    return Direction(name, vector, unit, 0.25, scale, "means", 7, 9)


def test_effects_are_in_the_others_own_distances():
    smile, age = plain("smile", [3, 4]), plain("age", [0, 2], scale=8.0)
    first, second = with_effects([smile, age])
    assert first.effects == {"age": pytest.approx(4 / 8)}
    assert second.effects == {"smile": pytest.approx(2 * 0.8)}


def test_angles_of_a_worked_example():
    found = angles([plain("a", [2, 0]), plain("b", [3, 3]), plain("c", [0, -1])])
    assert found == pytest.approx(np.array([[0, 45, 90], [45, 0, 135], [90, 135, 0]]), abs=0.05)


def test_the_orthogonal_part_moves_none_of_the_others():
    others = np.array([[1.0, 1.0, 0.0], [0.0, 2.0, 0.0]])
    assert orthogonal_part([3.0, 4.0, 5.0], others) == pytest.approx([0, 0, 5], abs=1e-5)


def test_a_code_of_two_numbers_has_two_directions():
    with pytest.raises(ValueError, match="2 independent directions"):
        orthogonal_part([1.0, 2.0], [[1.0, 0.0], [1.0, 1.0]])


# ---- choosing, and few examples


def test_the_method_that_holds_best_on_validation_is_chosen():
    training, validation = gaussians(2000), gaussians(2000, seed=1)
    validation = Examples(validation.codes, validation.labels, validation.groups + 10_000)
    method, areas = choose_method(training, validation, ridge=0.01)
    assert "pairs" not in areas and set(areas) == set(METHODS) - {"pairs"}
    assert areas[method] == max(areas.values()) > areas["means"]


def test_one_person_in_two_splits_is_refused():
    with pytest.raises(ValueError, match="one split"):
        choose_method(gaussians(40), gaussians(40, seed=1))


def test_too_few_validation_people_choose_nothing():
    validation = Examples(np.eye(12, 3), np.arange(12) < 4, np.arange(12) + 10_000)
    with pytest.raises(ValueError, match="at least 5"):
        choose_method(gaussians(40), validation)


def test_small_groups_are_drawn_by_the_seed():
    examples = gaussians(200)
    one, same = (small_groups(examples, draws=3, per_side=20, seed=5) for _ in range(2))
    assert one.shape == (3, 3) and one.dtype == np.float32
    assert (one == same).all() and not np.allclose(one[0], one[1])


def test_small_groups_of_everybody_are_the_whole_direction():
    examples = gaussians(60)
    (found,) = small_groups(examples, draws=1, per_side=30)
    assert found == pytest.approx(find_direction(examples), abs=1e-5)


# ---- the file


def test_bytes_and_back():
    known = fit_direction("smile", gaussians(60))
    unknown = plain("höher", [1, 2, 3], scale=0.1)
    written = with_effects([known, unknown])
    read = from_bytes(to_bytes(written))
    for one, other in zip(written, read, strict=True):
        for key in ("name", "offset", "scale", "method", "count_yes", "count_no", "area"):
            assert getattr(one, key) == getattr(other, key)
        assert dict(one.effects) == other.effects
        assert one.vector.tobytes() == other.vector.tobytes()
        assert one.axis.tobytes() == other.axis.tobytes()
    assert isinstance(read[0].area, Area) and read[1].area is None


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 cut", to_bytes([plain("a", [1, 0])])[:-30]])
def test_what_is_no_file_of_directions_is_refused(data):
    with pytest.raises(ValueError, match="no directions"):
        from_bytes(data)


# ---- bad input: one clear sentence each


def wrong(**changes):
    given = {"codes": np.eye(12), "labels": np.arange(12) < 6, "groups": np.arange(12)}
    return {**given, **changes}


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"codes": np.zeros(12)}, r"shape \(N, D\)"),
        ({"codes": np.full((12, 2), np.nan)}, "NaN"),
        ({"labels": np.arange(12)}, "True or False"),
        ({"labels": np.arange(11) < 6}, "12 codes need as many labels"),
        ({"groups": np.arange(11)}, "a person each"),
        ({"mirrored": np.eye(11)}, "mirrored"),
    ],
)
def test_examples_refuse(changes, part):
    with pytest.raises(ValueError, match=part):
        Examples(**wrong(**changes))


@pytest.mark.parametrize("yes", [0, 4, 8, 12])
def test_fewer_than_five_a_side_is_too_few(yes):
    examples = Examples(**wrong(labels=np.arange(12) < yes))
    with pytest.raises(ValueError, match=f"at least 5 examples a side; there are {yes} with"):
        find_direction(examples)


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"method": "magic"}, "means, discriminant"),
        ({"method": "pairs"}, "people with pictures of both kinds"),
        ({"ridge": -1.0}, "at least 0"),
        ({"ridge": math.nan}, "at least 0"),
    ],
)
def test_find_direction_refuses(options, part):
    with pytest.raises(ValueError, match=part):
        find_direction(Examples(**wrong()), **options)


def test_groups_of_the_same_mean_have_no_direction():
    codes = np.tile(np.random.default_rng(0).normal(size=(6, 3)), (2, 1))
    with pytest.raises(ValueError, match="same mean"):
        find_direction(Examples(**wrong(codes=codes)))


def test_more_cannot_be_drawn_than_there_are():
    with pytest.raises(ValueError, match="draw fewer"):
        small_groups(gaussians(30), per_side=20)


@pytest.mark.parametrize(
    ("codes", "pictures", "part"),
    [
        (np.zeros((1, 2)), None, "at least 2 codes"),
        (np.eye(4), np.eye(4), "4 pictures"),
        (np.random.default_rng(0).normal(size=(9, 2)), np.ones((9, 5)), "do not differ"),
    ],
)
def test_a_space_refuses(codes, pictures, part):
    with pytest.raises(ValueError, match=part):
        CodeSpace.fit(codes, pictures=pictures)
