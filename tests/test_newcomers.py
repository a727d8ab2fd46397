"""What a newcomer is told in a page's header."""

import re
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest

from autoencoders.listing import ModelEntry
from autoencoders.ui import frame
from autoencoders.ui.newcomers import OTHERWISE, SENTENCES, heading, style, welcome

LONGEST = 170
"""Characters that three lines of a narrow window hold."""


class Elements(HTMLParser):
    """The tags of a piece of HTML with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def of(self, tag):
        return [attributes for name, attributes in self.found if name == tag]


def test_every_page_is_told_of_in_two_short_sentences():
    assert set(SENTENCES) == set(frame.TITLES)
    for said in [*SENTENCES.values(), *OTHERWISE.values()]:
        assert len(said) <= LONGEST
        assert len(re.findall(r"[.](?: |$)", said)) == 2, said


@pytest.mark.parametrize("page", SENTENCES)
def test_the_header_has_one_first_heading_and_a_way_back(page):
    found = Elements(heading(page) + welcome(page))
    assert len(found.of("h1")) == 1
    ask, close = found.of("button")
    (told,) = [each for each in found.of("div") if each.get("class") == "hourglass-told"]
    assert ask["aria-controls"] == told["id"]
    assert ask["aria-expanded"] == "true"
    assert ask["aria-label"] and close["aria-label"]
    assert {each["data-page"] for each in (ask, close, told)} == {page}


def test_a_model_that_cannot_do_what_a_page_is_for_is_told_of_otherwise():
    assert "noise" in welcome("restore")
    assert "noise" not in welcome("restore", able=False)
    assert "Build one" in welcome("attributes", able=False)
    assert welcome("map", able=False) == welcome("map")


@pytest.mark.parametrize(("family", "able"), [("denoising", True), ("convolutional", False)])
def test_a_denoiser_is_what_the_restoration_page_is_for(tmp_path, family, able):
    described = SimpleNamespace(model=SimpleNamespace(family=family))
    entry = ModelEntry("some", tmp_path, None, "", description=described)
    assert frame.able("restore", entry) is able
    assert frame.able("map", entry)
    assert frame.able("restore", None)


def test_a_model_with_directions_is_what_the_attributes_page_is_for(tmp_path):
    entry = ModelEntry("some", tmp_path, None, "", description=SimpleNamespace())
    assert not frame.able("attributes", entry)
    (tmp_path / "directions.npz").touch()
    assert frame.able("attributes", entry)


def test_each_page_hides_its_own_sentences_only():
    rules = style()
    for page in SENTENCES:
        assert f'[data-hourglass-known~="{page}"] .hourglass-told[data-page="{page}"]' in rules
