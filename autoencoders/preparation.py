"""Any picture to what a model takes; each dataset's pictures were prepared in their own way."""

import numpy as np
from PIL import Image

from autoencoders.digits import prepare_digit
from autoencoders.faces import prepare_face
from autoencoders.prepared import Prepared


def prepare(image: Image.Image, *, dataset: str, shape: tuple[int, int, int]) -> Prepared:
    """Bring a picture into the form of a dataset's.

    Digits are found, inverted if need be, scaled and centred as MNIST's were; faces are found,
    turned upright and cropped as the training photographs are.  For other datasets the picture is
    resized.

    Args:
        image: upright and opaque, as ``uploads.open_picture`` gives it.
        dataset: which.
        shape: height, width and channels that the model takes.

    Raises:
        ValueError: for a picture with nothing on it.
    """
    if dataset == "mnist":
        return prepare_digit(image)
    if dataset == "lfw":
        return prepare_face(image, side=shape[1]).prepared
    height, width, channels = shape
    converted = image.convert("L" if channels == 1 else "RGB").resize(
        (width, height), Image.Resampling.BICUBIC
    )
    return Prepared(np.asarray(converted, np.uint8).reshape(shape))
