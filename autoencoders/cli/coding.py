"""The verbs that tell in numbers what a model makes of pictures: ``embed`` and ``score``."""

import argparse
import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from autoencoders.cli.options import (
    add_data_root,
    add_engine,
    add_pictures,
    add_verb,
    load_engine,
    writable_folder,
)
from autoencoders.cli.output import CommandError, Output, table
from autoencoders.cli.pictures import Findings, batches, close, find_pictures

if TYPE_CHECKING:
    from autoencoders.cli.options import Verbs
    from autoencoders.data import Split
    from autoencoders.images import Pixels
    from autoencoders.inference import Engine

_STEP = 1000


def add_verbs(verbs: "Verbs") -> None:
    """Add both verbs."""
    embed = add_verb(
        verbs,
        "embed",
        "Write the codes of a folder of pictures or of a dataset as .npz and .csv. The .npz holds "
        "codes (N, D) and mse (N,), float32, and files (N,), or ids of a dataset with its labels, "
        "or is_NAME (N,) for each of its attributes: 1 has it, 0 has it not, nan is not known. "
        "With --beside also ink (N,), pca (N, K) and pca_mse (N,).",
    )
    add_engine(embed)
    embed.add_argument("source", metavar="SOURCE", help="a folder, or a dataset's name")
    embed.add_argument(
        "--split",
        choices=("train", "validation", "test"),
        help="which part of the dataset (default: test)",
    )
    add_data_root(embed)
    embed.add_argument(
        "--output",
        metavar="FILE",
        type=Path,
        help="both files' name, with or without an ending (default: MODEL-SOURCE, here)",
    )
    embed.add_argument(
        "--beside",
        action="store_true",
        help="write besides, for exploring with other tools, each picture's mean ink and, where "
        "the model's folder holds principal components, PCA's code of that size and its error",
    )
    embed.set_defaults(run_verb=run_embed)

    score = add_verb(
        verbs,
        "score",
        "Say how well a model knows pictures: the mean squared error of each reconstruction and "
        "the share of the model's test pictures that come back better.",
    )
    add_pictures(score)
    score.set_defaults(run_verb=run_score)


# embed ------------------------------------------------------------------------------------------


def run_embed(options: argparse.Namespace) -> int:
    """Run ``embed``."""
    from autoencoders.data import DATASETS

    out = Output(as_json=options.json)
    source = Path(options.source)
    is_dataset = options.source in DATASETS
    if not is_dataset and not source.is_dir():
        raise CommandError(
            f"There is no folder or dataset {options.source!r}; name a folder of pictures, or "
            f"{', '.join(sorted(DATASETS))}."
        )
    if not is_dataset and options.split:
        raise CommandError("--split goes with a dataset; a folder is taken whole.")
    engine = load_engine(options)
    split: Split = options.split or "test"
    title = f"{options.source}-{split}" if is_dataset else source.resolve().name
    files = _both_files(options.output or Path(f"{engine.name}-{title}"))
    findings = Findings()
    if is_dataset:
        arrays = _embed_dataset(engine, options, split, out=out)
    else:
        findings = find_pictures([source])
        arrays = _embed_folder(engine, findings, beside=options.beside, out=out)
    count = len(arrays["codes"])
    if count:
        _write_arrays(files, arrays)
    written = [str(file) for file in files] if count else []
    out.answer(
        {"model": engine.name, "pictures": count, "files": written, "bad": findings.listed()}
    )
    if count:
        out.say(f"{count:,} codes of {engine.code_size} numbers: {written[0]} and {written[1]}")
    return close(findings, out, done=count)


def _both_files(named: Path) -> tuple[Path, Path]:
    """Return the .npz and the .csv for a name with or without one of these endings."""
    base = named.with_suffix("") if named.suffix.lower() in (".npz", ".csv") else named
    if not base.name:
        raise CommandError(f"{named} is no file name; name one with --output.")
    folder = writable_folder(base.parent)
    files = folder / f"{base.name}.npz", folder / f"{base.name}.csv"
    for file in files:
        if file.is_dir():
            raise CommandError(f"{file} is a folder; name a file with --output.")
    return files


def _described(engine: "Engine", images: "Pixels", *, beside: bool) -> dict[str, NDArray[Any]]:
    """Return what is written of pictures ``(B, H, W, C)``, each array with B rows."""
    from autoencoders.features import mean_ink

    arrays = {"codes": engine.encode(images), "mse": engine.score(images).mse}
    if beside:
        arrays["ink"] = mean_ink(images)[:, 0]
        if engine.principal is not None:
            arrays["pca"] = engine.principal.encode(images)
            arrays["pca_mse"] = engine.principal.pca.errors(images)
    return arrays


def _joined(parts: list[dict[str, NDArray[Any]]]) -> dict[str, NDArray[Any]]:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _embed_dataset(
    engine: "Engine", options: argparse.Namespace, split: "Split", *, out: Output
) -> dict[str, NDArray[Any]]:
    from autoencoders.data import load_dataset

    root, show = options.data_root, not out.as_json
    dataset = load_dataset(options.source, split, root=root, progress=show)
    parts = []
    with out.bar(total=len(dataset), unit="picture") as bar:
        for start in range(0, len(dataset), _STEP):
            images = dataset.images[start : start + _STEP]
            parts.append(_described(engine, images, beside=options.beside))
            bar.update(len(images))
    for problem in dataset.problems:
        out.warn(problem)
    arrays: dict[str, NDArray[Any]] = {"ids": dataset.ids}
    if dataset.labels is not None:
        arrays["labels"] = dataset.labels
    if dataset.attributes is not None:
        columns = zip(dataset.attribute_names, dataset.attributes.T, strict=True)
        arrays |= {f"is_{name}": values for name, values in columns}
    return arrays | _joined(parts)


def _embed_folder(
    engine: "Engine", findings: Findings, *, beside: bool, out: Output
) -> dict[str, NDArray[Any]]:
    names: list[str] = []
    parts: list[dict[str, NDArray[Any]]] = []
    for files, images in batches(findings, engine, out):
        names += [file.name for file in files]
        parts.append(_described(engine, images, beside=beside))
    described = _joined(parts) if parts else {"codes": np.empty((0, engine.code_size), np.float32)}
    return {"files": np.array(names, np.str_)} | described


def _write_arrays(files: tuple[Path, Path], arrays: dict[str, NDArray[Any]]) -> None:
    """Write the .npz, and the .csv: a line a picture, its code in columns z1, z2 and so on."""
    from autoencoders.run_folder import write_atomically

    packed = io.BytesIO()
    np.savez_compressed(packed, allow_pickle=False, **arrays)
    write_atomically(files[0], packed.getvalue())
    singular = {"files": "file", "ids": "id", "labels": "label"}
    first = [name for name in arrays if name in singular or name.startswith("is_")]
    heading = [singular.get(name, name) for name in first]
    heading += [f"z{index + 1}" for index in range(arrays["codes"].shape[1])] + ["mse"]
    last = [name for name in ("ink", "pca_mse") if name in arrays]
    components = arrays.get("pca", np.empty((len(arrays["codes"]), 0), np.float32))
    heading += last + [f"pca{index + 1}" for index in range(components.shape[1])]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(heading)
    columns: list[Iterable[Any]] = [arrays[name].tolist() for name in first]
    numbers = [arrays["codes"], arrays["mse"][:, None], *(arrays[name][:, None] for name in last)]
    rows = np.concatenate([*numbers, components], axis=1)
    for *start, row in zip(*columns, rows, strict=True):
        # The shortest text that reads back as the same float32.
        writer.writerow([*start, *map(str, row)])
    write_atomically(files[1], text.getvalue().encode("utf-8", errors="replace"))


# score ------------------------------------------------------------------------------------------


def run_score(options: argparse.Namespace) -> int:
    """Run ``score``."""
    out = Output(as_json=options.json)
    engine = load_engine(options)
    findings = find_pictures(options.pictures)
    done: list[dict[str, Any]] = []
    for files, images in batches(findings, engine, out):
        scores = engine.score(images)
        values = zip(files, scores.mse, scores.percentile, scores.far, strict=True)
        for file, error, percentile, far in values:
            done.append(
                {
                    "file": file.name,
                    "mse": round(float(error), 6),
                    "percentile": round(float(percentile), 2),
                    "far": bool(far) or file.name in findings.foreign,
                    "reason": findings.foreign.get(file.name),
                }
            )
    out.answer({"model": engine.name, "done": done, "bad": findings.listed()})
    if done:
        rows = [("picture", "error", "percentile", "")]
        rows += [
            (
                entry["file"],
                f"{entry['mse']:.4f}",
                f"{entry['percentile']:.1f}",
                "far from what the model has seen" if entry["far"] else "",
            )
            for entry in done
        ]
        out.say(*table(rows, right=(1, 2)))
    return close(findings, out, done=len(done))
