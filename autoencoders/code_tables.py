"""Codes as a file to take away: CSV, NPZ and Parquet, as bytes."""

import csv
import io
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Columns = dict[str, NDArray[Any]]


def codes_csv(
    codes: ArrayLike,
    *,
    ids: ArrayLike | None = None,
    labels: ArrayLike | None = None,
    attributes: Mapping[str, ArrayLike] | None = None,
) -> bytes:
    """Write codes as CSV in UTF-8: a line a code, its numbers in columns z1, z2 and so on.

    A number is the shortest text that reads back as the same float32; NaN among the attributes
    (not known) is an empty cell.

    Args:
        codes: ``(N, D)``, finite.
        ids, labels: ``(N,)`` text or whole numbers; columns ``id`` and ``label``, which come first.
        attributes: by name, ``(N,)`` numbers; they stand between the label and the code.

    Raises:
        ValueError: for codes that are none, columns of another length, or a name used twice.
    """
    columns = _columns(codes, ids, labels, attributes)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*map(_cells, columns.values()), strict=True))
    return text.getvalue().encode("utf-8", errors="replace")


def codes_npz(
    codes: ArrayLike,
    *,
    ids: ArrayLike | None = None,
    labels: ArrayLike | None = None,
    attributes: Mapping[str, ArrayLike] | None = None,
) -> bytes:
    """Write codes as NPZ, compressed and without pickles; arguments and errors as ``codes_csv``.

    It holds ``codes`` float32 ``(N, D)`` and, where given, ``ids`` and ``labels`` ``(N,)``,
    ``attributes`` float32 ``(N, A)`` and ``attribute_names`` ``(A,)``.
    """
    columns = _columns(codes, ids, labels, attributes)
    names = list(attributes or ())
    arrays: Columns = {"codes": np.asarray(codes, np.float32)}
    arrays |= {f"{name}s": columns[name] for name in ("id", "label") if name in columns}
    if names:
        arrays["attributes"] = np.stack([columns[name] for name in names], axis=1)
        arrays["attribute_names"] = np.array(names, np.str_)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def codes_parquet(
    codes: ArrayLike,
    *,
    ids: ArrayLike | None = None,
    labels: ArrayLike | None = None,
    attributes: Mapping[str, ArrayLike] | None = None,
) -> bytes:
    """Write codes as Parquet, columns as in the CSV; arguments and errors as ``codes_csv``.

    Codes and attributes are float32; NaN among the attributes (not known) is null.
    """
    import pyarrow
    from pyarrow import parquet

    columns = _columns(codes, ids, labels, attributes)
    table = pyarrow.table(
        {name: pyarrow.array(values, from_pandas=True) for name, values in columns.items()}
    )
    buffer = io.BytesIO()
    parquet.write_table(table, buffer)
    return buffer.getvalue()


def _columns(
    codes: ArrayLike,
    ids: ArrayLike | None,
    labels: ArrayLike | None,
    attributes: Mapping[str, ArrayLike] | None,
) -> Columns:
    """Return every column by its name, in order, all ``(N,)``."""
    numbers = np.asarray(codes, np.float32)
    if numbers.ndim != 2 or not np.isfinite(numbers).all():
        raise ValueError(f"Codes are finite numbers of shape (N, D); got shape {numbers.shape}.")
    named: list[tuple[str, NDArray[Any]]] = [
        (name, _plain(values))
        for name, values in (("id", ids), ("label", labels))
        if values is not None
    ]
    named += [(name, np.asarray(values, np.float32)) for name, values in (attributes or {}).items()]
    named += [(f"z{number}", column) for number, column in enumerate(numbers.T, start=1)]
    columns: Columns = {}
    for name, values in named:
        if values.shape != (len(numbers),):
            raise ValueError(
                f"The column {name[:80]!r} has shape {values.shape} beside {len(numbers)} codes; "
                "give one value for each code."
            )
        if name in columns:
            raise ValueError(f"Two columns are called {name[:80]!r}; rename the attribute.")
        columns[name] = values
    return columns


def _plain(values: ArrayLike) -> NDArray[Any]:
    """Text or numbers; anything else, which only a pickle could hold, as text."""
    array = np.asarray(values)
    return array if array.dtype.kind in "iufbU" else array.astype(np.str_)


def _cells(values: NDArray[Any]) -> list[str]:
    return ["" if value != value else str(value) for value in values]
