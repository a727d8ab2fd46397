"""The verb evaluate."""

import json
import re
import shutil

import pytest

from tests import tiny
from tests.commands import VALIDATION

pytest_plugins = ["tests.commands"]


def test_evaluate_for_people(run, model, mnist):
    code, out, _ = run("evaluate", "tiny-2")
    assert code == 0
    heading, columns, _, mse, psnr, _, _, accuracy, *features = out.splitlines()
    assert heading == f"{VALIDATION} validation pictures of mnist"
    assert columns.split() == ["tiny-2", "PCA"]
    assert float(mse.split()[-1]) < float(mse.split()[-2])
    assert psnr.startswith("PSNR in dB")
    assert 0 <= float(accuracy.split()[-1]) <= 1
    titles, _, *rows = features
    assert titles.split()[:3] == ["labels", "read", "from"]
    names = [re.split(r"\s{2,}", row)[0] for row in rows]
    assert names == ["codes", "PCA's codes", "pixels", "codes and mean ink"]
    for row in rows:
        assert all(0 <= float(share) <= 1 for share in row.split()[-2:])


def test_evaluate_without_its_data(refused, model, tmp_path):
    line = refused("evaluate", "tiny-2", "--data-root", tmp_path / "nowhere")
    assert "--data-root" in line
    assert "data --download mnist" in line


def test_evaluate_all_measures_what_it_can(run, models, tmp_path):
    root = tiny.write_mnist(tmp_path / "datasets", train=5_064, test=30)
    shutil.copytree(models / "tiny-denoising-2", models / "broken-2")
    (models / "broken-2" / "model.safetensors").unlink()
    code, out, err = run("evaluate", "--all", "--split", "test", "--data-root", root, "--json")
    assert code == 0
    found = json.loads(out)
    assert [one["model"] for one in found] == [
        "base-6", "tiny-denoising-2", "tiny-stacked-2", "tiny-variational-2",
    ]  # fmt: skip
    assert all(one["pictures"] == 30 and one["pca_mse"] > 0 for one in found)
    assert "broken-2 cannot be used: broken-2 lacks model.safetensors" in err
    _, out, _ = run("evaluate", "--all", "--split", "test", "--data-root", root)
    lines = out.splitlines()
    assert lines[0].split()[:4] == ["model", "pictures", "MSE", "of"]
    sigmas = [entry["sigma"] for entry in found[1]["denoised"]]
    assert [line.split(":")[0] for line in lines[-len(sigmas) :]] == [
        f"tiny-denoising-2, noise of {sigma}" for sigma in sigmas
    ]


@pytest.mark.parametrize("more", [(), ("tiny-stacked-2", "--all")])
def test_one_model_or_all_are_evaluated(refused, models, more):
    assert "Name one model, or give --all" in refused("evaluate", *more)
