"""Calls deep within each other: their arguments are computed once, and no answer is another."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery import Engine, QueryRequest
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from ml_api_kit.gcp_accessor.local.bigquery.names import DatasetName
from ml_api_kit.gcp_accessor.local.bigquery.translation import computed_once
from ml_api_kit.gcp_accessor.local.bigquery.translation.translate import (
    Scope,
    parse_statement,
    prepare,
    translate,
)
from tests.gcp_accessor.local.bigquery.sql.groups import FAILED, WRONG, outcome, read_group
from tests.gcp_accessor.local.bigquery.test_answers import answer


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = Engine(tmp_path_factory.mktemp("engine"), project="local")
    engine.run(QueryRequest("CREATE SCHEMA d"))
    engine.run(
        QueryRequest(
            "CREATE TABLE d.t AS SELECT n, n * 0.5 AS x, n * 0.25 AS y, MOD(n, 3) AS g,"
            " CAST(n AS STRING) AS s FROM UNNEST(GENERATE_ARRAY(1, 20)) AS n"
        )
    )
    yield engine
    engine.close()


@pytest.fixture
def new_engine(tmp_path: Path) -> Iterator[Engine]:
    engine = Engine(tmp_path, project="local")
    yield engine
    engine.close()


def duckdb_sql(sql: str) -> str:
    tree = prepare(parse_statement(sql), [])
    return translate(tree, Scope("local", DatasetName("local", "d")), lambda _: {}).sql


def summed(depth: int) -> str:
    return "x" + "".join(f" + y * {place}.5" for place in range(depth))


def nested(outside: str, inside: str) -> Callable[[int], str]:
    def build(depth: int) -> str:
        return f"{outside}({build(depth - 1)}{inside})" if depth else "x"

    return build


@pytest.mark.parametrize(
    "build",
    [summed, nested("ABS", ""), nested("COALESCE", ", 0.5"), nested("ROUND", ", 1"),
     nested("GREATEST", ", y"), nested("NULLIF", ", 0.5"), nested("0.5 * ", " + 0.25")],
    ids=["sum", "abs", "coalesce", "round", "greatest", "nullif", "constants"],
)  # fmt: skip
def test_statement_grows_no_faster_than_its_depth(build: Callable[[int], str]) -> None:
    sizes = [len(duckdb_sql(f"SELECT {build(depth)} FROM t")) for depth in (4, 8, 12)]
    assert sizes[2] - sizes[1] <= 1.5 * (sizes[1] - sizes[0])


def test_translation_copies_no_more_with_each_level(monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[int] = []
    copy = exp.Expression.copy

    def counted(node: exp.Expression) -> exp.Expr:
        copied.append(sum(1 for _ in node.walk()))
        return copy(node)

    monkeypatch.setattr(exp.Expression, "copy", counted)
    sizes = []
    for depth in (8, 24, 40):
        copied.clear()
        duckdb_sql(f"SELECT {summed(depth)}, s {'|| s ' * depth} FROM t")
        sizes.append(sum(copied))
    assert sizes[2] - sizes[1] <= 1.2 * (sizes[1] - sizes[0])


def test_sum_of_thirty_products_is_answered(engine: Engine) -> None:
    expected = 0.5 + sum(0.25 * (place + 0.5) for place in range(30))
    [[value]] = answer(engine, f"SELECT {summed(30)} FROM d.t WHERE n = 1")
    assert float(value) == pytest.approx(expected)


def test_distance_on_a_sphere_is_answered(engine: Engine) -> None:
    sql = (
        "SELECT 2 * 6371 * ASIN(SQRT(POW(SIN((y - x) * ACOS(-1) / 180 / 2), 2)"
        " + COS(x * ACOS(-1) / 180) * COS(y * ACOS(-1) / 180)"
        " * POW(SIN((n - g) * ACOS(-1) / 180 / 2), 2))) FROM d.t WHERE n = 20"
    )
    x, y, span = (math.radians(degrees) for degrees in (10.0, 5.0, 18.0))
    chord = math.sin((y - x) / 2) ** 2 + math.cos(x) * math.cos(y) * math.sin(span / 2) ** 2
    assert float(answer(engine, sql)[0][0]) == pytest.approx(12742 * math.asin(math.sqrt(chord)))


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT SUM(IF(n = 5, 0, (x * 2 + y * 4) / (n - 5))) FROM d.t WHERE n IN (5, 6)", "12.0"),
        ("SELECT IF(FALSE, 1 / (1 - 1 + 0 * 2 - 0), 2)", "2.0"),
        ("SELECT COALESCE(1.5, 1 / (1 - 1 + 0 * 2))", "1.5"),
        ("SELECT SUM(x) + SUM(y) * 2 - COUNT(*) / 2 FROM d.t", "200.0"),
        ("SELECT g FROM d.t GROUP BY g HAVING SUM(x) * 2 + SUM(y) * 3 - 130 > 0", "2"),
        ("SELECT APPROX_QUANTILES(x * 2 + y * 4 - 1, 1)[OFFSET(1)] FROM d.t", "39.0"),
        ("SELECT ARRAY_AGG(n ORDER BY x * 2 + y * 3 - 1 DESC LIMIT 1)[OFFSET(0)] FROM d.t", "20"),
        ("SELECT n FROM d.t QUALIFY ROW_NUMBER() OVER (ORDER BY x) * 2 - 1 + 3 = 4", "1"),
        ("SELECT (SELECT SUM(v * 2 + t.n * 3 - 1) FROM UNNEST([1, 2]) AS v) FROM d.t WHERE n = 1",
         "10"),
        ("SELECT JSON '[[[[[5]]]]]'[0][0][0][0][0]", "5"),
        ("SELECT UPPER(LOWER(UPPER(LOWER(CONCAT(s, 'x'))))) FROM d.t WHERE n = 1", "1X"),
        ("SELECT SAFE.LN(x * 2 - y * 4 + 1 - 5) FROM d.t WHERE n = 1", None),
        (f"SELECT {' + '.join(['x', '1'] * 300)} FROM d.t WHERE n = 1", "450.0"),
        (f"SELECT LENGTH({' || '.join(['s'] * 600)}) FROM d.t WHERE n = 1", "600"),
        (f"SELECT LENGTH(CONCAT({', '.join(['s'] * 600)})) FROM d.t WHERE n = 1", "600"),
    ],
)  # fmt: skip
def test_deep_calls_are_answered_wherever_they_stand(
    engine: Engine, sql: str, expected: str | None
) -> None:
    assert answer(engine, sql) == [[expected]]


def test_tables_are_joined_by_what_is_deep(engine: Engine) -> None:
    sql = duckdb_sql("SELECT 1 FROM t AS a JOIN t AS b ON b.n = a.n * 2 + 1 - 3")
    assert 'BQ_EQ("b"."n", ' in sql


def test_wrong_type_deep_within_is_said_with_the_types(engine: Engine) -> None:
    with pytest.raises(BigQueryError, match=r"operator - for argument types: FLOAT64, STRING"):
        answer(engine, "SELECT x * 2 + y * 3 - s FROM d.t")


@pytest.mark.parametrize("group", ["aggregate", "conditional", "json", "mathematical", "operators"])
def test_no_answer_is_another_where_all_arguments_are_computed_once(
    new_engine: Engine, monkeypatch: pytest.MonkeyPatch, group: str
) -> None:
    monkeypatch.setattr(computed_once, "MOST_LEVELS", 0)
    found = [(item.query, *outcome(new_engine, item)) for item in read_group(group)]
    assert [item for item in found if item[1] in (WRONG, FAILED)] == []
