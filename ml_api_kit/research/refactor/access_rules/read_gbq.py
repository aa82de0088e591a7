"""`pd.read_gbq(sql)`, `pandas_gbq.read_gbq(sql)`: a frame of a query's rows, or of a table."""

from __future__ import annotations

import ast

from ml_api_kit.research.refactor.access.arguments import constant, named_arguments
from ml_api_kit.research.refactor.access.clients import BIGQUERY
from ml_api_kit.research.refactor.access.code import Code
from ml_api_kit.research.refactor.access.edits import Rewrite, replaced
from ml_api_kit.research.refactor.access.template import template_of
from ml_api_kit.research.refactor.scope import LeftAloneError

LEAVES_ALONE = (
    "credentials, which are up to the settings of the accessor; legacy SQL; options that change "
    "the rows or their types."
)
_FUNCTIONS = {"pandas.read_gbq", "pandas_gbq.read_gbq", "pandas_gbq.gbq.read_gbq"}
# These say how the rows come, and not what they are.
_HOW = {"use_bqstorage_api", "progress_bar_type", "reauth", "auth_local_webserver", "verbose"}


def rewrite(node: ast.AST, code: Code) -> Rewrite | None:
    """The changes for a frame that is read from BigQuery."""
    if not isinstance(node, ast.Call) or code.called(node) not in _FUNCTIONS:
        return None
    known = {"query_or_table", "query", "project_id", "location", "dialect", *_HOW}
    given = named_arguments(node, ("query_or_table", "project_id"), known=known)
    if constant(given.get("dialect", ast.Constant("standard"))) not in ("standard", None):
        raise LeftAloneError("the query is not known to be standard SQL; the accessor has no other")
    asked = given.get("query_or_table") or given.get("query")
    if asked is None:
        raise LeftAloneError("it has no query")
    made = [code.text(given["project_id"])] if "project_id" in given else []
    made += [f"location={code.text(given['location'])}"] if "location" in given else []
    text = f"{BIGQUERY.accessor}({', '.join(made)}).query_frame({_query(code, asked)})"
    return Rewrite((replaced(code, node, text),), (BIGQUERY.needed,))


def _query(code: Code, asked: ast.expr) -> str:
    """The query as code; a name without blanks is that of a table."""
    template = template_of(code, code.value(asked))
    if template is None:
        raise LeftAloneError(f"`{code.text(asked)}` may be a query or a table; write which")
    if any(character.isspace() for character in template.text.strip()):
        return code.text(asked)
    if template.values:
        raise LeftAloneError(f"`{code.text(asked)}` may be a query or a table; write which")
    return f'"SELECT * FROM `{template.text.strip()}`"'
