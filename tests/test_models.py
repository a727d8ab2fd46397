import dataclasses

import pytest
import torch

from autoencoders.models import LinearPath, UnitRange, build, count_parameters
from autoencoders.recipes import recipe
from tests import tiny


@pytest.mark.parametrize("decoder_channels", [(), (6,), (8, 6, 4)])
@pytest.mark.parametrize(("height", "width", "channels"), [(28, 28, 1), (16, 24, 3)])
def test_a_picture_comes_back_in_its_own_shape(decoder_channels, height, width, channels):
    config = dataclasses.replace(
        tiny.MODEL,
        height=height,
        width=width,
        channels=channels,
        code_size=3,
        decoder_channels=decoder_channels,
    )
    network = build(config).eval()
    images = torch.rand(2, channels, height, width)
    code = network.encode(images)
    assert code.shape == (2, 3)
    decoded = network.decode(code)
    assert decoded.shape == images.shape
    assert decoded.min() >= 0 and decoded.max() <= 1
    assert torch.equal(network(images), decoded)


def test_the_seed_alone_decides_the_weights():
    torch.manual_seed(5)
    first = build(tiny.MODEL, seed=1).state_dict()
    torch.manual_seed(6)
    same, other = build(tiny.MODEL, seed=1).state_dict(), build(tiny.MODEL, seed=2).state_dict()
    assert all(torch.equal(first[name], same[name]) for name in first)
    assert not torch.equal(first["encoder.0.weight"], other["encoder.0.weight"])


def test_building_leaves_the_callers_random_numbers_alone():
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    build(tiny.MODEL, seed=1)
    assert torch.equal(torch.rand(1), expected)


def test_unit_range_makes_gaussian_numbers_even():
    layer = UnitRange(1)
    values = torch.randn(20_000, 1, generator=torch.Generator().manual_seed(0)) * 7 + 3
    squashed = layer(values)
    # Even on -1..1: mean 0, variance a third (the uniform distribution's).
    assert squashed.mean().abs() < 0.02
    assert (squashed.var() - 1 / 3).abs() < 0.01


def test_the_count_of_parameters_is_the_sum_by_hand():
    # encoder: 1*4*9 + 2*4 (norm), 4*4*9 + 2*4, 4*14*14*8 + 8, 8*2 + 2
    # decoder: 2*8 + 8, 8*784 + 784
    by_hand = 36 + 8 + 144 + 8 + 6272 + 8 + 18 + 24 + 7056
    assert count_parameters(build(tiny.MODEL)) == by_hand


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "gelu", "silu"])
def test_every_activation_is_used(activation):
    network = build(dataclasses.replace(tiny.MODEL, activation=activation))
    kinds = {type(layer).__name__.lower() for layer in network.modules()}
    assert activation.replace("_", "") in kinds


def test_the_gain_is_taken_before_the_decoder():
    plain = build(tiny.MODEL).eval()
    quick = build(dataclasses.replace(tiny.MODEL, code_gain=3.0)).eval()
    codes = torch.rand(4, 2) - 0.5
    assert torch.allclose(quick.decode(codes), plain.decode(3 * codes))
    assert not torch.allclose(quick.decode(codes), plain.decode(codes))


FACES = dataclasses.replace(
    tiny.MODEL, height=16, width=24, channels=3, code_size=5, code_range="free", patch=2,
    encoder_channels=(6, 8), encoder_hidden=(), decoder_hidden=(), decoder_channels=(8, 6),
    decoder_norm=True, linear_path=True,
)  # fmt: skip


def test_patches_norms_and_a_linear_path_keep_the_shapes():
    network = build(FACES).eval()
    images = torch.rand(3, 3, 16, 24)
    assert network.encode(images).shape == (3, 5)
    assert network(images).shape == images.shape
    kinds = [type(layer).__name__ for layer in network.decoder.modules()]
    assert "BatchNorm2d" in kinds and "PixelShuffle" in kinds
    # No layer works at the picture's full size.
    sizes = []
    for layer in network.modules():
        if isinstance(layer, torch.nn.Conv2d | torch.nn.ConvTranspose2d):
            layer.register_forward_hook(lambda _layer, _given, out: sizes.append(out.shape[2:]))
    network(images)
    assert max(height for height, _ in sizes) == 8


def test_the_linear_path_is_added_to_the_layers():
    beside = LinearPath(torch.nn.Linear(6, 4), inputs=6, outputs=4, centre=0.5, spread=0.1)
    values = torch.rand(3, 6)
    expected = beside.layers(values) + beside.linear(values - 0.5)
    assert torch.allclose(beside(values), expected)
    picture = torch.rand(2, 1, 2, 3)
    to_picture = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(6, 6))
    shaped = LinearPath(
        torch.nn.Sequential(*to_picture, torch.nn.Unflatten(1, (1, 2, 3))),
        inputs=6, outputs=6, centre=0.0, spread=0.1,
    )  # fmt: skip
    assert shaped(picture).shape == picture.shape


def test_a_shrunk_linear_path_sees_the_means_of_blocks():
    to_code = LinearPath(
        torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(16, 4)),
        inputs=4, outputs=4, centre=0.5, spread=0.1, shrink=2,
    )  # fmt: skip
    to_code.layers[1].weight.data.zero_()
    to_code.layers[1].bias.data.zero_()
    to_code.linear.weight.data = torch.eye(4)
    picture = torch.arange(16.0).view(1, 1, 4, 4)
    # The blocks' means, by hand: (0 + 1 + 4 + 5) / 4 = 2.5, and so on.
    assert to_code(picture).tolist() == [[2.0, 4.0, 10.0, 12.0]]


def test_a_shrunk_linear_path_draws_a_small_picture_larger():
    to_picture = LinearPath(
        torch.nn.Sequential(torch.nn.Linear(4, 16), torch.nn.Unflatten(1, (1, 4, 4))),
        inputs=4, outputs=4, centre=0.0, spread=0.1, shrink=2,
    )  # fmt: skip
    to_picture.layers[0].weight.data.zero_()
    to_picture.layers[0].bias.data.zero_()
    to_picture.linear.weight.data = torch.eye(4)
    drawn = to_picture(torch.tensor([[0.0, 4.0, 0.0, 4.0]]))
    # Bilinear: pixels lie a quarter and three quarters between the small one's.
    assert drawn.shape == (1, 1, 4, 4)
    assert torch.allclose(drawn, torch.tensor([0.0, 1.0, 3.0, 4.0]).expand(1, 1, 4, 4))


def test_a_shrunk_linear_path_has_fewer_weights_and_keeps_the_shapes():
    shrunk = dataclasses.replace(FACES, linear_shrink=4)
    images = torch.rand(3, 3, 16, 24)
    network = build(shrunk).eval()
    assert network.encode(images).shape == (3, 5)
    assert network(images).shape == images.shape
    # Of 16 * 24 * 3 weights to and from each of 5 numbers, and biases, a sixteenth is left.
    pixels = 16 * 24 * 3
    saved = 2 * 5 * (pixels - pixels // 16) + pixels - pixels // 16
    assert count_parameters(build(FACES)) - count_parameters(network) == saved


def linear():
    return dataclasses.replace(
        tiny.MODEL, family="linear", encoder_channels=(), encoder_hidden=(), decoder_hidden=(),
        decoder_channels=(), code_range="free", output="linear",
    )  # fmt: skip


def test_the_linear_family_is_linear_and_shown_within_range():
    network = build(linear()).train()
    one, other = torch.rand(2, 1, 28, 28), torch.rand(2, 1, 28, 28)
    assert torch.allclose(
        network(0.3 * one + 0.7 * other), 0.3 * network(one) + 0.7 * network(other), atol=1e-5
    )
    assert len(list(network.parameters())) == 4
    network.decoder[0].bias.data.fill_(3.0)
    assert network(one).max() > 1
    assert network.eval()(one).max() == 1


VARIATIONAL = dataclasses.replace(tiny.MODEL, family="variational", code_range="free")


def test_a_variational_code_is_its_mean():
    network = build(VARIATIONAL).eval()
    images = torch.rand(3, 1, 28, 28)
    mean, log_variance = network.posterior(images)
    assert mean.shape == log_variance.shape == (3, 2)
    assert torch.equal(network.encode(images), mean)
    assert torch.equal(network(images), network(images))


def test_the_variance_stays_a_number():
    network = build(VARIATIONAL).eval()
    network.encoder[-1].bias.data[2:] = 1e9
    assert network.posterior(torch.rand(1, 1, 28, 28))[1].exp().isfinite().all()


def test_others_have_no_posterior():
    with pytest.raises(ValueError, match="Only a variational model has a posterior"):
        build(tiny.MODEL).eval().posterior(torch.rand(1, 1, 28, 28))


def stacked():
    base = build(dataclasses.replace(tiny.MODEL, code_size=6, code_range="free"), seed=3)
    config = dataclasses.replace(
        tiny.MODEL, family="stacked", base="base-6", encoder_channels=(), decoder_channels=()
    )
    return build(config, base=base)


def test_a_stacked_model_goes_through_its_base_and_leaves_it_alone():
    network = stacked().train()
    assert not network.base.training
    images = torch.rand(8, 1, 28, 28)
    before = {name: value.clone() for name, value in network.base.state_dict().items()}
    network(images).mean().backward()
    assert all(
        torch.equal(before[name], value) for name, value in network.base.state_dict().items()
    )
    assert all(weights.grad is None for weights in network.base.parameters())
    network.eval()
    codes = network.encode(images)
    assert codes.shape == (8, 2)
    assert torch.equal(codes, network.from_base(network.base.encode(images)))
    assert network.to_base(codes).shape == (8, 6)
    assert torch.equal(network.decode(codes), network.base.decode(network.to_base(codes)))
    # normalisation has no trained numbers: 6*8+8, 8*2+2; 2*8+8, 8*6+6
    assert count_parameters(network) == 56 + 18 + 24 + 54


def test_a_base_goes_with_stacked_models_only():
    with pytest.raises(ValueError, match="without a base"):
        build(stacked().config)
    with pytest.raises(ValueError, match="with a base"):
        build(tiny.MODEL, base=build(tiny.MODEL))


def test_the_textbooks_network_layer_by_layer():
    network = build(recipe("digits-textbook-32").model).eval()
    seen = []
    for layer in (*network.encoder, *network.decoder):
        layer.register_forward_hook(
            lambda layer, _, out: seen.append((type(layer).__name__, tuple(out.shape[1:])))
        )
    network(torch.rand(2, 1, 28, 28))
    assert seen == [
        ("Conv2d", (32, 26, 26)),
        ("LeakyReLU", (32, 26, 26)),
        ("Conv2d", (64, 12, 12)),
        ("LeakyReLU", (64, 12, 12)),
        ("Conv2d", (64, 5, 5)),
        ("LeakyReLU", (64, 5, 5)),
        ("Flatten", (1600,)),
        ("Linear", (32,)),
        ("Linear", (1600,)),
        ("Unflatten", (64, 5, 5)),
        ("LeakyReLU", (64, 5, 5)),
        ("ConvTranspose2d", (64, 12, 12)),
        ("LeakyReLU", (64, 12, 12)),
        ("ConvTranspose2d", (32, 26, 26)),
        ("LeakyReLU", (32, 26, 26)),
        ("ConvTranspose2d", (1, 28, 28)),
        ("Sigmoid", (1, 28, 28)),
    ]
    strides = [layer.stride[0] for layer in network.encoder if hasattr(layer, "stride")]
    assert strides == [1, 2, 2]


def test_the_textbooks_dense_network_is_two_layers():
    network = build(recipe("digits-dense-32").model)
    kinds = [type(layer).__name__ for layer in (*network.encoder, *network.decoder)]
    assert kinds == ["Flatten", "Linear", "LeakyReLU", "Linear", "Unflatten", "Sigmoid"]
    assert count_parameters(network) == 784 * 32 + 32 + 32 * 784 + 784


def test_an_activated_code_holds_zeros():
    config = dataclasses.replace(tiny.MODEL, activation="relu", code_range="activated")
    codes = build(config, seed=2).eval().encode(torch.rand(32, 1, 28, 28))
    assert codes.min() == 0 and codes.max() > 0


def test_a_stacked_network_may_be_its_own_layers():
    config = dataclasses.replace(
        tiny.MODEL, family="stacked", encoder_channels=(), decoder_hidden=(8,)
    )
    network = build(config).eval()
    assert network.encode(torch.rand(3, 1, 28, 28)).shape == (3, 2)


PROPOSING = dataclasses.replace(tiny.MODEL, proposals=3)


def test_the_proposal_that_is_drawn_best_is_the_code():
    network = build(PROPOSING, seed=4).eval()
    images = torch.rand(16, 1, 28, 28, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        proposed = network.proposed(images)
        assert proposed.shape == (16, 3, 2)
        expected = []
        for image, codes in zip(images, proposed, strict=True):
            errors = [
                float((network.decode(code[None])[0] - image).square().mean()) for code in codes
            ]
            expected.append(codes[errors.index(min(errors))])
        assert torch.equal(network.encode(images), torch.stack(expected))


def test_proposals_of_one_picture_are_bounded_alike():
    network = build(PROPOSING, seed=4).eval()
    # Standardised by one spread: the network's last numbers come out as they went in, squashed.
    values = torch.randn(5, 6)
    network.encoder[-1].bounds[0].standardise.running_mean[:] = torch.tensor([1.0, 2.0])
    codes = network.encoder[-1](values)
    by_hand = torch.erf((values.reshape(5, 3, 2) - torch.tensor([1.0, 2.0])) / 2**0.5)
    assert torch.allclose(codes, by_hand, atol=1e-4)


def test_without_proposals_there_is_one():
    network, images = build(tiny.MODEL).eval(), torch.rand(3, 1, 28, 28)
    assert torch.equal(network.proposed(images)[:, 0], network.encode(images))
    variational = build(
        dataclasses.replace(tiny.MODEL, family="variational", code_range="free")
    ).eval()
    assert variational.proposed(images).shape == (3, 1, 2)
