"""The live component's Python side: mounts it and hears where the pin is.

The JavaScript is plain modules in ``live/``, served by our own route; Streamlit only gets the few
lines that import them. Everything large (points, sheets, exact decodes) goes over routes as well;
the websocket carries the pin.
"""

import math
from collections.abc import Mapping
from typing import Any

import streamlit as st

# Streamlit runs this from a blob, so the app's address is taken from its own script's.
_BOOTSTRAP = """
export default async function ({ data, parentElement: parent, setStateValue }) {
  const script = document.querySelector('script[type=module][src*="static/js/"]');
  const base = script
    ? new URL("../../hourglass/", script.src).href
    : new URL(`${data.base}/`, location.origin).href;
  try {
    const { mount } = await import(`${base}live/${data.version}/main.js`);
    return await mount({ parent, data, base, setStateValue });
  } catch (error) {
    console.error(error);
    parent.textContent = "The live map could not be loaded. Reload the page to try again.";
  }
}
"""

_component = st.components.v2.component("hourglass_live", js=_BOOTSTRAP, isolate_styles=False)

Pin = tuple[float, ...]

PLACE_SIZE = 2
"""Numbers in a place on a map, whatever the size of the model's code."""


def read_pin(value: object, *, size: int) -> Pin | None:
    """Return a pin as the browser reported it, or None when it is none.

    Args:
        value: what came over the websocket; a browser can send anything.
        size: how many finite numbers a pin has.
    """
    if not isinstance(value, (list, tuple)) or len(value) != size:
        return None
    if not all(type(number) in (int, float) and math.isfinite(number) for number in value):
        return None
    return tuple(float(number) for number in value)


def live_map(
    *, key: str, data: Mapping[str, Any], pin: Pin | None
) -> tuple[Pin | None, Mapping[str, Any] | None]:
    """Mount the live map and return its pin and what else of its scene a person has changed.

    Args:
        key: identifies this map; its state in the browser lives under it.
        data: what ``ui/map.py`` tells the component: routes' address, versions, model.
        pin: the place that Python wants pinned, such as the one in the address: a code of two
            numbers, of a longer one its place on the plane that the map draws.

    Returns:
        the pin: set, moved, or None when there is none; and parts of the scene, of any shape at
        all, None until a person has changed one.
    """
    told = {**data, "key": key, "pin": None if pin is None else list(pin)}
    result = _component(
        key=key,
        data=told,
        default={"pin": told["pin"], "scene": None},
        on_pin_change=lambda: None,
        on_scene_change=lambda: None,
    )
    seen = result.scene if isinstance(result.scene, Mapping) else None
    return read_pin(result.pin, size=PLACE_SIZE), seen


def live_page(*, key: str, data: Mapping[str, Any]) -> object:
    """Mount another page than the map and return the scene that it reports, of any shape at all.

    Args:
        key: identifies this page; its state in the browser lives under it.
        data: what the page tells the component: routes' address, versions, model.
    """
    result = _component(
        key=key,
        data={**data, "key": key},
        default={"scene": None},
        on_scene_change=lambda: None,
    )
    return result.scene
