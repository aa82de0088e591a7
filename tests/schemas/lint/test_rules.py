"""Each rule finds its own example, and nothing in the same one mended."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ml_api_kit.schemas.lint import LintRule, find_lint_rules, lint_schema

RULES = find_lint_rules()


def lint(schema: Any) -> list[str]:
    """The ids of what is found; a text stands for a file."""
    text = schema if isinstance(schema, str) else json.dumps(schema, indent=2)
    return [finding.id for finding in lint_schema(json.loads(text), text=text)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.id}-{rule.name}")
def test_rule_finds_its_example_and_not_the_mended_one(rule: LintRule) -> None:
    assert rule.id not in lint(rule.right)
    assert lint(rule.right) == []
    assert rule.id in lint(rule.wrong)


def test_ids_are_in_a_row_and_names_are_sentences() -> None:
    assert [rule.id for rule in RULES] == [f"S{number:03}" for number in range(1, len(RULES) + 1)]
    for rule in RULES:
        assert rule.level in ("error", "warning")
        for text in (rule.summary, rule.why, rule.mend):
            assert text.endswith(".")
