"""Answers for new queries: `python -m <this module> GROUP …` asks Google's evaluator for them.

A query that has an answer keeps it, and one that is gone from `GROUP.sql` loses it. What the
evaluator cannot do is printed and left out: it is written by hand, from the documentation.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from ml_api_kit.gcp_accessor.googlesql import Evaluator, GoogleSqlError
from tests.gcp_accessor.local.bigquery.sql.groups import FOLDER, Recorded, read_group


def record_group(evaluator: Evaluator, group: str) -> list[str]:
    """Write the answers of a group; gives what the evaluator said of queries it cannot answer."""
    known = {item.query: item for item in read_group(group)}
    unanswered, lines = [], []
    for query in (FOLDER / f"{group}.sql").read_text(encoding="utf-8").splitlines():
        try:
            found = known.get(query) or answered(evaluator, query)
        except GoogleSqlError as error:
            unanswered.append(f"{query}\n    {error.code}: {error.message}")
            continue
        kept = {name: value for name, value in asdict(found).items() if value is not None}
        lines.append(json.dumps(kept, ensure_ascii=False))
    text = "[\n" + ",\n".join(lines) + "\n]\n"
    (FOLDER / "answers" / f"{group}.json").write_text(text, encoding="utf-8")
    return unanswered


def answered(evaluator: Evaluator, query: str) -> Recorded:
    """The query with what the evaluator answers: types and rows, or the first line of its error.

    Raises GoogleSqlError: when the evaluator lacks what the query needs.
    """
    recorded = Recorded(query, "evaluator")
    try:
        answer = evaluator.evaluate(recorded.sql)
    except GoogleSqlError as error:
        if error.code not in ("INVALID_ARGUMENT", "OUT_OF_RANGE"):
            raise
        return Recorded(query, "evaluator", error=error.message.splitlines()[0])
    return Recorded(query, "evaluator", types=list(answer.types), rows=answer.rows)


if __name__ == "__main__":
    google = Evaluator()
    for name in sys.argv[1:]:
        for each in record_group(google, name):
            print(each, file=sys.stderr)
