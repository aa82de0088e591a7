"""The verb `drop_rows`."""

from __future__ import annotations

from collections.abc import Iterable

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.rows import AnyRow

# Each one that is taken out of a list moves all behind it: quick for some, slow for many.
_FEW = 16


def drop_rows(rows: Iterable[AnyRow], positions: int | Iterable[int]) -> list[AnyRow]:
    """The rows without those at the `positions`, in their order; the rows themselves, not copies.

    Positions count from 0, negative ones from the end.

    Replaces `frame.drop(index=positions)` of a frame with the default index, and
    `frame.drop(frame.index[positions])` of any.

    Raises PreprocessingError: when there are not as many rows.

    >>> drop_rows([{"name": "A"}, {"name": "B"}, {"name": "C"}], [0, -1])
    [{'name': 'B'}]
    """
    rows = list(rows)
    count = len(rows)
    named = [positions] if isinstance(positions, int) else list(positions)
    for position in named:
        if not -count <= position < count:
            raise PreprocessingError(f"There is no row {position} to drop; there are {count} rows.")
    dropped = {position % count for position in named}
    if len(dropped) > _FEW:
        return [row for place, row in enumerate(rows) if place not in dropped]
    for place in sorted(dropped, reverse=True):
        del rows[place]
    return rows
