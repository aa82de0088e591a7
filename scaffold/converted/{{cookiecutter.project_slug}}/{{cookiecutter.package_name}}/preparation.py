{% if cookiecutter._api.has_rows %}
"""Preparation: where the rows come from, the data source or a request.

Every function returns rows: a list of dictionaries with the columns in `TABLE_COLUMNS`, whose
values are None where missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ml_api_kit.errors import ModelInputError
from ml_api_kit.gcp_accessor import BigQueryAccessor
from ml_api_kit.preprocessing import to_rows

Row = dict[str, Any]
Answer = Callable[[list[Row]], list[Row]]

# What the model's libraries raise for values that they cannot work with; the first of these is also
# the root of ModelInputError.
UNANSWERABLE = (ValueError, TypeError, LookupError, AttributeError)

# The columns of the research code, each with its name in the BigQuery table.
TABLE_COLUMNS = {{ cookiecutter._api.table_columns }}

# What an answer holds.
ANSWERS = {{ cookiecutter._api.answer_columns }}


class StoredRow(NamedTuple):
    """A row of the data source, and what counts it there."""

    row_id: int
    row: Row


def fetch_rows(
    accessor: BigQueryAccessor, *, table: str, limit: int = 100, after: int = 0
) -> list[StoredRow]:
    """Read stored rows, in the order of `row_id`.

    Args:
        accessor: the way to BigQuery.
        table: the table, as `dataset.table` or `project.dataset.table`.
        limit: the most rows to read.
        after: read the rows whose `row_id` follows this one; they are counted from 1.

    Returns:
        The rows, each with its `row_id`.

    Raises:
        DataAccessError: the table cannot be read.
    """
    query = f"""
        SELECT row_id, {_selected()}
        FROM `{table}`
        WHERE row_id > @after
        ORDER BY row_id
        LIMIT @limit
    """
    values = accessor.execute_query(query, params={"after": after, "limit": limit})
    rows = to_rows([value[1:] for value in values], TABLE_COLUMNS)
    return [StoredRow(value[0], row) for value, row in zip(values, rows, strict=True)]


def fetch_all_rows(accessor: BigQueryAccessor, *, table: str) -> list[Row]:
    """Read all stored rows, for training.

    Args:
        accessor: the way to BigQuery.
        table: the table, as `dataset.table` or `project.dataset.table`.

    Returns:
        The rows, in the order of `row_id`.

    Raises:
        DataAccessError: the table cannot be read.
    """
    values = accessor.execute_query(f"SELECT {_selected()} FROM `{table}` ORDER BY row_id")
    return to_rows(values, TABLE_COLUMNS)


def rows_in(body: Mapping[str, Any]) -> list[Row]:
    """Take the rows out of a request's body.

    Args:
        body: a value that the schema `rows.json` accepts.

    Returns:
        The rows of the request, in its order, with every column.
    """
    return [{column: row[column] for column in TABLE_COLUMNS} for row in body["rows"]]


def answered(answer: Answer, rows: list[Row]) -> list[Row]:
    """Compute the answers of rows.

    Args:
        answer: computes the answers of rows.
        rows: the rows.

    Returns:
        One answer per row, in order.

    Raises:
        ModelInputError: a row is none that can be answered, such as one with a value missing that
            the research code needed; it says which row.
    """
    try:
        return answer(rows)
    except UNANSWERABLE as error:
        place = next((place for place, row in enumerate(rows) if _fault(answer, row)), None)
        said = _fault(answer, rows[place]) if place is not None else str(error)
        where = "The rows" if place is None else f"Row {place}"
        raise ModelInputError(f"{where} cannot be answered: {said}") from error


def stored_answers(answer: Answer, stored: Sequence[StoredRow]) -> list[Row]:
    """Compute the answers of stored rows.

    Args:
        answer: computes the answers of rows.
        stored: what `fetch_rows` returned.

    Returns:
        The answer of each row, with its `row_id`; None in every other column where the row is none
        that can be answered, such as one that the research code left out.
    """
    rows = [one.row for one in stored]
    try:
        answers = answer(rows)
    except UNANSWERABLE:  # one row or more: each by itself says which
        nothing = dict.fromkeys(ANSWERS)
        answers = [nothing if _fault(answer, row) else answer([row])[0] for row in rows]
    return [{"row_id": one.row_id, **row} for one, row in zip(stored, answers, strict=True)]


def _fault(answer: Answer, row: Row) -> str | None:
    """Say why a row cannot be answered; None where it can."""
    try:
        answer([row])
    except UNANSWERABLE as error:
        return str(error).partition("\n")[0] or type(error).__name__
    return None


def _selected() -> str:
    return ", ".join(f"`{name}`" for name in TABLE_COLUMNS.values())
{% else %}
"""Preparation: which of the results a request asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Row = dict[str, Any]


def page_of(results: Sequence[Row], *, limit: int = 100, after: int = 0) -> list[Row]:
    """Choose a page of the results.

    Args:
        results: all results, in order.
        limit: the most results to give.
        after: give the results whose `row_id` follows this one; they are counted from 1.

    Returns:
        The results, each with its `row_id`.
    """
    page = results[after : after + limit]
    return [{"row_id": number, **row} for number, row in enumerate(page, after + 1)]
{% endif %}
