"""The verbs ``models`` and ``data``: what there is."""

import argparse
import contextlib
import os
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autoencoders.cli.options import (
    add_data_root,
    add_models,
    add_verb,
    model_places,
    writable_folder,
)
from autoencoders.cli.output import CommandError, Output

if TYPE_CHECKING:
    from autoencoders.cli.options import Verbs


def add_verbs(verbs: "Verbs") -> None:
    """Add both verbs."""
    models = add_verb(verbs, "models", "List the models, broken ones with the reason.")
    add_models(models)
    models.set_defaults(run_verb=list_models)
    data = add_verb(
        verbs,
        "data",
        "Say what each dataset is, where it comes from, on what terms, and whether it is here. "
        "With --download, fetch one first.",
    )
    data.add_argument("--download", metavar="NAME", help="download this dataset first")
    add_data_root(data)
    data.set_defaults(run_verb=list_data)


def list_models(options: argparse.Namespace) -> int:
    """Run ``models``."""
    from autoencoders import listing

    out = Output(as_json=options.json)
    entries = listing.list_models(model_places(options))
    out.answer(
        [
            {
                "name": entry.name,
                "folder": str(entry.folder),
                "problem": entry.problem,
                "summary": entry.summary,
            }
            for entry in entries
        ]
    )
    if not entries:
        out.say("There are no models; train one: python -m autoencoders train --help")
    for entry in entries:
        text = entry.summary if entry.problem is None else f"cannot be used: {entry.problem}"
        out.say(entry.name, *_indented(text), *_indented(str(entry.folder)))
    return 0


def list_data(options: argparse.Namespace) -> int:
    """Run ``data``."""
    from autoencoders.data import DATASETS

    out = Output(as_json=options.json)
    if options.download is not None:
        _download(options.download, root=options.data_root)
    found = [_described(name, root=options.data_root) for name in sorted(DATASETS)]
    out.answer(found)
    for entry in found:
        counts = ", ".join(f"{count:,} {split}" for split, count in entry["pictures"].items())
        state = f"complete in {entry['folder']}" if entry["complete"] else entry["problem"]
        out.say(
            f"{entry['name']}: {entry['title']}",
            *_indented(f"from: {entry['origin']}"),
            *_indented(f"terms: {entry['terms']}"),
            *_indented(f"pictures: {counts or 'not counted'}"),
            *_indented(f"splits: {entry['split_rule']}"),
            *_indented(f"here: {state}"),
        )
    return 0


def _download(name: str, *, root: Path | None) -> None:
    from autoencoders.data import DATASETS

    if name not in DATASETS:
        raise CommandError(
            f"There is no dataset called {name!r}; there is {', '.join(sorted(DATASETS))}."
        )
    fetch = DATASETS[name].fetch
    if fetch is None:
        raise CommandError(
            f"{DATASETS[name].title} cannot be downloaded by a program ({DATASETS[name].origin})."
        )
    folder = writable_folder(_place(root), option="--data-root")
    with contextlib.redirect_stdout(sys.stderr):  # standard output is the answer's alone
        fetch(folder)


def _place(root: Path | None) -> Path:
    """Where the datasets lie or would lie, whether or not the folder is there."""
    return root or Path(os.environ.get("HOURGLASS_DATA") or "data")


def _described(name: str, *, root: Path | None) -> dict[str, Any]:
    """Say everything about one dataset, and count its pictures where it is on this disk."""
    from autoencoders.data import DATASETS, SPLITS, DataError, count_pictures

    source = DATASETS[name]
    problem = None
    counts = dict(source.counts)
    for split in SPLITS:
        try:
            found = count_pictures(name, split, root=root)
        except DataError as error:
            problem = str(error)
            break
        expected = counts.setdefault(split, found)
        if found != expected:
            problem = (
                f"The {split} split has {found:,} pictures and not {expected:,}; fetch it again "
                f"with 'python -m autoencoders data --download {name}'."
            )
            break
    return {
        "name": name,
        "title": source.title,
        "origin": source.origin,
        "terms": source.terms,
        "split_rule": source.split_rule,
        "pictures": counts,
        "folder": str(_place(root) / source.folder),
        "complete": problem is None,
        "problem": problem,
    }


def _indented(text: str) -> list[str]:
    return textwrap.wrap(text, width=96, initial_indent="  ", subsequent_indent="    ")
