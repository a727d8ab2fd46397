"""The parameters of one link as what differs from another's, in one text."""

from collections.abc import Mapping
from urllib.parse import unquote

SAME = "same"


def write_differences(parameters: Mapping[str, str], those: Mapping[str, str]) -> str:
    """Write ``parameters`` as ``name=value|name=value``, without what ``those`` have as well.

    Args:
        parameters: to write; no value is empty.
        those: what the reader will have; a parameter that is only there is written ``name=``.
    """
    gone = {name: "" for name in those if name not in parameters}
    pairs = {name: text for name, text in parameters.items() if those.get(name) != text} | gone
    return "|".join(f"{name}={_quoted(text)}" for name, text in pairs.items()) or SAME


def read_differences(text: str, those: Mapping[str, str]) -> dict[str, str]:
    """Undo ``write_differences``; never raises, whatever the text is."""
    found = dict(those)
    if text == SAME:
        return found
    for pair in text.split("|"):
        name, _, value = pair.partition("=")
        found.pop(name, None)
        if value:
            found[name] = unquote(value)
    return found


def _quoted(text: str) -> str:
    return text.replace("%", "%25").replace("|", "%7C")
