"""`blob.download_as_bytes()`, `_as_string`, `_as_text`, `_to_filename`, `exists`, `delete`."""

from __future__ import annotations

import ast

from ml_api_kit.research.refactor.access.arguments import named_arguments
from ml_api_kit.research.refactor.access.clients import STORAGE
from ml_api_kit.research.refactor.access.code import Code
from ml_api_kit.research.refactor.access.edits import Rewrite, removed, replaced
from ml_api_kit.research.refactor.access.objects import object_behind

LEAVES_ALONE = (
    "parts of an object, conditions, and objects that are used for their metadata: they stay the "
    "client's."
)
# The client's method, the accessor's, its arguments, and what it needs beside them.
_METHODS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "download_as_bytes": ("download_bytes", (), ("is_unpacked=True",)),
    "download_as_string": ("download_bytes", (), ("is_unpacked=True",)),
    "download_as_text": ("download_text", ("encoding",), ()),
    "download_to_filename": ("download_file", ("filename",), ()),
    "exists": ("exists", (), ()),
    "delete": ("delete", (), ()),
}


def rewrite(node: ast.AST, code: Code) -> Rewrite | None:
    """The changes for an object that is read."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    if node.func.attr not in _METHODS:
        return None
    stored = object_behind(code, node.func.value)
    if stored is None:
        return None
    method, names, more = _METHODS[node.func.attr]
    placed = names if node.func.attr == "download_to_filename" else ()
    given = named_arguments(node, placed, known=names)
    extra = [
        code.text(value) if name == "filename" else f"{name}={code.text(value)}"
        for name, value in given.items()
    ]
    edits = [replaced(code, node, stored.call(method, *extra, *more))]
    edits += [removed(code, statement) for statement in stored.idle]
    return Rewrite(tuple(edits), (STORAGE.needed,))
