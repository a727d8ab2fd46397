"""A picture's stages: against shapes and counts worked out by hand, and against the engine."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import tiny
import torch
from hypothesis import given
from hypothesis import strategies as st

from autoencoders.activations import stages_of
from autoencoders.config import ModelConfig
from autoencoders.digit_recipes import DIGITS
from autoencoders.images import to_pixels
from autoencoders.inference import Engine
from autoencoders.models import Autoencoder, build, count_parameters
from autoencoders.recipes import recipe

BASE = dataclasses.replace(
    tiny.MODEL, code_size=6, code_range="free", decoder_channels=(6, 4), decoder_norm=True
)


def picture(config: ModelConfig, seed: int = 0) -> torch.Tensor:
    random = torch.Generator().manual_seed(seed)
    return torch.rand(1, config.channels, config.height, config.width, generator=random)


def settled(network: Autoencoder) -> Autoencoder:
    """A network whose normalisations have seen pictures, so that they change something."""
    network.train()
    for seed in range(4):
        pictures = torch.cat([picture(network.config, 10 * seed + k) for k in range(4)])
        network.encoder(pictures if network.base is None else network.base.encode(pictures))
        network.decoder(torch.randn(4, network.config.code_size))
    return network.eval()


def walked(network: Autoencoder, seed: int = 0):
    with torch.inference_mode():
        return stages_of(network, picture(network.config, seed))


def named(name: str) -> Autoencoder:
    """A network of a recipe, or of the tests' own."""
    if name == "stacked":
        base = settled(build(BASE, seed=2))
        return settled(build(tiny.FAMILIES["stacked"], seed=3, base=base))
    config = tiny.FAMILIES.get(name) or recipe(name).model
    return settled(build(config, seed=1))


NETWORKS = [*tiny.FAMILIES, *DIGITS, "faces-linear-2", "drawn-conv-2"]


def shortcut() -> ModelConfig:
    """Blocks of pixels, a linear path beside the layers, shrunk pictures, a code on -1..1."""
    return dataclasses.replace(
        tiny.MODEL,
        height=16,
        width=16,
        channels=3,
        code_size=5,
        encoder_hidden=(),
        decoder_hidden=(),
        decoder_channels=(6, 4),
        decoder_norm=True,
        patch=2,
        linear_path=True,
        linear_shrink=2,
        code_gain=4.0,
    )


def agree(network: Autoencoder) -> None:
    """The stages' last ones are what the network itself gives, and it is left as it was."""
    given_ = picture(network.config)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    stages = walked(network)
    with torch.inference_mode():
        code, drawn = network.encode(given_), network(given_)
    (middle,) = [stage for stage in stages if stage.part == "code"]
    assert np.array_equal(middle.values, code[0].numpy())
    assert np.array_equal(stages[-1].values, drawn[0].numpy())
    assert np.array_equal(stages[0].values, given_[0].numpy())
    assert stages[0].part == "picture"
    assert stages[-1].part == "reconstruction"
    after = network.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)


@pytest.mark.parametrize("name", NETWORKS)
def test_code_and_reconstruction_are_the_networks_own(name):
    agree(named(name))


def test_a_linear_path_beside_the_layers_is_added_where_it_ends():
    network = settled(build(shortcut(), seed=4))
    agree(network)
    stages = walked(network)
    assert [index for index, stage in enumerate(stages) if "shortcut" in stage.steps] == [3, 6]
    assert sum(stage.parameters for stage in stages) == count_parameters(network)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_parameters_of_all_stages_are_those_of_the_network(name):
    network = named(name)
    stages = walked(network)
    own = sum(stage.parameters for stage in stages if not stage.of_base)
    assert own == count_parameters(network)
    base = sum(stage.parameters for stage in stages if stage.of_base)
    there = network.base.parameters() if network.base is not None else ()
    assert base == sum(parameter.numel() for parameter in there)


def test_the_textbooks_network_layer_by_layer_as_worked_out_by_hand():
    stages = walked(named("digits-textbook-32"))
    # 28 - 2 = 26; (26 - 3) // 2 + 1 = 12; (12 - 3) // 2 + 1 = 5; 64 * 5 * 5 = 1600.
    # Back: (5 - 1) * 2 + 4 = 12; (12 - 1) * 2 + 4 = 26; 26 - 1 + 3 = 28.
    conv, back = "convolution, 3x3", "transposed convolution, 4x4"
    expected = [
        ("the picture", (1, 28, 28), 0),
        (f"{conv}, 32 maps, side 28 to 26", (32, 26, 26), 32 * 9 + 32),
        (f"{conv}, 64 maps, side 26 to 12", (64, 12, 12), 64 * 32 * 9 + 64),
        (f"{conv}, 64 maps, side 12 to 5", (64, 5, 5), 64 * 64 * 9 + 64),
        ("the code: dense layer, 32 numbers", (32,), 1600 * 32 + 32),
        ("dense layer, 64 maps of 5x5", (64, 5, 5), 32 * 1600 + 1600),
        (f"{back}, 64 maps, side 5 to 12", (64, 12, 12), 64 * 64 * 16 + 64),
        (f"{back}, 32 maps, side 12 to 26", (32, 26, 26), 64 * 32 * 16 + 32),
        (
            "the reconstruction: transposed convolution, 3x3, 1 map, side 26 to 28",
            (1, 28, 28),
            32 * 9 + 1,
        ),
    ]
    assert [(s.name, s.values.shape, s.parameters) for s in stages] == expected
    assert [stage.count for stage in stages] == [
        784, 21632, 9216, 1600, 32, 1600, 9216, 21632, 784,
    ]  # fmt: skip


def test_the_narrowing_of_the_first_model_is_the_one_that_the_page_promises():
    stages = walked(named("digits-conv-2"))
    assert [stage.count for stage in stages] == [
        784, 6272, 3136, 256, 2, 512, 512, 1024, 784,
    ]  # fmt: skip
    assert stages[2].name == "convolution, 3x3, 64 maps, halves the side"
    assert stages[1].steps == {"blocks", "normalised", "silu"}
    assert stages[2].steps == {"normalised", "silu"}
    assert stages[4].steps == {"unit", "proposed"}
    assert stages[5].steps == {"scaled", "silu"}


def test_what_leaves_a_stage_has_passed_its_activation():
    config = dataclasses.replace(
        tiny.MODEL, family="sparse", activation="relu", code_range="activated", code_size=16
    )
    relu = walked(build(config, seed=1).eval())
    assert min(stage.values.min() for stage in relu) == 0
    assert (relu[1].values > 0).any() and (relu[1].values == 0).any()


def test_of_a_variational_code_the_mean_goes_on():
    network = named("digits-vae-2")
    (middle,) = [stage for stage in walked(network) if stage.part == "code"]
    mean, _ = network.posterior(picture(network.config))
    assert np.allclose(middle.values, mean[0].detach().numpy())
    assert "mean" in middle.steps
    assert middle.parameters == 256 * 4 + 4, "the spread's weights are trained too"


def test_a_stacked_network_goes_through_its_base_both_ways():
    stages = walked(named("stacked"))
    assert [(stage.part, stage.of_base, stage.count) for stage in stages] == [
        ("picture", False, 784),
        ("encoder", True, 4 * 28 * 28),
        ("encoder", True, 4 * 14 * 14),
        ("encoder", True, 8),
        ("encoder", True, 6),
        ("encoder", False, 16),
        ("code", False, 2),
        ("decoder", False, 16),
        ("decoder", False, 6),
        ("decoder", True, 8),
        ("decoder", True, 6 * 14 * 14),
        ("decoder", True, 4 * 28 * 28),
        ("reconstruction", True, 784),
    ]
    assert stages[4].name == stages[8].name == "the base's code: dense layer, 6 numbers"


def test_a_linear_model_is_two_layers_and_stays_within_a_pictures_range():
    network = named("digits-linear-2")
    with torch.no_grad():
        network.decoder[0].bias += torch.linspace(-2, 2, 784)
    stages = walked(network)
    assert [stage.kind for stage in stages] == ["given", "dense", "dense"]
    assert (stages[-1].values.min(), stages[-1].values.max()) == (0, 1)
    assert stages[-1].steps == {"clipped"}


@given(
    widths=st.lists(st.integers(1, 5), min_size=1, max_size=3),
    hidden=st.lists(st.integers(1, 9), max_size=2),
    size=st.integers(1, 7),
    norm=st.booleans(),
    scale=st.sampled_from(["free", "unit", "activated"]),
    gain=st.sampled_from([1.0, 4.0]),
)
def test_whatever_the_network_its_stages_agree_with_it(widths, hidden, size, norm, scale, gain):
    config = dataclasses.replace(
        tiny.MODEL,
        height=8,
        width=8,
        code_size=size,
        encoder_channels=tuple(widths),
        encoder_hidden=tuple(hidden),
        decoder_hidden=tuple(hidden),
        decoder_channels=tuple(reversed(widths)),
        decoder_norm=norm,
        code_range=scale,
        code_gain=gain,
    )
    network = settled(build(config))
    agree(network)
    assert len(walked(network)) == 1 + 2 * (len(widths) + len(hidden) + 1)


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    return Engine(tiny.save_model(tmp_path_factory.mktemp("m") / "tiny-2"), device="cpu")


def test_the_engines_stages_end_where_its_reconstruction_does(engine):
    images = tiny.digits(3).images
    for image in images:
        stages = engine.activations(image[None])
        (middle,) = [stage for stage in stages if stage.part == "code"]
        assert np.array_equal(middle.values, engine.encode(image[None])[0])
        drawn = to_pixels(torch.from_numpy(stages[-1].values)[None])
        assert np.array_equal(drawn, engine.reconstruct(image[None]))


def test_one_picture_goes_through_at_a_time(engine):
    with pytest.raises(ValueError, match=r"One picture goes through .* not 2"):
        engine.activations(tiny.digits(2).images)
    with pytest.raises(ValueError, match="Expected uint8 pictures"):
        engine.activations(np.zeros((1, 5, 5, 1), np.uint8))


def test_many_threads_at_once_each_see_their_own_picture(engine):
    images = tiny.digits(8).images
    alone = [engine.activations(image[None]) for image in images]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda image: engine.activations(image[None]), images))
    for one, other in zip(alone, together, strict=True):
        assert all(np.array_equal(a.values, b.values) for a, b in zip(one, other, strict=True))
