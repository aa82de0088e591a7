"""`IF(c, a, b)` and `CASE`: the values in one type."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.translation.alike import alike_check
from ml_api_kit.gcp_accessor.local.bigquery.translation.branches import (
    in_one_type,
    put_representative,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.comparisons import compared
from ml_api_kit.gcp_accessor.local.bigquery.translation.conditions import as_condition
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import call

NODES = (exp.Case, exp.If)

_IF = "No matching signature for function IF for argument types: BOOL, %t"
_CASE = (
    "No matching signature for operator CASE; all THEN/ELSE arguments must be coercible to a "
    "common type but found: %t"
)


def rewrite(node: exp.Expr) -> exp.Expr:
    """The choice, of which DuckDB finds the type that BigQuery would."""
    is_if = isinstance(node, exp.If)
    if is_if:
        if isinstance(node.parent, exp.Case):
            return node
        places = [(node, "true"), (node, "false")]
    else:
        places = [(branch, "true") for branch in node.args["ifs"]] + [(node, "default")]
    places = [(parent, key) for parent, key in places if parent.args.get(key) is not None]
    values = [parent.args[key] for parent, key in places]
    if isinstance(node, exp.Case) and node.this is not None:
        _search(node, node.this)
    check = alike_check(values, _IF if is_if else _CASE)
    put_representative(node, values)
    for (parent, key), value, changed in zip(places, values, in_one_type(values), strict=True):
        if changed is not value:
            parent.set(key, changed)
    _put_conditions(node, check)
    return node


def _put_conditions(node: exp.Expr, check: exp.Expr | None) -> None:
    """Make sure that the conditions are of type BOOL, and the first of them that of the check."""
    if isinstance(node, exp.Case) and node.this is not None:
        return
    branches = [node] if isinstance(node, exp.If) else node.args["ifs"]
    for branch in branches:
        branch.set("this", as_condition(branch.this.copy()))
    if check is not None:
        branches[0].set("this", exp.and_(check, exp.Paren(this=branches[0].this.copy())))


def _search(node: exp.Case, value: exp.Expr) -> None:
    """Compare the value of the CASE with each as `=` does it."""
    if value.find(exp.Query) is not None:
        # It is computed once. What is NaN equals no value, as what is NULL does.
        node.set("this", call("bq_nan_to_null", value.copy()))
        return
    for branch in node.args["ifs"]:
        is_null = isinstance(value, exp.Null) or isinstance(branch.this, exp.Null)
        same = exp.false() if is_null else compared("eq", value.copy(), branch.this.copy())
        branch.set("this", same)
    node.set("this", None)
