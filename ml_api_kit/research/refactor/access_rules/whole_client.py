"""`client = bigquery.Client()`, `storage.Client()` that accessors alone use: the accessor."""

from __future__ import annotations

import ast

from ml_api_kit.research.refactor.access.clients import (
    BIGQUERY,
    STORAGE,
    Service,
    is_client_call,
    plain_arguments,
)
from ml_api_kit.research.refactor.access.code import Code
from ml_api_kit.research.refactor.access.edits import Edit, Rewrite, replaced
from ml_api_kit.research.refactor.access.flow import Definition

LEAVES_ALONE = (
    "clients that are used otherwise too, and those with credentials or options: they go into the "
    "accessor."
)

STAGE = 1


def rewrite(node: ast.AST, code: Code) -> Rewrite | None:
    """The changes for a client that is needed no more."""
    match node:
        case ast.Assign(targets=[ast.Name()], value=value):
            pass
        case _:
            return None
    for service in (BIGQUERY, STORAGE):
        if not is_client_call(code, value, service):
            continue
        arguments = plain_arguments(code, value, service)
        collapsed = None if arguments is None else _collapsed(code, node, service, arguments)
        return collapsed or _beside(code, node, service)
    return None


def _collapsed(
    code: Code, statement: ast.Assign, service: Service, arguments: str
) -> Rewrite | None:
    definition = _definition(code, statement)
    calls = [_accessor_call(code, definition, use, service) for use in definition.uses]
    if not calls or not all(calls):
        return None
    edits = [replaced(code, statement.value, f"{service.accessor}({arguments})")]
    edits += [replaced(code, call, definition.name) for call in calls if call is not None]
    return Rewrite(tuple(edits), (service.needed,))


def _beside(code: Code, statement: ast.Assign, service: Service) -> Rewrite | None:
    """An accessor beside a client that stays, where it would be made again and again."""
    definition = _definition(code, statement)
    calls = [_accessor_call(code, definition, use, service) for use in definition.uses]
    made = [call for call in calls if call is not None]
    name = service.variable
    if len(made) < 2 or name in code.names:
        return None
    end = code.span(statement)[1]
    line = f"\n{' ' * statement.col_offset}{name} = {service.accessor}(client={definition.name})"
    edits = [Edit(end, end, line), *(replaced(code, call, name) for call in made)]
    return Rewrite(tuple(edits), (service.needed,))


def _definition(code: Code, statement: ast.Assign) -> Definition:
    return next(one for one in code.flow.definitions if one.statement is statement)


def _accessor_call(
    code: Code, definition: Definition, use: ast.Name, service: Service
) -> ast.AST | None:
    """The call `Accessor(client=use)` around a use."""
    if code.flow.reaching(use) != {definition}:
        return None
    keyword = code.parents[use]
    call = code.parents.get(keyword)
    is_client = isinstance(keyword, ast.keyword) and keyword.arg == "client"
    return call if is_client and code.called(call) == service.accessor_name else None
