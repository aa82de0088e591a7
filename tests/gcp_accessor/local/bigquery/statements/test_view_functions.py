"""A view answers with the functions as they are when it is read."""

from __future__ import annotations

import pytest

from ml_api_kit.gcp_accessor.local.bigquery import Engine, QueryRequest
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from ml_api_kit.gcp_accessor.local.bigquery.names import DatasetName
from tests.gcp_accessor.local.bigquery.statements.conftest import Ask


@pytest.fixture
def with_view(ask: Ask) -> Ask:
    ask("CREATE SCHEMA d")
    ask("CREATE FUNCTION d.inner_step(x INT64) AS (x + 1)")
    ask("CREATE FUNCTION d.step(x INT64) AS (d.inner_step(x))")
    ask("CREATE VIEW d.v AS SELECT d.step(n) AS n FROM UNNEST([1, 2]) AS n")
    return ask


def test_a_replaced_function_changes_the_view(with_view: Ask) -> None:
    with_view("CREATE OR REPLACE FUNCTION d.step(x INT64) AS (x * 10)")
    assert with_view("SELECT n FROM d.v ORDER BY n") == [["10"], ["20"]]


def test_a_function_that_another_one_calls_changes_the_view(with_view: Ask) -> None:
    with_view("CREATE OR REPLACE FUNCTION d.inner_step(x INT64) AS (x + 100)")
    assert with_view("SELECT n FROM d.v ORDER BY n") == [["101"], ["102"]]


def test_a_view_fails_while_its_function_is_gone(with_view: Ask) -> None:
    with_view("DROP FUNCTION d.step")
    with pytest.raises(BigQueryError, match=r"Function not found: d\.step"):
        with_view("SELECT n FROM d.v")
    with_view("CREATE FUNCTION d.step(x INT64) AS (-x)")
    assert with_view("SELECT n FROM d.v ORDER BY n") == [["-2"], ["-1"]]


def test_a_view_fails_when_the_dataset_of_its_function_is_gone(with_view: Ask) -> None:
    with_view("CREATE SCHEMA e")
    with_view("CREATE VIEW e.w AS SELECT d.step(1) AS n")
    with_view("DROP SCHEMA d CASCADE")
    with pytest.raises(BigQueryError, match="Function not found"):
        with_view("SELECT n FROM e.w")


def test_a_view_of_renamed_columns_keeps_their_names(with_view: Ask) -> None:
    with_view("CREATE VIEW d.named (a, b) AS SELECT d.step(1), d.step(2)")
    with_view("CREATE OR REPLACE FUNCTION d.step(x INT64) AS (x)")
    assert with_view("SELECT b, a FROM d.named") == [["2", "1"]]


def test_a_view_keeps_the_default_dataset_of_its_bare_names(fresh: Engine, ask: Ask) -> None:
    ask("CREATE SCHEMA d")
    ask("CREATE TABLE d.t AS SELECT 3 AS n")
    ask("CREATE FUNCTION d.step(x INT64) AS (x + 1)")
    fresh.run(
        QueryRequest(
            "CREATE VIEW v AS SELECT d.step(n) AS n FROM t",
            default_dataset=DatasetName("local", "d"),
        )
    )
    ask("CREATE OR REPLACE FUNCTION d.step(x INT64) AS (x + 2)")
    assert ask("SELECT n FROM d.v") == [["5"]]


def test_a_view_without_the_function_stays_as_it_was(with_view: Ask) -> None:
    with_view("CREATE VIEW d.plain AS SELECT 'x' AS step_of")
    with_view("DROP FUNCTION d.step")
    assert with_view("SELECT step_of FROM d.plain") == [["x"]]


def test_a_function_that_fits_the_view_no_more_is_kept_and_the_view_fails(with_view: Ask) -> None:
    with_view("CREATE OR REPLACE FUNCTION d.step(x ARRAY<STRING>) AS (ARRAY_LENGTH(x))")
    assert with_view("SELECT d.step(['a', 'b'])") == [["2"]]
    with pytest.raises(BigQueryError):
        with_view("SELECT n FROM d.v")
    with_view("CREATE OR REPLACE FUNCTION d.step(x STRING) AS (UPPER(x))")
    with pytest.raises(BigQueryError):
        with_view("SELECT n FROM d.v")
    assert with_view("SELECT d.step('a')") == [["A"]]
    with_view("CREATE OR REPLACE FUNCTION d.step(x INT64) AS (x)")
    assert with_view("SELECT n FROM d.v ORDER BY n") == [["1"], ["2"]]
