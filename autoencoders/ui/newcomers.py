"""Two sentences for a newcomer on each page: what is on the screen, and what to do first.

They stand in the page's header, where they take no room from the live part.  ``live/newcomer.js``
hides them when the person closes them or has done what they tell about, and remembers it.
"""

import html
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autoencoders.ui.frame import PageName

SENTENCES: dict["PageName", str] = {
    "map": "Every place on this map is a picture that the model draws; every dot is one it was "
    "tested on. Move across it and watch, then click to keep a place.",
    "interpolate": "The slider leads from one picture to the next through the model’s code. "
    "Drag it, then click pictures in the tray to put more in the row.",
    "attributes": "A slider pushes the picture’s code in a direction found from labelled pictures. "
    "Drag the first one to the right and watch the face or digit change.",
    "restore": "This model redraws a noisy picture without its noise. "
    "Drag the slider to put more noise on, and compare what comes back.",
    "compare": "Two models stand side by side, and one pointer moves in both. "
    "Move across either map and watch what each draws, or turn the dial to more numbers.",
    "generate": "These pictures show nobody’s digit or face: the models made them up. "
    "Drag the temperature to go from the likeliest to the strangest.",
    "through": "One picture on its way through every layer, down to the code and up again. "
    "Drag across the hourglass, then click a bar to see all that is in it.",
    "training": "A model learns before your eyes: its map, its pictures and its error. "
    "Drag the slider through the epochs, or train a small one yourself.",
    "game": "You see a code and look for its picture, or a picture and look for its code. "
    "Click where you think it lies, and see how well the model and PCA did.",
}

OTHERWISE: dict["PageName", str] = {
    "attributes": "A direction in the code changes one thing about a picture, such as a smile. "
    "Build one below, from two groups of pictures.",
    "restore": "The model squeezes a picture into a few numbers and redraws it from them: see what "
    "it keeps. Pick another one in the tray, or add your own.",
}
"""What is said where the model has no directions, or never learned to take noise off."""

ASK = "What is this?"

STYLE = """
.hourglass-name { display: flex; align-items: center; gap: 0.6rem; }
.hourglass-head button { flex: none; width: 1.6rem; height: 1.6rem; padding: 0; border-radius: 50%;
  border: 1px solid color-mix(in srgb, currentColor 35%, transparent); background: none;
  color: inherit; font: inherit; font-size: 0.85rem; line-height: 1; cursor: pointer; }
.hourglass-head button:hover { border-color: currentColor; }
.hourglass-head button:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
.hourglass-head .hourglass-close { border-color: transparent; font-size: 1.1rem; }
.hourglass-told { display: flex; align-items: flex-start; gap: 0.3rem; }
html:not([data-hourglass-known]) .hourglass-head button { visibility: hidden; }
"""


def style() -> str:
    """Return the rules of the header, without a tag: which page's sentences are hidden."""
    rules = [STYLE]
    for page in SENTENCES:
        told = f'.hourglass-told[data-page="{page}"]'
        # Who has just done what they tell about still holds the page: nothing may move under them.
        rules.append(f'html[data-hourglass-known~="{page}"] {told} {{ display: none; }}')
        rules.append(
            f'html[data-hourglass-leaving="{page}"] {told} {{ display: flex; visibility: hidden; }}'
        )
    return "\n".join(rules)


def heading(page: "PageName") -> str:
    """Return the page's heading, with the button that shows and hides its sentences, as HTML."""
    return (
        '<div class="hourglass-head"><div class="hourglass-name"><h1>Hourglass</h1>'
        f'<button type="button" class="hourglass-ask" data-page="{page}" aria-expanded="true" '
        f'aria-controls="hourglass-told" title="{ASK}" aria-label="{ASK}">?</button></div></div>'
    )


def welcome(page: "PageName", *, able: bool = True) -> str:
    """Return the page's sentences, as HTML.

    Args:
        page: which page.
        able: whether the model can do what the page is for.
    """
    said = SENTENCES[page] if able else OTHERWISE.get(page, SENTENCES[page])
    return (
        '<div class="hourglass-head">'
        f'<div class="hourglass-told" id="hourglass-told" data-page="{page}">'
        f"<p>{html.escape(said)}</p>"
        f'<button type="button" class="hourglass-close" data-page="{page}" '
        'title="Hide this; the ? brings it back" aria-label="Hide this">×</button></div></div>'
    )
