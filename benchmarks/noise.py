"""Denoising models against methods without a network, on test pictures, in mean PSNR."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autoencoders.cli.output import Output
from autoencoders.dataset import Dataset, Split
from autoencoders.evaluation import with_noise
from autoencoders.images import Pixels
from autoencoders.inference import Engine
from autoencoders.metrics import PCA, psnr
from benchmarks.denoisers import CLASSICAL, Shrunk, projected
from benchmarks.report import Figure

SEED = 0


@dataclass(frozen=True)
class Trial:
    """What one model is held against.

    Attributes:
        targets: by deviation of the noise, dB to reach and to aim at; None: to be above all others.
        pictures: test pictures for the methods that take their time over each; drawn by a seed.
        tuned_on: validation pictures on which the strength of each is found.
        shrinkage: components of a PCA with Wiener shrinkage beside; 0: none.
    """

    targets: Mapping[float, tuple[float, float] | None]
    pictures: int
    tuned_on: int
    shrinkage: int = 0


TRIALS: Mapping[str, Trial] = {
    "digits-denoising-32": Trial({0.25: (20.0, 21.5), 0.5: (16.5, 18.0)}, 200, 12),
    "faces-denoising-512": Trial({0.3: (24.3, 25.5), 0.5: (22.7, 23.7)}, 60, 5, shrinkage=256),
    "photos-denoising-256": Trial({0.5: None}, 10, 2),
}


@dataclass(frozen=True)
class Level:
    """Pictures with noise of one deviation on them, whole and a sample.

    Attributes:
        sigma: the deviation.
        clean, noisy: uint8 ``(N, H, W, C)``.
        sample: ``(S,)``, which of them the slow methods are given.
    """

    sigma: float
    clean: Pixels
    noisy: Pixels
    sample: NDArray[np.intp]


def sampled(total: int, count: int) -> NDArray[np.intp]:
    """Which of ``total`` pictures are taken, ascending ``(count,)``; all where there are fewer."""
    drawn = np.random.default_rng(SEED).permutation(total)[:count]
    return np.sort(drawn)


def measure(
    engine: Engine, trial: Trial, read: Callable[[Split], Dataset], out: Output
) -> list[Figure]:
    """Measure a denoising model and everything beside it.

    Args:
        engine: the model.
        trial: what it is held against.
        read: gives a split of its dataset by the split's name.
        out: for the bars, and for what is missing.

    Raises:
        ValueError: if the model was not trained to denoise.
    """
    clean, validation = read("test").images, read("validation").images
    train = read("train").images
    with out.bar(total=1, unit="step") as bar:
        bar.set_description(f"{engine.name}: fitting PCA")
        pca = PCA.fit(train, components=engine.code_size)
        bar.update()
    tuning = validation[sampled(len(validation), trial.tuned_on)]
    sample = sampled(len(clean), trial.pictures)
    figures = []
    for sigma, wanted in trial.targets.items():
        level = Level(sigma, clean, with_noise(clean, sigma), sample)
        rows = _quick(engine, level, pca)
        if trial.shrinkage:
            shrunk = Shrunk.fit(
                train, with_noise(train, sigma), components=trial.shrinkage, sigma=sigma
            )
            name = f"PCA-{trial.shrinkage}, Wiener, clipping corrected"
            rows.append(Row("wiener", name, psnr(clean, shrunk.clean(level.noisy))))
        rows += _slow(engine, level, tuning, out)
        figures += figures_of(engine.name, level, rows, wanted)
    return figures


def missing() -> list[str]:
    """A sentence for each package that is not installed, with the methods that need it."""
    without: dict[str, list[str]] = {}
    for method in CLASSICAL:
        if not method.there:
            without.setdefault(method.package, []).append(method.name)
    return [
        f"{' and '.join(names)} left out: there is no {package} here; install what "
        "benchmarks/requirements.txt lists."
        for package, names in without.items()
    ]


@dataclass(frozen=True)
class Row:
    """One way to clean: ``values`` ``(N,)`` are the PSNR of every picture, or of the sample."""

    key: str
    name: str
    values: NDArray[np.float32]


def _quick(engine: Engine, level: Level, pca: PCA) -> list[Row]:
    """What is measured on every picture, the model first."""
    clean, noisy = level.clean, level.noisy
    return [
        Row("model", engine.name, psnr(clean, engine.denoise(noisy))),
        Row("noisy", "as they are, noisy", psnr(clean, noisy)),
        Row("pca", f"PCA-{engine.code_size} of the noisy", psnr(clean, projected(pca, noisy))),
    ]


def _slow(engine: Engine, level: Level, tuning: Pixels, out: Output) -> list[Row]:
    """What is measured on the sample, each method at its best strength."""
    rows = []
    noisy_tuning = with_noise(tuning, level.sigma)
    clean, noisy = level.clean[level.sample], level.noisy[level.sample]
    for method in CLASSICAL:
        if not method.there:
            continue
        total = len(method.strengths) * len(tuning) + len(noisy)
        with out.bar(total=total, unit="picture") as bar:
            bar.set_description(f"{engine.name}, noise {level.sigma:g}: {method.name}")
            best = method.best_strength(tuning, noisy_tuning, sigma=level.sigma, done=bar.update)
            found = method.clean(noisy, sigma=level.sigma, strength=best, done=bar.update)
        name = f"{method.name}, strength {best:g} of the noise"
        rows.append(Row(method.key, name, psnr(clean, found)))
    return rows


def figures_of(
    model: str, level: Level, rows: Sequence[Row], wanted: tuple[float, float] | None
) -> list[Figure]:
    """Figures of one level.

    Args:
        model: its name.
        level: the noise.
        rows: the model's first, then the others.
        wanted: dB that the model has to reach and to aim at; None: above all others.
    """
    figures = []
    for row in rows:
        value, title = _decibels(row.values), f"  {row.name}"
        if len(row.values) < len(level.clean):
            title += f" ({len(row.values)} pictures)"
        figures.append(_figure(f"{model}/{level.sigma:g}/{row.key}", title, value))
    heading = f"{model}, noise {level.sigma:g}, {len(level.clean):,} pictures"
    first = dataclasses.replace(figures[0], name=heading)
    if wanted is not None:
        first = dataclasses.replace(
            first,
            target=f"at least {wanted[0]:g} dB, aim {wanted[1]:g}",
            reached=first.value >= wanted[0],
        )
    # All on the same pictures: whom the sample favours, it favours with everyone.
    ours, *others = (_decibels(_on_sample(row, level)) for row in rows)
    margin = _figure(
        f"{model}/{level.sigma:g}/margin", "  above the best of these", ours - max(others)
    )
    if wanted is None:
        margin = dataclasses.replace(margin, target="more than 0 dB", reached=margin.value > 0)
    return [first, *figures[1:], margin]


def _on_sample(row: Row, level: Level) -> NDArray[np.float32]:
    return row.values[level.sample] if len(row.values) == len(level.clean) else row.values


def _figure(key: str, name: str, value: float) -> Figure:
    return Figure(key, name, value, f"{value:.2f} dB")


def _decibels(values: NDArray[np.float32]) -> float:
    return float(values.mean(dtype=float))
