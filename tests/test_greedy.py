"""Training layer by layer, on a network of three pairs of layers."""

import dataclasses

import numpy as np
import pytest
import torch

from autoencoders import greedy
from autoencoders import training as training_module
from autoencoders.config import TrainConfig
from autoencoders.models import build
from autoencoders.strict_config import ConfigError
from autoencoders.training import fit
from tests import tiny

MODEL = dataclasses.replace(
    tiny.MODEL,
    family="stacked",
    encoder_channels=(),
    encoder_hidden=(12, 6),
    decoder_hidden=(6, 12),
    code_gain=2.0,
)
TRAINING = TrainConfig(dataset="mnist", epochs=10, batch_size=16, greedy=2, average=0.0)


def pictures(count=8):
    return torch.from_numpy(tiny.digits(count).images).permute(0, 3, 1, 2) / 255


def test_pairs_are_the_layers_that_undo_each_other():
    pairs = greedy.Pairs(build(MODEL))
    assert len(pairs) == 3
    sizes = [
        [
            (layer.in_features, layer.out_features)
            for layer in piece
            if isinstance(layer, torch.nn.Linear)
        ]
        for piece in pairs.encoders
    ]
    assert sizes == [[(784, 12)], [(12, 6)], [(6, 2)]]
    back = [
        [
            (layer.in_features, layer.out_features)
            for layer in piece
            if isinstance(layer, torch.nn.Linear)
        ]
        for piece in pairs.decoders
    ]
    assert back == [[(12, 784)], [(6, 12)], [(2, 6)]]


def test_through_all_pairs_is_through_the_network():
    network = build(MODEL, seed=3).eval()
    batch = pictures()
    with torch.inference_mode():
        whole = greedy.Pairs(network).through(batch, pairs=3)
        assert torch.equal(whole, network(batch))
        assert torch.equal(greedy.Outermost(network, pairs=3)(batch), whole)
        first = greedy.Outermost(network, pairs=1)(batch)
    weights = network.encoder[1].weight, network.encoder[1].bias
    hidden = torch.nn.functional.gelu(batch.flatten(1) @ weights[0].T + weights[1])
    back = network.decoder[-3]
    expected = torch.sigmoid(hidden @ back.weight.T + back.bias).view(batch.shape)
    assert torch.allclose(first, expected, atol=1e-6)


@pytest.mark.parametrize("pair", [0, 1, 2])
def test_a_pair_learns_alone_to_rebuild_what_it_is_given(pair):
    network = build(MODEL, seed=3).train()
    pairs, batch = greedy.Pairs(network), pictures()
    loss = pairs.loss(batch, batch, pair=pair)
    loss.backward()
    learning = {name for name, weights in network.named_parameters() if weights.grad is not None}
    own = {
        name
        for name, weights in network.named_parameters()
        if any(
            weights is one
            for piece in (pairs.encoders[pair], pairs.decoders[pair])
            for one in piece.parameters()
        )
    }
    assert learning == own and own
    with torch.inference_mode():
        inner = batch
        for piece in pairs.encoders[:pair]:
            inner = piece(inner)
        rebuilt = pairs.decoders[pair](pairs.encoders[pair](inner))
    expected = np.square((rebuilt - inner).numpy()).mean()
    assert float(loss.detach()) == pytest.approx(float(expected), rel=1e-4)


def test_the_first_pair_is_held_against_the_clean_picture():
    network = build(MODEL, seed=3).train()
    clean = pictures()
    noisy = (clean + 0.3).clamp(0, 1)
    loss = float(greedy.Pairs(network).loss(noisy, clean, pair=0).detach())
    with torch.inference_mode():
        rebuilt = greedy.Pairs(network).through(noisy, pairs=1)
    assert loss == pytest.approx(float((rebuilt - clean).square().mean()), rel=1e-4)


def test_epochs_go_pair_by_pair_and_then_to_all():
    found = [greedy.pair_of(MODEL, TRAINING, epoch) for epoch in range(10)]
    assert found == [0, 0, 1, 1, 2, 2, None, None, None, None]
    phases = [greedy.phase_of(MODEL, TRAINING, epoch) for epoch in (0, 3, 5, 6, 9)]
    assert phases == [(0, 2), (2, 4), (4, 6), (6, 10), (6, 10)]
    plain = dataclasses.replace(TRAINING, greedy=0)
    assert greedy.pair_of(MODEL, plain, 0) is None
    assert greedy.phase_of(MODEL, plain, 3) == (0, 10)


def moving_parts():
    data = tiny.digits(64, split="train")
    return training_module._Run(
        MODEL, TRAINING, train=data, validation=data, device=torch.device("cpu"), base=None
    )


def test_a_step_moves_one_pair_and_a_validation_measures_those_there_are():
    parts = moving_parts()
    before = {name: weights.clone() for name, weights in parts.network.named_parameters()}
    parts.step(2, 0, torch.arange(16))  # of the second pair
    moved = {
        name
        for name, weights in parts.network.named_parameters()
        if not torch.equal(weights, before[name])
    }
    assert moved == {"encoder.3.weight", "encoder.3.bias", "decoder.3.weight", "decoder.3.bias"}
    with torch.inference_mode():
        network, batch = parts.network.eval(), pictures(64)
        errors = [
            float((greedy.Pairs(network).through(batch, pairs=pairs) - batch).square().mean())
            for pairs in (1, 2, 3)
        ]
    images = tiny.digits(64, split="train").images
    assert np.array_equal(parts.validation, images)
    found = [parts.validate(epoch) for epoch in (1, 3, 5, 9)]
    assert found == pytest.approx([*errors, errors[2]], rel=1e-4)


def test_each_phase_warms_up_and_comes_to_rest():
    parts = moving_parts()
    rates = [
        [parts.learning_rate(epoch, step) for step in range(parts.steps_per_epoch)]
        for epoch in range(10)
    ]
    peak = TRAINING.learning_rate
    for first, last in ((0, 1), (2, 3), (4, 5), (6, 9)):
        assert rates[first][0] == pytest.approx(peak) and rates[last][-1] < 0.2 * peak


def test_the_errors_after_each_stage():
    losses = np.arange(10) / 10
    assert greedy.stage_errors(MODEL, TRAINING, losses) == [
        ("784 to 12 and back", pytest.approx(0.1)),
        ("12 to 6 and back", pytest.approx(0.3)),
        ("6 to 2 and back", pytest.approx(0.5)),
        ("all layers, end to end", pytest.approx(0.9)),
    ]


def test_a_run_measures_the_pairs_that_there_are(tmp_path):
    train = tiny.digits(64, split="train")
    result = fit(
        MODEL, TRAINING, train=train, validation=tiny.digits(20, split="validation"), run=tmp_path,
        device="cpu", progress="silent",
    )  # fmt: skip
    losses = result.history.validation_loss
    assert len(losses) == 10 and np.isfinite(losses).all()
    # The code's pair is untrained while the first one learns, and would have spoilt its error.
    assert losses[1] < losses[0]


@pytest.mark.parametrize(
    "changes",
    [
        {"decoder_hidden": (12, 6)},
        {"encoder_channels": (4,)},
        {"decoder_channels": (4,), "decoder_hidden": (6, 12)},
        {"linear_path": True},
    ],
)
def test_only_mirrored_dense_networks_are_trained_layer_by_layer(changes):
    model = dataclasses.replace(MODEL, **({"family": "deep"} | changes))
    with pytest.raises(ConfigError, match=r"use decoder_hidden \[6, 12\]"):
        greedy.check_mirrored(model)


def test_a_run_that_ends_before_all_layers_learn_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="use at least 7 epochs"):
        fit(
            MODEL, dataclasses.replace(TRAINING, epochs=6), train=tiny.digits(32), run=tmp_path,
            validation=tiny.digits(8), device="cpu", progress="silent",
        )  # fmt: skip
