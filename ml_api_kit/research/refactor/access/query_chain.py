"""From what is made of a query's rows back to the query: `client.query(sql).result()`."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from ml_api_kit.research.refactor.access.clients import BIGQUERY, accessor_for
from ml_api_kit.research.refactor.access.code import Code
from ml_api_kit.research.refactor.access.flow import Definition
from ml_api_kit.research.refactor.access.job_config import query_params
from ml_api_kit.research.refactor.scope import LeftAloneError

_QUERIES = ("query", "query_and_wait")
# What may stand between a query and the use of its rows: none of it can change a table.
_HARMLESS = {"print", "len", "str", "int", "float", "round", "sorted", "type", "range", "display"}


@dataclass(frozen=True, slots=True)
class Query:
    """A query that a client is asked.

    Attributes:
        accessor: the accessor that takes the client's place, as code.
        arguments: the text of the query, and its parameters, as code.
        idle: the statements that only lead to the rows, and are needed no more.
    """

    accessor: str
    arguments: tuple[str, ...]
    idle: tuple[ast.stmt, ...]

    def call(self, method: str, *more: str) -> str:
        """The accessor's call, as code."""
        return f"{self.accessor}.{method}({', '.join([*self.arguments, *more])})"


def query_behind(code: Code, node: ast.expr) -> Query | None:
    """The query whose rows an expression holds; None where it holds something else.

    Raises LeftAloneError: when it is a query that cannot be moved to where its rows are used, or
        has options that the accessor does not take.
    """
    place = code.statement_of(node)
    return _behind(code, node, place)


def _behind(code: Code, node: ast.expr, place: ast.stmt) -> Query | None:
    if isinstance(node, ast.Name):
        return _behind_name(code, node, place)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    if node.func.attr == "result":
        found = _behind(code, node.func.value, place)
        if found is not None and (node.args or node.keywords):
            raise LeftAloneError(
                f"`{code.text(node)}`: the accessor waits for all rows; take the arguments of "
                "result() away"
            )
        return found
    if node.func.attr in _QUERIES:
        accessor = accessor_for(code, node.func.value, BIGQUERY)
        if accessor is not None:
            return _query(code, node, accessor)
    return None


def _query(code: Code, call: ast.Call, accessor: str) -> Query:
    named = {one.arg: one.value for one in call.keywords}
    placed = list(call.args)
    sql = placed.pop(0) if placed else named.pop("query", None)
    config = placed.pop(0) if placed else named.pop("job_config", None)
    if sql is None or placed or named:
        other = ", ".join(str(name) for name in named) or "more than two arguments"
        raise LeftAloneError(f"the query has {other}, which the accessor does not take")
    if config is None:
        return Query(accessor, (code.text(sql),), ())
    params = query_params(code, config)
    made = code.definition(config)
    idle = (made.statement,) if made is not None and made.uses == [config] else ()
    arguments = (code.text(sql),) if params is None else (code.text(sql), params)
    return Query(accessor, arguments, tuple(one for one in idle if isinstance(one, ast.Assign)))


def _behind_name(code: Code, name: ast.Name, place: ast.stmt) -> Query | None:
    definition = code.definition(name)
    if definition is None or definition.value is None:
        return None
    statement = definition.statement
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return None
    found = _behind(code, definition.value, statement)
    if found is None:
        return None
    waits = _waits(code, definition, name)
    idle = (*found.idle, statement, *waits)
    _check_movable(code, statement, place, idle, name.id)
    return Query(found.accessor, found.arguments, idle)


def _waits(code: Code, definition: Definition, name: ast.Name) -> list[ast.stmt]:
    """The statements that only wait for the job, as `job.result()` by itself."""
    waits = []
    for use in definition.uses:
        if use is name:
            continue
        statement = code.statement_of(use)
        if not is_wait(statement, use):
            raise LeftAloneError(
                f"`{definition.name}` is used in line {use.lineno} too, where the client's own "
                "result is needed"
            )
        waits.append(statement)
    return waits


def is_wait(statement: ast.stmt, use: ast.Name) -> bool:
    """Whether a statement is `job.result()` by itself, of this job."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Call)
        and isinstance(statement.value.func, ast.Attribute)
        and statement.value.func.attr == "result"
        and statement.value.func.value is use
        and not statement.value.args
        and not statement.value.keywords
    )


def _check_movable(
    code: Code, statement: ast.stmt, place: ast.stmt, idle: tuple[ast.stmt, ...], name: str
) -> None:
    between = code.between(statement, place)
    if between is None:
        raise LeftAloneError(
            f"`{name}` is made in another block (line {statement.lineno}); make it where its rows "
            "are used"
        )
    read = {one.id for one in ast.walk(statement) if isinstance(one, ast.Name)} - {name}
    for one in between:
        if one in idle:
            continue
        if not is_harmless(one) or read & _stored(one):
            raise LeftAloneError(
                f"line {one.lineno} stands between the query and the use of its rows, and could "
                "change what it answers; move the query down"
            )


def is_harmless(statement: ast.AST) -> bool:
    """Whether a statement surely changes nothing outside: it calls only what shows or counts."""
    if isinstance(statement, ast.Import | ast.ImportFrom | ast.FunctionDef):
        return True
    if not isinstance(statement, ast.Assign | ast.AnnAssign | ast.Expr | ast.Pass):
        return False
    calls = [one for one in ast.walk(statement) if isinstance(one, ast.Call)]
    return all(isinstance(one.func, ast.Name) and one.func.id in _HARMLESS for one in calls)


def _stored(statement: ast.stmt) -> set[str]:
    return {
        one.id
        for one in ast.walk(statement)
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    }
