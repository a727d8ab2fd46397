import dataclasses
import json

import pytest

from autoencoders.config import ModelConfig, TrainConfig
from autoencoders.strict_config import ConfigError
from tests import tiny


def test_a_config_survives_json():
    again = ModelConfig.from_dict(json.loads(json.dumps(tiny.MODEL.to_dict())))
    assert again == tiny.MODEL
    assert TrainConfig.from_dict(json.loads(json.dumps(tiny.TRAINING.to_dict()))) == tiny.TRAINING


def test_an_unknown_key_is_rejected_and_the_known_ones_are_named():
    values = tiny.MODEL.to_dict() | {"colour": "green"}
    with pytest.raises(ConfigError, match=r"does not know 'colour'; it knows .*code_size"):
        ModelConfig.from_dict(values)


def test_a_missing_key_is_named():
    values = tiny.MODEL.to_dict()
    del values["code_size"]
    with pytest.raises(ConfigError, match="needs 'code_size'"):
        ModelConfig.from_dict(values)


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("code_size", "two", "must be of type int"),
        ("code_size", True, "must be of type int"),
        ("code_size", 0, "must be 1 to 784"),
        ("code_size", 785, "must be 1 to 784"),
        ("family", "magic", "must be one of linear, dense"),
        ("encoder_channels", 8, "must be a list of int"),
        ("encoder_channels", [8, "x"], "must be of type int"),
        ("patch", 0, "use 1 or more pixels"),
        ("patch", 3, "folded into blocks of 3 do not come out even"),
        ("linear_shrink", 3, "divides both sides of 28x28"),
        ("linear_shrink", 0, "divides both sides of 28x28"),
        ("linear_shrink", 2, "without a linear_path"),
        ("base", "digits-conv-32", "only a stacked model has a base"),
        ("output", "cosine", "must be one of sigmoid, linear"),
        ("encoder_channels", [4, 4, 4, 4], "use 3 stages or pictures of 24x24"),
        ("decoder_hidden", [0], "each width must be"),
        ("code_gain", 0.0, "use more than 0"),
        ("proposals", 0, "use 1 to 64"),
        ("proposals", 65, "use 1 to 64"),
        ("channels", 2, "must be 1 or 3"),
        ("height", 2, "each side must be 4 to 1024"),
    ],
)
def test_an_impossible_network_is_one_sentence(key, value, says):
    with pytest.raises(ConfigError, match=says) as caught:
        ModelConfig.from_dict(tiny.MODEL.to_dict() | {key: value})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("epochs", 0),
        ("batch_size", 1),
        ("learning_rate", 0.0),
        ("weight_decay", -1.0),
        ("warmup", 1.0),
        ("average", 1.0),
        ("rotate", 181.0),
        ("shift", -1.0),
        ("scale", 1.0),
        ("seed", -1),
        ("snapshots", 41),
        ("sparsity", -0.1),
        ("activity", -0.1),
        ("activity", 1.0),
        ("activity", 0.5),
        ("explore", -0.1),
        ("explore", 1.1),
        ("neighbours", -1),
        ("neighbours", 5),
        ("greedy", -1),
        ("greedy", 2),
        ("limit", -1),
        ("fade", 1.5),
        ("edges", -1.0),
        ("beta", -0.1),
        ("beta_warmup", 2.0),
        ("noise_level", 1.5),
        ("noise_level", -0.1),
    ],
)
def test_impossible_training_names_the_setting(key, value):
    with pytest.raises(ConfigError, match=f"^{key} is"):
        dataclasses.replace(tiny.TRAINING, **{key: value})


@pytest.mark.parametrize(("noise", "level"), [((), 0.5), (("masking",), 0.0)])
def test_noise_and_its_level_go_together(noise, level):
    with pytest.raises(ConfigError, match="name kinds of noise and a level above 0, or neither"):
        dataclasses.replace(tiny.TRAINING, noise=noise, noise_level=level)


@pytest.mark.parametrize(
    "change", [{"family": "variational", "code_range": "free"}, {"linear_path": True}]
)
def test_only_some_networks_choose_among_proposals(change):
    with pytest.raises(ConfigError, match="chooses among proposals, use 1"):
        dataclasses.replace(tiny.MODEL, proposals=2, **change)


def test_attraction_needs_neighbours():
    with pytest.raises(ConfigError, match="use more than 0 of both, or of neither"):
        dataclasses.replace(tiny.TRAINING, attraction=0.1)


def test_a_code_has_no_edges():
    with pytest.raises(ConfigError, match="a code has no edges, use 0"):
        dataclasses.replace(tiny.TRAINING, edges=0.5, loss="code")


def test_an_unknown_kind_of_noise_names_the_known_ones():
    values = tiny.TRAINING.to_dict() | {"noise": ["snow"], "noise_level": 0.5}
    with pytest.raises(ConfigError, match="one of gaussian, salt_and_pepper, masking"):
        TrainConfig.from_dict(values)


def test_a_whole_number_serves_as_a_float():
    values = tiny.TRAINING.to_dict() | {"learning_rate": 1}
    assert isinstance(TrainConfig.from_dict(values).learning_rate, float)
