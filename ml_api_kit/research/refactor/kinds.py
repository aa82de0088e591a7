"""What the functions of a module are given and give, by their annotations."""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from ml_api_kit.research.refactor.scope import Kind, code_of

_KINDS = {
    "pd.DataFrame": Kind.FRAME,
    "pd.Series": Kind.COLUMN,
    "list[Any]": Kind.COLUMN,
    "np.ndarray": Kind.ARRAY,
}


def works_on_table(function: cst.FunctionDef) -> bool:
    """Whether a function's first parameter is a table of pandas or an array."""
    return function.name.value != "to_frame" and parameter_kind(function) is not Kind.OTHER


def parameter_kind(function: cst.FunctionDef) -> Kind:
    """What a function's first parameter is."""
    parameters = function.params.params
    if not parameters or parameters[0].annotation is None:
        return Kind.OTHER
    return _KINDS.get(code_of(parameters[0].annotation.annotation), Kind.OTHER)


def return_kind(function: cst.FunctionDef) -> Kind:
    """What a function returns."""
    if function.returns is None:
        return Kind.OTHER
    return _KINDS.get(code_of(function.returns.annotation), Kind.OTHER)


def constant_tables(module: cst.Module) -> frozenset[str]:
    """The names that a module gives to dictionaries."""
    table = m.Assign(targets=[m.AssignTarget(m.Name())], value=m.Dict())
    found = m.findall(module, m.SimpleStatementLine([table]))
    return frozenset(code_of(line.body[0].targets[0].target) for line in found)  # type: ignore[attr-defined]
