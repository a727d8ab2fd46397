"""The shim makes torchvision import beside any torch, and leaves a whole torchvision alone.

Each case runs in a process of its own: an import happens once a process. A stand-in package plays
torchvision where the installed one cannot play the part.
"""

import os
import subprocess
import sys
from pathlib import Path

from conftest import REPOSITORY

SHIM = "from autoencoders.torchvision_shim import load_torchvision\n"

# Describes an operator to torch while it is imported, as torchvision does.
STAND_IN = """
import torch

@torch.library.register_fake("torchvision::nms")
def fake_nms(dets, scores, iou_threshold):
    return dets
"""

# Loading a "compiled part" declares the operators, as the real one does; the schema tells who did.
COMPILED_PART_LOADS = """
import torch
library = torch.library.Library("torchvision", "DEF")

def load_library(path):
    if not getattr(load_library, "done", False):
        load_library.done = True
        library.define("nms(Tensor compiled, Tensor scores, float iou_threshold) -> Tensor")

torch.ops.load_library = load_library
"""


def run(script: str, *, path: Path = REPOSITORY) -> str:
    """Run a script in a fresh interpreter whose first place for packages is `path`."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(path), str(REPOSITORY)])}
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def stand_in(folder: Path, *, compiled_part: bool) -> Path:
    package = folder / "torchvision"
    package.mkdir()
    (package / "__init__.py").write_text(STAND_IN)
    if compiled_part:
        (package / "_C.so").write_bytes(b"not a library")
    return folder


def test_the_installed_torchvision_imports_and_works():
    script = SHIM + (
        "torchvision = load_torchvision()\n"
        "import torch, torchvision.datasets, torchvision.utils\n"
        "from torchvision.transforms import v2\n"
        "picture = torch.arange(12.0).reshape(1, 3, 4)\n"
        "assert v2.functional.hflip(picture)[0, 0, 0] == 3\n"
        "assert torchvision.utils.make_grid([picture, picture]).shape[0] == 3\n"
        "assert torchvision.datasets.MNIST.__name__ == 'MNIST'\n"
        "print(torchvision.__version__)"
    )
    assert run(script).startswith("0.28.0")


def test_calling_again_returns_the_same_module():
    run(SHIM + "assert load_torchvision() is load_torchvision()")


def test_threads_may_call_at_once():
    run(
        SHIM + "from concurrent.futures import ThreadPoolExecutor\n"
        "with ThreadPoolExecutor(8) as pool:\n"
        "    found = list(pool.map(lambda _: load_torchvision(), range(8)))\n"
        "assert len(set(map(id, found))) == 1"
    )


def test_declares_operators_where_the_compiled_part_does_not_load(tmp_path):
    path = stand_in(tmp_path, compiled_part=True)
    script = SHIM + (
        "import torch\n"
        "load_torchvision()\n"
        "print(torch.ops.torchvision.nms.default._schema)\n"
        "print(torch.ops.torchvision.qnms.default._schema)"
    )
    out = run(script, path=path)
    assert "torchvision::nms(Tensor dets, Tensor scores, float iou_threshold)" in out
    assert "torchvision::qnms(" in out


def test_without_the_shim_that_import_fails(tmp_path):
    """Else the test above would prove nothing."""
    path = stand_in(tmp_path, compiled_part=True)
    script = "try:\n    import torchvision\nexcept RuntimeError as error:\n    print(error)"
    assert "torchvision::nms does not exist" in run(script, path=path)


def test_does_nothing_where_torchvision_is_whole(tmp_path):
    path = stand_in(tmp_path, compiled_part=True)
    script = COMPILED_PART_LOADS + (
        "import autoencoders.torchvision_shim as shim\n"
        "shim.load_torchvision()\n"
        "assert shim._declared == []\n"
        "assert not hasattr(torch.ops.torchvision, 'qnms')\n"
        "print(torch.ops.torchvision.nms.default._schema)"
    )
    assert "Tensor compiled" in run(script, path=path)


def test_does_nothing_where_torchvision_is_imported_already(tmp_path):
    path = stand_in(tmp_path, compiled_part=True)
    script = COMPILED_PART_LOADS + (
        "torch.ops.load_library('compiled')\n"
        "import torchvision\n"
        "torch.ops.load_library = lambda path: 1 / 0\n"
        "import autoencoders.torchvision_shim as shim\n"
        "assert shim.load_torchvision() is torchvision\n"
        "assert shim._declared == []"
    )
    run(script, path=path)


def test_a_missing_torchvision_is_an_import_error():
    script = SHIM + (
        "import sys\n"
        "sys.meta_path.clear()\n"
        "try:\n    load_torchvision()\nexcept ImportError as error:\n    print(error)"
    )
    assert "No module named 'torchvision'" in run(script)
