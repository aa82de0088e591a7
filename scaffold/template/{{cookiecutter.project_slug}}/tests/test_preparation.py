import pytest
from ml_api_kit.errors import DataAccessError
from ml_api_kit.gcp_accessor import BigQueryAccessor

from {{ cookiecutter.package_name }}.config import Settings
from {{ cookiecutter.package_name }}.preparation import (
    COLUMNS,
    answers_in,
    fetch_all_answers,
    fetch_answers,
)

TABLE = Settings.answers_table


def test_fetch_answers_gives_rows_in_order(accessor: BigQueryAccessor) -> None:
    rows = fetch_answers(accessor, table=TABLE, limit=2, after="s0002")
    assert [row["student_id"] for row in rows] == ["s0003", "s0004"]
    assert tuple(rows[0]) == COLUMNS
    assert {rows[0][column] for column in COLUMNS[1:]} <= {0, 1, None}


def test_fetch_answers_takes_what_is_asked_as_text_not_as_sql(accessor: BigQueryAccessor) -> None:
    assert fetch_answers(accessor, table=TABLE, after="s' OR 1=1 --") == fetch_answers(
        accessor, table=TABLE, after="s"
    )


def test_fetch_all_answers_gives_every_student(accessor: BigQueryAccessor) -> None:
    assert len(fetch_all_answers(accessor, table=TABLE)) == 1000


def test_fetch_answers_names_the_table_that_is_missing(accessor: BigQueryAccessor) -> None:
    with pytest.raises(DataAccessError, match="no_such_table"):
        fetch_answers(accessor, table="lsat6.no_such_table")


def test_answers_in_fills_what_was_not_answered() -> None:
    rows = answers_in({"students": [{"student_id": "ada", "item_2": 1}]})
    expected = {"item_1": None, "item_2": 1, "item_3": None, "item_4": None, "item_5": None}
    assert rows == [{"student_id": "ada", **expected}]
