"""What convolutional stages make of a picture's sides, and which sides come out even.

A first stage keeps the side, each later one halves it.  With a border ("same") that is exact; of a
side without one ("valid") a 3x3 convolution takes a pixel off each edge, so that 28 becomes 26, and
26 becomes 12, then 5.  A decoder's transpose convolutions go back the same way.
"""

from collections.abc import Sequence

from autoencoders.strict_config import ConfigError

LARGEST = 1024
"""Pixels of a picture's side at most."""


def sides_of(side: int, *, stages: int, patch: int = 1, padding: str = "same") -> list[int]:
    """Return the sides of the feature maps of each stage.

    Args:
        side: of the picture, in pixels.
        stages: how many.
        patch: blocks of so many pixels a side are folded into channels first.
        padding: "same" or "valid".

    Raises:
        ValueError: if it does not come out even, or nothing is left.
    """
    if side % patch:
        raise ValueError(f"{side} is no multiple of {patch}")
    sides: list[int] = []
    current = side // patch
    for stage in range(stages):
        if padding == "valid":
            odd, current = (0, current - 2) if stage == 0 else (current % 2, (current - 2) // 2)
        else:
            odd, current = (0, current) if stage == 0 else (current % 2, current // 2)
        if odd or current < 1:
            raise ValueError(f"{side} does not come out even at stage {stage + 1}")
        sides.append(current)
    return sides


def check_stages(name: str, *, stages: int, sides: Sequence[int], patch: int, padding: str) -> None:
    """Refuse stages that do not fit the picture, and say what would.

    Args:
        name: of the setting that asks for them.
        stages: how many.
        sides: the picture's height and width.
        patch, padding: see ``sides_of``.

    Raises:
        ConfigError: with one sentence.
    """
    if not stages or _fit(sides, stages, patch, padding):
        return
    fewer = next(
        (count for count in range(stages - 1, 0, -1) if _fit(sides, count, patch, padding)), 0
    )
    nearest = [_nearest(side, stages, patch, padding) for side in sides]
    ways = [f"{fewer} {'stage' if fewer == 1 else 'stages'}"] if fewer else []
    ways += [f"pictures of {nearest[0]}x{nearest[1]}"] if None not in nearest else []
    blocks = f" folded into blocks of {patch}" if patch > 1 else ""
    raise ConfigError(
        f"{name} has {stages} stages, and pictures of {sides[0]}x{sides[1]}{blocks} do not come "
        f"out even through so many; use {' or '.join(ways) or 'a smaller patch'}."
    )


def _fit(sides: Sequence[int], stages: int, patch: int, padding: str) -> bool:
    try:
        for side in sides:
            sides_of(side, stages=stages, patch=patch, padding=padding)
    except ValueError:
        return False
    return True


def _nearest(side: int, stages: int, patch: int, padding: str) -> int | None:
    """The side nearest to this one that does come out even."""
    others = sorted(range(4, LARGEST + 1), key=lambda other: abs(other - side))
    return next((other for other in others if _fit([other], stages, patch, padding)), None)
