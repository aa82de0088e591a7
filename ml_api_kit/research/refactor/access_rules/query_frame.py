"""`client.query(sql).to_dataframe()`, in one statement or several: a frame of a query's rows."""

from __future__ import annotations

import ast

from ml_api_kit.research.refactor.access.clients import BIGQUERY
from ml_api_kit.research.refactor.access.code import Code
from ml_api_kit.research.refactor.access.edits import Rewrite, removed, replaced
from ml_api_kit.research.refactor.access.query_chain import query_behind
from ml_api_kit.research.refactor.scope import LeftAloneError

LEAVES_ALONE = (
    "options that change the types or the rows, jobs that are used for more than their rows, and "
    "queries that another statement could change the answer of before their rows are used."
)
# These say how the rows come, and not what they are.
_HOW = {"create_bqstorage_client", "bqstorage_client", "progress_bar_type"}


def rewrite(node: ast.AST, code: Code) -> Rewrite | None:
    """The changes for a frame that is made of a query's rows."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    if node.func.attr != "to_dataframe":
        return None
    query = query_behind(code, node.func.value)
    if query is None:
        return None
    options = {str(one.arg) for one in node.keywords} - _HOW
    if node.args or options:
        raise LeftAloneError(
            f"to_dataframe has {', '.join(sorted(options)) or 'arguments'}, which change the frame"
        )
    edits = [replaced(code, node, query.call("query_frame"))]
    edits += [removed(code, statement) for statement in query.idle]
    return Rewrite(tuple(edits), (BIGQUERY.needed,))
