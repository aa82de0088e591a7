"""`SELECT *` over `JOIN … USING (k)`, where the columns of USING come first; `SELECT t.s.*`."""

from __future__ import annotations

from sqlglot import exp


def order_star_columns(tree: exp.Expr) -> None:
    """Name the columns of USING before each bare star of a SELECT over such joins."""
    for select in tree.find_all(exp.Select):
        used = _used(select)
        if not used:
            continue
        for item in list(select.expressions):
            if isinstance(item, exp.Star):
                _put_first(item, used)


def _used(select: exp.Select) -> list[str]:
    names: list[str] = []
    for join in reversed(select.args.get("joins") or []):
        names += [column.name for column in join.args.get("using") or []]
    return list({name.lower(): name for name in reversed(names)}.values())[::-1]


def _put_first(star: exp.Star, used: list[str]) -> None:
    left_out = {column.name.lower() for column in star.args.get("except_") or []}
    replaced = {item.alias.lower(): item for item in star.args.get("replace") or []}
    firsts: list[exp.Expr] = []
    for name in used:
        if name.lower() in replaced:
            firsts.append(replaced[name.lower()].copy())
        elif name.lower() not in left_out:
            firsts.append(exp.column(name))
    rest = exp.Star(
        except_=[
            *(star.args.get("except_") or []),
            *(exp.to_identifier(name) for name in used if name.lower() not in left_out),
        ],
        replace=[item for name, item in replaced.items() if name not in map(str.lower, used)],
    )
    select = star.parent
    assert isinstance(select, exp.Select)
    items = [part for item in select.expressions
             for part in ([*firsts, rest] if item is star else [item])]  # fmt: skip
    select.set("expressions", items)
