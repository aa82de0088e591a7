"""`gcsfs.GCSFileSystem().open("bucket/path")`: an object read as a file."""

from __future__ import annotations

import ast

from ml_api_kit.research.refactor.access.arguments import constant, named_arguments
from ml_api_kit.research.refactor.access.clients import STORAGE
from ml_api_kit.research.refactor.access.code import Code
from ml_api_kit.research.refactor.access.edits import Rewrite, removed, replaced
from ml_api_kit.research.refactor.access.objects import object_at
from ml_api_kit.research.refactor.scope import LeftAloneError

LEAVES_ALONE = "files that are written, tokens, and everything but open."
_SYSTEMS = {"gcsfs.GCSFileSystem", "gcsfs.core.GCSFileSystem"}


def rewrite(node: ast.AST, code: Code) -> Rewrite | None:
    """The changes for an object that is opened."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    system = code.value(node.func.value)
    if code.called(system) not in _SYSTEMS or not isinstance(system, ast.Call):
        return None
    if node.func.attr != "open":
        raise LeftAloneError(f"no accessor call is known for `{node.func.attr}`")
    made = named_arguments(system, ("project",), known={"project"})
    given = named_arguments(node, ("path", "mode"), known={"path", "mode"})
    mode = constant(given.get("mode", ast.Constant("rb")))
    if mode not in ("rb", "r", "rt"):
        raise LeftAloneError("it is not opened to be read alone")
    path = given["path"]
    found = object_at(code, path) or object_at(code, path, scheme="")
    if found is None:
        raise LeftAloneError(f"`{code.text(path)}` is not known to be text")
    project = code.text(made["project"]) if "project" in made else ""
    call = f"{STORAGE.accessor}({project}).download_bytes({found[0]}, {found[1]}, is_unpacked=True)"
    text = f"io.BytesIO({call})"
    if mode != "rb":
        text = f"io.TextIOWrapper({text})"
    edits = [replaced(code, node, text)]
    definition = code.definition(node.func.value)
    if definition is not None and definition.uses == [node.func.value]:
        edits.append(removed(code, definition.statement))
    return Rewrite(tuple(edits), ("io", STORAGE.needed))
