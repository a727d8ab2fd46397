"""What a model's card and ``evaluate`` say: its measures on one split, PCA's beside them."""

from dataclasses import dataclass
from typing import Any

from autoencoders.data import Dataset
from autoencoders.inference import Engine
from autoencoders.metrics import PCA, neighbour_accuracy, psnr


@dataclass(frozen=True)
class Evaluation:
    """Measures of a model on one split.

    Attributes:
        model, dataset, split: what was measured on what.
        pictures: how many.
        mse: mean squared error on 0..1, mean over the pictures, of unrounded reconstructions.
        psnr: mean over the pictures of each one's dB, of reconstructions rounded to uint8.
        neighbour_accuracy: 15 nearest neighbours in the code, leave-one-out; None without labels.
        pca_mse, pca_neighbour_accuracy: the same for PCA with as many numbers, fitted on the
            training split.
    """

    model: str
    dataset: str
    split: str
    pictures: int
    mse: float
    psnr: float
    neighbour_accuracy: float | None
    pca_mse: float
    pca_neighbour_accuracy: float | None

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values, rounded to what means something."""
        return {
            "model": self.model,
            "dataset": self.dataset,
            "split": self.split,
            "pictures": self.pictures,
            "mse": round(self.mse, 6),
            "psnr": round(self.psnr, 3),
            "neighbour_accuracy": _rounded(self.neighbour_accuracy),
            "pca_mse": round(self.pca_mse, 6),
            "pca_neighbour_accuracy": _rounded(self.pca_neighbour_accuracy),
        }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def evaluate(engine: Engine, dataset: Dataset, *, pca: PCA) -> Evaluation:
    """Measure ``engine`` on every picture of ``dataset``, with ``pca`` beside it."""
    codes = engine.encode(dataset.images)
    scores = engine.score(dataset.images)
    accuracy = pca_accuracy = None
    if dataset.labels is not None:
        accuracy = neighbour_accuracy(codes, dataset.labels)
        pca_accuracy = neighbour_accuracy(pca.encode(dataset.images), dataset.labels)
    return Evaluation(
        model=engine.name,
        dataset=dataset.name,
        split=dataset.split,
        pictures=len(dataset),
        mse=float(scores.mse.mean(dtype=float)),
        psnr=float(psnr(dataset.images, engine.decode(codes)).mean(dtype=float)),
        neighbour_accuracy=accuracy,
        pca_mse=float(pca.errors(dataset.images).mean(dtype=float)),
        pca_neighbour_accuracy=pca_accuracy,
    )
