import dataclasses

import numpy as np
import pytest

from autoencoders import evaluation
from autoencoders.blocks import find_blocks
from autoencoders.evaluation import evaluate
from autoencoders.metrics import PCA, neighbour_accuracy, psnr, sharpness, ssim
from autoencoders.registry import load
from tests import tiny


def test_an_evaluation_is_the_measures_one_by_one(tmp_path):
    engine = load(tiny.save_model(tmp_path / "tiny-2"), device="cpu")
    train, test = tiny.digits(200, split="train", seed=1), tiny.digits(400)
    assert test.labels is not None
    found = evaluate(engine, test, pca=PCA.fit(train.images, components=2)).to_dict()
    decoded = engine.reconstruct(test.images)
    errors = np.square((decoded.astype(float) - test.images) / 255).mean(axis=(1, 2, 3))
    # Rounding to uint8 moves the error by little.
    assert found["mse"] == pytest.approx(errors.mean(), rel=1e-3)
    assert found["psnr"] == pytest.approx((-10 * np.log10(errors)).mean(), abs=1e-3)
    accuracy = neighbour_accuracy(engine.encode(test.images), test.labels)
    assert found["neighbour_accuracy"] == pytest.approx(accuracy, abs=1e-4)
    flat = train.images.reshape(200, -1) / 255
    axes = np.linalg.svd(flat - flat.mean(axis=0), full_matrices=False)[2][:2]
    centred = test.images.reshape(400, -1) / 255 - flat.mean(axis=0)
    left = centred - centred @ axes.T @ axes
    assert found["pca_mse"] == pytest.approx(np.square(left).mean(), rel=1e-4)
    assert found["pca_neighbour_accuracy"] > 0.9
    assert (found["model"], found["split"], found["pictures"]) == ("tiny-2", "test", 400)
    assert found["ssim"] == pytest.approx(ssim(test.images, decoded).mean(), abs=1e-4)
    sharp = sharpness(decoded).mean() / sharpness(test.images).mean()
    assert found["sharpness"] == pytest.approx(sharp, abs=1e-4)
    assert found["mse"] == round(float(engine.score(test.images).mse.mean(dtype=float)), 6)
    pca = PCA.fit(train.images, components=2)
    drawn = pca.decode(pca.encode(test.images), shape=(28, 28, 1))
    assert found["pca_psnr"] == pytest.approx(psnr(test.images, drawn).mean(), abs=1e-3)
    assert found["pca_ssim"] == pytest.approx(ssim(test.images, drawn).mean(), abs=1e-4)
    assert found["dataset"] == "mnist" and "denoised" not in found
    unlabelled = dataclasses.replace(test, labels=None, split="validation")
    bare = evaluate(engine, unlabelled, pca=pca)
    assert bare.quality.neighbour_accuracy is bare.pca.neighbour_accuracy is None
    assert bare.split == "validation"


def test_on_faces_blocks_are_looked_for_beside_pca(tmp_path):
    engine = load(tiny.save_model(tmp_path / "tiny-2"), device="cpu")
    test = dataclasses.replace(tiny.digits(30), labels=None)
    pca = PCA.fit(test.images, components=2)
    faces = evaluate(engine, dataclasses.replace(test, name="lfw"), pca=pca)
    assert faces.blocks == find_blocks(engine.reconstruct, test.images)
    assert faces.pca_blocks == find_blocks(
        lambda given: pca.decode(pca.encode(given), shape=(28, 28, 1)), test.images
    )
    assert faces.to_dict()["blocks"]["auroc"] == pytest.approx(faces.blocks.auroc, abs=1e-4)
    assert "blocks" not in evaluate(engine, test, pca=pca).to_dict()


def test_a_denoiser_is_measured_on_noise_of_each_size(tmp_path):
    engine = load(tiny.save_family(tmp_path / "tiny-denoising-2", "denoising"), device="cpu")
    test = tiny.digits(30)
    found = evaluate(engine, test, pca=PCA.fit(test.images, components=2)).to_dict()["denoised"]
    assert [entry["sigma"] for entry in found] == [0.25, 0.3, 0.5]
    for entry in found:
        noisy = evaluation.with_noise(test.images, entry["sigma"])
        assert entry["noisy"] == pytest.approx(psnr(test.images, noisy).mean(), abs=1e-3)
        cleaned = psnr(test.images, engine.denoise(noisy))
        assert entry["psnr"] == pytest.approx(cleaned.mean(), abs=1e-3)


def test_the_noise_that_denoisers_are_measured_on_is_as_large_as_said():
    grey = np.full((250, 12, 12, 1), 128, np.uint8)
    noisy = evaluation.with_noise(grey, 0.1)
    assert noisy.dtype == np.uint8 and noisy.shape == grey.shape
    assert (noisy / 255).std() == pytest.approx(0.1, rel=0.02)
    assert np.array_equal(noisy, evaluation.with_noise(grey, 0.1))
