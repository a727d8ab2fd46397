"""What a command says: text for people or one JSON document for machines, and a progress bar."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from tqdm import tqdm


class CommandError(ValueError):
    """A command that cannot be carried out; the message is the one line that the person sees."""


class Output:
    """Where a command's words go.

    Standard output holds the answer and nothing else: text, or one JSON document.  Standard error
    holds the progress bar and what could not be done.

    Args:
        as_json: the machine's answer instead of the person's.
    """

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json

    def say(self, *lines: str) -> None:
        """Write lines for people; nothing with ``--json``."""
        if not self.as_json:
            sys.stdout.writelines(f"{line}\n" for line in lines)

    def answer(self, value: Any) -> None:
        """Write the JSON document; nothing without ``--json``."""
        if self.as_json:
            json.dump(value, sys.stdout, indent=2, ensure_ascii=False, allow_nan=False)
            sys.stdout.write("\n")

    def warn(self, line: str) -> None:
        """Write one line to standard error, above the progress bar."""
        tqdm.write(line, file=sys.stderr)

    def bar(self, *, total: int, unit: str) -> "tqdm[Any]":
        """Return a progress bar that shows up when the work takes more than a second."""
        return tqdm(total=total, unit=unit, delay=1.0, leave=False, disable=self.as_json)


def table(rows: Iterable[Sequence[str]], *, right: Sequence[int] = ()) -> list[str]:
    """Set rows of text in columns; the first row is the heading, ``right`` aligns those columns."""
    cells = [list(row) for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    lines = []
    for row in cells:
        fields = [
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(fields).rstrip())
    lines.insert(1, "  ".join("-" * width for width in widths))
    return lines
