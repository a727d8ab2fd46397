"""One HTML file that keeps a strip, square or map alive: no server, no network."""

import base64
import html
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from autoencoders.sheets import Sheet

LIVE_FOLDER = Path(__file__).with_name("live")
_IMPORT = re.compile(r'(from\s+)"\./([a-z0-9_]+\.js)"')

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}
:root {{ color-scheme: light dark; --st-background-color: #fbf9f5;
  --st-secondary-background-color: #f0ebe1; --st-text-color: #22272f;
  --st-primary-color: #0b6a70; }}
@media (prefers-color-scheme: dark) {{ :root {{ --st-background-color: #14181e;
  --st-secondary-background-color: #1f252d; --st-text-color: #ece8e0;
  --st-primary-color: #2ca39e; }} }}
body {{ margin: 0; background: var(--st-background-color); }}
.hg-root {{ max-width: 40rem; margin: 0 auto; padding: 1.5rem; }}
.hg-root:has(.hg-squares) {{ max-width: 64rem; }}
.hg-root:has(.hg-main) {{ max-width: 90rem; }}
.hg-root .hg-faint {{ margin-bottom: 1rem; }}
</style>
<script type="importmap">{modules}</script>
<main class="hg-root" id="here"><h1>{title}</h1><p class="hg-faint">{words}</p></main>
<script type="application/json" id="told">{told}</script>
<script type="module">import "hourglass/{entry}";</script>
</html>
"""


def strip_page(sheet: Sheet, *, stops: Sequence[float], at: float, title: str, model: str) -> bytes:
    """Return a page with one strip under a slider.

    Args:
        sheet: the strip.
        stops: where its pictures stand on the slider, 0..1.
        at: where the slider stands at first, 0..1.
        title: of the page.
        model: what drew the pictures.
    """
    told = {
        "strip": sheet.header(),
        "payload": base64.b64encode(sheet.payload).decode(),
        "stops": [float(stop) for stop in stops],
        "at": at,
    }
    return _page("standalone.js", told, title=title, how="Drag the slider.", model=model)


def square_page(sheet: Sheet, *, at: tuple[float, float], title: str, model: str) -> bytes:
    """Return a page with a square between four pictures.

    Args:
        sheet: of the square, y upwards.
        at: the place shown at first, x from the left and y from the top, 0..1.
        title: of the page.
        model: what drew the pictures.
    """
    told = {
        "sheet": sheet.header(),
        "payload": base64.b64encode(sheet.payload).decode(),
        "at": list(at),
    }
    how = "Move over the square."
    return _page("standalone_square.js", told, title=title, how=how, model=model)


def map_page(
    points: bytes, sheet: bytes, *, code: tuple[float, float], model: Mapping[str, Any]
) -> bytes:
    """Return a page with a model's map: its points, and the picture at every place.

    Args:
        points, sheet: packed, as the routes send them.
        code: the place shown at first.
        model: ``name`` and ``extent`` of the map.
    """
    told = {
        "points": base64.b64encode(points).decode(),
        "sheet": base64.b64encode(sheet).decode(),
        "code": list(code),
        "model": dict(model),
    }
    name = str(model["name"])
    how = "Move over the map: every place is a picture. Wheel or pinch zooms, Space-drag pans."
    return _page("standalone_map.js", told, title=f"The map of {name}", how=how, model=name)


def _page(entry: str, told: Mapping[str, Any], *, title: str, how: str, model: str) -> bytes:
    return _PAGE.format(
        title=html.escape(title),
        words=html.escape(f"{how} Drawn by {model}, an autoencoder, in Hourglass."),
        style=(LIVE_FOLDER / "live.css").read_text("utf-8"),
        modules=_json({"imports": _modules(entry)}),
        told=_json(told),
        entry=entry,
    ).encode()


def _json(value: object) -> str:
    """Write JSON that can stand inside a script element."""
    return json.dumps(value).replace("<", "\\u003c")


def _modules(entry: str) -> dict[str, str]:
    """Every module that the entry needs, as a data address by a name that any module can import."""
    found: dict[str, str] = {}
    wanted = [entry]
    while wanted:
        name = wanted.pop()
        if f"hourglass/{name}" in found:
            continue
        text = (LIVE_FOLDER / name).read_text("utf-8")
        wanted += [needed for _, needed in _IMPORT.findall(text)]
        text = _IMPORT.sub(r'\1"hourglass/\2"', text)
        code = base64.b64encode(text.encode()).decode()
        found[f"hourglass/{name}"] = f"data:text/javascript;base64,{code}"
    return found
