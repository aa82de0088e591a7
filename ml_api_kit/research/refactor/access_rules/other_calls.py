"""`client.get_table(...)` and other calls of a client: named, so that nothing is overlooked."""

from __future__ import annotations

import ast

from ml_api_kit.research.refactor.access.clients import BIGQUERY, STORAGE, accessor_for
from ml_api_kit.research.refactor.access.code import Code
from ml_api_kit.research.refactor.scope import LeftAloneError

LEAVES_ALONE = "every one of them: the client stays beside the accessor."
STAGE = 1


def rewrite(node: ast.AST, code: Code) -> None:
    """Nothing; what is left of a client's calls is told."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    for service in (BIGQUERY, STORAGE):
        if accessor_for(code, node.func.value, service) is not None:
            raise LeftAloneError(
                f"no rule knows what becomes of `{node.func.attr}` here; the client stays for it"
            )
    return None
