"""The bench of anomalies, on pictures whose anomalies are known."""

import dataclasses

import numpy as np
import pytest
import torch

from autoencoders.config import TrainConfig
from benchmarks import anomalies
from tests import tiny


def faces(count=12):
    random = np.random.default_rng(0)
    return random.integers(100, 110, (count, 40, 48, 3), dtype=np.uint8)


class Clean:
    """Stands in for a model that draws every face as it is without a block, but for its noise."""

    name = "clean"

    def __init__(self, images, noise=0):
        self.images = images
        self.noise = noise

    def reconstruct(self, images):
        assert images.shape == self.images.shape
        random = np.random.default_rng(1)
        return self.images + random.integers(0, self.noise + 1, self.images.shape, dtype=np.uint8)


def test_blocks_are_found_by_a_model_that_does_not_draw_them():
    data = dataclasses.replace(tiny.digits(12), images=faces(), name="lfw")
    found = anomalies.measure_faces(Clean(data.images, noise=3), lambda split: data)
    assert [figure.value for figure in found] == [1.0, 1.0]
    assert all(figure.reached for figure in found)


def test_a_model_that_draws_everything_finds_nothing():
    class Whole(Clean):
        def reconstruct(self, images):
            return images

    data = dataclasses.replace(tiny.digits(12), images=faces(), name="lfw")
    area, share = anomalies.measure_faces(Whole(data.images), lambda split: data)
    assert area.value == 0.5 and not area.reached
    assert share.value < 0.5 and not share.reached


def test_only_one_label_is_kept():
    data = tiny.digits(50)
    found = anomalies.only(data, 3)
    assert len(found) == 5 and set(found.labels) == {3}
    assert np.array_equal(found.images, data.images[3::10])


def test_a_score_is_the_error_over_the_ink():
    class Half(torch.nn.Module):
        def forward(self, images):
            return images / 2

    images = np.zeros((2, 4, 4, 1), np.uint8)
    images[0], images[1, :2] = 255, 255
    # Half of every value is missing: a quarter of the squares of the ink.
    assert anomalies.outlier_scores(Half(), images) == pytest.approx([0.25, 0.25])


def test_a_model_of_one_place_finds_blobs_at_other_places():
    model = dataclasses.replace(tiny.MODEL, code_size=3, decoder_hidden=(16,))
    training = TrainConfig(
        dataset="mnist", epochs=40, batch_size=16, learning_rate=1e-2, average=0.0, snapshots=1
    )
    area = anomalies.area_of(
        4, train=tiny.digits(400, split="train", seed=1), test=tiny.digits(200),
        validation=tiny.digits(60, split="validation", seed=2), model=model, training=training,
    )  # fmt: skip
    assert area > 0.97
