"""The verb `extract_text`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from operator import itemgetter
from typing import Any

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.added import put_behind
from ml_api_kit.preprocessing.rows import AnyRow, Column, unknown_column


def extract_text(
    rows: Iterable[AnyRow], column: Column, pattern: str | re.Pattern[str]
) -> list[AnyRow]:
    r"""The rows as copies with the named groups of a pattern as columns behind the others.

    They hold what the groups match at the first place in the column's text where the pattern does.
    They are None where it does not match, a group takes no part in it, or the value is missing or
    no text.

    Replaces `frame.join(frame[column].str.extract(pattern))`. It departs from it in that every
    group must have a name.

    Raises PreprocessingError: when a row has no such column, or the pattern is wrong, has no group,
        or one without a name.

    >>> extract_text([{"name": "Owen, Mr. John"}], "name", r"(?P<title>[A-Z]\w+)\.")
    [{'name': 'Owen, Mr. John', 'title': 'Mr'}]
    """
    matcher = _matcher(pattern)
    rows = list(rows)
    try:
        values = list(map(itemgetter(column), rows))
    except (KeyError, IndexError, TypeError) as error:
        raise unknown_column(rows, [column]) from error
    none = (None,) * matcher.groups
    search = matcher.search
    found = [
        match.groups() if isinstance(value, str) and (match := search(value)) else none
        for value in values
    ]
    copies: list[Any] = [row.copy() for row in rows]
    columns = [map(itemgetter(place), found) for place in range(matcher.groups)]
    put_behind(copies, list(matcher.groupindex), columns)
    return copies


def _matcher(pattern: str | re.Pattern[str]) -> re.Pattern[str]:
    try:
        matcher = re.compile(pattern)
    except re.error as error:
        raise PreprocessingError(f"The pattern {pattern!r} is wrong: {error}.") from error
    if not matcher.groups or len(matcher.groupindex) != matcher.groups:
        raise PreprocessingError(
            f"The pattern {matcher.pattern!r} has {matcher.groups} groups, of which "
            f"{len(matcher.groupindex)} have a name. Name each: (?P<title>...)."
        )
    return matcher
