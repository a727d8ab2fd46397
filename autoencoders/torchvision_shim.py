"""Import torchvision also beside a torch build that its compiled part was not made for.

The package index's torchvision is linked to CUDA. Beside a CPU-only torch its compiled operators
do not load. torchvision takes that calmly, except that it then describes two of them (``nms``,
``qnms``) to torch, which refuses what nobody declared, and ``import torchvision`` fails. Declaring
the two first is enough for transforms, datasets and utils. The operators themselves stay missing:
calling one raises, and ``torchvision.io`` cannot decode pictures there (Pillow can).

Where torchvision is whole, nothing is declared or changed.
"""

import importlib.util
import sys
import threading
from pathlib import Path
from types import ModuleType

import torch

_SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)

_lock = threading.Lock()
_declared: list[torch.library.Library] = []  # kept: torch forgets a declaration with its object


def load_torchvision() -> ModuleType:
    """Return the module ``torchvision``, whether or not its compiled operators load here.

    Safe to call again and from several threads. Once it has returned, ``import
    torchvision.datasets`` and the like work anywhere in the process.

    Raises:
        ImportError: torchvision is not installed.
    """
    with _lock:
        if "torchvision" not in sys.modules and not _operators_load():
            _declare_operators()
        return importlib.import_module("torchvision")


def _operators_load() -> bool:
    """Try torchvision's compiled operators, as its own import is about to do."""
    spec = importlib.util.find_spec("torchvision")
    if spec is None or not spec.submodule_search_locations:
        return True  # not installed: the import says so better than we could
    folder = Path(next(iter(spec.submodule_search_locations)))
    for library in [*folder.glob("_C*.so"), *folder.glob("_C*.pyd")]:
        try:
            torch.ops.load_library(library)
        except (ImportError, OSError):
            continue
        return True
    return False


def _declare_operators() -> None:
    """Declare the two operators' schemas, once a process."""
    if not _declared:
        library = torch.library.Library("torchvision", "FRAGMENT")
        for schema in _SCHEMAS:
            library.define(schema)
        _declared.append(library)
