"""What another model can do better is said, with its name."""

from autoencoders.ui.offers import Known, offers

DIGITS = Known("digits-conv-2", "convolutional", "mnist")
DENOISED_DIGITS = Known("digits-denoising-32", "denoising", "mnist")
FACES = Known("faces-conv-128", "convolutional", "lfw")
STACKED = Known("faces-stacked-2", "stacked", "lfw")
DENOISED_FACES = Known("faces-denoising-512", "denoising", "lfw")
PHOTOS = Known("photos-denoising-256", "denoising", "lfw-photos")
DRAWN = Known("drawn-conv-2", "convolutional", "drawn")
ALL = [DIGITS, DENOISED_DIGITS, FACES, STACKED, DENOISED_FACES, PHOTOS, DRAWN]


def test_a_model_that_does_not_denoise_offers_those_of_its_data_that_do():
    (offer,) = offers(DIGITS, ALL)
    assert offer.models == ("digits-denoising-32", "photos-denoising-256")
    assert offer.sentence == (
        "digits-conv-2 redraws pictures; it never learned to take noise off. These did:"
    )
    first, second = offers(FACES, ALL)
    assert first.models == ("faces-denoising-512", "photos-denoising-256")
    assert second.models == ("digits-conv-2",)


def test_one_denoiser_is_spoken_of_as_one():
    (offer,) = offers(DIGITS, [DIGITS, PHOTOS])
    assert offer.sentence.endswith("This one did:")
    assert offer.models == ("photos-denoising-256",)


def test_a_denoiser_offers_models_for_clean_pictures_and_the_other_denoisers_of_photos():
    assert [offer.models for offer in offers(DENOISED_FACES, ALL)] == [
        ("faces-conv-128",),
        ("photos-denoising-256",),
        ("digits-conv-2",),
    ]
    assert [offer.models for offer in offers(DENOISED_DIGITS, ALL)] == [("digits-conv-2",)]


def test_where_there_is_nothing_to_offer_nothing_is_said():
    assert offers(DIGITS, [DIGITS]) == []
    assert offers(DENOISED_FACES, [DENOISED_FACES]) == []
