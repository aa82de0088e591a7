"""`QueryJobConfig(query_parameters=[...])` as the parameters of an accessor's call."""

from __future__ import annotations

import ast

from ml_api_kit.research.refactor.access.code import Code
from ml_api_kit.research.refactor.access.values import value_type
from ml_api_kit.research.refactor.scope import LeftAloneError

_CONFIG = "QueryJobConfig"
_TYPES = {"INT64": int, "INTEGER": int, "FLOAT64": float, "FLOAT": float, "STRING": str}


def query_params(code: Code, node: ast.expr) -> str | None:
    """The parameters that a job's configuration holds, as code; None where it holds nothing.

    Parameters whose Python value has the type that they name become a mapping; the others stay the
    client's objects, which the accessor takes as they are.

    Raises LeftAloneError: when it holds anything else, or is not made in one expression.
    """
    made = code.value(node)
    name = code.called(made)
    if not isinstance(made, ast.Call) or not (name or "").startswith("google.cloud.bigquery"):
        if isinstance(made, ast.Constant) and made.value is None:
            return None
        raise LeftAloneError(f"what `{code.text(node)}` holds cannot be told")
    _check_alone(code, node)
    others = [str(one.arg) for one in made.keywords if one.arg != "query_parameters"]
    if made.args or others:
        raise LeftAloneError(
            f"the job's configuration has {', '.join(others) or 'arguments'}, which the accessor "
            "does not take"
        )
    if not made.keywords:
        return None
    return _params(code, made.keywords[0].value)


def _check_alone(code: Code, node: ast.expr) -> None:
    """A configuration in a variable may be changed where it is used again."""
    definition = code.definition(node)
    if definition is None:
        return
    for use in definition.uses:
        parent = code.parents[use]
        if isinstance(parent, ast.Attribute | ast.Subscript):
            raise LeftAloneError(
                f"`{definition.name}` is changed after it was made (line {use.lineno}); give "
                "query_parameters where it is made"
            )


def _params(code: Code, node: ast.expr) -> str:
    listed = code.value(node)
    if not isinstance(listed, ast.List) or not listed.elts:
        return code.text(node)
    pairs = [_pair(code, one) for one in listed.elts]
    if all(pair is not None for pair in pairs):
        return "{" + ", ".join(pair for pair in pairs if pair) + "}"
    return code.text(node)


def _pair(code: Code, node: ast.expr) -> str | None:
    """`"name": value` of a parameter whose value has surely its type."""
    if not isinstance(node, ast.Call) or len(node.args) != 3 or node.keywords:
        return None
    kind = (code.called(node) or "").rpartition(".")[2]
    name, type_name, value = node.args
    if not isinstance(type_name, ast.Constant) or not isinstance(name, ast.Constant):
        return None
    expected = _TYPES.get(str(type_name.value))
    if expected is None or not isinstance(name.value, str):
        return None
    found = value_type(code, value)
    if kind == "ScalarQueryParameter" and found is expected:
        return f"{code.text(name)}: {code.text(value)}"
    return None
