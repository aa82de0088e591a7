"""What is to be predicted is among what it is predicted from."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ml_api_kit.research.understand.evidence import Evidence, Place

WHY = "The model copies the answer, looks perfect, and fails where the answer is not known."
ADVICE = 'Take the column out of the features: `X = df.drop(columns="target")`.'

_SAME = ("copy", "astype", "reset_index", "to_numpy")


def find(evidence: Evidence) -> Iterator[Place]:
    """Each fit or split whose features surely hold the target's column."""
    asked = [
        (call.place, call.node, call.node.args[0], call.node.args[1])
        for call in evidence.calls
        if (call.last == "train_test_split" or call.last == "fit") and len(call.node.args) >= 2
    ]
    for place, node, features, target in asked:
        column = _column(evidence, place, target)
        if column is None:
            continue
        table, name, defined = column
        if _holds(evidence, place, features, table, name, defined):
            yield evidence.at(
                place, node, f"`{ast.unparse(features)[:40]}` holds `{name}`, the target"
            )


def _column(evidence: Evidence, place: int, node: ast.expr) -> tuple[str, str, int] | None:
    """The table and the column that an expression is, and where it was taken."""
    if isinstance(node, ast.Name):
        defined = evidence.last_definition(node.id, place)
        return None if defined is None else _column(evidence, *defined)
    if isinstance(node, ast.Attribute) and node.attr == "values":
        return _column(evidence, place, node.value)
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        key = node.slice
        if isinstance(key, ast.List) and len(key.elts) == 1:
            key = key.elts[0]
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            return node.value.id, key.value, place
    return None


def _holds(
    evidence: Evidence, place: int, node: ast.expr, table: str, column: str, taken: int
) -> bool:
    """Whether an expression surely is the table with that column, or columns with it among them."""
    if isinstance(node, ast.Name):
        if node.id == table:
            return not _is_changed(evidence, table, column, taken, place)
        defined = evidence.last_definition(node.id, place)
        if defined is None or _loses(evidence, node.id, column, defined[0] + 1, place):
            return False
        return _holds(evidence, defined[0], defined[1], table, column, taken)
    if isinstance(node, ast.Attribute) and node.attr == "values":
        return _holds(evidence, place, node.value, table, column, taken)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        owner, method = node.func.value, node.func.attr
        if method in _SAME:
            return _holds(evidence, place, owner, table, column, taken)
        return (
            method == "drop"
            and _drops_others(node, column)
            and _holds(evidence, place, owner, table, column, taken)
        )
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        named = _texts(node.slice) if isinstance(node.slice, ast.List) else None
        return node.value.id == table and named is not None and column in named
    return False


def _is_changed(evidence: Evidence, table: str, column: str, one: int, other: int) -> bool:
    """Whether the table may be another, or without the column, between two places."""
    first, last = sorted((one, other))
    is_new = any(table in evidence.names[place].defines for place in range(first + 1, last))
    return is_new or _loses(evidence, table, column, 0, last)


def _loses(evidence: Evidence, table: str, column: str, first: int, last: int) -> bool:
    """Whether a statement between two places takes a column out of a table in place."""
    for place in range(first, last):
        names = evidence.names[place]
        text = evidence.code.statements[place].text
        if table in names.changes and any(word in text for word in ("drop", "pop", "del ")):
            return True
    return False


def _drops_others(call: ast.Call, column: str) -> bool:
    """Whether a `drop` names its columns, and not this one."""
    keywords = {one.arg: one.value for one in call.keywords}
    is_columns = (
        "columns" in keywords
        or (
            isinstance(keywords.get("axis"), ast.Constant)
            and ast.literal_eval(keywords["axis"]) in (1, "columns")
        )
        or (
            len(call.args) > 1
            and isinstance(call.args[1], ast.Constant)
            and call.args[1].value == 1
        )
    )
    given = (
        keywords.get("columns") or keywords.get("labels") or (call.args[0] if call.args else None)
    )
    named = None if given is None else _texts(given)
    return is_columns and named is not None and column not in named


def _texts(node: ast.expr) -> list[str] | None:
    """The texts that an expression lists; None where one is not written out."""
    parts = node.elts if isinstance(node, ast.List | ast.Tuple) else [node]
    if all(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in parts):
        return [one.value for one in parts]  # type: ignore[attr-defined]
    return None
