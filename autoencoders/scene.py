"""What a person sees, as a value: everything that brings a page back as it was.

A scene goes into a link (``scene_link``), as JSON (``scene_json``) into the PNG that carries its
own recipe (``scene_png``), and into lines of Python (``scene_python``).  None of them ever carries
an uploaded picture.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self

from autoencoders.config import Noise
from autoencoders.latent import Extent
from autoencoders.scene_parts import (
    MOST_LEFT_OUT,
    PARTS,
    Arrangement,
    Page,
    PathKind,
    SceneError,
    Subject,
    check_part,
    listed,
)

__all__ = ["DEFAULTS", "PARTS", "Scene", "SceneError"]


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Everything needed to restore what a person sees.

    Raises:
        SceneError: for any part that does not fit its description.

    Attributes:
        model: name of the model; "" for the one that a page opens with.
        digest: the model's sixteen hex digits, or "" where any version of it will do.
        page: where the person is.
        subject: the one picture that is edited or restored, where it is not among ``codes``:
            ("point", place among a model's test pictures, that model or "" for the scene's), or
            ("drawn", seed, "").
        codes: of what the page shows, at most ``MOST_CODES``, all of one length: codes of the
            model, or base codes of a stacked one.  Each number is a float32.
        arrangement: how the pictures of a morph stand to each other.
        place: on a square of four pictures, ``(x, y)``, 0..1 from its left and from its top.
        path, even: how a morph goes from code to code, and whether the slider is spaced evenly in
            the change of the picture.
        at: place of the slider on that path, 0 (first code) to 1 (last).
        strengths: by name of a direction, how far to go along it, in group distances.
        keep: names of directions that an edit holds still.
        person: how much stays of what a stacked model's map loses of the base code, 0..1.
        pixels: how much is added of what the model does not draw of the picture, 0..1; None: as
            the page opens.
        detail: 0 (averages) to 1 (individuals); None: as the page opens.
        view: ``(x0, x1, y0, y1)`` of the map, in code units; None: all of it.
        chart: which of the model's maps; "" for the one that it opens with.
        colour: title of what the map's points are coloured by; "" as it opens.
        fade: 0 (only points and thumbnails) to 1 (only paint); None: as the page opens.
        others: numbers of the model's test pictures that the same edit, or the dial, is shown on;
            () as the page opens.
        against: name of the model that this one is compared with; "" for the one that the page
            opens with.
        seed: of what is drawn by chance; None: as the page opens.
        temperature: of what is drawn from the model, so many times the spread of its codes; None:
            as the page opens.
        noise: kind, and level 0..1; None: none.  A kind and a level are always the same noise.
        left_out: pictures of the scene that are not among its codes: uploaded ones, and those
            that did not fit into a link.
        pins: by letter, A and B, the parts of a scene that a person pinned to flick between: those
            of ``PIN_DEFAULTS`` that are not as by default; of a pin that is left out, ``left_out``.
        uploaded: which of ``codes`` are of pictures that the person brought.  This mark stays in
            this process; unless the person says otherwise, so do these codes (``for_sharing``).
    """

    model: str = ""
    digest: str = ""
    page: Page = "map"
    subject: Subject | None = None
    codes: tuple[tuple[float, ...], ...] = ()
    arrangement: Arrangement = "row"
    place: tuple[float, float] | None = None
    path: PathKind = "straight"
    even: bool = False
    at: float = 0.0
    strengths: Mapping[str, float] = field(default_factory=dict)
    keep: tuple[str, ...] = ()
    person: float = 1.0
    pixels: float | None = None
    detail: float | None = None
    view: Extent | None = None
    chart: str = ""
    colour: str = ""
    fade: float | None = None
    others: tuple[int, ...] = ()
    against: str = ""
    seed: int | None = None
    temperature: float | None = None
    noise: tuple[Noise, float] | None = None
    left_out: int = 0
    pins: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    uploaded: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        for part in PARTS:
            object.__setattr__(self, part, check_part(part, getattr(self, part)))
        places = range(len(self.codes))
        if not all(type(index) is int and index in places for index in self.uploaded):
            raise SceneError(
                f"uploaded names codes that are not there; use numbers from 0 to below "
                f"{len(self.codes)}."
            )

    def for_sharing(self, *, uploaded_codes: bool = False) -> Self:
        """Return the scene as it may leave this process: without codes of uploaded pictures.

        Args:
            uploaded_codes: the person wants these codes to go along.  A decoder draws something
                like the picture from them.
        """
        dropped = () if uploaded_codes else frozenset(self.uploaded)
        kept = tuple(code for index, code in enumerate(self.codes) if index not in dropped)
        left_out = min(self.left_out + len(self.codes) - len(kept), MOST_LEFT_OUT)
        return replace(self, codes=kept, left_out=left_out, uploaded=())

    def fit_to_model(
        self, *, code_sizes: Collection[int], directions: Collection[str], digest: str = ""
    ) -> tuple[Self, list[str]]:
        """Leave out what a model cannot show, one sentence for each kind of thing.

        Args:
            code_sizes: numbers in its codes and in its base codes.
            directions: names of those it has, and of the person's own for it.
            digest: its sixteen hex digits.
        """
        problems: list[str] = []
        fitted = self
        if self.codes and len(self.codes[0]) not in code_sizes:
            sizes = " or ".join(map(str, sorted(set(code_sizes))))
            problems.append(
                f"{_pictures(len(self.codes))} left out: the codes have {len(self.codes[0])} "
                f"numbers, those of this model have {sizes}."
            )
            fitted = replace(fitted, codes=(), uploaded=())
        known = frozenset(directions)
        if unknown := sorted({*self.strengths, *self.keep} - known):
            problems.append(
                f"Left out what this model has no direction for: {listed(unknown)}; it has "
                f"{listed(sorted(known)) or 'none'}."
            )
            strengths = {name: by for name, by in self.strengths.items() if name in known}
            keep = tuple(name for name in self.keep if name in known)
            fitted = replace(fitted, strengths=strengths, keep=keep)
        if digest and self.digest and digest != self.digest:
            problems.append(
                "The model has changed since this was made; the same codes may look different now."
            )
        return fitted, problems


def _pictures(count: int) -> str:
    return "1 picture was" if count == 1 else f"{count} pictures were"


DEFAULTS: Mapping[str, Any] = {one.name: one.default for one in fields(Scene)} | {
    "strengths": {},
    "pins": {},
}
