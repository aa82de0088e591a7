"""Names in code resolved through its imports: `s.SVC` is `sklearn.svm.SVC`."""

from __future__ import annotations

import ast
from collections.abc import Iterable

# What names stand for by custom, where the import is in code that is not seen.
CUSTOMARY = {
    "pd": "pandas",
    "np": "numpy",
    "plt": "matplotlib.pyplot",
    "mpl": "matplotlib",
    "sns": "seaborn",
    "px": "plotly.express",
    "go": "plotly.graph_objects",
    "sm": "statsmodels.api",
    "smf": "statsmodels.formula.api",
    "tf": "tensorflow",
    "xgb": "xgboost",
    "lgb": "lightgbm",
}


def import_aliases(trees: Iterable[ast.AST]) -> dict[str, str]:
    """For each name that an import binds, what it stands for."""
    found: dict[str, str] = {}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for one in node.names:
                    found[one.asname or one.name.partition(".")[0]] = (
                        one.name if one.asname else one.name.partition(".")[0]
                    )
            elif isinstance(node, ast.ImportFrom):
                for one in node.names:
                    found[one.asname or one.name] = f"{node.module or ''}.{one.name}".lstrip(".")
    return found


def full_name(node: ast.AST, aliases: dict[str, str]) -> str:
    """The dotted name of an expression, its first part resolved; what is no name is left out."""
    parts: list[str] = []
    while True:
        if isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Subscript):
            node = node.value
        else:
            break
    if isinstance(node, ast.Name):
        parts.append(aliases.get(node.id, node.id))
    return ".".join(reversed(parts))


def called(tree: ast.AST, aliases: dict[str, str]) -> list[str]:
    """The full names of all functions that are called, outermost first."""
    return [full_name(node.func, aliases) for node in ast.walk(tree) if isinstance(node, ast.Call)]


def operands(node: ast.BinOp) -> list[ast.expr]:
    """What the operators of an expression join; a sum of a thousand terms is not a thousand deep.

    >>> [ast.unparse(one) for one in operands(ast.parse("a + b * c - d").body[0].value)]
    ['d', 'b * c', 'a']
    """
    found: list[ast.expr] = []
    left: ast.expr = node
    while isinstance(left, ast.BinOp):
        found.append(left.right)
        left = left.left
    return [*found, left]
