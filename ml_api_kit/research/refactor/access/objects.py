"""Which object of Cloud Storage an expression is: `client.bucket("b").blob("n")`, `gs://b/n`."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass

from ml_api_kit.research.refactor.access.clients import STORAGE, accessor_for
from ml_api_kit.research.refactor.access.code import Code
from ml_api_kit.research.refactor.access.flow import Definition
from ml_api_kit.research.refactor.access.query_chain import is_harmless
from ml_api_kit.research.refactor.access.template import Template, template_of
from ml_api_kit.research.refactor.access.values import value_type
from ml_api_kit.research.refactor.scope import LeftAloneError


@dataclass(frozen=True, slots=True)
class Stored:
    """A bucket, or an object in it.

    Attributes:
        accessor: the accessor that takes the client's place, as code.
        bucket: the bucket's name, as code.
        path: the object's name, as code; empty for a bucket.
        idle: the statements that only lead to it, and are needed no more.
    """

    accessor: str
    bucket: str
    path: str = ""
    idle: tuple[ast.stmt, ...] = ()

    def call(self, method: str, *more: str) -> str:
        """The accessor's call, as code."""
        names = [self.bucket, self.path] if self.path else [self.bucket]
        return f"{self.accessor}.{method}({', '.join([*names, *more])})"


def bucket_behind(code: Code, node: ast.expr) -> Stored | None:
    """The bucket that an expression is; None where it is none.

    Raises LeftAloneError: when its name may differ where it is used.
    """
    match node:
        case ast.Name():
            return _behind_name(code, node, bucket_behind)
        case ast.Call(func=ast.Attribute(value=client, attr="bucket" | "get_bucket")):
            accessor = accessor_for(code, client, STORAGE)
            if accessor is None:
                return None
            return Stored(accessor, _only_argument(code, node))
    return None


def object_behind(code: Code, node: ast.expr) -> Stored | None:
    """The object that an expression is; None where it is none.

    Raises LeftAloneError: when its name may differ where it is used.
    """
    match node:
        case ast.Name():
            return _behind_name(code, node, object_behind)
        case ast.Call(func=ast.Attribute(value=owner, attr="blob" | "get_blob")):
            bucket = bucket_behind(code, owner)
            if bucket is None:
                return None
            path = _only_argument(code, node)
            return Stored(bucket.accessor, bucket.bucket, path, bucket.idle)
    return None


def _only_argument(code: Code, call: ast.Call) -> str:
    values = [*call.args, *(one.value for one in call.keywords if one.arg in ("name", "blob_name"))]
    if len(values) != 1 or len(call.args) + len(call.keywords) != 1:
        raise LeftAloneError(f"`{code.text(call)}` has options, which the accessor does not take")
    return code.text(values[0])


def _behind_name(
    code: Code, name: ast.Name, behind: Callable[[Code, ast.expr], Stored | None]
) -> Stored | None:
    definition = code.definition(name)
    if definition is None or definition.value is None:
        return None
    found = behind(code, definition.value)
    statement = definition.statement
    if found is None or not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return None
    _check_unset(code, definition)
    _check_same(code, definition.value, statement, code.statement_of(name))
    idle = (*found.idle, statement) if definition.uses == [name] else ()
    return Stored(found.accessor, found.bucket, found.path, idle)


def _check_unset(code: Code, definition: Definition) -> None:
    """What is set on the client's object, such as an encoding, the accessor would not know."""
    for use in definition.uses:
        parent = code.parents[use]
        if isinstance(parent, ast.Attribute) and isinstance(parent.ctx, ast.Store):
            raise LeftAloneError(
                f"`{code.text(parent)}` is set in line {use.lineno}, and no accessor would know it"
            )


def _check_same(code: Code, value: ast.expr, statement: ast.stmt, place: ast.stmt) -> None:
    """What names the object must be the same where it is used."""
    between = code.between(statement, place)
    nodes = list(ast.walk(value))
    for one in (node for node in nodes if isinstance(node, ast.Name)):
        count = sum(other.name == one.id for other in code.flow.definitions)
        stored = between is not None and not any(
            isinstance(node, ast.Name) and node.id == one.id and isinstance(node.ctx, ast.Store)
            for other in between
            for node in ast.walk(other)
        )
        if count > 1 and not stored:
            raise LeftAloneError(f"`{one.id}` may have changed where the object is used")
    is_plain = sum(isinstance(node, ast.Call | ast.Subscript) for node in nodes) <= 2
    if not is_plain and not (between is not None and all(map(is_harmless, between))):
        raise LeftAloneError("the object's name may differ where it is used")


def object_at(code: Code, node: ast.expr, *, scheme: str = "gs://") -> tuple[str, str, str] | None:
    """The bucket and the path of a text such as `gs://b/n`, as code, and the path's ending.

    The ending is empty where a value stands there. None where the text is no such address.

    Raises LeftAloneError: when it cannot be told where the bucket ends, or it is a pattern.
    """
    written = code.value(node)
    template = template_of(code, written)
    if template is None or not template.text.startswith(scheme):
        return None
    bucket, slash, path = template.text.removeprefix(scheme).partition("/")
    if not bucket or not slash or not path or "*" in path:
        raise LeftAloneError(f"`{code.text(node)}` names no single object")
    if template.values and written is not node:
        raise LeftAloneError(f"`{code.text(node)}` is made elsewhere, of values that may change")
    if template.marks(bucket) and len(bucket) > 1:
        raise LeftAloneError(f"it cannot be told where the bucket ends in `{code.text(node)}`")
    last = path.rpartition("/")[2]
    ending = "" if template.marks(last[-1:]) else last.lower()
    return _name(code, template, bucket), _name(code, template, path), ending


def _name(code: Code, template: Template, text: str) -> str:
    if len(text) == 1 and template.marks(text):
        holder = template.at(text)
        if value_type(code, holder.value) is str and not holder.is_formatted:
            return holder.code
    literal = template.literal(text, is_multiline=False)
    if literal is None:
        raise LeftAloneError("its name cannot be written in an f-string")
    return literal
