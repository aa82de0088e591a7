"""The table in the docs of what the local BigQuery answers: `python -m <this module>` writes it."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

from ml_api_kit.gcp_accessor.local.bigquery import Engine
from tests.gcp_accessor.local.bigquery.sql.groups import (
    REFUSED,
    RIGHT,
    group_names,
    outcome,
    read_group,
)

TABLE_FILE = Path(__file__).parents[5] / "docs" / "local-sql.md"
_START, _END = "<!-- table -->\n", "<!-- end of table -->\n"


def count_outcomes(engine: Engine) -> dict[str, Counter[str]]:
    """How many queries of each group have which outcome."""
    return {
        group: Counter(outcome(engine, item)[0] for item in read_group(group))
        for group in group_names()
    }


def table_text(counts: dict[str, Counter[str]]) -> str:
    """The table in Markdown, with a row for each group and one for all."""
    lines = ["| group | queries | right | refused |", "| --- | ---: | ---: | ---: |"]
    lines += [_row(group.replace("_", " ").capitalize(), count) for group, count in counts.items()]
    total: Counter[str] = sum(counts.values(), Counter())
    lines.append(_row("**All**", total))
    return "\n".join(lines) + "\n"


def _row(name: str, count: Counter[str]) -> str:
    return f"| {name} | {sum(count.values())} | {count[RIGHT]} | {count[REFUSED]} |"


def write_table() -> None:
    """Put the table of a run into the page."""
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(Path(folder), project="local")
        table = table_text(count_outcomes(engine))
        engine.close()
    text = TABLE_FILE.read_text(encoding="utf-8")
    before, _, rest = text.partition(_START)
    after = rest.partition(_END)[2]
    TABLE_FILE.write_text(f"{before}{_START}{table}{_END}{after}", encoding="utf-8")


if __name__ == "__main__":
    write_table()
