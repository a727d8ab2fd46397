"""Taking noise off without a network: what a denoising model is held against.

Each classical method is given, for every deviation of the noise, the strength at which it does best
on a few validation pictures.

Sources: non-local means (Buades, Coll and Morel, 2005), total variation (Chambolle, 2004), BM3D
(Dabov et al., 2007), Wiener shrinkage of principal components.
"""

import importlib
import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from autoencoders.images import Pixels
from autoencoders.metrics import PCA, psnr

Unit = NDArray[np.float64]
One = Callable[[Unit, float], Unit]


@dataclass(frozen=True)
class Classical:
    """A method that looks at one picture at a time.

    Attributes:
        key, name: in JSON, and for people.
        package: what it takes from outside the app.
        strengths: what is tried, in units of the noise's deviation.
        run: picture ``(H, W, C)`` on 0..1 and strength times deviation to a picture of that shape.
    """

    key: str
    name: str
    package: str
    strengths: tuple[float, ...]
    run: One = field(repr=False)

    @property
    def there(self) -> bool:
        """Whether its package is installed."""
        return importlib.util.find_spec(self.package) is not None

    def clean(
        self,
        noisy: Pixels,
        *,
        sigma: float,
        strength: float,
        done: Callable[[], object] = lambda: None,
    ) -> Pixels:
        """Clean pictures, uint8 ``(B, H, W, C)``, of noisy ones; ``done`` is called after each."""
        cleaned = np.empty_like(noisy)
        for place, picture in enumerate(noisy):
            values = self.run(picture / 255.0, strength * sigma)
            cleaned[place] = np.clip(np.rint(values * 255), 0, 255).reshape(picture.shape)
            done()
        return cleaned

    def best_strength(
        self,
        clean: Pixels,
        noisy: Pixels,
        *,
        sigma: float,
        done: Callable[[], object] = lambda: None,
    ) -> float:
        """The strength of the highest mean PSNR on these pictures, uint8 ``(B, H, W, C)``."""
        found = [
            psnr(clean, self.clean(noisy, sigma=sigma, strength=strength, done=done)).mean()
            for strength in self.strengths
        ]
        return self.strengths[int(np.argmax(found))]


def _non_local_means(picture: Unit, strength: float) -> Unit:
    # Clipping takes off some of the noise: what it is told of the deviation scales as well.
    found: Unit = importlib.import_module("skimage.restoration").denoise_nl_means(
        picture, h=0.6 * strength, sigma=strength, patch_size=5, patch_distance=6, channel_axis=-1
    )
    return found


def _total_variation(picture: Unit, strength: float) -> Unit:
    restoration = importlib.import_module("skimage.restoration")
    found: Unit = restoration.denoise_tv_chambolle(picture, weight=strength, channel_axis=-1)
    return found


def _bm3d(picture: Unit, strength: float) -> Unit:
    bm3d = importlib.import_module("bm3d")
    colour = picture.shape[2] == 3
    run, given = (bm3d.bm3d_rgb, picture) if colour else (bm3d.bm3d, picture[..., 0])
    found: Unit = run(given, strength)
    return found


CLASSICAL: Sequence[Classical] = (
    Classical(
        "nlm", "non-local means", "skimage", (0.4, 0.5, 0.6, 0.7, 0.8, 1.0), _non_local_means
    ),
    Classical(
        "tv", "TV (Chambolle)", "skimage", (0.2, 0.3, 0.4, 0.6, 0.9, 1.3, 1.8), _total_variation
    ),
    Classical("bm3d", "BM3D", "bm3d", (0.4, 0.55, 0.7, 0.85, 1.0), _bm3d),
)


def projected(pca: PCA, noisy: Pixels) -> Pixels:
    """What principal components keep of noisy pictures, uint8 ``(B, H, W, C)`` to the same."""
    # In parts, since a photograph as numbers is large.
    parts = np.array_split(noisy, max(1, len(noisy) // 100))
    return np.concatenate([pca.decode(pca.encode(p), shape=noisy.shape[1:]) for p in parts])


@dataclass(frozen=True)
class Shrunk:
    """Principal components shrunk as Wiener would, for noise that was clipped to 0..1.

    Clipping lifts what is dark and lowers what is bright. So the components are those of pictures
    as they are *expected* to look with the noise on; what is found in them is brought back by the
    inverse of that expectation.

    Attributes:
        pca: of such pictures.
        gains: ``(K,)``, what is kept of each component, 0..1.
        sigma: deviation of the noise before clipping.
    """

    pca: PCA
    gains: Unit
    sigma: float

    @classmethod
    def fit(cls, clean: Pixels, noisy: Pixels, *, components: int, sigma: float) -> "Shrunk":
        """Learn it from training pictures with and without noise, uint8 ``(N, H, W, C)``."""
        dimmed = expected(clean, sigma)
        pca = PCA.fit(dimmed, components=components)
        signal = pca.encode(dimmed).astype(np.float64).var(axis=0)
        noise = (pca.encode(noisy) - pca.encode(dimmed)).astype(np.float64).var(axis=0)
        return cls(pca, signal / (signal + noise), sigma)

    def clean(self, noisy: Pixels) -> Pixels:
        """Clean pictures, uint8 ``(B, H, W, C)``, of noisy ones."""
        codes = self.pca.encode(noisy) * self.gains
        flat = np.clip(codes @ self.pca.components + self.pca.mean, 0.0, 1.0)
        levels = np.arange(256) / 255
        brought_back = np.interp(flat, mean_of_clipped(levels, self.sigma), levels)
        return np.asarray(np.rint(brought_back * 255).astype(np.uint8).reshape(noisy.shape))


def mean_of_clipped(levels: Unit, sigma: float) -> Unit:
    """Mean of ``clip(level + noise, 0, 1)`` for Gaussian noise: the same shape as ``levels``.

    With a = -level / sigma and b = (1 - level) / sigma it is level (P(b) - P(a)) + sigma (p(a) -
    p(b)) + 1 - P(b), where p is the standard normal density and P its distribution.
    """
    from scipy.stats import norm

    low, high = -levels / sigma, (1 - levels) / sigma
    inside = levels * (norm.cdf(high) - norm.cdf(low)) + sigma * (norm.pdf(low) - norm.pdf(high))
    return np.asarray(inside + norm.sf(high))


def expected(images: Pixels, sigma: float) -> Pixels:
    """How pictures look on average with clipped noise on, uint8 ``(B, H, W, C)``, rounded."""
    table = np.rint(mean_of_clipped(np.arange(256) / 255, sigma) * 255).astype(np.uint8)
    return np.asarray(table[images])
