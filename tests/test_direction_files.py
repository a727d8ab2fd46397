"""Directions as a file: what is written comes back, and nothing else is taken for one."""

import dataclasses
import io
import zipfile

import numpy as np
import pytest
import tiny

from autoencoders.directions import Direction, to_bytes
from autoencoders.inference import Engine
from autoencoders.ui import direction_files
from autoencoders.ui.answers import RefusedError

NONE = "This file holds no directions; drop in one that this page or a model folder saved."


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    return Engine(tiny.save_family(tmp_path_factory.mktemp("m") / "tiny", "convolutional"))


@pytest.fixture(scope="module")
def stacked(tmp_path_factory):
    return Engine(tiny.save_family(tmp_path_factory.mktemp("s") / "tiny-stacked", "stacked"))


def direction(size=2, **more):
    vector = np.arange(1, size + 1, dtype=np.float32)
    return Direction("mine", vector, vector, 0.5, 2.0, "means", 6, 7, **more)


def refused(data, engine):
    with pytest.raises(RefusedError) as refusal:
        direction_files.read_file(data, engine)
    return refusal.value.sentence


def test_a_file_comes_back(engine):
    data = direction_files.write_file([direction()], engine)
    (back,) = direction_files.read_file(data, engine)
    assert back.vector.tolist() == [1, 2]
    assert (back.name, back.offset, back.scale) == ("mine", 0.5, 2.0)


def test_a_model_folders_directions_can_be_dropped_in(engine):
    data = (engine.folder / "directions.npz").read_bytes()
    assert [one.name for one in direction_files.read_file(data, engine)] == ["high"]


def test_a_stacked_model_shares_its_bases_directions(stacked):
    base = Engine(stacked.folder.parent / "base-6")
    data = direction_files.write_file([direction(6)], base)
    assert len(direction_files.read_file(data, stacked)) == 1


def test_another_models_directions_are_refused(engine, stacked):
    data = direction_files.write_file([direction(6)], stacked)
    assert refused(data, engine) == (
        "These directions were found in the codes of base-6, and those of tiny are others; choose "
        "that model, or build the direction here."
    )


def test_a_wrong_length_is_said(engine):
    assert refused(to_bytes([direction(3)]), engine) == (
        "These directions have 3 numbers, the codes of tiny have 2; choose the model that they "
        "were made with."
    )


def archive(**arrays):
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)
    return stream.getvalue()


def changed(key, value):
    with np.load(io.BytesIO(to_bytes([direction()]))) as stored:
        table = dict(stored)
    table[key] = np.asarray(value)
    return archive(**table)


def bomb():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("vector.npy", bytes(2**24))
    return stream.getvalue()


WRONG = {
    "nothing": b"",
    "text": b"smile!",
    "cut": to_bytes([direction()])[:200],
    "another archive": archive(codes=np.zeros(3)),
    "a pickle": archive(name=np.array([{}], object)),
    "unpacks to too much": bomb(),
    "not finite": changed("vector", [[np.nan, 1]]),
    "zero": changed("vector", [[0, 0]]),
    "axis of another length": changed("axis", [[1, 2, 3]]),
    "no scale": changed("offset_scale", [[0.0, 0.0]]),
    "no counts": changed("counts", [3]),
    "a number for a name": changed("name", [7]),
    "an empty name": changed("name", [""]),
    "a single number": changed("vector", 3.0),
    "a cube": changed("vector", np.ones((1, 2, 2))),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_no_file_of_directions_is_said_in_one_sentence(engine, what):
    assert refused(WRONG[what], engine) == NONE


def test_what_unpacks_to_too_much_is_never_unpacked(engine, monkeypatch):
    monkeypatch.setattr(direction_files, "from_bytes", lambda data: pytest.fail("unpacked"))
    assert refused(bomb(), engine) == NONE


def test_the_weights_are_part_of_whose_codes_they_are(engine, monkeypatch):
    data = direction_files.write_file([direction()], engine)
    about = engine.description
    files = {**about.files, "model.safetensors": "0" * 64}
    monkeypatch.setattr(engine, "_description", dataclasses.replace(about, files=files))
    assert "were found in the codes of tiny" in refused(data, engine)
