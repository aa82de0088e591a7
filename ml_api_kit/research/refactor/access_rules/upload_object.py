"""`blob.upload_from_string(text)`, `blob.upload_from_filename(file)`: an object written."""

from __future__ import annotations

import ast

from ml_api_kit.research.refactor.access.arguments import named_arguments
from ml_api_kit.research.refactor.access.clients import STORAGE
from ml_api_kit.research.refactor.access.code import Code
from ml_api_kit.research.refactor.access.edits import Rewrite, removed, replaced
from ml_api_kit.research.refactor.access.objects import Stored, object_behind
from ml_api_kit.research.refactor.access.values import value_type
from ml_api_kit.research.refactor.scope import LeftAloneError

LEAVES_ALONE = (
    "what is not known to be text or bytes, and objects whose metadata is set before they are "
    "written."
)
_TEXTS = {"dumps", "to_csv", "to_json", "to_string", "to_html", "getvalue", "read_text"}
_BYTES = {"encode", "read_bytes", "tobytes"}


def rewrite(node: ast.AST, code: Code) -> Rewrite | None:
    """The changes for an object that is written."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    if node.func.attr not in ("upload_from_string", "upload_from_filename"):
        return None
    stored = object_behind(code, node.func.value)
    if stored is None:
        return None
    made = _of_text if node.func.attr == "upload_from_string" else _of_file
    edits = [replaced(code, node, made(code, node, stored))]
    edits += [removed(code, statement) for statement in stored.idle]
    return Rewrite(tuple(edits), (STORAGE.needed,))


def _of_text(code: Code, call: ast.Call, stored: Stored) -> str:
    placed = ("data", "content_type")
    given = named_arguments(call, placed, known=placed)
    kind = code.text(given["content_type"]) if "content_type" in given else '"text/plain"'
    data = given["data"]
    text = code.text(data)
    if _is_text(code, data):
        is_short = isinstance(data, ast.Name | ast.Call | ast.Attribute | ast.Constant)
        text = f"{text}.encode()" if is_short else f"({text}).encode()"
    elif not _is_bytes(code, data):
        raise LeftAloneError(f"`{text}` is not known to be text or bytes; write .encode() for text")
    return stored.call("upload_bytes", text, f"content_type={kind}")


def _of_file(code: Code, call: ast.Call, stored: Stored) -> str:
    placed = ("filename", "content_type")
    given = named_arguments(call, placed, known=placed)
    kind = given.get("content_type")
    more = [] if kind is None else [f"content_type={code.text(kind)}"]
    return stored.call("upload_file", code.text(given["filename"]), *more)


def _is_text(code: Code, node: ast.expr) -> bool:
    if value_type(code, node) is str:
        return True
    made = code.value(node)
    if code.called(made) in ("json.dumps", "yaml.dump"):
        return True
    match made:
        case ast.Call(func=ast.Attribute(attr=name), args=[]) if name in _TEXTS - {"dumps"}:
            return name != "getvalue"
    return False


def _is_bytes(code: Code, node: ast.expr) -> bool:
    made = code.value(node)
    if code.called(made) in ("pickle.dumps", "cloudpickle.dumps"):
        return True
    match made:
        case ast.Constant(value=bytes()):
            return True
        case ast.Call(func=ast.Attribute(attr=name)) if name in _BYTES:
            return True
    return False
