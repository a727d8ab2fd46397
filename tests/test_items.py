"""Items: where a picked picture comes from, and what a model makes of it."""

import dataclasses
import io
from types import SimpleNamespace

import numpy as np
import pytest
import stand_in
from PIL import Image, ImageDraw

from autoencoders.ui.answers import RefusedError
from autoencoders.ui.items import Item, Looker, fitted, read_items
from autoencoders.ui.state import Store

MINE, OTHER = "my-browser", "another-browser"


def ring():
    """A file: a black ring on white paper."""
    image = Image.new("RGB", (200, 160), "white")
    ImageDraw.Draw(image).ellipse((60, 30, 140, 130), outline="black", width=14)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


class House:
    """Two stand-in models and one upload."""

    def __init__(self, originals=None):
        self.engines = {
            "one": stand_in.StandIn(name="one"),
            "two": stand_in.StandIn(name="two", digest="fedcba9876543210"),
        }
        self.store = Store(
            list_models=lambda: [stand_in.entry(engine) for engine in self.engines.values()],
            load=lambda folder: None,
        )
        self.store.engine = self.engine
        self.originals = originals
        self.store.private.keep(
            browser=MINE, id="mine", model="one", answer={"name": "ring.png"}, images={},
            source=ring(),
        )  # fmt: skip

    def engine(self, name):
        return Store.engine(self.store, name) if name not in self.engines else self.engines[name]

    def look(self, item, *, by="one", browser=MINE):
        looker = Looker(self.store, browser=browser, originals=lambda engine: self.originals)
        return looker.look(item, self.engines[by])


@pytest.fixture
def house():
    return House()


def refused(asked, **options):
    with pytest.raises(RefusedError) as caught:
        read_items(asked, **{"least": 1, **options})
    assert caught.value.status == 422
    return caught.value.sentence


def test_every_kind_of_item_is_read():
    asked = [
        {"kind": "upload", "id": "abc"},
        {"kind": "point", "model": "one", "number": 7},
        {"kind": "code", "model": "one", "code": [0.5, -1], "detail": 0.25},
        {"kind": "drawn", "number": 3},
    ]
    assert read_items(asked, least=1) == [
        Item("upload", id="abc"),
        Item("point", model="one", number=7),
        Item("code", model="one", code=(0.5, -1.0), detail=0.25),
        Item("drawn", number=3),
    ]


@pytest.mark.parametrize("asked", [None, {}, [], "[]", [{"kind": "drawn", "number": 1}] * 3])
def test_too_few_too_many_or_no_list_is_said(asked):
    assert refused(asked, most=2) == '"items" must be a list of 1 to 2 pictures.'


@pytest.mark.parametrize("asked", [7, {}, {"kind": "magic"}, {"kind": ["upload"]}])
def test_an_unknown_kind_is_said_with_those_there_are(asked):
    assert "one of upload, point, code, drawn" in refused([asked])


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"kind": "upload"}, "\"id\""),
        ({"kind": "upload", "id": 5}, "\"id\""),
        ({"kind": "upload", "id": "x" * 201}, "\"id\""),
        ({"kind": "point", "number": 1}, "\"model\""),
        ({"kind": "point", "model": "one"}, "whole number"),
        ({"kind": "drawn", "number": -1}, "whole number"),
        ({"kind": "drawn", "number": True}, "whole number"),
        ({"kind": "drawn", "number": 2**31}, "whole number"),
        ({"kind": "code", "model": "one", "code": ["a"]}, "numbers only"),
        ({"kind": "code", "model": "one", "code": [1e300]}, "too large"),
        ({"kind": "code", "model": "one", "code": [1], "detail": 2}, "detail"),
    ],
)  # fmt: skip
def test_what_an_item_lacks_is_said(asked, sentence):
    assert sentence in refused([asked])


def test_a_point_is_known_by_its_code_and_its_original_where_there_is_one(house):
    look = house.look(Item("point", model="one", number=4))
    engine = house.engines["one"]
    np.testing.assert_array_equal(look.base, engine.latents.codes[4])
    assert look.pixels is None
    house.originals = np.arange(500, dtype=np.uint8)[:, None, None, None] * np.ones(
        (1, 28, 28, 1), np.uint8
    )
    assert (house.look(Item("point", model="one", number=4)).pixels == 4).all()


def test_a_point_of_another_model_is_decoded_there_and_encoded_here(house):
    look = house.look(Item("point", model="two", number=4), by="one")
    one, two = house.engines["one"], house.engines["two"]
    picture = two.decode(two.latents.codes[4:5])
    np.testing.assert_array_equal(look.pixels, picture[0])
    np.testing.assert_array_equal(look.base, one.encode(picture)[0])


def test_models_of_one_base_share_its_code(house):
    house.engines["two"] = dataclasses.replace(house.engines["two"])
    type(house.engines["two"]).base_name  # noqa: B018  # it is a property
    shared = SimpleNamespace(
        name="two", base_name="one", latents=house.engines["two"].latents, code_size=2, base_size=2
    )
    house.engines["two"] = shared
    look = house.look(Item("point", model="two", number=4), by="one")
    np.testing.assert_array_equal(look.base, shared.latents.codes[4])
    assert look.pixels is None


def test_a_code_is_taken_as_it_is(house):
    look = house.look(Item("code", model="one", code=(0.5, -1.0)))
    np.testing.assert_array_equal(look.base, np.float32([0.5, -1]))


def test_an_upload_is_prepared_once_for_each_model(house, monkeypatch):
    calls = []
    prepare = stand_in.StandIn.prepare_shown
    monkeypatch.setattr(
        stand_in.StandIn,
        "prepare_shown",
        lambda self, image: calls.append(self.name) or prepare(self, image),
    )
    first = house.look(Item("upload", id="mine"), by="one")
    again = house.look(Item("upload", id="mine"), by="one")
    house.look(Item("upload", id="mine"), by="two")
    assert calls == ["one", "two"]
    assert first.name == "ring.png"
    assert first.pixels.shape == (28, 28, 1)
    np.testing.assert_array_equal(first.base, again.base)
    np.testing.assert_array_equal(first.base, house.engines["one"].encode(first.pixels[None])[0])


def test_an_upload_is_nobody_elses(house):
    with pytest.raises(RefusedError, match="no longer here"):
        house.look(Item("upload", id="mine"), browser=OTHER)


def test_a_drawn_face_is_fitted_to_the_model(house):
    first, second = (house.look(Item("drawn", number=seed)) for seed in (1, 2))
    assert first.pixels.shape == (28, 28, 1)
    assert not np.array_equal(first.pixels, second.pixels)


@pytest.mark.parametrize(
    ("item", "sentence"),
    [
        (Item("upload", id="gone"), "no longer here"),
        (Item("point", model="one", number=500), "has 0 to 499"),
        (Item("point", model="none", number=0), "There is no model 'none'"),
        (Item("code", model="one", code=(1.0, 2.0, 3.0)), "has 2 numbers, this one 3"),
    ],
)
def test_what_is_not_there_is_said(house, item, sentence):
    with pytest.raises(RefusedError, match=sentence) as caught:
        house.look(item)
    assert caught.value.status == 422


def test_a_picture_of_the_right_size_is_taken_as_it_is():
    pixels = np.random.default_rng(0).integers(0, 256, (28, 28, 1), np.uint8)
    assert fitted(pixels, stand_in.StandIn()) is pixels
