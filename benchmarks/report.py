"""What a bench found: figures, some with a target, and the machine."""

from dataclasses import dataclass
from typing import Any

from autoencoders.cli.output import table


@dataclass(frozen=True)
class Figure:
    """One measured figure.

    Attributes:
        key: its name in JSON.
        name: its name for people.
        value: as measured.
        text: as it is shown.
        target: what it has to be, in words; empty where nothing is demanded.
        reached: whether it is.
    """

    key: str
    name: str
    value: Any
    text: str
    target: str = ""
    reached: bool = True


@dataclass(frozen=True)
class Report:
    """All figures of one run.

    Attributes:
        title: what was measured.
        figures: what was found.
        machine: on what.
        left_out: a sentence for everything that could not be measured.
    """

    title: str
    figures: tuple[Figure, ...]
    machine: dict[str, Any]
    left_out: tuple[str, ...] = ()

    @property
    def reached(self) -> bool:
        """Whether every target was reached."""
        return all(figure.reached for figure in self.figures)

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "title": self.title,
            "reached": self.reached,
            "missed": [figure.key for figure in self.figures if not figure.reached],
            "figures": {figure.key: figure.value for figure in self.figures},
            "targets": {figure.key: figure.target for figure in self.figures if figure.target},
            "left_out": list(self.left_out),
            "machine": self.machine,
        }

    def lines(self) -> list[str]:
        """As a table for people, with a line about the machine below."""
        rows = [("figure", "measured", "target", "")]
        for figure in self.figures:
            verdict = "" if not figure.target else "reached" if figure.reached else "MISSED"
            rows.append((figure.name, figure.text, figure.target, verdict))
        about = ", ".join(f"{key} {value}" for key, value in self.machine.items())
        missing = ["", *self.left_out] if self.left_out else []
        return [self.title, "", *table(rows, right=(1,)), *missing, "", about]
