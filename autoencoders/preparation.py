"""Any picture to what a model takes; each dataset's pictures were prepared in their own way."""

import dataclasses

from PIL import Image

from autoencoders.digits import prepare_digit
from autoencoders.faces import prepare_face
from autoencoders.placement import centre_of, cut_centre
from autoencoders.prepared import Prepared


def prepare(image: Image.Image, *, dataset: str, shape: tuple[int, int, int]) -> Prepared:
    """Bring a picture into the form of a dataset's.

    Digits are found, inverted if need be, scaled and centred as MNIST's were; faces are found,
    turned upright and cropped as the training photographs are.  For other datasets the middle of
    the picture is taken, as ``folders.read_folder`` takes it, and scaled.

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
        face = prepare_face(image, side=shape[1])
        return dataclasses.replace(face.prepared, placement=face.placement)
    placement = centre_of(image) if can_be_placed(dataset, shape) else None
    return Prepared(cut_centre(image, shape=shape), placement=placement)


def can_be_placed(dataset: str, shape: tuple[int, int, int]) -> bool:
    """Whether ``prepare`` tells where in a picture its pixels lie.

    Not of digits, whose ink is taken off its paper, and not of pictures that are no squares.
    """
    return dataset != "mnist" and shape[0] == shape[1]
