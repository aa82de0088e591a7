"""The verb `sample_rows`."""

from __future__ import annotations

import random
from collections.abc import Iterable

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.rows import AnyRow


def sample_rows(
    rows: Iterable[AnyRow], *, seed: int, n: int | None = None, frac: float | None = None
) -> list[AnyRow]:
    """Rows drawn at random, none twice, in the order drawn; the rows themselves, not copies.

    There are `n` of them, or the part `frac` of all, from 0 to 1, rounded to the nearest number of
    rows. The same `seed` draws the same rows of as many.

    Replaces `frame.sample(n=..., frac=..., random_state=...)`. It departs from it in that it does
    not draw the rows that pandas draws for that seed: where answers depend on which rows were
    drawn, keep the rows that pandas drew. For a draw with rows twice: `random.choices(rows, k=n)`.

    Raises PreprocessingError: when there are fewer than `n` rows, `n` is negative, `frac` is not
        between 0 and 1, or not just one of the two is given.

    >>> drawn = sample_rows([[0], [1], [2], [3]], frac=0.5, seed=7)
    >>> len(drawn), drawn == sample_rows([[0], [1], [2], [3]], n=2, seed=7)
    (2, True)
    """
    rows = list(rows)
    return random.Random(seed).sample(rows, _count(len(rows), n, frac))


def _count(row_count: int, n: int | None, frac: float | None) -> int:
    if (n is None) == (frac is None):
        raise PreprocessingError("Give one of n and frac: how many rows, or which part of them.")
    if frac is not None:
        if not 0 <= frac <= 1:
            raise PreprocessingError(f"frac is {frac!r}; it may be from 0 to 1.")
        return round(frac * row_count)
    if n is None or not 0 <= n <= row_count:
        raise PreprocessingError(
            f"n is {n!r}, and there are {row_count} rows. Draw as many or fewer, as none is drawn "
            "twice."
        )
    return n
