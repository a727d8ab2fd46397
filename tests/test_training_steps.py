"""One step and one epoch of training, by numbers."""

import dataclasses
import itertools

import numpy as np
import pytest
import torch

from autoencoders import training as training_module
from autoencoders.losses import divergence, draw_code, reconstruction_loss
from autoencoders.run_folder import RunFolder
from autoencoders.training import fit, reconstruction_errors
from tests import tiny

TRAIN, VALIDATION = tiny.digits(64, split="train"), tiny.digits(30, split="validation", seed=5)
STILL = dataclasses.replace(tiny.TRAINING, rotate=0.0, shift=0.0, scale=0.0)
OPTIONS = {"train": TRAIN, "validation": VALIDATION, "device": "cpu", "progress": "silent"}


def moving_parts(model, training, *, count=64):
    return training_module._Run(
        model, training, train=tiny.digits(count, split="train"), validation=VALIDATION,
        device=torch.device("cpu"), base=None,
    )  # fmt: skip


def some_pictures():
    return torch.from_numpy(TRAIN.images[:8]).permute(0, 3, 1, 2) / 255


@pytest.mark.parametrize(
    ("through", "warmup", "share"),
    [(0, 0.2, 0), (0.1, 0.2, 0.5), (0.2, 0.2, 1), (0.9, 0.2, 1), (0, 0, 1)],
)
def test_the_divergence_warms_up_and_counts_by_the_pixel(through, warmup, share):
    model = dataclasses.replace(tiny.MODEL, family="variational", code_range="free")
    training = dataclasses.replace(STILL, beta=3.0, beta_warmup=warmup, edges=0.5)
    parts, batch = moving_parts(model, training), some_pictures()
    network = parts.network.eval()
    torch.manual_seed(3)
    found = float(parts.loss(batch, batch, through=through).detach())
    torch.manual_seed(3)
    with torch.inference_mode():
        mean, log_variance = network.posterior(batch)
        output = network.decode(draw_code(mean, log_variance))
        expected = reconstruction_loss(output, batch, loss="mse", edges=0.5)
        expected += share * 3.0 * divergence(mean, log_variance).mean() / (28 * 28)
    assert found == pytest.approx(float(expected), rel=1e-5)


def stacked_parts(**changes):
    base = tiny.build(tiny.BASE, seed=1).eval()
    training = dataclasses.replace(STILL, loss="code", **changes)
    parts = training_module._Run(
        tiny.FAMILIES["stacked"], training, train=TRAIN, validation=VALIDATION,
        device=torch.device("cpu"), base=base,
    )  # fmt: skip
    parts.network.eval()
    return parts, base


def test_the_error_of_a_code_is_in_units_of_the_picture():
    parts, base = stacked_parts()
    images = torch.from_numpy(TRAIN.images).permute(0, 3, 1, 2) / 255
    with torch.inference_mode():
        codes = base.encode(images).numpy()
        pictures = base.decode(torch.from_numpy(codes)).flatten(1).numpy()
        batch = images[:8]
        middle = parts.network.to_base(parts.network.encode(batch)).numpy()
        found = float(parts.loss(batch, batch, through=0.5))
    # Were every code drawn as the mean code, the error would be the variance of the pictures.
    unit = pictures.var(axis=0).mean() / np.square(codes - codes.mean(axis=0)).sum(axis=1).mean()
    expected = unit * np.square(middle - codes[:8]).sum(axis=1).mean()
    assert found == pytest.approx(float(expected), rel=1e-4)


def test_a_noisy_picture_is_held_against_the_code_of_the_clean_one():
    parts, base = stacked_parts()
    batch = some_pictures()
    with torch.inference_mode():
        seen = base.encode(0.5 * batch)
        code = parts.network.to_base(parts.network.from_base(seen))
        expected = parts.loss.unit * (code - base.encode(batch)).square().sum(dim=1).mean()
        found = parts.loss(0.5 * batch, batch, through=0.5)
    assert float(found) == pytest.approx(float(expected), rel=1e-4)


def test_only_a_stacked_model_has_a_code_to_err_in():
    training = dataclasses.replace(STILL, loss="code")
    with pytest.raises(ValueError, match="only stacked models have one; this model is conv"):
        moving_parts(tiny.MODEL, training)


def test_other_families_are_held_against_the_clean_picture():
    training = dataclasses.replace(STILL, loss="bce", edges=2.0)
    parts, batch = moving_parts(tiny.MODEL, training), some_pictures()
    parts.network.eval()
    given = 0.5 * batch
    with torch.inference_mode():
        expected = reconstruction_loss(parts.network(given), batch, loss="bce", edges=2.0)
        found = parts.loss(given, batch, through=0.5)
    assert float(found) == pytest.approx(float(expected))


@pytest.mark.parametrize(("count", "steps"), [(32, 2), (33, 2), (40, 3)])
def test_an_epochs_loss_is_the_mean_over_its_pictures(tmp_path, monkeypatch, count, steps):
    seen = []

    def step(self, epoch, number, chosen):
        seen.append((epoch, number, len(chosen)))
        return 2.0 if number == 0 else 5.0

    monkeypatch.setattr(training_module._Run, "step", step)
    result = fit(
        tiny.MODEL, STILL, train=tiny.digits(count, split="train"), validation=VALIDATION,
        run=tmp_path, device="cpu", progress="silent",
    )  # fmt: skip
    used = count - (count == 33)
    assert [number for epoch, number, _ in seen if epoch == 0] == list(range(steps))
    assert sum(many for epoch, _, many in seen if epoch == 1) == used
    expected = (2.0 * 16 + 5.0 * (used - 16)) / used
    assert result.history.train_loss.tolist() == pytest.approx([expected, expected])


def test_time_is_counted_and_a_checkpoint_written_now_and_then(tmp_path, monkeypatch):
    clock, saved = itertools.count(), []
    monkeypatch.setattr(training_module.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(training_module, "CHECKPOINT_SECONDS", 1.5)
    save = RunFolder.save

    def noted(self, network, average, optimizer, state):
        saved.append((state.epoch, state.step))
        save(self, network, average, optimizer, state)

    monkeypatch.setattr(RunFolder, "save", noted)

    def stop(*_args):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(tiny.MODEL, tiny.TRAINING, run=tmp_path, on_epoch=stop, **OPTIONS)
    assert saved == [(0, 2), (0, 4), (1, 0)]
    result = fit(tiny.MODEL, tiny.TRAINING, run=tmp_path, **OPTIONS)
    assert saved[3:] == [(1, 2), (1, 4), (2, 0)]
    assert result.minutes == pytest.approx(8 / 60)  # a second a step, in both goes


def test_how_far_the_run_has_come_is_told_to_the_loss(tmp_path, monkeypatch):
    seen, loss = [], training_module.Objective.__call__

    def noted(self, given, target, *, through, pair=None):
        seen.append(through)
        return loss(self, given, target, through=through)

    monkeypatch.setattr(training_module.Objective, "__call__", noted)
    fit(tiny.MODEL, tiny.TRAINING, run=tmp_path, **OPTIONS)
    assert seen == pytest.approx([step / 8 for step in range(8)])


@pytest.mark.parametrize("noise", [(), ("gaussian",)])
def test_noise_is_put_on_what_is_given_and_not_on_what_is_wanted(monkeypatch, noise):
    parts = moving_parts(
        tiny.MODEL, dataclasses.replace(STILL, noise=noise, noise_level=0.5 * len(noise))
    )
    seen, loss = [], parts.loss

    def noted(given, target, *, through, pair=None):
        seen.append((given, target))
        return loss(given, target, through=through)

    monkeypatch.setattr(parts, "loss", noted)
    parts.step(0, 0, torch.arange(8))
    ((given, target),) = seen
    assert torch.allclose(target, some_pictures())
    assert torch.equal(given, target) == (not noise)


def test_what_ships_is_the_average_where_there_is_one():
    parts = moving_parts(tiny.MODEL, tiny.TRAINING)
    assert tiny.TRAINING.average and parts.best() is parts.averaged
    parts = moving_parts(tiny.MODEL, dataclasses.replace(tiny.TRAINING, average=0.0))
    assert parts.best() is parts.network


def test_the_average_remembers_more_the_longer_it_runs():
    def updated(averaged, current, count):
        one = torch.tensor([averaged])
        training_module._ramped_average(0.9)([one], [torch.tensor([current])], count)
        return float(one)

    assert updated(0.0, 1.0, 0) == pytest.approx(0.9)
    assert updated(0.0, 1.0, 20) == pytest.approx(1 - 21 / 30)
    assert updated(0.0, 1.0, torch.tensor(10_000)) == pytest.approx(0.1)
    assert updated(3, 7, 5) == 7  # a counter is no weight


def test_noise_differs_from_batch_to_batch():
    same_picture = np.repeat(TRAIN.images[:1], 12, axis=0)
    noise = dataclasses.replace(STILL, noise=("gaussian",), noise_level=0.5)
    errors = reconstruction_errors(
        torch.nn.Identity(), same_picture, device=torch.device("cpu"), noise=noise, batch_size=6
    )
    assert not np.allclose(errors[:6], errors[6:])


def test_sparsity_counts_what_a_code_holds_by_the_pixel():
    model = dataclasses.replace(
        tiny.MODEL, family="sparse", code_size=16, activation="leaky_relu", code_range="activated"
    )
    parts, batch = moving_parts(model, dataclasses.replace(STILL, sparsity=0.7)), some_pictures()
    network = parts.network.eval()
    with torch.inference_mode():
        found = float(parts.loss(batch, batch, through=0.5))
        codes = network.encode(batch)
        error = np.square((network.decode(codes) - batch).numpy()).mean()
    expected = error + 0.7 * np.abs(codes.numpy()).sum(axis=1).mean() / 784
    assert found == pytest.approx(float(expected), rel=1e-5)


def test_the_activity_of_units_is_held_to_what_is_wanted():
    model = dataclasses.replace(
        tiny.MODEL, family="sparse", code_size=16, code_range="logistic", activation="relu"
    )
    config = dataclasses.replace(STILL, sparsity=0.7, activity=0.2)
    parts, batch = moving_parts(model, config), some_pictures()
    network = parts.network.eval()
    with torch.inference_mode():
        found = float(parts.loss(batch, batch, through=0.5))
        codes = network.encode(batch)
        error = np.square((network.decode(codes) - batch).numpy()).mean()
    assert codes.min() > 0 and codes.max() < 1
    means = codes.numpy().mean(axis=0)
    nats = 0.2 * np.log(0.2 / means) + 0.8 * np.log(0.8 / (1 - means))
    assert found == pytest.approx(float(error + 0.7 * nats.sum() / 784), rel=1e-4)


def test_an_activity_needs_units():
    model = dataclasses.replace(tiny.MODEL, family="sparse", code_range="activated")
    with pytest.raises(ValueError, match="only the units of a 'logistic' code"):
        moving_parts(model, dataclasses.replace(STILL, sparsity=0.1, activity=0.1))


def test_sparsity_that_would_not_be_looked_at_is_refused():
    with pytest.raises(ValueError, match="only sparse models are held to few numbers: use 0"):
        moving_parts(tiny.MODEL, dataclasses.replace(STILL, sparsity=0.7))


def test_the_optimizer_in_one_pass_steps_as_the_plain_one_does(monkeypatch):
    def trained(**options):
        plain = torch.optim.AdamW

        def made(weights, **given):
            return plain(weights, **{**given, **options})

        with monkeypatch.context() as patch:
            patch.setattr(torch.optim, "AdamW", made)
            parts = moving_parts(tiny.MODEL, STILL)
        for number in range(3):
            parts.step(0, number, torch.arange(16 * number, 16 * number + 16))
        return parts.network.state_dict()

    one, other = trained(), trained(fused=False)
    # Weights of convolutions do not lie in memory in the order of their shape.
    assert not one["encoder.3.weight"].is_contiguous()
    one.pop("encoder.9.bias")  # what normalises behind it leaves it no gradient but rounding
    for name in one:
        assert torch.allclose(one[name].float(), other[name].float(), atol=1e-5), name
