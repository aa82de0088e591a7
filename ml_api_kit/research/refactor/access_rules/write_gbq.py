"""`df.to_gbq(table)`, `pandas_gbq.to_gbq(df, table)`: a frame loaded into a table."""

from __future__ import annotations

import ast

from ml_api_kit.research.refactor.access.arguments import constant, named_arguments
from ml_api_kit.research.refactor.access.clients import BIGQUERY
from ml_api_kit.research.refactor.access.code import Code
from ml_api_kit.research.refactor.access.edits import Rewrite, replaced
from ml_api_kit.research.refactor.scope import LeftAloneError

LEAVES_ALONE = 'if_exists="fail", which no accessor call does; credentials, schemas and partitions.'
_FUNCTIONS = {"pandas_gbq.to_gbq", "pandas_gbq.gbq.to_gbq"}
_HOW = {"progress_bar", "chunksize", "reauth", "auth_local_webserver", "verbose"}


def rewrite(node: ast.AST, code: Code) -> Rewrite | None:
    """The changes for a frame that is written to BigQuery."""
    if not isinstance(node, ast.Call):
        return None
    placed = ["destination_table", "project_id"]
    known = {"dataframe", "if_exists", *placed, *_HOW}
    if code.called(node) in _FUNCTIONS:
        given = named_arguments(node, ["dataframe", *placed], known=known)
        frame = given.get("dataframe")
    elif isinstance(node.func, ast.Attribute) and node.func.attr == "to_gbq":
        given = named_arguments(node, placed, known=known)
        frame = node.func.value
    else:
        return None
    way = constant(given.get("if_exists", ast.Constant("fail")))
    if way not in ("append", "replace"):
        raise LeftAloneError(
            'an existing table is an error here; write if_exists="append" or "replace"'
        )
    if frame is None or "destination_table" not in given:
        raise LeftAloneError("it names no table")
    project = code.text(given["project_id"]) if "project_id" in given else ""
    parts = [code.text(given["destination_table"]), code.text(frame)]
    parts += ["replace=True"] if way == "replace" else []
    text = f"{BIGQUERY.accessor}({project}).load_frame({', '.join(parts)})"
    return Rewrite((replaced(code, node, text),), (BIGQUERY.needed,))
