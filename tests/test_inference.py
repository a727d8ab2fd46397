import subprocess
import sys
import threading

import numpy as np
import pytest
import torch
from PIL import Image

import autoencoders
from autoencoders import checkpoint, computing
from autoencoders.checkpoint import ModelFolderError
from autoencoders.inference import Engine
from autoencoders.models import build
from autoencoders.registry import UnknownModelError, load
from tests import tiny

DATA = tiny.digits(64)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tiny.save_model(tmp_path_factory.mktemp("models") / "tiny-2", half=False)


@pytest.fixture(scope="module")
def engine(folder):
    return load(folder, device="cpu")


@pytest.fixture(scope="module")
def network():
    return build(tiny.MODEL, seed=0).eval()


def as_tensor(images):
    return torch.from_numpy(images).permute(0, 3, 1, 2) / 255


def test_the_engine_says_what_the_network_says(engine, network):
    with torch.inference_mode():
        codes = network.encode(as_tensor(DATA.images))
        output = network.decode(codes)
    assert engine.encode(DATA.images) == pytest.approx(codes.numpy(), abs=1e-6)
    decoded = engine.decode(codes.numpy())
    assert decoded.dtype == np.uint8 and decoded.shape == (64, 28, 28, 1)
    assert np.abs(decoded[..., 0] - output[:, 0].numpy() * 255).max() < 0.51
    assert np.array_equal(engine.reconstruct(DATA.images), decoded)


def test_encoding_is_deterministic_and_the_batch_does_not_matter(engine):
    whole = engine.encode(DATA.images)
    assert np.array_equal(whole, engine.encode(DATA.images))
    single = np.concatenate([engine.encode(image[None]) for image in DATA.images])
    assert single == pytest.approx(whole, abs=1e-5)


def test_scores_are_the_errors_and_their_place_among_the_test_pictures(engine, network):
    scores = engine.score(DATA.images)
    with torch.inference_mode():
        images = as_tensor(DATA.images)
        errors = (network(images) - images).square().mean(dim=(1, 2, 3)).numpy()
    assert scores.mse == pytest.approx(errors, abs=1e-6)
    assert scores.mse == pytest.approx(engine.latents.mse, abs=1e-6)
    best, worst = int(errors.argmin()), int(errors.argmax())
    assert scores.percentile[best] < 5 < 95 < scores.percentile[worst]
    # An untrained network draws grey: nothing is further from it than black and white.
    noise = 255 * np.random.default_rng(0).integers(0, 2, (1, 28, 28, 1), dtype=np.uint8)
    far = engine.score(noise)
    assert far.percentile[0] == 100.0 and bool(far.far[0])
    assert not engine.score(DATA.images[best : best + 1]).far[0]


def test_an_empty_batch_gives_an_empty_answer(engine):
    assert engine.encode(DATA.images[:0]).shape == (0, 2)
    assert engine.decode(np.empty((0, 2), np.float32)).shape == (0, 28, 28, 1)
    assert engine.score(DATA.images[:0]).mse.shape == (0,)


@pytest.mark.parametrize(
    ("codes", "says"),
    [
        (np.array([[np.nan, 0]]), "code 0 holds NaN"),
        (np.array([[0, 0], [0, np.inf]]), "code 1 holds NaN, infinity"),
        (np.array([[1e300, 0]]), "too large for float32"),
        (np.zeros((1, 3)), r"shape \(1, 3\)"),
        (np.zeros(2), r"shape \(2,\)"),
        (np.array([["a", "b"]]), "<U1"),
        (np.zeros((1, 2), complex), "complex"),
        ([[0, 0]], "list"),
    ],
)
def test_a_code_that_is_none_is_one_sentence(engine, codes, says):
    with pytest.raises(ValueError, match=says) as caught:
        engine.decode(codes)
    assert "\n" not in str(caught.value)


def test_wrong_pictures_are_one_sentence(engine):
    with pytest.raises(ValueError, match="Expected uint8 pictures"):
        engine.encode(DATA.images.astype(np.float32))


def test_whole_numbers_are_codes_too(engine):
    assert np.array_equal(engine.decode(np.array([[0, 1]])), engine.decode(np.array([[0.0, 1.0]])))


def test_out_of_memory_halves_the_parts(folder, monkeypatch):
    engine = Engine(folder, device="cpu")
    expected = engine.encode(DATA.images)
    encode, sizes = engine._encode, []

    def small(images):
        sizes.append(len(images))
        if len(images) > 10:
            raise torch.OutOfMemoryError("too much")
        return encode(images)

    monkeypatch.setattr(engine, "_encode", small)
    assert engine.encode(DATA.images) == pytest.approx(expected, abs=1e-5)
    assert sizes[:4] == [64, 32, 16, 8]
    assert sum(size for size in sizes if size <= 10) == 64


def test_many_threads_get_their_own_answers(engine):
    codes = np.random.default_rng(1).uniform(-1, 1, (40, 2)).astype(np.float32)
    expected = [engine.decode(code[None]) for code in codes]
    answers = [None] * len(codes)

    def ask(index):
        answers[index] = engine.decode(codes[index][None])

    threads = [threading.Thread(target=ask, args=(index,)) for index in range(len(codes))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for answer, wanted in zip(answers, expected, strict=True):
        assert np.array_equal(answer, wanted)


def test_a_picture_of_a_digit_is_prepared(engine):
    page = Image.new("L", (200, 300), 255)
    page.paste(0, (90, 60, 110, 240))
    prepared = engine.prepare(page)
    assert prepared.shape == (1, 28, 28, 1) and prepared.dtype == np.uint8
    assert prepared[0, 14, 14, 0] > 200 and prepared[0, 14, 2, 0] == 0


def test_bfloat16_stays_near_float32(engine, folder):
    rough = Engine(folder, device="cpu", precision="bfloat16")
    difference = rough.decode(engine.latents.codes).astype(int) - engine.decode(
        engine.latents.codes
    )
    assert rough.precision == "bfloat16" and engine.precision == "float32"
    assert np.abs(difference).max() <= 3


def test_models_are_found_by_name_and_by_folder(folder, monkeypatch, tmp_path):
    monkeypatch.setattr(checkpoint, "SHIPPED", tmp_path / "nowhere")
    monkeypatch.setenv("HOURGLASS_MODELS", str(folder.parent))
    assert autoencoders.available_models() == ["tiny-2"]
    assert autoencoders.load("tiny-2").name == "tiny-2"
    assert load(str(folder)).folder == folder
    with pytest.raises(UnknownModelError, match="no model called 'huge-9'; there is tiny-2"):
        load("huge-9")
    with pytest.raises(ModelFolderError, match=r"is no model: it has no config\.json"):
        load(tmp_path)
    monkeypatch.delenv("HOURGLASS_MODELS")
    with pytest.raises(UnknownModelError, match="autoencoders train"):
        load("tiny-2")


def test_a_few_pictures_take_one_thread_and_many_take_all(engine, monkeypatch):
    before = torch.get_num_threads()
    monkeypatch.setattr(computing, "_THREADS", 2)
    try:
        engine.decode(np.zeros((1, 2), np.float32))
        assert torch.get_num_threads() == 1
        engine.decode(np.zeros((100, 2), np.float32))
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_torch_comes_with_the_first_use_and_not_before():
    script = (
        "import sys, autoencoders; assert 'torch' not in sys.modules; "
        "autoencoders.available_models; assert 'torch' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_the_package_names_what_it_has():
    assert autoencoders.Engine is Engine
    with pytest.raises(AttributeError, match="no attribute 'magic'"):
        autoencoders.magic  # noqa: B018


@pytest.mark.gpu
def test_the_gpu_agrees_with_the_cpu(engine, folder):
    on_gpu = Engine(folder, device="cuda")
    assert on_gpu.encode(DATA.images) == pytest.approx(engine.encode(DATA.images), abs=1e-3)
    difference = on_gpu.decode(engine.latents.codes).astype(int) - engine.decode(
        engine.latents.codes
    )
    assert np.abs(difference).max() <= 1


# -- base codes, detail, edits, samples ----------------------------------------------------------


@pytest.fixture(scope="module")
def families(tmp_path_factory):
    place = tmp_path_factory.mktemp("families")
    return {
        family: Engine(tiny.save_family(place / f"tiny-{family}-2", family), device="cpu")
        for family in tiny.FAMILIES
    }


PICTURES = tiny.digits(40).images


def test_a_plain_models_base_code_is_its_code(families):
    engine = families["convolutional"]
    codes = engine.encode(PICTURES)
    assert engine.base_size == 2 and not engine.has_detail
    assert np.array_equal(engine.encode_base(PICTURES), codes)
    assert np.array_equal(engine.from_base(codes), codes)
    assert np.array_equal(engine.to_base(codes, detail=1.0), codes)
    assert np.array_equal(engine.decode_base(codes), engine.decode(codes))


def test_a_stacked_model_goes_half_way_and_all_the_way(families):
    engine = families["stacked"]
    bases = engine.encode_base(PICTURES)
    codes = engine.from_base(bases)
    assert engine.base_size == 6 and engine.has_detail
    assert bases.shape == (40, 6) and codes.shape == (40, 2)
    assert engine.encode(PICTURES) == pytest.approx(codes, abs=1e-6)
    assert (
        np.abs(engine.decode_base(engine.to_base(codes)).astype(int) - engine.decode(codes)).max()
        <= 1
    )
    for wrong in (engine.from_base, engine.decode_base):
        with pytest.raises(ValueError, match=r"shape \(B, 6\)"):
            wrong(codes)


def test_full_detail_gives_the_anchors_themselves(families):
    engine = families["stacked"]
    places, bases = engine.latents.anchors, engine.latents.anchor_bases
    average = engine.to_base(places)
    whole = engine.to_base(places, detail=1.0)
    half = engine.to_base(places, detail=0.5)
    near = np.linalg.norm(whole - bases, axis=1) / np.linalg.norm(average - bases, axis=1)
    assert np.median(near) < 0.2
    assert half == pytest.approx((average + whole) / 2, abs=1e-5)
    with pytest.raises(ValueError, match=r"detail is 1\.5; use 0 \(averages\) to 1"):
        engine.to_base(places, detail=1.5)


def test_an_edit_adds_its_direction(families):
    engine = families["stacked"]
    bases = engine.encode_base(PICTURES)
    vector = engine.directions[0].vector
    assert engine.edit(bases, {"high": -0.5}) == pytest.approx(bases - 0.5 * vector, abs=1e-5)
    assert np.array_equal(engine.edit(bases, {}), bases)
    with pytest.raises(ValueError, match="no direction for 'low'; it has high"):
        engine.edit(bases, {"low": 1.0})
    with pytest.raises(ValueError, match="strength of high is nan"):
        engine.edit(bases, {"high": float("nan")})


def test_only_a_denoiser_denoises(families):
    engine = families["denoising"]
    assert np.array_equal(engine.denoise(PICTURES), engine.reconstruct(PICTURES))
    with pytest.raises(ValueError, match="was not trained to denoise"):
        families["linear"].denoise(PICTURES)


def test_a_variational_model_samples_from_its_prior(families):
    codes = families["variational"].sample_codes(4000, seed=3)
    assert codes.mean(axis=0) == pytest.approx([0, 0], abs=0.08)
    assert np.cov(codes.T) == pytest.approx(np.eye(2), abs=0.1)
    assert np.array_equal(codes[:7], families["variational"].sample_codes(7, seed=3))


def test_others_sample_where_their_codes_are(families):
    engine = families["convolutional"]
    codes = engine.sample_codes(4000, seed=0)
    known = engine.latents.codes
    assert codes.mean(axis=0) == pytest.approx(known.mean(axis=0), abs=0.1)
    assert np.cov(codes.T) == pytest.approx(np.cov(known.T), abs=0.1)
    pictures = engine.sample(5, seed=1)
    assert pictures.shape == (5, 28, 28, 1)
    assert np.array_equal(pictures, engine.sample(5, seed=1))
    assert engine.sample(0, seed=1).shape == (0, 28, 28, 1)
    with pytest.raises(ValueError, match="ask for 0 or more"):
        engine.sample(-1, seed=0)


def test_a_drawn_code_is_the_mean_and_some_of_the_spread(families):
    engine = families["variational"]
    drawn = np.stack([engine.draw_codes(PICTURES[:1], seed=seed)[0] for seed in range(400)])
    assert np.array_equal(drawn[3], engine.draw_codes(PICTURES[:1], seed=3)[0])
    mean = engine.encode(PICTURES[:1])[0]
    with torch.inference_mode():
        spread = (0.5 * engine.network.posterior(as_tensor(PICTURES[:1]))[1][0]).exp().numpy()
    assert drawn.mean(axis=0) == pytest.approx(mean, abs=0.25)
    assert drawn.std(axis=0) == pytest.approx(spread, rel=0.15)
    with pytest.raises(ValueError, match="Only a variational model"):
        families["convolutional"].draw_codes(PICTURES, seed=0)
