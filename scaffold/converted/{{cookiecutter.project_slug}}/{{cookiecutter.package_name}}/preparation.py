{% if cookiecutter._api.has_rows %}
"""Preparation: where the rows come from, the data source or a request.

Every function returns rows: a list of dictionaries with the columns in `TABLE_COLUMNS`, whose
values are None where missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ml_api_kit.contract import RowsModel
from ml_api_kit.errors import ModelInputError
from ml_api_kit.gcp_accessor import BigQueryAccessor
from ml_api_kit.preprocessing import to_rows

Row = dict[str, Any]

# The columns of the research code, each with its name in the BigQuery table.
TABLE_COLUMNS = {{ cookiecutter._api.table_columns }}

# What an answer holds.
ANSWERS = {{ cookiecutter._api.answer_columns }}


def fetch_rows(
    accessor: BigQueryAccessor, *, table: str, limit: int = 100, after: int = 0
) -> list[Row]:
    """Read stored rows, in the order of `row_id`.

    Args:
        accessor: the way to BigQuery.
        table: the table, as `dataset.table` or `project.dataset.table`.
        limit: the most rows to read.
        after: read the rows whose `row_id` follows this one; they are counted from 1.

    Returns:
        The rows, each with its `row_id` beside the columns.

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
    return to_rows(values, ["row_id", *TABLE_COLUMNS])


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


def answer_rows(model: RowsModel, rows: Sequence[Row]) -> list[Row]:
    """Compute the answers of stored rows.

    Args:
        model: the model.
        rows: what `fetch_rows` returned.

    Returns:
        The answer of each row, with its `row_id`; None in every other column where the row is none
        that the model can answer.
    """
    asked = [{column: row[column] for column in TABLE_COLUMNS} for row in rows]
    try:
        answers = model.predict(asked)
    except ModelInputError:  # of one row or more: each by itself says which
        answers = [_answer_or_nothing(model, row) for row in asked]
    return [{"row_id": row["row_id"], **answer} for row, answer in zip(rows, answers, strict=True)]


def _answer_or_nothing(model: RowsModel, row: Row) -> Row:
    try:
        return model.predict([row])[0]
    except ModelInputError:
        return dict.fromkeys(ANSWERS)


def _selected() -> str:
    return ", ".join(f"`{name}`" for name in TABLE_COLUMNS.values())
{% else %}
"""Preparation: which of the results a request asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Row = dict[str, Any]


def page_of(outputs: Sequence[Row], *, limit: int = 100, after: int = 0) -> list[Row]:
    """Choose a page of the results.

    Args:
        outputs: all results, in order.
        limit: the most results to give.
        after: give the results whose `row_id` follows this one; they are counted from 1.

    Returns:
        The results, each with its `row_id`.
    """
    page = outputs[after : after + limit]
    return [{"row_id": number, **row} for number, row in enumerate(page, after + 1)]
{% endif %}
