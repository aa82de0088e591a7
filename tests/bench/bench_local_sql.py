"""What functions and deep expressions cost in the local BigQuery, without its server.

A function that DuckDB has not is Python, called row by row; this shows what is worth more of it.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from ml_api_kit.gcp_accessor.local.bigquery import Engine, QueryRequest
from tests.bench.interleave import format_table, interleave

ROWS = 50_000
ROUNDS = 3
TABLE = f"""
    CREATE TABLE d.t AS SELECT n, n * 0.37 AS x, n * 0.11 AS y, CAST(n AS NUMERIC) / 7 AS price,
      DATE_ADD(DATE '2000-01-01', INTERVAL MOD(n, 9000) DAY) AS day,
      TIMESTAMP_ADD(TIMESTAMP '2000-01-01 00:00:00', INTERVAL n MINUTE) AS moment,
      CONCAT('user', CAST(n AS STRING), '@example.com') AS mail,
      FORMAT('{{"a": %d, "b": {{"c": "x%d"}}}}', n, n) AS document
    FROM UNNEST(GENERATE_ARRAY(1, {ROWS})) AS n
"""
EXPRESSIONS = (
    "n + 1", "x * y + 0.5", "SAFE_DIVIDE(x, y)", "ROUND(x, 2)", "LN(x)", "price * 2",
    "CAST(mail AS BYTES)", "SAFE_CAST(mail AS INT64)", "CAST(x AS STRING)",
    "CAST(moment AS STRING)",
    "DATE(moment)", "EXTRACT(DAYOFWEEK FROM moment)", "TIMESTAMP_TRUNC(moment, HOUR)",
    "DATE_TRUNC(day, MONTH)", "DATE_DIFF(day, DATE '2010-01-01', DAY)",
    "DATE_ADD(day, INTERVAL 1 MONTH)", "FORMAT_DATE('%Y-%m', day)",
    "FORMAT_TIMESTAMP('%F %T', moment)", "UPPER(mail)", "SUBSTR(mail, 1, 4)",
    "SPLIT(mail, '@')[OFFSET(0)]", "REGEXP_CONTAINS(mail, r'^user[0-9]+')",
    "REGEXP_EXTRACT(mail, r'@(.*)$')", "REGEXP_REPLACE(mail, r'[0-9]', '#')",
    "JSON_VALUE(document, '$.b.c')", "FORMAT('%05d', n)", "TO_HEX(SHA256(mail))",
    "x + y * 0.5 + x * 1.5 + y * 2.5 + x * 3.5 + y * 4.5 + x * 5.5 + y * 6.5",
    "2 * 6371 * ASIN(SQRT(POW(SIN((y - x) / 360), 2) + COS(x / 180) * COS(y / 180)"
    " * POW(SIN((x + y) / 360), 2)))",
)  # fmt: skip


def main() -> None:
    """Print the microseconds that a row of each expression takes, the greatest first."""
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(Path(folder), project="local")
        engine.run(QueryRequest("CREATE SCHEMA d"))
        engine.run(QueryRequest(TABLE))
        engine.complete()
        variants = {text: lambda text=text: microseconds(engine, text) for text in EXPRESSIONS}
        measured = interleave(variants, rounds=ROUNDS)
        engine.close()
    lowest = sorted(((min(times), text) for text, times in measured.items()), reverse=True)
    print(format_table([("expression", "us a row"), *((text, f"{us:.2f}") for us, text in lowest)]))


def microseconds(engine: Engine, expression: str) -> float:
    """The time for one row, of a query that computes the expression for all."""
    began_s = time.perf_counter()
    engine.run(QueryRequest(f"SELECT COUNT(v) FROM (SELECT {expression} AS v FROM d.t)"))
    return (time.perf_counter() - began_s) * 1e6 / ROWS
