"""What a page's component is told over the websocket: small, everything else is fetched."""

from typing import TYPE_CHECKING, Any

from autoencoders.ui import server
from autoencoders.ui.adding import ways_to_add
from autoencoders.ui.frame import PageName

if TYPE_CHECKING:
    from autoencoders.inference import Engine


def told(
    page: PageName,
    engine: "Engine",
    *,
    address: str,
    scene: dict[str, Any] | None = None,
    **of_model: Any,
) -> dict[str, Any]:
    """Return what every page's component is told.

    Args:
        page: which one.
        engine: the model.
        address: of our routes.
        scene: what a link asks for.
        of_model: what this page also tells of the model, plain JSON values.
    """
    return {
        "page": page,
        "base": address,
        "version": server.live_version(),
        "model": {
            "name": engine.name,
            "digest": engine.digest,
            "code_size": engine.code_size,
            "image": list(engine.image_shape),
            "adding": ways_to_add(engine),
            **of_model,
        },
        "scene": scene,
        "problem": None,
    }
