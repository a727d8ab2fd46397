"""The verb ``bench``: what the app and the models achieve, with the code in ``benchmarks/``."""

import argparse
import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autoencoders.cli.options import add_data_root, add_models, add_verb, model_places
from autoencoders.cli.output import CommandError, Output

if TYPE_CHECKING:
    from autoencoders.cli.options import Verbs

_WHAT = {
    "drag": "New pictures a second and their delay while the pointer moves over the map.",
    "atlas": "How true the pictures blended from the finest sheet are, and how large the sheets.",
}
_QUALITY = (
    "What the faces and denoising models achieve on test pictures, beside what evaluate says. "
    "Smiles, judged by a small network that is trained once and kept beside the training runs; "
    "sharpness half way between people; noise taken off, against methods without a network "
    "(benchmarks/requirements.txt); anomalies found by what comes back badly, for which ten small "
    "models are trained. Models that are not there are left out."
)
_PARTS = ("smiles", "midpoints", "noise", "anomalies")


def add_verbs(verbs: "Verbs") -> None:
    """Add the verb, whose benches are verbs of their own."""
    bench = verbs.add_parser(
        "bench",
        help="Measure the running app in a real browser, or what the models achieve",
        description="Measure, in the checkout: drag and atlas start the app and a headless "
        "Chromium, on a machine that does nothing else; quality looks at the models. It ends with "
        "1 where a figure is missed.",
        allow_abbrev=False,
    )
    benches = bench.add_subparsers(title="benches", metavar="BENCH", dest="bench", required=True)
    for name, text in _WHAT.items():
        verb = add_verb(benches, name, text)
        verb.add_argument("--model", default="digits-conv-2", help="(default: digits-conv-2)")
        add_models(verb)
        verb.add_argument("--port", type=int, default=0, help="of the app (default: a free one)")
        verb.set_defaults(run_verb=run_bench)
        if name == "drag":
            verb.add_argument("--seconds", type=float, default=5.0, help="of moving (default: 5)")
            verb.add_argument(
                "--all",
                action="store_true",
                help="every live part of every page, with its own model, and a change of page",
            )
        else:
            verb.add_argument("--codes", type=int, default=1000, help="to compare (default: 1000)")
    _add_peer(benches)
    quality = add_verb(benches, "quality", _QUALITY)
    quality.add_argument(
        "--part",
        choices=_PARTS,
        action="append",
        default=[],
        help="only this; may be given more than once (default: all)",
    )
    add_models(quality)
    add_data_root(quality)
    quality.set_defaults(run_verb=run_quality)


def _add_peer(benches: "Verbs") -> None:
    peer = add_verb(
        benches,
        "peer",
        "Train the same autoencoders as pythae does, with the same digits, epochs, batches and "
        "threads, and compare time and error. pythae needs an environment of its own.",
    )
    peer.add_argument(
        "--python",
        metavar="FILE",
        type=Path,
        required=True,
        help="the interpreter of an environment that has pythae",
    )
    peer.add_argument("--threads", type=int, default=2, help="of each training (default: 2)")
    peer.add_argument("--passes", type=int, default=3, help="of each, in turns (default: 3)")
    add_data_root(peer)
    peer.set_defaults(run_verb=run_peer)


def run_peer(options: argparse.Namespace) -> int:
    """Run the bench beside pythae; 0 if it reached its figures, else 1."""
    out = Output(as_json=options.json)
    if not options.python.is_file():
        raise CommandError(f"There is no interpreter {options.python}; name one with --python.")
    if options.passes < 1 or options.threads < 1:
        raise CommandError("--passes and --threads are whole numbers from 1.")
    result = _module("peer").measure(
        python=options.python,
        data_root=options.data_root,
        threads=options.threads,
        passes=options.passes,
        out=out,
    )
    return _told(result, out)


def run_bench(options: argparse.Namespace) -> int:
    """Run one bench of the app; 0 if it reached its figures, else 1."""
    out = Output(as_json=options.json)
    if options.bench == "drag" and options.all:
        result = _module("every").measure(
            seconds=options.seconds,
            port=options.port,
            models=model_places(options),
            say=out.warn,
        )
        return _told(result, out)
    given = {"seconds": options.seconds} if options.bench == "drag" else {"codes": options.codes}
    result = _module(options.bench).measure(
        model=options.model,
        port=options.port,
        models=model_places(options),
        say=out.warn,
        **given,
    )
    return _told(result, out)


def run_quality(options: argparse.Namespace) -> int:
    """Run the bench of the models; 0 if they reached their figures, else 1."""
    out = Output(as_json=options.json)
    result = _module("quality").measure(
        parts=options.part,
        models=model_places(options),
        data_root=options.data_root,
        out=out,
    )
    return _told(result, out)


def _told(result: Any, out: Output) -> int:
    out.answer(result.to_dict())
    out.say(*result.lines())
    return 0 if result.reached else 1


def _module(name: str) -> Any:
    """Import a bench; only they need Playwright and the checkout."""
    if not (Path("benchmarks") / f"{name}.py").exists():
        raise CommandError("The benches lie in the checkout's folder benchmarks; run this there.")
    try:
        return importlib.import_module(f"benchmarks.{name}")
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] == "benchmarks":
            raise
        raise CommandError(
            f"The benches need {error.name}; install what requirements-dev.txt lists."
        ) from error
