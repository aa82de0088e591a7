"""Preparation: where the students' answers come from.

Every function returns rows: a list of dictionaries, one per student, with the columns `student_id`
and one per item, whose values are 1 (right), 0 (wrong) or None (not answered).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ml_api_kit.gcp_accessor import BigQueryAccessor
from ml_api_kit.preprocessing import to_rows

Row = dict[str, Any]

ITEMS = ("item_1", "item_2", "item_3", "item_4", "item_5")
COLUMNS = ("student_id", *ITEMS)


def fetch_answers(
    accessor: BigQueryAccessor, *, table: str, limit: int = 100, after: str = ""
) -> list[Row]:
    """Read stored answers, in the order of `student_id`.

    Args:
        accessor: the way to BigQuery.
        table: the table, as `dataset.table` or `project.dataset.table`.
        limit: the most students to read.
        after: read the students whose `student_id` follows this one; all of them when empty.

    Returns:
        One row per student.

    Raises:
        DataAccessError: the table cannot be read.
    """
    query = f"""
        SELECT {", ".join(COLUMNS)}
        FROM `{table}`
        WHERE student_id > @after
        ORDER BY student_id
        LIMIT @limit
    """
    answers = accessor.execute_query(query, params={"after": after, "limit": limit})
    return to_rows(answers, COLUMNS)


def fetch_all_answers(accessor: BigQueryAccessor, *, table: str) -> list[Row]:
    """Read the stored answers of every student, for training.

    Args:
        accessor: the way to BigQuery.
        table: the table, as `dataset.table` or `project.dataset.table`.

    Returns:
        One row per student, in the order of `student_id`.

    Raises:
        DataAccessError: the table cannot be read.
    """
    query = f"SELECT {', '.join(COLUMNS)} FROM `{table}` ORDER BY student_id"
    return to_rows(accessor.execute_query(query), COLUMNS)


def answers_in(body: Mapping[str, Any]) -> list[Row]:
    """Take the answers out of a request's body.

    Args:
        body: a value that the schema `students.json` accepts.

    Returns:
        One row per student, in the order of the request, with every column.
    """
    return [{column: student.get(column) for column in COLUMNS} for student in body["students"]]
