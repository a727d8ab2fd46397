"""What requests ask for, read within limits and checked."""

import json
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from starlette.requests import Request

from autoencoders.ui.answers import RefusedError
from autoencoders.ui.state import Store, UnusableModelError

if TYPE_CHECKING:
    from autoencoders.inference import Engine

MOST_CODES = 256
"""Codes in one decode request."""

REQUEST_BYTES = 2**20
"""Length limit of a request in JSON: more than 256 codes of 128 numbers need."""


async def read_body(request: Request, *, limit: int, sentence: str) -> bytes:
    """Read the body into memory, never more than ``limit`` bytes of it.

    Raises:
        RefusedError: 413 with ``sentence`` as soon as it is clear that the body is longer.
    """
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise RefusedError(413, sentence)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise RefusedError(413, sentence)
    return bytes(body)


def parse_json(body: bytes) -> Any:
    """Parse strict JSON: NaN and infinities, which JSON does not know, are refused too.

    Raises:
        RefusedError: 400.
    """

    def refuse(constant: str) -> Any:
        raise RefusedError(400, f"The request holds {constant}; a code needs finite numbers.")

    try:
        return json.loads(body, parse_constant=refuse)
    except (ValueError, RecursionError):
        raise RefusedError(400, "The request is not valid JSON; send an object.") from None


def read_detail(asked: object, *, step: float = 0.25) -> float:
    """Check how much of the individuals a request asks for.

    Args:
        asked: a number from 0 to 1, or its text.
        step: only multiples of this are there; 0: all numbers.

    Raises:
        RefusedError: 422 with one sentence.
    """
    try:
        detail = float(asked)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        detail = -1.0
    if not 0.0 <= detail <= 1.0 or (step and detail % step):
        many = f", in steps of {step:g}" if step else ""
        raise RefusedError(422, f'"detail" must be a number from 0 to 1{many}.')
    return detail


def read_codes(asked: object, *, size: int) -> NDArray[np.float32]:
    """Check codes that came as JSON.

    Args:
        asked: a list of 1 to 256 lists of ``size`` finite numbers.
        size: numbers in a code.

    Returns:
        float32 ``(B, size)``.

    Raises:
        RefusedError: 422 with one sentence.
    """
    if not isinstance(asked, list) or not 1 <= len(asked) <= MOST_CODES:
        raise RefusedError(422, f'"codes" must be a list of 1 to {MOST_CODES} codes.')
    for code in asked:
        if not isinstance(code, list) or len(code) != size:
            raise RefusedError(422, f"Every code of this model is a list of {size} numbers.")
        for number in code:
            if isinstance(number, bool) or not isinstance(number, int | float):
                raise RefusedError(
                    422, f"A code holds {str(number)[:40]!r}; it must hold numbers only."
                )
    try:
        wide = np.array(asked, dtype=np.float64)
    except OverflowError:  # an integer of hundreds of digits
        wide = np.array([[np.inf]])
    with np.errstate(over="ignore"):
        codes = wide.astype(np.float32)
    if not np.isfinite(codes).all():
        raise RefusedError(422, "A code holds a number that is too large; it must be below 3.4e38.")
    return codes


def read_numbers(asked: object, *, most: int) -> list[int]:
    """Check numbers of test pictures that came as JSON: 1 to 256 of them, from 0 to ``most``.

    Raises:
        RefusedError: 422 with one sentence.
    """
    if not isinstance(asked, list) or not 1 <= len(asked) <= MOST_CODES:
        raise RefusedError(422, f'"points" must be a list of 1 to {MOST_CODES} numbers.')
    if not all(type(number) is int and 0 <= number <= most for number in asked):
        raise RefusedError(422, f'"points" holds whole numbers from 0 to {most}.')
    return asked


async def read_object(
    request: Request, *, sentence: str = "That is too much at once; ask for fewer pictures."
) -> dict[str, Any]:
    """Read a request's JSON object, which names a model.

    Args:
        request: with the content type application/json.
        sentence: what to say when it is too long.

    Raises:
        RefusedError: 400, 413 or 415 with one sentence.
    """
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        raise RefusedError(415, "Send codes as JSON, with the content type application/json.")
    asked = parse_json(await read_body(request, limit=REQUEST_BYTES, sentence=sentence))
    if not isinstance(asked, dict) or not isinstance(asked.get("model"), str):
        raise RefusedError(400, 'Send {"model": name, "codes": [[...], ...]}.')
    return asked


def named(store: Store, name: str) -> "Engine":
    """Return the engine of a model.

    Raises:
        RefusedError: 404 where there is none, 409 where its folder broke.
    """
    try:
        return store.engine(name)
    except UnusableModelError as error:
        raise RefusedError(404, str(error)) from error
    except ValueError as error:  # the folder broke after it was listed
        raise RefusedError(409, str(error)) from error
