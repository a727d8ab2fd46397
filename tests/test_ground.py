"""The ground the app stands on: pins, configuration, Makefile and image keep their promises."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from conftest import BROWSERS, REPOSITORY, browser_path
from streamlit import config as streamlit_config
from test_layering import foreign_imports

REQUIREMENTS = ("requirements.txt", "requirements-dev.txt", "constraints.txt")
PIN = re.compile(r"^(?P<name>[A-Za-z0-9_.-]+)==(?P<version>[A-Za-z0-9.]+)$")

# What is imported under another name than it is installed by.
DISTRIBUTIONS = {
    "sklearn": "scikit-learn",
    "PIL": "pillow",
    "imageio_ffmpeg": "imageio-ffmpeg",
    "cv2": "opencv-python-headless",
    "pillow_heif": "pillow-heif",
}

# Written in pieces, so that this file does not name what no file may name.
FOREIGN_HOSTS = [
    "cdn." + "plot.ly", "cdn" + "js.", "jsdel" + "ivr", "unp" + "kg.com", "google" + "apis.com",
    "gstat" + "ic.com", "py" + "pi.org", "python" + "hosted.org", "deb.deb" + "ian.org",
    "registry.npm" + "js",
]  # fmt: skip
MACHINE_PATHS = re.compile(r"(?<![\w.])/" + r"(work|root|home|farm)/[a-z.]")
TEXT = {".py", ".js", ".css", ".html", ".md", ".toml", ".txt", ".json", ".yml", ".yaml", ""}
OURS_HIDDEN = {".ci", ".streamlit", ".gitignore", ".dockerignore"}
NOT_OURS = {"data", "runs"}


def pins(name: str) -> dict[str, str]:
    """Package names, normalised, and versions; fails on a line that is no exact pin."""
    found = {}
    for line in (REPOSITORY / name).read_text().splitlines():
        requirement = line.split("#")[0].split(";")[0].strip()
        if requirement.startswith(("-r ", "-c ")) or not requirement:
            continue
        match = PIN.match(requirement)
        assert match, f"{name}: {requirement!r} names no exact version"
        found[match["name"].lower().replace("_", "-")] = match["version"]
    return found


def files() -> Iterator[Path]:
    """Every text file of the project, without environments, caches, data sets and runs."""
    for top in REPOSITORY.iterdir():
        if top.name in OURS_HIDDEN or not (top.name.startswith(".") or top.name in NOT_OURS):
            for path in [top] if top.is_file() else top.rglob("*"):
                if path.suffix in TEXT and path.is_file() and "__pycache__" not in path.parts:
                    yield path


# ---------------------------------------------------------------- versions


def test_every_version_is_exact_and_said_once():
    names = [name for file in REQUIREMENTS for name in pins(file)]
    assert len(names) == len(set(names)), "a package is pinned in two files"
    assert {"torch", "streamlit", "plotly"} <= set(pins("requirements.txt"))


def test_the_environment_has_the_pinned_versions():
    from importlib.metadata import version

    wanted = {**pins("requirements.txt"), **pins("constraints.txt")}
    # A build's local part ("+cpu") is not another version.
    assert {name: version(name).split("+")[0] for name in wanted} == wanted


def test_what_the_app_imports_is_required_by_name():
    sources = [REPOSITORY / "app.py", *(REPOSITORY / "autoencoders").rglob("*.py")]
    imported = set().union(*(foreign_imports(path.read_text()) for path in sources))
    third_party = imported - set(sys.stdlib_module_names) - {"benchmarks"}
    names = {DISTRIBUTIONS.get(name, name) for name in third_party}
    assert names - set(pins("requirements.txt")) <= set(pins("requirements-dev.txt"))
    assert names & set(pins("requirements-dev.txt")) <= {"playwright"}, "only `bench` may"


# ---------------------------------------------------------------- Streamlit


def options() -> dict[str, object]:
    """config.toml as Streamlit names its options: {"server.maxUploadSize": 20, ...}."""

    def flat(table: dict[str, object], prefix: str) -> Iterator[tuple[str, object]]:
        for key, value in table.items():
            if isinstance(value, dict):
                yield from flat(value, f"{prefix}{key}.")
            else:
                yield f"{prefix}{key}", value

    return dict(flat(tomllib.loads((REPOSITORY / ".streamlit/config.toml").read_text()), ""))


def test_streamlit_knows_every_option():
    streamlit_config.get_config_options()
    assert set(options()) <= set(streamlit_config._config_options_template)


def test_streamlit_is_kept_quiet_and_small():
    said = options()
    assert said["server.maxUploadSize"] == 20
    assert said["browser.gatherUsageStats"] is False
    assert said["server.address"] == "127.0.0.1"
    # Else Streamlit asks a service on the internet for this machine's address, to print it.
    assert said["browser.serverAddress"] == "localhost"
    assert said["client.showErrorLinks"] is False
    assert not [key for key in said if key.endswith("fontFaces")]


def linear_channels(colour: str) -> list[float]:
    """Red, green and blue, 0..1 and proportional to light, of "#rrggbb"."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2) of "#rrggbb"."""
    linear = linear_channels(colour)
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: object, other: object) -> float:
    darker, lighter = sorted(luminance(str(colour)) for colour in (one, other))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("place", ["", "sidebar."])
@pytest.mark.parametrize("ground", ["backgroundColor", "secondaryBackgroundColor"])
def test_text_stands_out(theme, place, ground):
    said = options()
    below = said[f"theme.{theme}.{place}{ground}"]
    assert contrast(said[f"theme.{theme}.textColor"], below) >= 7
    assert contrast(said[f"theme.{theme}.linkColor"], below) >= 4.5
    assert contrast(said[f"theme.{theme}.primaryColor"], below) >= 4.5
    # Streamlit draws ticks and knobs on the accent in white, whatever the theme.
    assert contrast(said[f"theme.{theme}.primaryColor"], "#ffffff") >= 3


# Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB.
SIGHT = {
    "usual": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def oklab(linear: np.ndarray) -> np.ndarray:
    """Colours (N, 3) of linear RGB 0..1 in a space where distance is about as large as it looks."""
    cones = linear @ np.transpose(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    )
    return np.cbrt(cones) @ np.transpose(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ]
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("sight", SIGHT)
def test_ten_kinds_of_points_look_different_to_everybody(theme, sight):
    colours = options()[f"theme.{theme}.chartCategoricalColors"]
    linear = np.array([linear_channels(colour) for colour in colours])
    seen = oklab(np.clip(linear @ np.transpose(SIGHT[sight]), 0, 1))
    apart = np.linalg.norm(seen[:, None] - seen[None], axis=-1)[np.triu_indices(10, 1)]
    assert len(colours) == 10
    assert apart.min() >= 0.1
    ground = options()[f"theme.{theme}.backgroundColor"]
    assert min(contrast(colour, ground) for colour in colours) >= 3


# ---------------------------------------------------------------- offline, and nobody's machine


def test_no_file_names_a_foreign_host_or_a_path_of_some_machine():
    found = []
    for path in files():
        text = path.read_text(encoding="utf-8")
        named = [host for host in FOREIGN_HOSTS if host in text]
        named += [match[0] for match in MACHINE_PATHS.finditer(text)]
        found += [f"{path.relative_to(REPOSITORY)}: {name}" for name in named]
    assert found == []


def test_the_page_holds_no_address_elsewhere():
    """Namespaces of SVG and the like are names, never fetched."""
    served = [REPOSITORY / "app.py"]
    served += [path for path in files() if "autoencoders/ui" in path.as_posix()]
    pattern = re.compile(r"(?:https?:)?//(?!www\.w3\.org/)[a-z0-9-]+\.[a-z]{2,}[/'\"]")
    found = {path.name: pattern.findall(path.read_text()) for path in served}
    assert {name: hits for name, hits in found.items() if hits} == {}


# ---------------------------------------------------------------- files a stranger can read


@pytest.mark.parametrize(("ending", "limit"), [("py", 400), ("js", 450)])
def test_no_module_outgrows_its_name(ending, limit):
    sources = [REPOSITORY / "app.py", *(REPOSITORY / "autoencoders").rglob(f"*.{ending}")]
    lengths = {path.name: len(path.read_text().splitlines()) for path in sources}
    assert {name: lines for name, lines in lengths.items() if lines > limit} == {}


# ---------------------------------------------------------------- make


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A folder with nothing but the Makefile and what it reads."""
    for name in ("Makefile", *REQUIREMENTS):
        (tmp_path / name).write_bytes((REPOSITORY / name).read_bytes())
    return tmp_path


def make(folder: Path, *goals: str, path: str | None = None) -> "subprocess.CompletedProcess[str]":
    """Run make in a folder, untouched by the make that may be running these tests."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MAKE")}
    environment |= {"PATH": path} if path else {}
    return subprocess.run(
        ["/usr/bin/env", "make", *goals], cwd=folder, env=environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def done_environment(folder: Path) -> None:
    """What a finished `make test` leaves behind, as far as make can see."""
    (folder / ".venv/bin").mkdir(parents=True)
    for name in ("bin/pip", ".hourglass-runtime", ".hourglass-development"):
        (folder / ".venv" / name).touch()


def test_setup_takes_torch_by_its_plain_name(bare):
    out = make(bare, "-n", "setup").stdout
    assert "install -r requirements.txt" in out
    assert "index" not in out
    assert "requirements-dev" not in out


def test_setup_takes_torch_from_another_index_where_told(bare):
    out = make(bare, "-n", "setup", "TORCH_INDEX=https://example.invalid/cpu").stdout
    assert "--extra-index-url 'https://example.invalid/cpu' -r .venv/torch.txt" in out
    assert out.index("torch.txt") < out.index("install -r requirements.txt")


def test_a_second_call_sets_nothing_up(bare):
    done_environment(bare)
    out = make(bare, "-n", "test").stdout
    assert "-m pytest" in out
    assert "-m pip" not in out


@pytest.mark.parametrize("name", ["requirements.txt", "constraints.txt"])
def test_another_pin_sets_it_up_again(bare, name):
    done_environment(bare)
    later = (bare / ".venv/.hourglass-development").stat().st_mtime + 10
    os.utime(bare / name, (later, later))
    assert "-m pip" in make(bare, "-n", "run").stdout


def test_no_python_is_one_sentence(bare):
    tools = bare / "tools"
    tools.mkdir()
    for name in ("make", "sh", "touch", "id", "basename"):
        found = shutil.which(name)
        assert found is not None
        (tools / name).symlink_to(found)
    done = make(bare, "setup", path=str(tools))
    assert done.returncode != 0
    assert done.stderr.startswith("Hourglass needs Python 3.11 or newer; install it or say where")


def test_without_a_browser_the_tests_fail_and_say_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(pytest.fail.Exception, match=r"install it .on Debian: apt-get install"):
        browser_path()
    stand_in = tmp_path / BROWSERS[1]
    stand_in.write_text("#!/bin/sh\n")
    stand_in.chmod(0o755)
    assert browser_path() == str(stand_in)


def test_ci_makes_test():
    script = REPOSITORY / ".ci/run"
    assert os.access(script, os.X_OK)
    lines = script.read_text().splitlines()
    assert lines[0] == "#!/usr/bin/env bash"
    assert "set -euo pipefail" in lines
    assert any(line.startswith("make test") for line in lines)


# ---------------------------------------------------------------- the image (never built here)


def dockerfile() -> list[tuple[str, str]]:
    """Instructions with their arguments, continued lines joined, comments left out."""
    text = "\n".join(
        line
        for line in (REPOSITORY / "Dockerfile").read_text().splitlines()
        if not line.lstrip().startswith("#")
    )
    joined = re.sub(r"\\\n\s*", "", text)
    return [tuple(line.split(" ", 1)) for line in joined.splitlines() if line]  # type: ignore[misc]


def test_the_image_runs_as_nobody_special_and_says_how_it_is():
    last = [i for i, (word, _) in enumerate(dockerfile()) if word == "FROM"][-1]
    final = dockerfile()[last:]
    words = [word for word, _ in final]
    (user,) = [rest for word, rest in final if word == "USER"]
    assert user.isdigit()
    assert int(user) > 0
    assert words.index("USER") > max(i for i, w in enumerate(words) if w in {"RUN", "COPY"})
    (check,) = [rest for word, rest in final if word == "HEALTHCHECK"]
    assert "/_stcore/health" in check
    assert "urllib.request" in check
    assert "pip" not in " ".join(rest for _, rest in final)


def test_the_image_takes_its_torch_from_an_index_that_is_empty_by_default():
    assert ("ARG", 'TORCH_INDEX=""') in dockerfile()


def test_the_image_holds_all_that_the_app_reads():
    copied = {
        name
        for word, rest in dockerfile()
        if word == "COPY" and not rest.startswith("--from")
        for name in rest.split()[:-1]
    }
    let_in = {
        line[1:]
        for line in (REPOSITORY / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    assert {"app.py", "autoencoders", "pretrained", ".streamlit"} <= copied
    missing = {name for name in copied if not any(p.split("/")[0] == name for p in let_in)}
    assert missing == set()
    assert {name for name in copied if not (REPOSITORY / name).exists()} == set()
