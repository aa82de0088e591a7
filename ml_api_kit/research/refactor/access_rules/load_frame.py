"""`client.load_table_from_dataframe(df, table).result()`: a frame loaded into a table."""

from __future__ import annotations

import ast

from ml_api_kit.research.refactor.access.arguments import constant, named_arguments
from ml_api_kit.research.refactor.access.clients import BIGQUERY, accessor_for
from ml_api_kit.research.refactor.access.code import Code
from ml_api_kit.research.refactor.access.edits import Rewrite, removed, replaced
from ml_api_kit.research.refactor.access.query_chain import is_wait
from ml_api_kit.research.refactor.access.values import value_type
from ml_api_kit.research.refactor.scope import LeftAloneError

LEAVES_ALONE = (
    "jobs that are used for more than to wait for them, schemas, and tables that are no text."
)
_DISPOSITIONS = {"WRITE_TRUNCATE": ["replace=True"], "WRITE_APPEND": [], "": []}


def rewrite(node: ast.AST, code: Code) -> Rewrite | None:
    """The changes for a frame that a job loads."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    accessor = accessor_for(code, node.func.value, BIGQUERY)
    if node.func.attr != "load_table_from_dataframe" or accessor is None:
        return None
    placed = ("dataframe", "destination")
    given = named_arguments(node, placed, known={*placed, "job_config"})
    frame, table = given["dataframe"], given["destination"]
    if value_type(code, table) is not str:
        raise LeftAloneError(f"`{code.text(table)}` is not known to be the name of a table")
    parts = [code.text(table), code.text(frame), *_options(code, given.get("job_config"))]
    call = f"{accessor}.load_frame({', '.join(parts)})"
    statement, waits = _job(code, node)
    edits = [replaced(code, statement, call), *(removed(code, wait) for wait in waits)]
    return Rewrite(tuple(edits), (BIGQUERY.needed,))


def _job(code: Code, call: ast.Call) -> tuple[ast.stmt, list[ast.stmt]]:
    """The statement that starts the job, and those that wait for it."""
    statement = code.statement_of(call)
    match statement:
        case ast.Expr(value=value) if value is call or _is_chained(value, call):
            return statement, []
        case ast.Assign(targets=[ast.Name()], value=value) if value is call:
            definition = next(one for one in code.flow.definitions if one.statement is statement)
            waits = [code.statement_of(use) for use in definition.uses]
            pairs = zip(waits, definition.uses, strict=True)
            if all(is_wait(wait, use) for wait, use in pairs):
                return statement, waits
    raise LeftAloneError("the job is used for more than to wait for it")


def _is_chained(node: ast.expr, call: ast.Call) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(value=value, attr="result"), args=[], keywords=[]):
            return value is call
    return False


def _options(code: Code, config: ast.expr | None) -> list[str]:
    if config is None:
        return []
    made = code.value(config)
    if not isinstance(made, ast.Call) or not (code.called(made) or "").endswith("LoadJobConfig"):
        raise LeftAloneError(f"what `{code.text(config)}` holds cannot be told")
    given = named_arguments(made, (), known={"write_disposition"})
    way = given.get("write_disposition", ast.Constant(""))
    name = str(constant(way)) if isinstance(way, ast.Constant) else code.text(way)
    found = _DISPOSITIONS.get(name.rpartition(".")[2])
    if found is None or _is_changed(code, config):
        raise LeftAloneError(
            "the job's configuration is changed, or has what no accessor call does"
        )
    return found


def _is_changed(code: Code, config: ast.expr) -> bool:
    definition = code.definition(config)
    return definition is not None and any(
        isinstance(code.parents[use], ast.Attribute) for use in definition.uses
    )
