"""What a query answers over `WITH t AS (…)`, it answers over a stored table `t` of these rows."""

from __future__ import annotations

import pytest

from ml_api_kit.gcp_accessor.local.bigquery import Engine, QueryRequest
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from ml_api_kit.gcp_accessor.local.bigquery.names import DatasetName
from tests.gcp_accessor.local.bigquery.sql.groups import Recorded, comparable, read_group, run

DATASET = DatasetName("local", "stored")
STORED = read_group("stored")


def parts(query: str) -> tuple[str, str]:
    """The query of the table `t`, and that which reads it."""
    text, depth = query.removeprefix("WITH t AS "), 0
    for place, letter in enumerate(text):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth == 0:
            return text[1:place], text[place + 2 :]
    raise ValueError(query)


@pytest.mark.parametrize("recorded", STORED, ids=[f"query_{n}" for n in range(len(STORED))])
def test_stored_values_are_answered_as_computed_ones(engine: Engine, recorded: Recorded) -> None:
    made, query = parts(recorded.query)
    engine.run(QueryRequest("CREATE SCHEMA IF NOT EXISTS stored"))
    engine.run(QueryRequest(f"CREATE OR REPLACE TABLE stored.t AS {made}"))
    types, rows = run(engine, query, default_dataset=DATASET)
    assert recorded.types is not None
    assert recorded.rows is not None
    assert [comparable(row, recorded.types) for row in rows] == [
        comparable(row, recorded.types) for row in recorded.rows
    ], query
    assert types == recorded.types or any("STRUCT" in kind for kind in types)


NOT_WITH_NAN = [
    ("SELECT PERCENTILE_CONT(x, 0.5) OVER () AS p FROM t", "NaN in PERCENTILE_CONT"),
    ("SELECT PERCENTILE_DISC(x, 0.5) OVER () AS p FROM t", "NaN in PERCENTILE_DISC"),
    ("SELECT SUM(o) OVER (ORDER BY x RANGE 1 PRECEDING) AS s FROM t", "window whose RANGE"),
    ("SELECT ARRAY_AGG(DISTINCT x IGNORE NULLS ORDER BY x) AS l FROM t", "DISTINCT aggregate"),
    ("SELECT a.o, b.o AS p FROM t a RIGHT JOIN t b USING (x)", "RIGHT or FULL JOIN"),
    ("SELECT ANY_VALUE(o HAVING MAX x) AS o FROM t", "NaN in HAVING MAX"),
    ("SELECT ANY_VALUE(o HAVING MIN x) AS o FROM t", "NaN in HAVING MIN"),
    ("SELECT MAX_BY(o, x) AS o FROM t", "NaN in MAX_BY"),
    ("SELECT MIN_BY(o, x) AS o FROM t", "NaN in MIN_BY"),
]


@pytest.mark.parametrize(("query", "place"), NOT_WITH_NAN)
def test_stored_nan_is_refused_where_its_place_is_not_known(
    engine: Engine, query: str, place: str
) -> None:
    values = "[STRUCT(2.0 AS x, 1 AS o), (CAST('nan' AS FLOAT64), 2), (NULL, 3)]"
    engine.run(QueryRequest("CREATE SCHEMA IF NOT EXISTS stored"))
    engine.run(QueryRequest(f"CREATE OR REPLACE TABLE stored.t AS SELECT * FROM UNNEST({values})"))
    with pytest.raises(BigQueryError, match=f"not supported by the local BigQuery: .*{place}"):
        run(engine, query, default_dataset=DATASET)
    engine.run(QueryRequest("DELETE FROM stored.t WHERE o = 2"))
    assert run(engine, query, default_dataset=DATASET)[1]
