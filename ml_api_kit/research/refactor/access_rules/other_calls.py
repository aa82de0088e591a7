"""`client.get_table(...)` and what else may be a client's: named, so that nothing is overlooked."""

from __future__ import annotations

import ast

from ml_api_kit.research.refactor.access.clients import BIGQUERY, STORAGE, accessor_for
from ml_api_kit.research.refactor.access.code import Code
from ml_api_kit.research.refactor.access.objects import object_behind
from ml_api_kit.research.refactor.access.query_chain import query_behind
from ml_api_kit.research.refactor.scope import LeftAloneError

LEAVES_ALONE = "every one of them: the client stays beside the accessor."
STAGE = 1
_METHODS = {
    "to_dataframe",
    "download_as_bytes",
    "download_as_string",
    "download_as_text",
    "download_to_filename",
    "upload_from_string",
    "upload_from_filename",
    "list_blobs",
    "load_table_from_dataframe",
}


def rewrite(node: ast.AST, code: Code) -> None:
    """Nothing; what is left of a client's calls is told."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    for service in (BIGQUERY, STORAGE):
        if accessor_for(code, node.func.value, service) is not None:
            raise LeftAloneError(
                f"no rule knows what becomes of `{node.func.attr}` here; the client stays for it"
            )
    if _may_be_client(code, node.func) and _imports_google(code):
        raise LeftAloneError(
            f"`{code.text(node.func.value)}` is not known to be of a client; make the client in "
            "sight of the call, or annotate the argument with its class"
        )
    return None


def _may_be_client(code: Code, method: ast.Attribute) -> bool:
    """Whether a method is one that Google's clients have, and hardly anything else has."""
    if method.attr == "query":
        around = code.parents.get(code.parents[method])
        return isinstance(around, ast.Attribute) and around.attr in ("result", "to_dataframe")
    if method.attr not in _METHODS:
        return False
    try:
        return (
            query_behind(code, method.value) is None and object_behind(code, method.value) is None
        )
    except LeftAloneError:
        return False


def _imports_google(code: Code) -> bool:
    return any(
        module.startswith("google.cloud")
        for node in ast.walk(code.tree)
        for module in _modules(node)
    )


def _modules(node: ast.AST) -> list[str]:
    match node:
        case ast.Import(names=names):
            return [one.name for one in names]
        case ast.ImportFrom(module=str() as module):
            return [module]
    return []
