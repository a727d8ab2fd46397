"""Whether people who do not smile do so after an edit, where the picture changes, and who it is.

One strength for all, chosen on validation people; measured on test people.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from autoencoders.attributes import code_space, examples_of, in_both_ways
from autoencoders.cli.output import Output
from autoencoders.dataset import Dataset, Split
from autoencoders.directions import Direction, small_groups
from autoencoders.images import Pixels
from autoencoders.inference import Engine
from benchmarks.judge import Judge, area_under_curve, known_examples, trained_judge
from benchmarks.report import Figure

Codes = NDArray[np.float32]
Judging = Callable[[Pixels], NDArray[np.floating]]

ATTRIBUTE = "smiling"
STRENGTHS = tuple(np.arange(4, 13) / 8)
"""What is tried on validation people, 0.5 to 1.5."""
WANTED = 0.92
"""The smallest strength that makes so many validation people smile is taken: the aim, 90%, and a
little, since test people are others. A larger one would only cost likeness."""
SURE = 0.5
"""Judged smiling is what the judge gives a larger probability."""
MOUTH = 36
"""The row at which the lower part of a face of 64 rows begins."""
PER_SIDE, DRAWS = 20, 20
AREA, SHARE, RATIO, SAME = 0.96, (0.85, 0.90), (0.5, 0.4), 0.90
FEW_SHARE, FEW_RATIO = 0.70, 0.7


@dataclass(frozen=True)
class People:
    """The photographs of one split as one model sees them.

    Attributes:
        data: they themselves.
        codes: base codes, float32 ``(N, K)``.
        plain: which of them are known not to smile, ``(B,)``.
        smiling: which are known to smile.
        decoded: ``plain``, decoded as they are, uint8 ``(B, H, W, C)``.
    """

    data: Dataset
    codes: Codes
    plain: NDArray[np.intp]
    smiling: NDArray[np.intp]
    decoded: Pixels

    @classmethod
    def of(cls, engine: Engine, data: Dataset) -> Self:
        """Encode a split and decode it again.

        Raises:
            ValueError: as ``known_examples``.
        """
        rows, answers = known_examples(data, ATTRIBUTE)
        codes, plain = engine.encode_base(data.images), rows[~answers]
        return cls(data, codes, plain, rows[answers], engine.decode_base(codes[plain]))


@dataclass(frozen=True)
class Edited:
    """What an edit did to some people's decoded pictures.

    Attributes:
        share: of them judged smiling, 0..1.
        ratio: mean absolute change of the rows above ``MOUTH`` over that of those below.
        same: share whose edited picture, encoded again, is nearest to its own original.
    """

    share: float
    ratio: float
    same: float


def edited(
    engine: Engine,
    judging: Judging,
    people: People,
    vector: Codes,
) -> Edited:
    """Measure one edit of those of the people who are known not to smile.

    Args:
        engine: decodes and encodes.
        judging: gives probabilities ``(B,)`` for uint8 pictures ``(B, H, W, C)``.
        people: of one split; among all of them each is looked for.
        vector: float32 ``(K,)``, what is added to the base codes.
    """
    after = engine.decode_base(people.codes[people.plain] + vector)
    found = nearest(engine.encode_base(after), people.codes)
    return Edited(
        share=float((judging(after) > SURE).mean()),
        ratio=ratio_of_change(people.decoded, after),
        same=float((found == people.plain).mean()),
    )


def ratio_of_change(before: Pixels, after: Pixels) -> float:
    """Mean absolute change above row ``MOUTH`` over that from there on; uint8 ``(B, H, W, C)``.

    Of the means over all pictures; very large where the lower part stays as it is.
    """
    change = np.abs(after.astype(np.int16) - before)
    above, below = change[:, :MOUTH].mean(), change[:, MOUTH:].mean()
    return float(above / max(below, 1e-9))


def nearest(codes: Codes, gallery: Codes) -> NDArray[np.intp]:
    """Which of ``gallery`` ``(N, K)`` is nearest (Euclidean) to each of ``codes`` ``(B, K)``."""
    found = np.empty(len(codes), np.intp)
    squares = np.square(gallery, dtype=np.float64).sum(axis=1)
    for start in range(0, len(codes), 1000):
        part = codes[start : start + 1000].astype(np.float64)
        found[start : start + 1000] = (squares - 2 * part @ gallery.T).argmin(axis=1)
    return found


def choose_strength(
    shares: Sequence[float], strengths: Sequence[float] = STRENGTHS, *, wanted: float = WANTED
) -> float:
    """The first strength whose share reaches ``wanted``, or the one of the largest share."""
    for strength, share in zip(strengths, shares, strict=True):
        if share >= wanted:
            return float(strength)
    return float(strengths[int(np.argmax(shares))])


# ---- the bench


def measure(
    engine: Engine, read: Callable[[Split], Dataset], *, cache: Path, out: Output
) -> list[Figure]:
    """Measure a model's smiles.

    Args:
        engine: of faces of 64 rows, with a direction for ``ATTRIBUTE``.
        read: gives a split by its name.
        cache: where the judge lies, or will.
        out: for the bars.

    Raises:
        ValueError: for a model without that direction, or people without that attribute.
    """
    direction = next((each for each in engine.directions if each.name == ATTRIBUTE), None)
    if direction is None:
        raise ValueError(f"{engine.name} has no direction for {ATTRIBUTE}.")
    train = read("train")
    judge = trained_judge(train, cache=cache, out=out)
    validation, test = (People.of(engine, each) for each in (read("validation"), read("test")))
    figures = _judge_figures(judge, (validation, test))
    curve = _on_validation(engine, judge, direction, validation, out)
    strength = choose_strength([each.share for each in curve])
    figures += _chosen_figures(strength, curve)
    figures += _full_figures(engine, judge, test, direction.vector * np.float32(strength))
    vectors = _from_few(engine, train, out) * np.float32(strength)
    return figures + _few_figures(_each(engine, judge, test, vectors, "20 + 20", out))


def _each(
    engine: Engine, judge: Judge, people: People, vectors: Codes, title: str, out: Output
) -> list[Edited]:
    """Measure edits ``(E, K)`` one after the other."""
    found = []
    with out.bar(total=len(vectors), unit="edit") as bar:
        bar.set_description(title)
        for vector in vectors:
            found.append(edited(engine, judge.probabilities, people, vector))
            bar.update()
    return found


def _on_validation(
    engine: Engine, judge: Judge, direction: Direction, people: People, out: Output
) -> list[Edited]:
    vectors = np.array(STRENGTHS, np.float32)[:, None] * direction.vector
    return _each(engine, judge, people, vectors, "strengths on validation people", out)


def _from_few(engine: Engine, train: Dataset, out: Output) -> Codes:
    """Edits of strength 1, float32 ``(DRAWS, K)``, each from ``PER_SIDE`` training pictures a side.

    What the space knows of all training pictures, it knows without their labels.
    """
    with out.bar(total=2, unit="step") as bar:
        bar.set_description("codes of training people")
        codes = in_both_ways(engine, train)
        bar.update()
        space = code_space(engine, codes[0])
        bar.update()
    examples = examples_of(train, codes, train.attribute_names.index(ATTRIBUTE))
    return small_groups(examples, per_side=PER_SIDE, draws=DRAWS, seed=0, space=space)


# ---- figures


def _percent(value: float) -> str:
    return f"{100 * value:.1f}%"


def _judge_figures(judge: Judge, splits: Sequence[People]) -> list[Figure]:
    """How far the judge can be trusted, on real photographs of people it never saw."""
    figures = []
    for people in splits:
        split, rows = people.data.split, np.concatenate([people.smiling, people.plain])
        answers = np.arange(len(rows)) < len(people.smiling)
        found = judge.probabilities(people.data.images[rows])
        area = area_under_curve(found, answers)
        aimed = split == "validation"
        figures += [
            Figure(
                f"judge_auc_{split}", f"judge on {split} photographs, AUC", area, f"{area:.3f}",
                f"at least {AREA:g}" if aimed else "", not aimed or area >= AREA,
            ),
            _share(f"judge_right_{split}", "  judged rightly", (found > SURE) == answers),
        ]  # fmt: skip
    return figures


def _share(key: str, name: str, flags: NDArray[np.bool_]) -> Figure:
    return Figure(key, name, float(flags.mean()), _percent(float(flags.mean())))


def _chosen_figures(strength: float, curve: Sequence[Edited]) -> list[Figure]:
    """What was found on validation people, and what was chosen by it."""
    figures = [
        Figure(
            f"validation_{tried:g}",
            f"validation people, strength {tried:g}",
            {"share": found.share, "ratio": found.ratio, "same": found.same},
            f"{_percent(found.share)}, {found.ratio:.2f}, {_percent(found.same)}",
        )
        for tried, found in zip(STRENGTHS, curve, strict=True)
    ]
    return [*figures, Figure("strength", "strength chosen there", strength, f"{strength:g}")]


def _full_figures(engine: Engine, judge: Judge, people: People, vector: Codes) -> list[Figure]:
    """Test people, edited along the model's own direction."""
    count, found = len(people.plain), edited(engine, judge.probabilities, people, vector)
    still = judge.probabilities(people.decoded)
    really = judge.probabilities(engine.decode_base(people.codes[people.smiling]))
    return [
        Figure("plain", "test photographs, not smiling", count, f"{count}"),
        _share("share_0", "  judged smiling, strength 0", still > SURE),
        _aimed("share", "  judged smiling, edited", found.share, SHARE),
        _below("ratio", "  change of rows 0-35 over 36-63", found.ratio, RATIO),
        Figure(
            "same", "  nearest to its own photograph", found.same, _percent(found.same),
            f"at least {SAME:.0%}", found.same >= SAME,
        ),
        _share("share_smiling", "test photographs, smiling: decoded, judged so", really > SURE),
    ]  # fmt: skip


def _few_figures(draws: Sequence[Edited]) -> list[Figure]:
    """Medians over draws, and the worst and best of them."""
    shares, ratios, same = ([getattr(d, key) for d in draws] for key in ("share", "ratio", "same"))
    share, ratio, kept = (float(np.median(values)) for values in (shares, ratios, same))
    title = f"from {PER_SIDE} + {PER_SIDE}, median of {len(draws)} draws"
    return [
        Figure(
            "few_share", f"{title}: judged smiling", share, _percent(share),
            f"at least {FEW_SHARE:.0%}", share >= FEW_SHARE,
        ),
        Figure(
            "few_shares", "  worst and best", [min(shares), max(shares)],
            f"{_percent(min(shares))}, {_percent(max(shares))}",
        ),
        Figure(
            "few_ratio", "  change of rows 0-35 over 36-63", ratio, f"{ratio:.2f}",
            f"at most {FEW_RATIO:g}", ratio <= FEW_RATIO,
        ),
        Figure("few_same", "  nearest to its own photograph", kept, _percent(kept)),
    ]  # fmt: skip


def _aimed(key: str, name: str, value: float, wanted: tuple[float, float]) -> Figure:
    reach, aim = wanted
    target = f"at least {reach:.0%}, aim {aim:.0%}"
    return Figure(key, name, value, _percent(value), target, value >= reach)


def _below(key: str, name: str, value: float, wanted: tuple[float, float]) -> Figure:
    reach, aim = wanted
    return Figure(
        key, name, value, f"{value:.2f}", f"at most {reach:g}, aim {aim:g}", value <= reach
    )
