"""A value is stored into a part of a table that may be a copy."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ml_api_kit.research.understand.dataflow import is_in_place, walk_now
from ml_api_kit.research.understand.evidence import Evidence, Place
from ml_api_kit.research.understand.tables import (
    is_table_expression,
    tables_before,
)

WHY = "pandas stores it into a copy, always from version 3 on: the table may stay as it was."
ADVICE = 'Store with one step, `df.loc[rows, "column"] = value`, or `.copy()` what you took out.'

Parts = dict[str, tuple[str, int]]


def find(evidence: Evidence) -> Iterator[Place]:
    """Stores in two steps, `inplace=True` on a column, and stores into rows taken out."""
    parts: Parts = {}
    for place, tables in enumerate(tables_before(evidence)):
        for node in walk_now(evidence.trees[place]):
            target = _stored_in_two_steps(node, tables, evidence)
            if target is not None:
                yield evidence.at(place, node, f"`{ast.unparse(target)[:80]}` stores into a copy")
        yield from _stored_into_part(evidence, place, parts)
        for name in evidence.names[place].defines:
            parts.pop(name, None)
        parts |= _taken_out(evidence, place, tables)


def _stored_in_two_steps(
    node: ast.AST, tables: frozenset[str], evidence: Evidence
) -> ast.expr | None:
    """The target of `df[rows]["x"] = …`, `df["x"][rows] = …`, `df["x"].fillna(…, inplace=True)`."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
        inner = node.value
        if isinstance(inner, ast.Attribute) and inner.attr in ("loc", "iloc", "at", "iat"):
            inner = inner.value
        return node if _is_part(inner, tables, evidence) else None
    if isinstance(node, ast.Call) and is_in_place(node) and isinstance(node.func, ast.Attribute):
        return node if _is_part(node.func.value, tables, evidence) else None
    return None


def _is_part(node: ast.expr, tables: frozenset[str], evidence: Evidence) -> bool:
    """Whether an expression takes a column or some rows out of a table."""
    if isinstance(node, ast.Attribute):
        is_accessor = node.attr in ("loc", "iloc", "at", "iat", "values", "columns", "index", "T")
        return not is_accessor and is_table_expression(node.value, tables, evidence)
    if not isinstance(node, ast.Subscript):
        return False
    table = node.value
    if isinstance(table, ast.Attribute) and table.attr in ("loc", "iloc"):
        table = table.value
    return is_table_expression(table, tables, evidence)


def _taken_out(evidence: Evidence, place: int, tables: frozenset[str]) -> Parts:
    """The variable that holds rows taken out of a table that is read again afterwards."""
    node = evidence.trees[place].body[0]
    if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
        return {}
    value, name = node.value, node.targets[0].id
    if not isinstance(value, ast.Subscript) or not _is_part(value, tables, evidence):
        return {}
    table = value.value.value if isinstance(value.value, ast.Attribute) else value.value
    is_rows = not isinstance(value.slice, ast.List | ast.Constant)
    if not isinstance(table, ast.Name) or table.id == name or not is_rows:
        return {}
    return {name: (table.id, place)}


def _stored_into_part(evidence: Evidence, place: int, parts: Parts) -> Iterator[Place]:
    for node in walk_now(evidence.trees[place]):
        if not isinstance(node, ast.Subscript) or not isinstance(node.ctx, ast.Store):
            continue
        inner = node.value.value if isinstance(node.value, ast.Attribute) else node.value
        if isinstance(inner, ast.Name) and inner.id in parts:
            table, taken = parts[inner.id]
            is_read = any(
                table in names.reads and table not in names.defines
                for names in evidence.names[place + 1 :]
            )
            if is_read:
                cell = evidence.code.statements[taken].cell
                what = f"`{inner.id}` is a part of `{table}` (cell {cell}), which does not change"
                yield evidence.at(place, node, what)
                del parts[inner.id]
