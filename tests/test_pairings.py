"""Which models stand beside each other: same pictures, other side, nearest size first."""

import dataclasses

from autoencoders.ui.pairings import Drawable, partners

CONV = Drawable("conv-2", "", "convolutional", "mnist", 2, (28, 28, 1))


def like(name, family, size=2, dataset="mnist"):
    return dataclasses.replace(CONV, name=name, family=family, code_size=size, dataset=dataset)


VAE = like("vae-2", "variational")


def names(found):
    return [one.name for one in found]


def test_a_plain_model_stands_beside_variational_ones_of_its_pictures_only():
    others = [VAE, like("faces-vae-2", "variational", dataset="lfw"), like("deep-2", "deep"), CONV]
    assert names(partners(CONV, others)) == ["vae-2"]


def test_the_nearest_code_size_comes_first():
    others = [like("vae-64", "variational", 64), VAE]
    assert names(partners(like("conv-32", "convolutional", 32), others)) == ["vae-64", "vae-2"]


def test_of_plain_ones_the_convolutional_comes_first_and_one_for_noise_last():
    others = [like("denoising-2", "denoising"), like("linear-2", "linear"), CONV]
    others.append(like("conv-64", "convolutional", 64))
    assert names(partners(VAE, others)) == ["conv-2", "linear-2", "conv-64", "denoising-2"]


def test_photographs_of_faces_stand_beside_faces():
    photos = like("photos-256", "denoising", 256, "lfw-photos")
    assert names(partners(photos, [like("faces-vae", "variational", 128, "lfw")])) == ["faces-vae"]


def test_where_there_is_none_there_is_none():
    assert partners(like("drawn-2", "convolutional", dataset="drawn"), [VAE, CONV]) == []
