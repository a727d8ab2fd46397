import dataclasses
import itertools
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from autoencoders.devices import select_device
from autoencoders.losses import divergence
from autoencoders.training import TrainingError, fit, learning_rate, reconstruction_errors
from tests import tiny

TRAIN, VALIDATION = tiny.digits(64, split="train"), tiny.digits(30, split="validation", seed=5)

STILL = dataclasses.replace(tiny.TRAINING, rotate=0.0, shift=0.0, scale=0.0)


def train(run, **changes):
    return fit(
        tiny.MODEL,
        dataclasses.replace(tiny.TRAINING, **changes),
        train=TRAIN,
        validation=VALIDATION,
        run=run,
        device="cpu",
        progress="silent",
    )


def weights(result):
    return result.network.state_dict()


def same(first, second):
    return all(torch.equal(first[name], second[name]) for name in first)


def test_training_learns(tmp_path):
    train_data = tiny.digits(1024, split="train")
    result = fit(
        dataclasses.replace(tiny.MODEL, decoder_hidden=(32,)),
        dataclasses.replace(STILL, epochs=4, average=0.5, learning_rate=2e-2, snapshots=1),
        train=train_data, validation=VALIDATION, run=tmp_path, device="cpu", progress="silent",
    )  # fmt: skip
    mean_image = np.square(VALIDATION.images / 255 - (train_data.images / 255).mean(axis=0)).mean()
    assert result.history.validation_loss[-1] < 0.6 * mean_image


def test_the_validation_loss_is_the_shipped_networks(tmp_path):
    result = train(tmp_path)
    errors = reconstruction_errors(
        result.network, VALIDATION.images, device=torch.device("cpu"), batch_size=7
    )
    assert result.history.validation_loss[-1] == pytest.approx(errors.mean(), rel=1e-5)


def test_the_seed_decides_the_result(tmp_path):
    first, again, other = (
        train(tmp_path / name, seed=seed) for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    assert same(weights(first), weights(again))
    assert not same(weights(first), weights(other))


def test_a_finished_run_is_not_trained_again(tmp_path):
    first = train(tmp_path)
    again = train(tmp_path)
    assert same(weights(first), weights(again))
    assert np.array_equal(first.history.codes, again.history.codes)


def test_no_average_ships_the_last_weights(tmp_path):
    assert not same(weights(train(tmp_path / "a")), weights(train(tmp_path / "b", average=0.0)))


KILLED = """
import sys, time
from pathlib import Path
import autoencoders.training as training
training.CHECKPOINT_SECONDS = 0.0
from tests.test_training import train
step = training._Run.step
def slow(*args):
    time.sleep(0.02)
    return step(*args)
training._Run.step = slow
train(Path(sys.argv[1]), epochs=6)
"""


def test_a_killed_run_goes_on_to_the_same_weights(tmp_path):
    whole = train(tmp_path / "whole", epochs=6)
    run = tmp_path / "killed"
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(run)],
        cwd=Path(__file__).parent.parent,
        env=os.environ | {"OMP_NUM_THREADS": str(torch.get_num_threads())},
    )
    # Killed in the middle of an epoch: 4 steps make one, snapshots mark its end.
    deadline = time.monotonic() + 120
    while not (run / "snapshot-00002.npz").exists() and time.monotonic() < deadline:
        assert process.poll() is None, "ended before it could be killed"
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert (run / "checkpoint.safetensors").exists()
    assert not (run / "snapshot-00006.npz").exists()
    resumed = train(run, epochs=6)
    assert same(weights(whole), weights(resumed))
    assert np.array_equal(whole.history.train_loss, resumed.history.train_loss)
    assert np.array_equal(whole.history.codes, resumed.history.codes)


def test_a_loss_that_is_no_number_stops_with_the_batch_and_a_way_out(tmp_path, monkeypatch):
    monkeypatch.setitem(
        __import__("autoencoders.losses", fromlist=["LOSSES"]).LOSSES,
        "mse",
        lambda output, target: (output - target).sum() * float("nan"),
    )
    way_out = r"nan in epoch 1, batch 1 of 4; try a learning rate below 0\.\d+, "
    with pytest.raises(TrainingError, match=way_out + "or precision float32"):
        train(tmp_path / "plain")
    model = dataclasses.replace(tiny.MODEL, family="variational", code_range="free")
    with pytest.raises(TrainingError, match="a smaller beta, or precision float32"):
        learn(model, dataclasses.replace(STILL, beta=0.5), tmp_path / "variational")


def test_pictures_of_another_size_are_refused(tmp_path):
    wrong = dataclasses.replace(TRAIN, images=TRAIN.images[:, :14])
    with pytest.raises(ValueError, match=r"\(64, 14, 28, 1\)"):
        fit(
            tiny.MODEL, tiny.TRAINING, train=wrong, validation=VALIDATION, run=tmp_path,
            progress="silent",
        )  # fmt: skip


def test_a_limit_uses_so_many_pictures(tmp_path):
    limited = train(tmp_path / "a", limit=16)
    fewer = dataclasses.replace(TRAIN, images=TRAIN.images[:16])
    config = dataclasses.replace(tiny.TRAINING, limit=0)
    by_hand = fit(
        tiny.MODEL, config, train=fewer, validation=VALIDATION, run=tmp_path / "b",
        device="cpu", progress="silent",
    )  # fmt: skip
    assert same(weights(limited), weights(by_hand))


def test_every_epoch_is_reported(tmp_path):
    seen = []
    fit(
        tiny.MODEL, tiny.TRAINING, train=TRAIN, validation=VALIDATION, run=tmp_path,
        device="cpu", progress="silent", on_epoch=lambda *args: seen.append(args),
    )  # fmt: skip
    assert [number for number, _, _ in seen] == [1, 2]


def test_the_learning_rate_rises_then_falls_to_nothing():
    config = dataclasses.replace(tiny.TRAINING, learning_rate=2.0, warmup=0.1)
    rates = [learning_rate(config, step=step, steps=100) for step in range(101)]
    assert rates[0] == pytest.approx(0.2)
    assert max(rates) == rates[9] == rates[10] == pytest.approx(2.0)
    assert rates[55] == pytest.approx(1.0)
    assert rates[100] == pytest.approx(0.0, abs=1e-12)
    assert all(later < earlier for earlier, later in itertools.pairwise(rates[10:]))


def test_a_device_that_is_not_there_is_one_sentence():
    assert select_device("cpu").type == "cpu"
    with pytest.raises(ValueError, match="'warp' cannot be used here; use 'auto'"):
        select_device("warp")


def learn(model, training, run, **more):
    return fit(
        model, training, train=tiny.digits(1024, split="train"), validation=VALIDATION, run=run,
        device="cpu", progress="silent", **more,
    )  # fmt: skip


QUICK = dataclasses.replace(STILL, epochs=4, average=0.5, learning_rate=2e-2, snapshots=1)


def spread(values):
    return np.square(values / 255 - (values / 255).mean(axis=0)).mean()


def test_a_denoiser_learns_to_give_the_clean_picture(tmp_path):
    model = dataclasses.replace(tiny.MODEL, family="denoising", decoder_hidden=(32,))
    training = dataclasses.replace(QUICK, noise=("gaussian", "masking"), noise_level=0.5)
    result = learn(model, training, tmp_path)
    assert result.history.validation_loss[-1] < 0.7 * spread(VALIDATION.images)
    clean = reconstruction_errors(result.network, VALIDATION.images, device=torch.device("cpu"))
    noisy = [
        reconstruction_errors(
            result.network, VALIDATION.images, device=torch.device("cpu"), noise=training
        )
        for _ in range(2)
    ]
    assert np.array_equal(*noisy)
    assert noisy[0].mean() > clean.mean()
    assert noisy[0].mean() == pytest.approx(result.history.validation_loss[-1], rel=1e-5)


@pytest.mark.parametrize("beta", [0.0, 1.0])
def test_the_prior_pulls_a_variational_code_to_itself(tmp_path, beta):
    model = dataclasses.replace(
        tiny.MODEL, family="variational", code_range="free", decoder_hidden=(32,)
    )
    training = dataclasses.replace(QUICK, beta=beta, beta_warmup=0.0)
    network = learn(model, training, tmp_path).network
    with torch.inference_mode():
        images = torch.from_numpy(VALIDATION.images).permute(0, 3, 1, 2) / 255
        mean, log_variance = network.posterior(images)
    nats = float(divergence(mean, log_variance).mean())
    assert (nats < 1.0) if beta else (nats > 3.0)


def test_the_same_draws_whatever_was_drawn_before(tmp_path):
    model = dataclasses.replace(tiny.MODEL, family="variational", code_range="free")
    training = dataclasses.replace(QUICK, beta=0.01, epochs=1)
    torch.manual_seed(1)
    one = learn(model, training, tmp_path / "one")
    torch.manual_seed(2)
    assert same(weights(one), weights(learn(model, training, tmp_path / "two")))


@pytest.mark.parametrize("loss", ["mse", "code"])
def test_a_stacked_model_learns_on_a_base_that_stays(tmp_path, loss):
    base_model = dataclasses.replace(tiny.MODEL, code_size=6, decoder_hidden=(32,))
    base = learn(base_model, QUICK, tmp_path / "base").network.eval()
    before = {name: value.clone() for name, value in base.state_dict().items()}
    model = dataclasses.replace(
        tiny.MODEL, family="stacked", base="base-6", encoder_channels=(), decoder_channels=(),
        encoder_hidden=(32,), decoder_hidden=(32,),
    )  # fmt: skip
    training = dataclasses.replace(QUICK, loss=loss)
    result = learn(model, training, tmp_path / "stacked", base=base)
    assert result.history.validation_loss[-1] < 0.8 * spread(VALIDATION.images)
    assert same(before, result.network.base.state_dict())


def test_a_single_picture_left_over_does_not_stop_an_epoch(tmp_path):
    result = fit(
        tiny.MODEL, dataclasses.replace(STILL, epochs=2, batch_size=16),
        train=tiny.digits(33, split="train"), validation=VALIDATION, run=tmp_path, device="cpu",
        progress="silent",
    )  # fmt: skip
    assert np.isfinite(result.history.train_loss).all()


def test_one_picture_is_too_few(tmp_path):
    with pytest.raises(ValueError, match="There is 1 training picture; training needs at least 2"):
        fit(
            tiny.MODEL, STILL, train=tiny.digits(1, split="train"), validation=VALIDATION,
            run=tmp_path, device="cpu", progress="silent",
        )  # fmt: skip


def test_a_batch_that_does_not_fit_says_which_would(tmp_path, monkeypatch):
    def hungry(self, given, target, *, through, pair=None):
        if len(given) > most:
            raise torch.OutOfMemoryError
        return self.network(given).mean()

    monkeypatch.setattr("autoencoders.training.Objective.__call__", hungry)
    for most in (8, 4, 2):
        with pytest.raises(TrainingError, match=f"16 pictures does not fit .* one of {most} does"):
            train(tmp_path / str(most))
    monkeypatch.setattr(
        "autoencoders.training.Objective.__call__",
        lambda self, given, target, *, through, pair=None: hungry(
            self, torch.zeros(9), target, through=0
        ),
    )
    with pytest.raises(TrainingError, match="Not even two pictures"):
        train(tmp_path / "other")
