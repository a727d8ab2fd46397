import dataclasses

import numpy as np
import pytest

from autoencoders.features import compare_features, mean_ink, regression_accuracy
from autoencoders.metrics import PCA, neighbour_accuracy
from autoencoders.registry import load
from tests import tiny


def test_ink_is_the_mean_of_a_picture():
    images = np.zeros((3, 2, 2, 1), np.uint8)
    images[1] = 255
    images[2, 0, 0, 0] = 51  # a fifth of 255, on a quarter of the pixels
    assert mean_ink(images) == pytest.approx(np.array([[0.0], [1.0], [0.05]]))
    assert mean_ink(images).dtype == np.float32


def test_a_regression_tells_what_a_line_can_part_and_no_more():
    random = np.random.default_rng(0)
    points = random.uniform(-1, 1, (2000, 2))
    line, ring = points @ [1.0, -2.0] > 0.3, np.square(points).sum(axis=1) > 0.6
    known, asked = points[:1500], points[1500:]
    told = [
        regression_accuracy(
            known * [1e4, 1e-4], truth[:1500].astype(int), asked * [1e4, 1e-4], truth[1500:]
        )
        for truth in (line, ring)
    ]
    assert told[0] > 0.98
    # Inside or outside a ring no line tells better than always saying the more frequent one.
    assert told[1] < max(ring[1500:].mean(), 1 - ring[1500:].mean()) + 0.05


def test_four_descriptions_of_the_same_pictures(tmp_path):
    engine = load(tiny.save_model(tmp_path / "tiny-2"), device="cpu")
    train, test = tiny.digits(300, split="train", seed=1), tiny.digits(120, seed=2)
    pca = PCA.fit(train.images, components=2)
    found = compare_features(engine, train=train, test=test, pca=pca)
    assert [one.name for one in found] == ["codes", "PCA's codes", "pixels", "codes and mean ink"]
    assert [one.numbers for one in found] == [2, 2, 784, 3]
    codes = engine.encode(test.images)
    assert found[0].neighbour_accuracy == neighbour_accuracy(codes, test.labels)
    assert found[1].neighbour_accuracy == neighbour_accuracy(pca.encode(test.images), test.labels)
    assert found[2].neighbour_accuracy == found[2].regression_accuracy == 1.0  # blobs do not touch
    known = engine.encode(train.images)
    expected = regression_accuracy(known, train.labels, codes, test.labels)
    assert found[0].regression_accuracy == pytest.approx(expected)


def test_ink_that_alone_tells_helps_the_codes(tmp_path):
    engine = load(tiny.save_model(tmp_path / "tiny-2"), device="cpu")
    data = tiny.digits(200, split="train", seed=1)
    dark = np.arange(200) % 2
    images = np.where(dark[:, None, None, None] == 1, data.images // 4, data.images)
    data = dataclasses.replace(data, images=images.astype(np.uint8), labels=dark)
    found = compare_features(engine, train=data, test=data, pca=PCA.fit(images, components=2))
    assert found[3].neighbour_accuracy > 0.95


def test_pictures_without_labels_have_nothing_to_read(tmp_path):
    engine = load(tiny.save_model(tmp_path / "tiny-2"), device="cpu")
    data = tiny.digits(30)
    with pytest.raises(ValueError, match="have no labels"):
        compare_features(
            engine,
            train=data,
            test=dataclasses.replace(data, labels=None),
            pca=PCA.fit(data.images, components=2),
        )
