"""Every main job without a browser: ``python -m autoencoders VERB``.

Exit codes: 0 done, 1 nothing could be done or a bench missed its figures, 2 bad input (one line on
standard error says what), 130 stopped with Ctrl+C.  What takes long to import is imported by the
verb that needs it, so that help and mistakes are answered at once.
"""

import argparse
import difflib
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from autoencoders.cli import bench, coding, drawing, learning, library, measuring, redrawing
from autoencoders.cli.output import CommandError

PROGRAM = "python -m autoencoders"
DONE, FAILED, WRONG, STOPPED = 0, 1, 2, 130

_EPILOG = f"""\
Each verb explains itself: {PROGRAM} VERB --help

exit codes: 0 done (pictures that could not be used are listed on standard error),
1 not one picture could be used, or a bench missed its figures, 2 wrong input, 130 stopped.

environment: HOURGLASS_DATA (folder of datasets), HOURGLASS_MODELS (folders of models, separated by
'{os.pathsep}'), HOURGLASS_RUNS (folder of training runs)."""


class _Parser(argparse.ArgumentParser):
    """A parser whose mistakes are one line, without the usage before it."""

    def error(self, message: str) -> NoReturn:
        raise CommandError(f"{message}; see '{self.prog} --help'")


def _build() -> tuple[argparse.ArgumentParser, list[str]]:
    """Return the parser and the verbs; what is parsed holds the verb's function as ``run_verb``."""
    parser: argparse.ArgumentParser = _Parser(
        prog=PROGRAM,
        description="Hourglass: train, measure and use autoencoders without the browser.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", dest="verb", required=True)
    library.add_verbs(verbs)
    learning.add_verbs(verbs)
    measuring.add_verbs(verbs)
    coding.add_verbs(verbs)
    redrawing.add_verbs(verbs)
    drawing.add_verbs(verbs)
    bench.add_verbs(verbs)
    return parser, list(verbs.choices)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; never raises for what a person can get wrong."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _run(arguments)
    except KeyboardInterrupt:
        return _complain("Stopped.", STOPPED)
    except BrokenPipeError:
        # Whoever read our output has left; Python would complain once more while it closes it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _complain(f"{where}{error.strerror or error}", WRONG)
    except (ValueError, RuntimeError) as error:
        return _complain(str(error), WRONG)
    except MemoryError:
        return _complain("There is not enough memory for this; use less at a time.", WRONG)


def _run(arguments: list[str]) -> int:
    parser, verbs = _build()
    if not arguments:
        parser.print_help()
        return DONE
    first = arguments[0]
    if not first.startswith("-") and first not in verbs:
        close = difflib.get_close_matches(first, verbs, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else "."
        raise CommandError(f"There is no verb {first!r}; there is {', '.join(verbs)}{hint}")
    try:
        options = parser.parse_args(arguments)
    except SystemExit as leaving:  # --help
        return int(leaving.code or DONE)
    code: int = options.run_verb(options)
    sys.stdout.flush()
    return code


def _complain(sentence: str, code: int) -> int:
    """Say one line on standard error, whatever line breaks came along."""
    line = " ".join(sentence.split())
    sys.stderr.write(f"{line}\n")
    return code
