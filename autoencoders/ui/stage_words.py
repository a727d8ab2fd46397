"""What a stage of a network does, in one sentence for somebody who learns about them."""

from collections.abc import Callable

from autoencoders.activations import BASE_CODE, STEPS, Kind, Part, Stage, Step

_BESIDES: dict[Step, str] = {
    "scaled": "its input is multiplied by a fixed number first",
    "standardised": "its input is brought to one common scale first",
    "normalised": "each map is brought to one common scale (batch normalisation)",
    "relu": "what is below 0 becomes 0 (ReLU)",
    "leaky_relu": "what is below 0 shrinks to a hundredth (leaky ReLU)",
    "gelu": "what is below 0 is pressed to nearly 0 (GELU)",
    "silu": "what is below 0 is pressed to nearly 0 (SiLU)",
    "unit": "each number is squashed to between -1 and 1",
    "proposed": "of the codes that it proposes, the one that the decoder draws best is taken",
    "sigmoid": "each number is squashed to between 0 and 1 (sigmoid)",
    "clipped": "what lies below 0 or above 1 is cut off",
}


def besides(stage: Stage) -> str:
    """Return what a stage does besides its layer, in half sentences; "" where that is nothing."""
    down = stage.part in ("encoder", "code")
    turned = {
        "blocks": "blocks of pixels are stacked into maps first"
        if down
        else "maps are laid out as blocks of pixels again",
        "shortcut": f"a straight weighted sum of the {'picture' if down else 'code'} is added",
    }
    said = [(turned | _BESIDES).get(step) for step in STEPS if step in stage.steps]
    words = "; ".join(filter(None, said))
    return f"{words[:1].upper()}{words[1:]}." if words else ""


def sentence(stage: Stage, before: Stage | None) -> str:
    """Return what a stage does.

    Args:
        stage: it.
        before: the stage that it is given the numbers of; None for the picture.
    """
    if before is None:
        return _of_picture(stage)
    if BASE_CODE in stage.name:
        return _of_base_code(stage)
    if stage.part in _OF_PART:
        return _OF_PART[stage.part](stage, before)
    return _OF_KIND[stage.kind](stage, before)


def _of_picture(stage: Stage) -> str:
    if len(stage.values) == 1:
        return (
            f"What the network is given: {stage.count:,} brightnesses, one for each pixel, from 0 "
            "(black) to 1 (white)."
        )
    return (
        f"What the network is given: {stage.count:,} numbers, three for each pixel (red, green and "
        "blue), from 0 to 1."
    )


def _of_code(stage: Stage, before: Stage) -> str:
    many = _numbers(stage.count)
    if "mean" in stage.steps:
        each = "it" if stage.count == 1 else "each"
        return (
            f"All that is left of the picture: {many}. The network gives {each} a mean and a "
            "spread; what is shown, and drawn from, is the mean."
        )
    these = "this one" if stage.count == 1 else "these"
    each = "a" if stage.count == 1 else "each a"
    return (
        f"All that is left of the picture: {many}, {each} weighted sum of the {before.count:,} "
        f"before; everything after it is drawn from {these} alone."
    )


def _of_base_code(stage: Stage) -> str:
    if stage.of_base:
        return (
            f"The code of the base, a network trained before this one: {_numbers(stage.count)} for "
            "the whole picture, which this one squeezes further."
        )
    return (
        f"The base's code once more, as well as it can be rebuilt: {_numbers(stage.count)}, from "
        "which the base draws the picture."
    )


def _of_convolution(stage: Stage, before: Stage) -> str:
    maps, window = len(stage.values), f"{stage.kernel}x{stage.kernel}"
    if before.part == "picture":
        return (
            f"{maps} filters slide over the picture, and each draws a map of where it finds a "
            "small pattern of its own, such as an edge."
        )
    return (
        f"Each of its {maps} filters looks through a {window} window at all {len(before.values)} "
        "maps before it, and marks where it finds a larger pattern."
    )


def _of_transposed(stage: Stage, before: Stage) -> str:
    return (
        f"{_stamps(stage, before)}, and where stamps overlap they add up, so that the maps grow "
        "finer."
    )


def _of_dense(stage: Stage, before: Stage) -> str:
    if stage.values.ndim == 3:
        height, width = stage.values.shape[1:]
        return (
            f"Its {stage.count:,} numbers, each a weighted sum of the {before.count:,} before, are "
            f"laid out as {len(stage.values)} maps of {width}x{height}: a first rough plan of the "
            "new picture."
        )
    if before.part == "code":
        them = "code’s one number" if before.count == 1 else f"code’s {before.count:,} numbers"
        return (
            f"The way back begins: each of its {stage.count:,} numbers is made of the {them}, with "
            "weights that were learned."
        )
    whole = ": it sees the whole picture at once" if before.values.ndim == 3 else ""
    return (
        f"Each of its {stage.count:,} numbers is a sum of all {before.count:,} before it, with "
        f"weights that were learned{whole}."
    )


def _of_reconstruction(stage: Stage, before: Stage) -> str:
    remembers = "what the network can tell of the picture from its code alone"
    if stage.kind == "dense":
        return (
            f"Each of its {stage.count:,} numbers is a weighted sum of the {before.count:,} "
            f"before: {remembers}."
        )
    if stage.kind == "convolution":
        return (
            f"A last set of filters mixes the {len(before.values)} maps into one picture: "
            f"{remembers}."
        )
    return f"{_stamps(stage, before)}, and together they make the picture: {remembers}."


def _stamps(stage: Stage, before: Stage) -> str:
    window = f"{stage.kernel}x{stage.kernel}"
    return f"Each number of the {len(before.values)} maps before it stamps a {window} pattern"


def _numbers(count: int) -> str:
    return "1 number" if count == 1 else f"{count:,} numbers"


_OF_PART: dict[Part, Callable[[Stage, Stage], str]] = {
    "code": _of_code,
    "reconstruction": _of_reconstruction,
}
_OF_KIND: dict[Kind, Callable[[Stage, Stage], str]] = {
    "convolution": _of_convolution,
    "transposed convolution": _of_transposed,
    "dense": _of_dense,
}
