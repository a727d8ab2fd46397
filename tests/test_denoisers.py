"""Noise taken off without a network, and what a denoising model is held against."""

import dataclasses

import numpy as np
import pytest
import tiny

from autoencoders.cli.output import Output
from autoencoders.inference import Engine
from autoencoders.metrics import mean_squared_errors, psnr
from benchmarks import denoisers, noise

QUIET = Output(as_json=True)


def values(figures):
    return {figure.key: figure.value for figure in figures}


def missed(figures):
    return [figure.key for figure in figures if not figure.reached]


def test_the_mean_of_clipped_noise():
    levels = np.array([0.0, 0.1, 0.5, 0.8, 1.0])
    noise = np.random.default_rng(0).normal(0, 0.4, (400_000, 1))
    drawn = np.clip(levels + noise, 0, 1).mean(axis=0)
    assert denoisers.mean_of_clipped(levels, 0.4) == pytest.approx(drawn, abs=2e-3)
    grey = np.full((1, 1, 1, 1), 128, np.uint8)
    assert denoisers.expected(grey, 0.4).item() == 128


def brightness(count, seed):
    """Pictures of one number, their brightness, 0.4 to 0.6."""
    levels = np.random.default_rng(seed).uniform(0.4, 0.6, count)
    grey = np.broadcast_to(levels[:, None, None, None], (count, 4, 4, 1))
    return np.rint(255 * grey).astype(np.uint8)


def test_shrunk_components():
    clean = brightness(4000, 0)
    noisy = noise.with_noise(clean, 0.15)
    found = denoisers.Shrunk.fit(clean, noisy, components=1, sigma=0.15)
    # Sixteen equal pixels: the component is their sum over 4, of variance 16 * 0.2**2 / 12.
    signal = 16 * 0.2**2 / 12
    assert found.gains == pytest.approx([signal / (signal + 0.15**2)], rel=0.03)
    strangers = brightness(500, 1)
    with_noise = noise.with_noise(strangers, 0.15)
    shrunk, plain, noisy = (
        mean_squared_errors(strangers, pictures).mean()
        for pictures in (
            found.clean(with_noise), denoisers.projected(found.pca, with_noise), with_noise,
        )
    )  # fmt: skip
    # The mean of sixteen pixels has a sixteenth of the noise, and Wiener's gain once more less.
    assert plain / noisy == pytest.approx(1 / 16, rel=0.1)
    assert shrunk / plain == pytest.approx(found.gains[0], rel=0.1)


def test_shrunk_components_undo_the_clipping():
    # Nearly black: clipped noise lifts them by sigma / sqrt(2 pi), the inverse lowers them.
    clean = np.random.default_rng(0).integers(0, 12, (3000, 4, 4, 1)).astype(np.uint8)
    noisy = noise.with_noise(clean, 0.3)
    found = denoisers.Shrunk.fit(clean, noisy, components=2, sigma=0.3)
    assert noisy.mean() > 30
    assert found.clean(noisy).mean() == pytest.approx(clean.mean(), abs=2)


CONSTANT = denoisers.Classical("constant", "a constant", "numpy", (0.5, 1.0, 2.0), np.full_like)


def test_a_method_at_its_best_strength():
    clean = np.full((3, 4, 4, 1), 102, np.uint8)  # 0.4 of 255: strength 2 of a deviation of 0.2
    calls = []
    best = CONSTANT.best_strength(clean, clean, sigma=0.2, done=lambda: calls.append(1))
    assert best == 2.0
    assert len(calls) == 9
    cleaned = CONSTANT.clean(clean, sigma=0.2, strength=best)
    assert np.array_equal(cleaned, clean)
    assert CONSTANT.clean(clean, sigma=0.9, strength=best).max() == 255


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("method", denoisers.CLASSICAL, ids=lambda method: method.key)
def test_the_methods_take_noise_off(method, channels):
    if not method.there:
        pytest.skip(f"there is no {method.package}")
    ramp = np.linspace(40, 215, 32)[:, None] + np.linspace(0, 30, 32)
    clean = np.repeat(ramp[None, ..., None], channels, axis=3).astype(np.uint8)
    noisy = noise.with_noise(clean, 0.1)
    cleaned = method.clean(noisy, sigma=0.1, strength=1.0)
    assert cleaned.shape == clean.shape
    assert psnr(clean, cleaned)[0] > psnr(clean, noisy)[0] + 4
    other = method.clean(noisy, sigma=0.1, strength=0.2)
    assert not np.array_equal(other, cleaned)  # so that there is something to tune


def test_what_is_not_installed_is_said(monkeypatch):
    assert "nowhere" not in " ".join(noise.missing())
    one, other = (
        dataclasses.replace(CONSTANT, name=name, package="nowhere") for name in ("This", "that")
    )
    monkeypatch.setattr(noise, "CLASSICAL", (one, CONSTANT, other))
    (sentence,) = noise.missing()
    assert sentence.startswith("This and that left out: there is no nowhere here; install")


def test_a_sample():
    found = noise.sampled(1000, 10)
    assert len(set(found.tolist())) == 10
    assert found.tolist() == sorted(noise.sampled(1000, 10).tolist())
    assert found.max() > 100
    assert noise.sampled(3, 10).tolist() == [0, 1, 2]


def test_what_a_denoiser_has_to_reach():
    clean = np.zeros((4, 1, 1, 1), np.uint8)
    level = noise.Level(0.5, clean, clean, np.array([1, 2]))
    rows = [
        noise.Row("model", "ours", np.array([20, 10, 12, 22], np.float32)),
        noise.Row("noisy", "noisy", np.array([9, 9, 9, 9], np.float32)),
        noise.Row("bm3d", "BM3D", np.array([10, 13], np.float32)),
    ]
    figures = noise.figures_of("net", level, rows, (16.0, 18.0))
    assert values(figures) == {
        "net/0.5/model": 16.0, "net/0.5/noisy": 9.0, "net/0.5/bm3d": 11.5, "net/0.5/margin": -0.5,
    }  # fmt: skip
    assert missed(figures) == []
    assert "(2 pictures)" in figures[2].name
    assert "(" not in figures[1].name
    assert missed(noise.figures_of("net", level, rows, (16.1, 18.0))) == ["net/0.5/model"]
    assert missed(noise.figures_of("net", level, rows, None)) == ["net/0.5/margin"]
    assert missed(noise.figures_of("net", level, rows[:2], None)) == []


def test_noise_from_beginning_to_end(tmp_path, monkeypatch):
    engine = Engine(tiny.save_family(tmp_path / "tiny-denoising", "denoising"), device="cpu")
    monkeypatch.setattr(noise, "CLASSICAL", (CONSTANT,))
    splits = {name: tiny.digits(40, split=name, seed=3) for name in ("train", "validation", "test")}
    trial = noise.Trial({0.25: (99.0, 99.0), 0.5: None}, pictures=5, tuned_on=2, shrinkage=3)
    figures = noise.measure(engine, trial, splits.__getitem__, QUIET)
    found = values(figures)
    clean = splits["test"].images
    noisy = noise.with_noise(clean, 0.25)
    assert found["tiny-denoising/0.25/noisy"] == pytest.approx(psnr(clean, noisy).mean())
    ours = psnr(clean, engine.denoise(noisy))
    assert found["tiny-denoising/0.25/model"] == pytest.approx(ours.mean())
    keys = {"model", "noisy", "pca", "wiener", "constant", "margin"}
    assert set(found) == {f"tiny-denoising/{s}/{key}" for s in ("0.25", "0.5") for key in keys}
    assert "tiny-denoising/0.25/model" in missed(figures)
