"""Puts the table of the cases into the documentation: `python -m <this module>`."""

from pathlib import Path

from tests.gcp_accessor.local.bigquery.conformance.registry import cases, table

PAGE = Path(__file__).parents[5] / "docs" / "data-access.md"
_START, _END = "<!-- bigquery -->\n", "<!-- end of bigquery -->\n"


def write_table() -> None:
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(_START)
    after = rest.partition(_END)[2]
    PAGE.write_text(f"{before}{_START}{table(cases())}\n{_END}{after}", encoding="utf-8")


if __name__ == "__main__":
    write_table()
