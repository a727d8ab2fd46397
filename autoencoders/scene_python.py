"""A scene as a few lines of Python that draw its picture again."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from autoencoders.scene import Scene, SceneError
from autoencoders.scene_parts import check_part


def to_python(
    scene: Scene,
    *,
    shown: ArrayLike | None = None,
    uploaded_codes: bool = False,
    file: str = "hourglass.png",
) -> str:
    """Write lines that draw the scene's picture, all of them in a row, and save it.

    They need the package and the model, nothing else: the codes stand in them as numbers.
    Strengths and ``keep`` are applied to whatever the path and the detail give.

    Args:
        scene: what to draw; the noise of its pictures is in their codes already.
        shown: what stands on the screen, ``(B, D)`` codes or base codes before the edit, B up to
            8.  Needed on paths other than the plain straight one.
        uploaded_codes: see ``Scene.for_sharing``.
        file: name of the picture that the lines save.

    Raises:
        SceneError: for a scene without a model or without codes, or a path that has to be given.
    """
    shared = scene.for_sharing(uploaded_codes=uploaded_codes)
    if not shared.model:
        raise SceneError("The scene names no model; name the one it is of.")
    morphs = shared.page == "interpolate" and len(shared.codes) > 1 and shown is None
    codes = shared.codes if shown is None else check_part("codes", np.asarray(shown).tolist())
    if not codes or len(shared.codes) < len(scene.codes):
        raise SceneError(
            "The scene leaves out the code of an uploaded picture, without which nothing can be "
            "drawn; let it carry the codes of uploaded pictures, or choose another one."
            if scene.codes
            else "The scene has no codes, so there is nothing to draw; choose a picture first."
        )
    if morphs and (shared.path != "straight" or shared.even):
        raise SceneError("The code on this path is not written in the scene; give it as shown.")
    lines = _load(shared, codes)
    if morphs:
        lines += _morph(shared.at, len(codes))
    if shared.strengths:
        lines += _edit(shared)
    lines += [
        "pictures = engine.decode_base(base)  # uint8 (B, H, W, C)",
        "row = np.concatenate(list(pictures), axis=1).squeeze()",
        f"Image.fromarray(row).save({file!r})",
    ]
    imports = ["import numpy as np", "from PIL import Image", "", "import autoencoders"]
    if shared.strengths and shared.keep:
        imports.append("from autoencoders.directions import orthogonal_part")
    return "\n".join([*imports, "", *lines]) + "\n"


def _load(scene: Scene, codes: Sequence[Sequence[float]]) -> list[str]:
    lines = [f"engine = autoencoders.load({scene.model!r})"]
    lines += ["codes = np.array(", "    [", *map(_literal, codes), "    ],", "    np.float32,", ")"]
    detail = scene.detail or 0.0
    return [
        *lines,
        "# Base codes are decoded as they are; those of a stacked model's map become base codes.",
        f"on_map = engine.to_base(codes, detail={detail!r}) "
        "if codes.shape[1] == engine.code_size else codes",
        "base = on_map",
    ]


def _literal(code: Sequence[float]) -> str:
    """One code as a line: the shortest text of each number that is the same float32."""
    return f"        [{', '.join(str(np.float32(number)) for number in code)}],"


def _morph(at: float, count: int) -> list[str]:
    return [
        f"place = {at!r} * {count - 1}  # the slider: 0 is the first code, {count - 1} the last",
        f"leg = min(int(place), {count - 2})",
        "share = np.float32(place - leg)",
        "base = ((1 - share) * base[leg] + share * base[leg + 1])[None]",
    ]


def _edit(scene: Scene) -> list[str]:
    """Lines that move the base codes; without ``keep`` the engine does it alone."""
    if not scene.keep:
        return [f"base = engine.edit(base, {dict(scene.strengths)!r})"]
    return [
        "known = {one.name: one for one in engine.directions}",
        f"keep = {list(scene.keep)!r}",
        "axes = [known[name].axis for name in keep]  # what scores those that are held still",
        f"for name, strength in {dict(scene.strengths)!r}.items():",
        "    vector = known[name].vector",
        "    vector = vector if name in keep else orthogonal_part(vector, axes)",
        "    base = base + np.float32(strength) * vector",
    ]
