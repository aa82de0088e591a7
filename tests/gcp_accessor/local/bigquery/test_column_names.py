"""What columns of an answer are named that the query does not name."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ml_api_kit.gcp_accessor.local.bigquery import Engine, QueryRequest


@pytest.fixture(scope="module")
def named_engine() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(Path(folder), project="local")
        yield engine
        engine.close()


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ("SELECT 1, 2 AS b, 3", ["f0_", "b", "f1_"]),
        ("SELECT STRUCT(1 AS a).a, STRUCT(2 AS b).B", ["a", "B"]),
        ("SELECT [STRUCT(1 AS x)][OFFSET(0)].x, [1][OFFSET(0)]", ["x", "f0_"]),
        ("SELECT (SELECT AS STRUCT 1 AS z).z", ["z"]),
        ("SELECT s.a.b FROM (SELECT STRUCT(STRUCT(1 AS b) AS a) AS s)", ["b"]),
        ("SELECT JSON '{\"a\": {\"b\": 1}}'.a.b, PARSE_JSON('{}').c", ["b", "c"]),
        ("SELECT HLL_COUNT.EXTRACT(NULL), SAFE.SUBSTR('a', 1)", ["f0_", "f1_"]),
        ("SELECT STRUCT(1 AS a, 2 AS b).*", ["a", "b"]),
        ("SELECT a + 1 FROM (SELECT STRUCT(1 AS a).a)", ["f0_"]),
        ("SELECT *, 5 FROM (SELECT 1, 2 AS b)", ["f0_", "b", "f1_"]),
        ("WITH w AS (SELECT 1 UNION ALL SELECT 2) SELECT * FROM w, (SELECT 3)", ["f0_", "f1_"]),
        ("SELECT STRUCT(1, 2 AS b).*, 3", ["f0_", "b", "f1_"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_columns_have_the_names_that_bigquery_gives(
    named_engine: Engine, sql: str, names: list[str]
) -> None:
    result = named_engine.run(QueryRequest(sql))
    assert [field["name"] for field in result.fields] == names
