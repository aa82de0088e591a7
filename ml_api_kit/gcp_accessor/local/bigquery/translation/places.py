"""Where a part of a statement is written, as BigQuery says it in its errors."""

from __future__ import annotations

from sqlglot import exp


def place_of(node: exp.Expr) -> str:
    """` at [1:8]`, the line and the column where the node begins; nothing where that is unknown."""
    line, end = node.meta.get("line"), node.meta.get("col")
    if line is None or end is None:
        return ""
    return f" at [{line}:{end - (node.meta['end'] - node.meta['start'])}]"
