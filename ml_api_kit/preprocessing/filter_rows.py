"""The verb `filter_rows`."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ml_api_kit.preprocessing.rows import AnyRow


def filter_rows(rows: Iterable[AnyRow], where: Callable[[AnyRow], object]) -> list[AnyRow]:
    """The rows for which `where` is true, in their order; the rows themselves, not copies.

    Replaces `frame[frame["score"] > 1]`, `frame.query(...)` and `frame.loc[mask]`. It departs
    where a value is missing: pandas takes every comparison with NaN as false, and Python refuses
    to order None, so say `row["score"] is not None and row["score"] > 1`. What `where` raises is
    raised.

    The comprehension `[row for row in rows if row["score"] > 1]` does the same, and is quicker, as
    it calls no function for each row. So plain Python answers the rest too:

    - `frame[frame["name"].isin(known)]`: `[row for row in rows if row["name"] in known]`
    - `frame[frame["score"].between(1, 5)]`: `[row for row in rows if 1 <= row["score"] <= 5]`
    - `frame[mask]`: `list(itertools.compress(rows, mask))`
    - `frame.iloc[2:5]`, `frame.iloc[7]`: `rows[2:5]`, `rows[7]`
    - `frame.loc[2:5]` of the default index, whose end is in: `rows[2:6]`
    - `frame.loc[mask, ["name"]]`: `[{"name": row["name"]} for row in rows if ...]`
    - `frame["score"].where(test, other)`: `row["score"] if ... else other`

    >>> filter_rows([{"score": 1}, {"score": 3}], lambda row: row["score"] > 1)
    [{'score': 3}]
    """
    return list(filter(where, rows))
