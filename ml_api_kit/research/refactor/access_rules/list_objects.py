"""`for blob in client.list_blobs(bucket, prefix=...)`, `bucket.list_blobs()`: paths of objects."""

from __future__ import annotations

import ast

from ml_api_kit.research.refactor.access.arguments import named_arguments
from ml_api_kit.research.refactor.access.clients import STORAGE, accessor_for
from ml_api_kit.research.refactor.access.code import Code
from ml_api_kit.research.refactor.access.edits import Rewrite, removed, replaced
from ml_api_kit.research.refactor.access.loops import Loop, loop_of
from ml_api_kit.research.refactor.access.objects import Stored, bucket_behind
from ml_api_kit.research.refactor.access.values import value_type
from ml_api_kit.research.refactor.scope import LeftAloneError

LEAVES_ALONE = "lists whose objects are used for more than their names."


def rewrite(node: ast.AST, code: Code) -> Rewrite | None:
    """The changes for a loop over the objects of a bucket."""
    loop = loop_of(node)
    return None if loop is None else _rewritten(code, loop)


def _rewritten(code: Code, loop: Loop) -> Rewrite | None:
    made = code.value(loop.elements)
    match made:
        case ast.Call(func=ast.Attribute(value=owner, attr="list_blobs")):
            found = _listed(code, made, owner)
        case _:
            return None
    if found is None or not isinstance(loop.target, ast.Name):
        return None
    uses = loop.uses(code)
    for use in uses:
        match code.parents[use]:
            case ast.Attribute(attr="name", ctx=ast.Load()):
                pass
            case _:
                raise LeftAloneError(
                    f"`{use.id}` is used in line {use.lineno} for more than its name"
                )
    stored, prefix = found
    name = "path" if "path" not in code.names else f"{loop.target.id}_path"
    call = _call(stored, prefix)
    edits = [replaced(code, loop.target, name), replaced(code, loop.elements, call)]
    edits += [replaced(code, code.parents[use], name) for use in uses]
    edits += [removed(code, statement) for statement in (*stored.idle, *_idle(code, loop.elements))]
    return Rewrite(tuple(edits), (STORAGE.needed,))


def _call(stored: Stored, prefix: str | None) -> str:
    return stored.call("list_paths", *([] if prefix is None else [prefix]))


def _listed(code: Code, call: ast.Call, owner: ast.expr) -> tuple[Stored, str | None] | None:
    accessor = accessor_for(code, owner, STORAGE)
    placed = ("bucket_or_name",) if accessor is not None else ()
    stored = None if accessor is not None else bucket_behind(code, owner)
    if accessor is None and stored is None:
        return None
    given = named_arguments(call, placed, known={*placed, "prefix"})
    if stored is None:
        bucket = given["bucket_or_name"]
        stored = bucket_behind(code, bucket)
        if stored is None and value_type(code, bucket) is str and accessor is not None:
            stored = Stored(accessor, code.text(bucket))
        if stored is None:
            raise LeftAloneError(f"`{code.text(bucket)}` is not known to be the name of a bucket")
    return stored, code.text(given["prefix"]) if "prefix" in given else None


def _idle(code: Code, objects: ast.expr) -> list[ast.stmt]:
    """The statement that made the list, where the loop alone uses it."""
    definition = code.definition(objects)
    if definition is None:
        return []
    if definition.uses != [objects] or not isinstance(definition.statement, ast.Assign):
        raise LeftAloneError(f"`{definition.name}` is used elsewhere too")
    if code.between(definition.statement, code.statement_of(objects)) is None:
        raise LeftAloneError(f"`{definition.name}` is made in another block")
    return [definition.statement]
