"""The live component's Python side and its files, without a browser."""

import math
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from autoencoders.ui import live

FOLDER = Path(live.__file__).parent / "live"


@pytest.mark.parametrize(
    ("value", "pin"),
    [
        ([0.5, -1], (0.5, -1.0)),
        ((1, 2), (1.0, 2.0)),
        (None, None),
        ([1], None),
        ([1, 2, 3], None),
        ([1, math.nan], None),
        ([1, math.inf], None),
        ([1, "2"], None),
        ([True, False], None),
        ("12", None),
        ({"0": 1, "1": 2}, None),
    ],
)
def test_a_pin_is_finite_numbers_or_none(value, pin):
    assert live.read_pin(value, size=2) == pin


def test_the_component_is_mounted_with_what_it_is_told():
    def script():
        import streamlit as st

        from autoencoders.ui.live import live_map

        data = {"base": "/hourglass", "version": "v", "model": {"name": "m", "code_size": 2}}
        st.write(live_map(key="map", data=data, pin=(0.5, -1.0)))

    app = AppTest.from_function(script).run()
    assert not app.exception
    assert any(element.type == "bidi_component" for element in app.main)


def test_modules_import_only_what_is_there():
    """A name that is imported but not exported fails only in the browser, and late."""
    exported = {
        path.name: set(
            re.findall(
                r"^export (?:async )?(?:class|function\*?|const) (\w+)", path.read_text(), re.M
            )
        )
        for path in FOLDER.glob("*.js")
    }
    missing = []
    for path in FOLDER.glob("*.js"):
        for names, source in re.findall(
            r'import \{([^}]*)\} from "\./([\w.]+)";', path.read_text()
        ):
            wanted = {name.strip() for name in names.split(",") if name.strip()}
            missing += [f"{path.name}: {name}" for name in wanted - exported.get(source, set())]
    assert missing == []
    assert "mount" in exported["main.js"]


def test_every_class_that_the_modules_use_has_our_prefix():
    """The page is Streamlit's: a class of another name could meet one of its own."""
    styles = (FOLDER / "live.css").read_text()
    selectors = re.sub(r"\{[^{}]*\}|/\*.*?\*/", "", styles, flags=re.S)
    classes = set(re.findall(r"\.([a-zA-Z][\w-]*)", selectors))
    assert classes
    assert {name for name in classes if not name.startswith("hg-")} == set()
