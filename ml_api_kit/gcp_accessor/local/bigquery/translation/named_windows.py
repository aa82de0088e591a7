"""`WINDOW a AS (PARTITION BY x), b AS (a ORDER BY y), c AS b`: windows that are made of others."""

from __future__ import annotations

from sqlglot import exp


def spell_out_windows(tree: exp.Expr) -> None:
    """Give each window of a WINDOW clause the parts of the one before it that it names."""
    for select in tree.find_all(exp.Select):
        if select.args.get("windows"):
            _spell_out(select)


def _spell_out(select: exp.Select) -> None:
    known: dict[str, exp.Expr] = {}
    for window in select.args["windows"]:
        named = window.args.get("alias")
        base = known.get(named.name.lower()) if named is not None else None
        if base is not None:
            window.set("alias", None)
            for key in ("partition_by", "order", "spec"):
                if not window.args.get(key):
                    window.set(key, _copied(base.args.get(key)))
        known[window.this.name.lower()] = window


def _copied(part: object) -> object:
    if isinstance(part, list):
        return [item.copy() for item in part]
    return part.copy() if isinstance(part, exp.Expr) else part
