"""The verb evaluate."""

import json
import re
import shutil

import pytest

from autoencoders.cli.measuring import lines_of
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
    tiny.save_model(models / "base-2")
    shutil.copytree(models / "tiny-denoising-2", models / "broken-2")
    (models / "broken-2" / "model.safetensors").unlink()
    code, out, err = run("evaluate", "--all", "--split", "test", "--data-root", root, "--json")
    assert code == 0
    found = json.loads(out)
    assert [one["model"] for one in found] == [
        "base-2", "base-6", "tiny-denoising-2", "tiny-stacked-2", "tiny-variational-2",
    ]  # fmt: skip
    assert all(one["pictures"] == 30 and one["pca_mse"] > 0 for one in found)
    assert "broken-2 cannot be used: broken-2 lacks model.safetensors" in err
    _, out, _ = run("evaluate", "--all", "--split", "test", "--data-root", root)
    lines = out.splitlines()
    assert lines[0].split()[:4] == ["model", "pictures", "MSE", "of"]
    sigmas = [entry["sigma"] for entry in found[2]["denoised"]]
    assert [line.split(":")[0] for line in lines if "noise" in line] == [
        f"tiny-denoising-2, noise of {sigma}" for sigma in sigmas
    ]
    # The only ones that differ in the size of their code.
    titles, _, *rows = lines[-4:]
    assert titles.split() == ["numbers", "base,", "MSE", "PCA"]
    assert [row.split() for row in rows] == [
        [str(size), f"{one['mse']:.5f}", f"{one['pca_mse']:.5f}"]
        for size, one in zip((2, 6), found[:2], strict=True)
    ]


def test_evaluate_tells_of_blocks_on_faces():
    blocks = {"auroc": 0.98765, "peak": 0.876}
    quality = dict.fromkeys(("psnr", "ssim", "sharpness", "mse"), 0.1)
    measures = {"model": "m", "dataset": "lfw", "split": "test", "pictures": 9}
    measures |= quality | {f"pca_{key}": value for key, value in quality.items()}
    measures |= {"neighbour_accuracy": None, "blocks": blocks, "pca_blocks": blocks}
    assert lines_of(measures)[-1] == (
        "a block of texture on the face: AUROC 0.9877 (PCA 0.9877), the largest error inside it "
        "87.6% (PCA 87.6%)"
    )


@pytest.mark.parametrize("more", [(), ("tiny-stacked-2", "--all")])
def test_one_model_or_all_are_evaluated(refused, models, more):
    assert "Name one model, or give --all" in refused("evaluate", *more)
