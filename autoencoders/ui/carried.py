"""What a picture file carries besides its picture: a recipe that Hourglass wrote into it."""

from typing import Any

from autoencoders.scene import Scene, SceneError
from autoencoders.scene_png import read_recipe
from autoencoders.ui.reels import link_of


def carried(body: bytes) -> tuple[dict[str, Any] | None, str | None]:
    """Look for a recipe in a file; never raises, whatever the file is.

    Returns:
        what a browser makes a link of, with ``words`` on what there is to open, None where there is
        no recipe; and one sentence where there is one that cannot be used.
    """
    try:
        scene = read_recipe(body)
    except SceneError as error:
        return None, f"{error} The picture itself is taken as a picture."
    if scene is None:
        return None, None
    return {**link_of(scene), "words": _words(scene)}, None


def _words(scene: Scene) -> str:
    count = len(scene.codes) + scene.left_out
    what = {
        "map": "a place on the map",
        "interpolate": f"a morph of {count} pictures",
        "attributes": "an edited picture",
        "restore": "a restored picture" if scene.noise is None else "a picture freed from noise",
        "compare": f"a comparison with {scene.against or 'another model'}",
        "generate": "pictures drawn by chance",
        "through": "a picture on its way through the hourglass",
        "training": "a moment of a training",
        "game": "a game",
    }[scene.page]
    return f"{what}, drawn by {scene.model}" if scene.model else what
