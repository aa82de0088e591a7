"""Writes `docs/schema-rules.md` from the rules: `python -m tests.docs.schema_rules`."""

from __future__ import annotations

import json
from typing import Any

from ml_api_kit.schemas.lint import LintRule, find_lint_rules
from tests.docs.pages import DOCS

PAGE = DOCS / "schema-rules.md"

INTRODUCTION = """\
# Schema rules

A schema that cannot mean what it says checks less than it seems to, or refuses all. The rules on
this page find such schemas. `mlapi schema lint FILE...` tells every finding with its line, and
exits with 1 where there is one; a folder stands for its `*.json` files, `--json` prints the
findings as JSON, and `--errors-only` leaves warnings out. A file that is no schema is told after
the findings of the others, and the exit status is 2.

With an **error** an application does not start: neither the schemas of its folder nor those written
in the code may have one. A **warning** is only told by the command.
"""


def page() -> str:
    """The text of the page."""
    rules = find_lint_rules()
    table = ["| id | level | what it finds |", "| --- | --- | --- |"]
    table += [f"| [{one.id}](#{one.id.lower()}) | {one.level} | {one.summary} |" for one in rules]
    return "\n".join([INTRODUCTION, *table, "", *map(section, rules)])


def section(rule: LintRule) -> str:
    return (
        f"## {rule.id}\n\n**{rule.name}**, {rule.level}: {rule.summary}\n\n{rule.why}\n\n"
        f"```json\n{as_json(rule.wrong)}\n```\n\n{rule.mend}\n\n"
        f"```json\n{as_json(rule.right)}\n```\n"
    )


def as_json(example: Any) -> str:
    """The example on as few lines as fit; a text stands for a file, and is shown as it is."""
    if isinstance(example, str):
        return example
    short = json.dumps(example, ensure_ascii=False)
    return short if len(short) <= 90 else json.dumps(example, ensure_ascii=False, indent=2)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
