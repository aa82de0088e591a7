"""Schemas looked over by every rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ml_api_kit.errors import SchemaError
from ml_api_kit.schemas.lint.document import SchemaDocument
from ml_api_kit.schemas.lint.finding import Fault, Finding, LintRule
from ml_api_kit.schemas.lint.positions import Positions, find_positions
from ml_api_kit.schemas.lint.registry import find_lint_rules
from ml_api_kit.schemas.pointer import to_pointer

_SHOWN_FAULTS = 20


def lint_schema(
    schema: Any,
    *,
    name: str | None = None,
    others: Mapping[str, Any] | None = None,
    text: str | None = None,
) -> tuple[Finding, ...]:
    """Everything in `schema` that cannot mean what it says, from the top down.

    `others` are the schemas that it may refer to, by name, and `name` is its own among them.
    With `text`, the file it was read from, every finding has a line and a column.

    >>> [finding.id for finding in lint_schema({"type": "string", "maximum": 3})]
    ['S004']
    >>> lint_schema({"type": "integer", "maximum": 3})
    ()
    """
    positions = find_positions(text) if text is not None else None
    document = SchemaDocument(
        schema, name, others or {}, positions.repeated if positions is not None else ()
    )
    order = {node.path: index for index, node in enumerate(document.nodes)}
    found = [(rule, fault) for rule in find_lint_rules() for fault in rule.find(document)]
    found.sort(key=lambda each: (_rank(each[1], order), each[0].id))
    return tuple(_finding(rule, fault, positions) for rule, fault in found)


def refuse_faults(
    schema: Any,
    *,
    label: str,
    name: str | None = None,
    others: Mapping[str, Any] | None = None,
    text: str | None = None,
) -> None:
    """Nothing, where no rule of the level `error` finds anything in `schema`.

    Raises SchemaError: with every fault, its place and its mend; `label` is what the schema is
    called in it.

    >>> refuse_faults({"type": "integer"}, label="count.json")
    """
    found = lint_schema(schema, name=name, others=others, text=text)
    lines = [f"  {_place(one)}: {one.what}. {one.mend}" for one in found if one.level == "error"]
    if not lines:
        return
    more = [f"  … and {len(lines) - _SHOWN_FAULTS} more"] if len(lines) > _SHOWN_FAULTS else []
    raise SchemaError(
        f"{label} cannot mean what it says; `mlapi schema lint` explains:\n"
        + "\n".join([*lines[:_SHOWN_FAULTS], *more])
    )


def _place(finding: Finding) -> str:
    line = f", line {finding.line}" if finding.line else ""
    return f"{finding.id} at {finding.pointer or 'the top'}{line}"


def _rank(fault: Fault, order: Mapping[tuple[str | int, ...], int]) -> int:
    path = fault.path
    while path not in order and path:
        path = path[:-1]
    return order.get(path, 0)


def _finding(rule: LintRule, fault: Fault, positions: Positions | None) -> Finding:
    line, column = positions.line_and_column(fault.path) if positions else (None, None)
    return Finding(
        id=rule.id,
        name=rule.name,
        level=rule.level,
        pointer=to_pointer(fault.path),
        line=line,
        column=column,
        what=fault.what,
        why=rule.why,
        mend=fault.mend or rule.mend,
    )
