"""Imports point down only: the house of docs/architecture.md, read from the source with ast.

A new module fails here until it is given its place in LEVELS.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import REPOSITORY

PACKAGE = REPOSITORY / "autoencoders"

# From the bottom up; a module imports from levels below its own only. A folder is one module.
LEVELS: tuple[tuple[str, ...], ...] = tuple(
    tuple(line.split())
    for line in (
        "strict_config",
        "stages",
        "config dataset images conversions latent latents crowd computing",
        "projection paths code_tables neighbour_map scene_differences draws",
        "devices digit_recipes torchvision_shim portrait contrast placement pacing density",
        "relaxation",
        "uploads models losses corruption directions drawn mnist augmentation metrics",
        "activations run_folder principal even_code prepared recipes lattice scene_parts",
        "emptiness small_runs blocks",
        "ink folders drawn_dataset snapshots geodesics scene packed_codes",
        "digits faces lfw checkpoint greedy scene_json scene_link scene_python",
        "data preparation objective",
        "training",
        "inference",
        "listing features sheets",
        "registry sizes",
        "__init__ movies scene_png evaluation",
        "card attributes insides",
        "publish",
        "training_job",
        "ui",
        "cli",
        "__main__",
    )
)

# Side branches: who alone may import them, whatever the levels say. Training and what turns its
# result into a model folder are no part of the app that people look at.
ONLY_FOR = {
    "objective": {"training"},
    "training": {"publish", "cli", "training_job"},
    "publish": {"cli", "training_job"},
    "training_job": set(),  # the app starts it, in a process of its own
    "ui": {"app"},
    "cli": {"__main__"},
}

# Codes in, codes out; files in, pictures out: usable where there is no torch, and quick to import.
WITHOUT_TORCH = (
    "latent", "sheets", "uploads", "digits", "faces", "directions", "drawn", "geodesics",
    "scene_link", "scene_png", "scene_python", "movies", "code_tables", "emptiness",
)  # fmt: skip


def level(module: str) -> int:
    """How high a module lies; one that has no place yet lies below everything."""
    return next((index for index, names in enumerate(LEVELS) if module in names), -1)


def modules() -> dict[str, list[Path]]:
    """Every module of the package with its files; a folder's files all belong to the folder."""
    found: dict[str, list[Path]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        found.setdefault(name, []).append(path)
    return found


def imports(source: str, *, known: frozenset[str]) -> Iterator[str]:
    """Dotted names of what a source imports anywhere in it; our own as "autoencoders.<module>".

    `from autoencoders import x` is an import of module x if there is one, else of `__init__`.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here"
            names = [node.module or ""]
            if node.module == "autoencoders":
                names = [
                    f"autoencoders.{alias.name if alias.name in known else '__init__'}"
                    for alias in node.names
                ]
        else:
            continue
        for name in names:
            yield "autoencoders.__init__" if name == "autoencoders" else name


def own_imports(source: str, *, known: frozenset[str]) -> set[str]:
    """Names of our modules that a source imports."""
    parts = (name.split(".") for name in imports(source, known=known))
    return {part[1] for part in parts if part[0] == "autoencoders"}


def foreign_imports(source: str) -> set[str]:
    """Top-level names of everything else that a source imports."""
    tops = {name.split(".")[0] for name in imports(source, known=frozenset())}
    return tops - {"autoencoders"}


def graph() -> dict[str, set[str]]:
    """Which of our modules each of our modules imports; a folder's inner imports are left out."""
    files = modules()
    known = frozenset(files)
    return {
        name: set().union(*(own_imports(path.read_text(), known=known) for path in paths)) - {name}
        for name, paths in files.items()
    }


def breaches(edges: dict[str, set[str]]) -> list[str]:
    """A sentence for each import that does not point down or enters a side branch."""
    found = []
    for importer, imported in sorted(edges.items()):
        for name in sorted(imported):
            if name in ONLY_FOR and importer not in ONLY_FOR[name]:
                found.append(f"{importer} imports {name}; only {sorted(ONLY_FOR[name])} may")
            elif level(name) >= level(importer):
                found.append(f"{importer} imports {name}, which does not lie below it")
    return found


def test_every_module_has_one_place():
    placed = [name for modules_of_level in LEVELS for name in modules_of_level]
    assert len(placed) == len(set(placed))
    assert set(modules()) - set(placed) == set(), "give these a place in LEVELS"


def test_imports_point_down_only():
    assert breaches(graph()) == []


@pytest.mark.parametrize(
    ("importer", "source", "expected"),
    [
        ("inference", "from autoencoders.ui.state import session", "only ['app'] may"),
        ("config", "def f():\n    from autoencoders import models", "does not lie below it"),
        ("uploads", "import autoencoders.data", "does not lie below it"),
        (
            "inference",
            "from autoencoders.training import fit",
            "only ['cli', 'publish', 'training_job'] may",
        ),
        ("models", "from autoencoders import load", "does not lie below it"),
    ],
)
def test_a_wrong_import_is_found(importer, source, expected):
    edges = {importer: own_imports(source, known=frozenset(modules()) | {"models", "ui"})}
    (breach,) = breaches(edges)
    assert expected in breach


def test_only_the_app_and_its_pages_know_streamlit():
    files = {path: name for name, paths in modules().items() for path in paths}
    users = {
        name for path, name in files.items() if "streamlit" in foreign_imports(path.read_text())
    }
    assert users <= {"ui"}


@pytest.mark.parametrize("name", WITHOUT_TORCH)
def test_these_do_without_torch(name):
    edges, files = graph(), modules()
    reached, waiting = set(), [name]
    while waiting:
        module = waiting.pop()
        reached.add(module)
        waiting += edges[module] - reached
    users = {
        module
        for module in reached
        if "torch" in foreign_imports("\n".join(path.read_text() for path in files[module]))
    }
    assert users == set()
