"""`UNION ALL BY NAME` and its like: the columns of each arm in the order of their names.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#set_operators
"""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.kinds import Kind
from ml_api_kit.gcp_accessor.local.bigquery.translation.set_arms import Arm, select_from


def matched_by_name(node: exp.SetOperation, arms: list[Arm]) -> list[Arm]:
    """The two arms with the same columns in one order.

    Raises BigQueryError: when a column is missing in one, and the operation does not allow it.
    """
    left, right = arms
    lower = [[name.lower() for name in arm.names] for arm in arms]
    wanted = _wanted_names(node, arms, lower)
    return [_selected(arm, wanted) for arm in (left, right)]


def _wanted_names(node: exp.SetOperation, arms: list[Arm], lower: list[list[str]]) -> list[str]:
    left, right = arms
    listed = node.args.get("on")
    if listed:
        _check_listed(node, listed, lower)
        return [column.name for column in listed]
    side, kind = node.args.get("side"), node.args.get("kind")
    if side == "LEFT":
        return list(left.names)
    if side == "FULL" or kind == "OUTER":
        return [*left.names, *(n for n in right.names if n.lower() not in lower[0])]
    if kind == "INNER":
        return [name for name in left.names if name.lower() in lower[1]]
    if sorted(lower[0]) != sorted(lower[1]):
        given = " and ".join(
            f"query {position} has [{', '.join(arm.names)}]"
            for position, arm in enumerate(arms, start=1)
        )
        raise invalid_query(
            "BY NAME requires all input queries to have identical column names, but " + given
        )
    return list(left.names)


def _check_listed(node: exp.Expr, listed: list[exp.Expr], lower: list[list[str]]) -> None:
    names = {column.name.lower() for column in listed}
    if node.args.get("side") or node.args.get("kind"):
        return
    for position, columns in enumerate(lower, start=1):
        if set(columns) != names:
            raise invalid_query(
                f"Query {position} must share the same set of column names as the ON list when "
                "using BY NAME ON"
            )


def _selected(arm: Arm, wanted: list[str]) -> Arm:
    """The arm with these columns only, NULL where it has none of the name."""
    places = {name.lower(): position for position, name in enumerate(arm.names)}
    found = [places.get(name.lower()) for name in wanted]
    kinds = tuple(Kind("NULL") if place is None else arm.kinds[place] for place in found)
    if found == list(range(len(arm.names))):
        return arm
    items = [
        exp.alias_(
            exp.null() if place is None else exp.column(f"column_{place}"), name, quoted=True
        )
        for place, name in zip(found, wanted, strict=True)
    ]
    query = select_from(arm, items)
    return Arm(query, tuple(wanted), kinds)
