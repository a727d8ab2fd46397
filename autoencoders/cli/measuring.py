"""The verb ``evaluate``: one model or all of them, measured with PCA beside."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from autoencoders.cli.options import (
    FOLDER,
    add_computation,
    add_data_root,
    add_own_data,
    add_verb,
    load_engine,
    model_places,
)
from autoencoders.cli.output import CommandError, Output, table

if TYPE_CHECKING:
    from autoencoders.cli.options import Verbs
    from autoencoders.dataset import Dataset, Split
    from autoencoders.inference import Engine
    from autoencoders.listing import ModelEntry


def add_verbs(verbs: "Verbs") -> None:
    """Add the verb."""
    evaluate = add_verb(
        verbs,
        "evaluate",
        "Measure a model on its dataset, with PCA of the same code size beside it. Mean squared "
        "error is on 0..1, PSNR and SSIM are means of each picture's, sharpness is the variance of "
        "the Laplacian over the original's, and the neighbour accuracy that of 15 nearest "
        "neighbours in the code, leave-one-out.",
    )
    evaluate.add_argument("model", metavar="MODEL", nargs="?", help="a model's name, or its folder")
    evaluate.add_argument("--all", action="store_true", help="every model of the registry")
    add_computation(evaluate)
    add_own_data(evaluate)
    evaluate.add_argument(
        "--split",
        choices=("train", "validation", "test"),
        default="validation",
        help="which pictures (default: validation)",
    )
    add_data_root(evaluate)
    evaluate.set_defaults(run_verb=evaluate_model)


def evaluate_model(options: argparse.Namespace) -> int:
    """Run ``evaluate``."""
    from autoencoders.listing import list_models

    out = Output(as_json=options.json)
    if options.all == (options.model is not None):
        raise CommandError("Name one model, or give --all for every model of the registry.")
    if not options.all:
        engine = load_engine(options)
        measures = _evaluated(engine, options, out, {})
        out.answer(measures | {"device": engine.device, "precision": engine.precision})
        out.say(*lines_of(measures))
        return 0
    fitted: dict[tuple[str, int], Any] = {}
    results = []
    entries = list_models(model_places(options))
    for entry in entries:
        if entry.problem is not None:
            out.warn(f"{entry.name} cannot be used: {entry.problem}")
            continue
        options.model = str(entry.folder)
        try:
            results.append(_evaluated(load_engine(options), options, out, fitted))
        except ValueError as error:
            out.warn(f"{entry.name} was passed over: {error}")
    out.answer(results)
    if results:
        out.say(*_overview(results), *_curves(entries, results))
    return 0 if results else 1


def _evaluated(
    engine: "Engine",
    options: argparse.Namespace,
    out: Output,
    fitted: dict[tuple[str, int], Any],
) -> dict[str, Any]:
    """Measure one model; ``fitted`` keeps each PCA for the next model that needs the same."""
    from autoencoders.data import load_dataset
    from autoencoders.evaluation import evaluate
    from autoencoders.folders import read_folder
    from autoencoders.metrics import PCA

    def read(split: "Split") -> "Dataset":
        if engine.dataset != FOLDER:
            return load_dataset(
                engine.dataset, split, root=options.data_root, progress=not options.json
            )
        if options.data is None:
            raise CommandError(
                f"{engine.name} was trained on a folder of pictures; name it with --data."
            )
        return read_folder(options.data, split, shape=engine.image_shape, progress=not options.json)

    with out.bar(total=3, unit="step") as bar:
        bar.set_description(f"{engine.name}: reading")
        dataset = read(options.split)
        key = (engine.dataset, engine.code_size)
        known = key in fitted and dataset.labels is None
        train = None if known else read("train")
        bar.update()
        bar.set_description(f"{engine.name}: fitting PCA")
        if key not in fitted and train is not None:
            fitted[key] = PCA.fit(train.images, components=engine.code_size)
        bar.update()
        bar.set_description(f"{engine.name}: measuring")
        measures = evaluate(engine, dataset, pca=fitted[key], train=train).to_dict()
        bar.update()
    return measures


def _overview(results: "Sequence[dict[str, Any]]") -> list[str]:
    """One line a model, and one for each noise that a model removes."""
    rows = [("model", "pictures", "MSE", "of PCA", "PSNR", "SSIM", "PCA", "sharpness", "PCA")]
    rows += [
        (
            found["model"],
            f"{found['pictures']:,}",
            f"{found['mse']:.5f}",
            f"{found['mse'] / found['pca_mse']:.3f}",
            f"{found['psnr']:.2f}",
            f"{found['ssim']:.3f}",
            f"{found['pca_ssim']:.3f}",
            f"{found['sharpness']:.3f}",
            f"{found['pca_sharpness']:.3f}",
        )
        for found in results
    ]
    return [
        *table(rows, right=range(1, 9)),
        *(
            f"{found['model']}, {line}"
            for found in results
            for line in (*_lines_of_noise(found), *_lines_of_blocks(found))
        ),
    ]


def _curves(entries: "Sequence[ModelEntry]", results: "Sequence[dict[str, Any]]") -> list[str]:
    """Error against code size, of models that come in several sizes."""
    from autoencoders.sizes import dials

    measured = {found["model"]: found for found in results}
    lines = []
    for dial in dials([entry for entry in entries if entry.name in measured]).values():
        rows = [("numbers", f"{dial.stem}, MSE", "PCA")]
        for entry in dial.entries:
            found = measured[entry.name]
            rows.append((str(entry.code_size), f"{found['mse']:.5f}", f"{found['pca_mse']:.5f}"))
        lines += ["", *table(rows, right=(0, 1, 2))]
    return lines


def lines_of(measures: dict[str, Any]) -> list[str]:
    """Return one split's measures as a table for people."""
    rows = [("", measures["model"], "PCA")]
    for key, title, form in (
        ("mse", "mean squared error", ".5f"),
        ("psnr", "PSNR in dB", ".2f"),
        ("ssim", "SSIM", ".3f"),
        ("sharpness", "sharpness", ".3f"),
        ("neighbour_accuracy", "15-neighbour accuracy", ".3f"),
    ):
        if measures[key] is not None:
            rows.append((title, f"{measures[key]:{form}}", f"{measures['pca_' + key]:{form}}"))
    return [
        f"{measures['pictures']:,} {measures['split']} pictures of {measures['dataset']}",
        *table(rows, right=(1, 2)),
        *_lines_of_noise(measures),
        *_lines_of_blocks(measures),
        *_lines_of_features(measures),
    ]


def _lines_of_features(measures: dict[str, Any]) -> list[str]:
    """How well labels are read from the codes, and from what else there is."""
    features = measures.get("features", ())
    if not features:
        return []
    rows = [("labels read from", "numbers", "by 15 neighbours", "by regression")]
    rows += [
        (
            feature["name"],
            str(feature["numbers"]),
            f"{feature['neighbour_accuracy']:.3f}",
            f"{feature['regression_accuracy']:.3f}",
        )
        for feature in features
    ]
    return table(rows, right=(1, 2, 3))


def _lines_of_noise(measures: dict[str, Any]) -> list[str]:
    """What a denoising model does against each noise it is measured on."""
    return [
        f"noise of {noise['sigma']}: PSNR {noise['noisy']:.2f} dB, denoised {noise['psnr']:.2f} dB"
        for noise in measures.get("denoised", ())
    ]


def _lines_of_blocks(measures: dict[str, Any]) -> list[str]:
    """How well blocks of texture on faces are found by the error."""
    if "blocks" not in measures:
        return []
    own, pca = measures["blocks"], measures["pca_blocks"]
    return [
        f"a block of texture on the face: AUROC {own['auroc']:.4f} (PCA {pca['auroc']:.4f}), the "
        f"largest error inside it {own['peak']:.1%} (PCA {pca['peak']:.1%})"
    ]
