"""The verb `filter_rows`."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ml_api_kit.preprocessing.rows import AnyRow


def filter_rows(rows: Iterable[AnyRow], where: Callable[[AnyRow], object]) -> list[AnyRow]:
    """The rows for which `where` is true, in their order; the rows themselves, not copies.

    Replaces `frame[frame["score"] > 1]` and `frame.query(...)`. It departs where a value is
    missing: pandas takes every comparison with NaN as false, and Python refuses to order None, so
    say `row["score"] is not None and row["score"] > 1`. What `where` raises is raised.

    >>> filter_rows([{"score": 1}, {"score": 3}], lambda row: row["score"] > 1)
    [{'score': 3}]
    """
    return [row for row in rows if where(row)]
