"""`client = bigquery.Client()`, `storage.Client()` that accessors alone use: the accessor."""

from __future__ import annotations

import ast

from ml_api_kit.research.refactor.access.clients import BIGQUERY, STORAGE, Service, plain_arguments
from ml_api_kit.research.refactor.access.code import Code
from ml_api_kit.research.refactor.access.edits import Rewrite, replaced
from ml_api_kit.research.refactor.access.flow import Definition

LEAVES_ALONE = (
    "clients that are used otherwise too, and those with credentials or options: they go into the "
    "accessor."
)


def rewrite(node: ast.AST, code: Code) -> Rewrite | None:
    """The changes for a client that is needed no more."""
    if not isinstance(node, ast.Assign):
        return None
    for service in (BIGQUERY, STORAGE):
        arguments = plain_arguments(code, node.value, service)
        if arguments is not None:
            return _collapsed(code, node, service, arguments)
    return None


def _collapsed(
    code: Code, statement: ast.Assign, service: Service, arguments: str
) -> Rewrite | None:
    definitions = [one for one in code.flow.definitions if one.statement is statement]
    if len(definitions) != 1 or not definitions[0].uses:
        return None
    calls = [_accessor_call(code, definitions[0], use, service) for use in definitions[0].uses]
    edits = [replaced(code, statement.value, f"{service.accessor}({arguments})")]
    for call in calls:
        if call is None:
            return None
        edits.append(replaced(code, call, definitions[0].name))
    return Rewrite(tuple(edits), (service.needed,))


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
