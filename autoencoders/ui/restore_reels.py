"""What stands on the restoration page: a picture as the model redraws it, with noise or without."""

from typing import TYPE_CHECKING, Any

import numpy as np

from autoencoders.config import Noise
from autoencoders.scene import Scene
from autoencoders.ui.items import Looker, read_items
from autoencoders.ui.noises import MOST, field, read_kind, read_level
from autoencoders.ui.pictures import difference
from autoencoders.ui.reels import Floats, Pixels, Reel
from autoencoders.ui.restorations import FEW_LEVELS, LARGE, LEVELS, denoises
from autoencoders.ui.subject_scenes import subject_parts
from autoencoders.ui.subjects import Subject, subject_of

if TYPE_CHECKING:
    from autoencoders.inference import Engine


def restore_reel(engine: "Engine", looker: Looker, asked: dict[str, Any]) -> Reel:
    """Return a picture as the model redraws it.

    Asked: ``item``; ``crop``, as ``subjects.read_cut`` takes it, or null; of a model that denoises
    also ``kind`` and ``level`` of noise.

    Raises:
        RefusedError: 422 with one sentence.
    """
    item = read_items([asked.get("item")], least=1, most=1)[0]
    subject = subject_of(item, engine, looker, browser=looker.browser, cut=asked.get("crop"))
    noisy = denoises(engine) and asked.get("level") is not None
    kind = read_kind(asked.get("kind")) if noisy else None
    level = read_level(asked.get("level")) if noisy else 0.0
    given = subject.pixels
    if kind is not None and level:
        given = field(kind, engine.image_shape).put_on(given, level)
    shown = engine.encode_base(given[None])
    scene = Scene(
        model=engine.name,
        digest=engine.digest,
        page="restore",
        noise=None if kind is None else (kind, level),
        **subject_parts(item, looker.look(item, engine), model=engine.name),
    )
    picture = engine.decode_base(shown)[0]
    if kind is None:
        parts = np.stack([given, picture, difference(given, picture)])
        return Reel(
            scene=scene, picture=picture, shown=shown, track=shown, film=parts, title=subject.name
        )
    return _noisy(engine, subject, scene, (kind, level), picture, shown)


def _noisy(
    engine: "Engine",
    subject: Subject,
    scene: Scene,
    chosen: tuple[Noise, float],
    picture: Pixels,
    shown: Floats,
) -> Reel:
    """The reel of all levels: each frame the noisy picture, and beside it the denoised one."""
    kind, level = chosen
    noise = field(kind, engine.image_shape)
    large = subject.pixels.size > LARGE
    levels = np.linspace(0, MOST, FEW_LEVELS if large else LEVELS)
    noisy = np.stack([noise.put_on(subject.pixels, each) for each in levels])
    track = engine.encode_base(noisy)
    return Reel(
        scene=scene,
        picture=picture,
        shown=shown,
        track=track,
        draw=lambda steps: np.concatenate([noisy[steps], engine.decode_base(track[steps])], axis=2),
        at=level / MOST,
        title=f"{subject.name}: noise put on it, and taken off by {engine.name}",
    )
