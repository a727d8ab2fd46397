"""What the restoration page asks for: a reconstruction, levels of noise, a photo made whole again.

All of it is of one subject; nothing of it is kept.
"""

import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from autoencoders import sheets
from autoencoders.placement import paste_back
from autoencoders.ui import non_local_means
from autoencoders.ui.answers import RefusedError
from autoencoders.ui.likeness import likeness
from autoencoders.ui.noises import MOST, Field, field, read_kind, read_level
from autoencoders.ui.pictures import noun_of, verdict
from autoencoders.ui.places import bases_of, place_finder
from autoencoders.ui.state import Store
from autoencoders.ui.subjects import Subject

if TYPE_CHECKING:
    from autoencoders.inference import Engine

Pixels = NDArray[np.uint8]

LEVELS = 17
FEW_LEVELS = 9
LARGE = 100_000
"""Numbers of a picture from which on a strip has ``FEW_LEVELS``: it is slower and larger then."""

STRIP = sheets.Encoding(quality=92)
LARGE_STRIP = sheets.Encoding(quality=85)

NEIGHBOURS = 8

SMALL = 128
"""Pixels a side of a neighbour: it is shown small."""


def denoises(engine: "Engine") -> bool:
    """Whether a model was trained to take noise off."""
    return engine.config.family == "denoising"


def rebuilt(engine: "Engine", store: Store, subject: Subject, *, but: int | None = None) -> bytes:
    """Answer with a reconstruction and how it compares.

    The answer's arrays: ``prepared`` and ``reconstruction`` ``(H, W, C)``; ``place`` ``(2,)``, on
    the plane of ``places.place_finder``; ``neighbours``, decodings of the test pictures whose codes
    lie nearest, and their ``numbers``.

    Args:
        engine: the model.
        store: keeps planes.
        subject: the picture.
        but: a test picture that is no neighbour: the subject itself.
    """
    given = subject.pixels[None]
    base = engine.encode_base(given)
    drawn = engine.decode_base(base)
    scores = engine.score(given)
    alike = likeness(drawn, subject.pixels)
    near = nearest(bases_of(engine), base[0], NEIGHBOURS, but=but)
    labels = engine.latents.labels
    percentile, far = float(scores.percentile[0]), bool(scores.far[0] or subject.foreign)
    return sheets.pack_arrays(
        {
            "prepared": subject.pixels,
            "reconstruction": drawn[0],
            "base": base[0],
            "place": store.made(engine, place_finder).places(base)[0].astype(np.float32),
            "neighbours": _smaller(engine.decode_base(bases_of(engine)[near])),
            "numbers": near.astype(np.int32),
        },
        name=subject.name,
        notes=list(subject.notes),
        mse=float(scores.mse[0]),
        ssim=float(alike.ssim[0]),
        percentile=percentile,
        far=far,
        message=verdict(
            percentile,
            far=far,
            foreign=subject.foreign,
            count=len(engine.latents.mse),
            noun=f"test {noun_of(engine.dataset)}",
        ),
        placement=None if subject.placement is None else asdict(subject.placement),
        labels=None if labels is None else [engine.label_names[labels[one]] for one in near],
    )


def _smaller(pictures: Pixels) -> Pixels:
    """Halve large pictures, uint8 ``(N, H, W, C)``, until a side is at most ``SMALL`` pixels."""
    while min(pictures.shape[1:3]) > SMALL and not any(side % 2 for side in pictures.shape[1:3]):
        count, height, width, channels = pictures.shape
        blocks = pictures.reshape(count, height // 2, 2, width // 2, 2, channels)
        pictures = np.rint(blocks.mean(axis=(2, 4))).astype(np.uint8)
    return pictures


def nearest(
    bases: NDArray[np.float32], base: NDArray[np.float32], count: int, *, but: int | None = None
) -> NDArray[np.intp]:
    """Return which of ``bases`` ``(N, K)`` lie nearest to ``base`` ``(K,)``, the nearest first."""
    distance = np.linalg.norm(bases - base, axis=1)
    if but is not None:
        distance[but] = np.inf
    return np.argsort(distance, kind="stable")[:count]


def noise_strip(engine: "Engine", store: Store, subject: Subject, asked: dict[str, Any]) -> bytes:
    """Answer with what becomes of a picture as noise grows on it.

    The answer's arrays: ``clean`` ``(H, W, C)``; ``field``, the noise (see ``noises.Field``);
    ``denoised`` and ``nlm``, strips; ``bases`` ``(L, K)`` and ``places`` ``(L, 2)`` of the noisy
    pictures; ``mse`` and ``ssim`` ``(2, L)``, of denoised and non-local means against the clean.
    """
    kind = _kind_for(engine, asked)
    noise = field(kind, engine.image_shape)
    large = subject.pixels.size > LARGE
    levels = np.linspace(0, MOST, FEW_LEVELS if large else LEVELS)
    noisy = np.stack([noise.put_on(subject.pixels, level) for level in levels])
    bases = engine.encode_base(noisy)
    denoised = engine.decode_base(bases)
    cleaned = _cleaned(noisy, subject.pixels, noise)
    measured = [likeness(each, subject.pixels) for each in (denoised, cleaned)]
    encoding = LARGE_STRIP if large else STRIP
    strips = [sheets.strip(each, encoding=encoding) for each in (denoised, cleaned)]
    return sheets.pack_arrays(
        {
            "clean": subject.pixels,
            "field": noise.values,
            "denoised": np.frombuffer(strips[0].payload, np.uint8),
            "nlm": np.frombuffer(strips[1].payload, np.uint8),
            "bases": bases,
            "places": store.made(engine, place_finder).places(bases).astype(np.float32),
            "mse": np.stack([each.mse for each in measured]),
            "ssim": np.stack([each.ssim for each in measured]),
        },
        kind=kind,
        most=MOST,
        denoised=strips[0].header(digest=engine.digest),
        nlm=strips[1].header(digest=engine.digest),
        name=subject.name,
    )


def noise_at(engine: "Engine", store: Store, subject: Subject, asked: dict[str, Any]) -> bytes:
    """Answer with the exact pictures at one level.

    The answer's arrays: ``images``, noisy, denoised and non-local means, ``(3, H, W, C)``; ``mse``
    and ``ssim`` ``(3,)`` of each against the clean picture.
    """
    noise = field(_kind_for(engine, asked), engine.image_shape)
    noisy = noise.put_on(subject.pixels, read_level(asked.get("level")))[None]
    start = time.perf_counter()
    denoised = engine.decode_base(engine.encode_base(noisy))
    milliseconds = 1000 * (time.perf_counter() - start)
    images = np.concatenate([noisy, denoised, _cleaned(noisy, subject.pixels, noise)])
    alike = likeness(images, subject.pixels)
    return sheets.pack_arrays(
        {"images": images, "mse": alike.mse, "ssim": alike.ssim},
        milliseconds=round(milliseconds, 2),
        device=engine.device,
        precision=engine.precision,
        digest=engine.digest,
    )


def _kind_for(engine: "Engine", asked: dict[str, Any]) -> Any:
    if not denoises(engine):
        raise RefusedError(
            422, f"{engine.name} was not trained to take noise off; choose a denoising model."
        )
    return read_kind(asked.get("kind"))


def _cleaned(noisy: Pixels, picture: Pixels, noise: Field) -> Pixels:
    """Clean pictures by non-local means, told the noise: what was added, and what was there."""
    before = non_local_means.deviation_of(picture)
    added = likeness(noisy, picture).mse
    return np.stack(
        [
            non_local_means.clean(each, deviation=float(np.sqrt(before**2 + more)), kind=noise.kind)
            for each, more in zip(noisy, added, strict=True)
        ]
    )


def pasted(engine: "Engine", subject: Subject, asked: dict[str, Any]) -> bytes:
    """Answer with the photo, its crop redrawn by the model; a PNG file.

    With a "kind" and a "level" the model is given the crop with that noise on it.

    Raises:
        RefusedError: 422 where there is no photo, or nobody can tell what part of it was redrawn.
    """
    if subject.photo is None:
        raise RefusedError(422, "Only a photo of your own can have the result put back into it.")
    if subject.placement is None:
        raise RefusedError(
            422,
            f"What {engine.name} is given is no square cut of the photo, so nothing can be put "
            "back; save the result by itself.",
        )
    given = subject.pixels
    if "level" in asked:
        noise = field(_kind_for(engine, asked), engine.image_shape)
        given = noise.put_on(given, read_level(asked["level"]))
    drawn = engine.decode_base(engine.encode_base(given[None]))[0]
    coloured = np.ascontiguousarray(np.broadcast_to(drawn, (*drawn.shape[:2], 3)))
    whole = paste_back(subject.photo, coloured, subject.placement)
    return sheets.encode_png(whole.convert(subject.photo.mode))  # a grey photo stays grey
