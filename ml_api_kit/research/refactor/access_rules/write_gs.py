"""`df.to_csv("gs://bucket/path")`, `to_json`, `to_parquet`: a frame written as an object."""

from __future__ import annotations

import ast

from ml_api_kit.research.refactor.access.clients import STORAGE
from ml_api_kit.research.refactor.access.code import Code
from ml_api_kit.research.refactor.access.edits import Rewrite, replaced
from ml_api_kit.research.refactor.access.objects import object_at
from ml_api_kit.research.refactor.scope import LeftAloneError

LEAVES_ALONE = "packed objects, other encodings than UTF-8, and what is appended."
_TEXTS = {"to_csv", "to_json"}
_REFUSED = {"compression", "encoding", "mode", "storage_options", "errors", "partition_cols"}
_PACKED = (".gz", ".bz2", ".zip", ".xz", ".zst", ".tar")


def rewrite(node: ast.AST, code: Code) -> Rewrite | None:
    """The changes for a frame that is written to Cloud Storage."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
        return None
    kind = node.func.attr
    if kind not in _TEXTS | {"to_parquet"}:
        return None
    found = object_at(code, node.args[0])
    if found is None:
        return None
    refused = sorted({str(one.arg) for one in node.keywords} & _REFUSED)
    bucket, path, ending = found
    if refused or len(node.args) > 1:
        raise LeftAloneError(f"it has {', '.join(refused) or 'more arguments'}")
    if kind in _TEXTS and (not ending or ending.endswith(_PACKED)):
        raise LeftAloneError("its ending does not say that it is not packed")
    options = ", ".join(f"{one.arg}={code.text(one.value)}" for one in node.keywords)
    data = f"{code.text(node.func.value)}.{kind}({options})"
    data += ".encode()" if kind in _TEXTS else ""
    text = f"{STORAGE.accessor}().upload_bytes({bucket}, {path}, {data})"
    return Rewrite((replaced(code, node, text),), (STORAGE.needed,))
