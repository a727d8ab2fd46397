"""The route of the games: everything that the rounds of one game need, at once."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from autoencoders import sheets
from autoencoders.ui.answers import FRESH, RefusedError, packed, sentences
from autoencoders.ui.games import GAMES
from autoencoders.ui.generate_routes import read_seed
from autoencoders.ui.routes import ModelRoutes


class GameRoutes(ModelRoutes):
    """One more route below ``models/``: games."""

    def routes(self, prefix: str) -> list[Route]:
        """Return the routes, each below ``prefix``."""
        path = prefix + "/models/{name}/{digest}/games/{game}/{seed}"
        return [Route(path, sentences(self.game))]

    async def game(self, request: Request) -> Response:
        """The rounds of a game: pictures, where they lie, what the encoder and PCA guess."""
        seed = read_seed(request.path_params["seed"])
        name = request.path_params["game"]
        if name not in GAMES:
            raise RefusedError(404, f"There is no such game; there are {', '.join(GAMES)}.")

        def work() -> bytes:
            engine = self._engine(request)
            if engine.code_size != 2:
                raise RefusedError(
                    404,
                    f"The codes of {engine.name} have {engine.code_size} numbers; the games are "
                    "played on a map of codes of two.",
                )
            arrays, more = GAMES[name](engine, self._store(), self._originals, seed)
            return sheets.pack_arrays(arrays, digest=engine.digest, **more)

        return packed(await self._slow.run(request, work), FRESH)
