"""Rewrites from BigQuery's tree to one that DuckDB answers as BigQuery does, one file each.

A file names the nodes it takes in `NODES` and has `rewrite(node)`, which gives the node to put in
the place. Files are found by walking this folder: there is no list to edit. Nodes are rewritten
from the leaves up, so a rewrite finds its arguments in DuckDB's terms already.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from functools import cache
from importlib import import_module

from sqlglot import exp

Rewrite = Callable[[exp.Expr], exp.Expr]


@cache
def load_rewrites() -> dict[type[exp.Expr], Rewrite]:
    """Each node type that has a rewrite, with its function.

    Raises ValueError: when two files take the same node.
    """
    found: dict[type[exp.Expr], Rewrite] = {}
    for module_info in pkgutil.iter_modules(__path__):
        module = import_module(f"{__name__}.{module_info.name}")
        for kind in module.NODES:
            if kind in found:
                raise ValueError(f"two rewrites take {kind.__name__}: see {module.__name__}")
            found[kind] = module.rewrite
    return found


def apply_rewrites(tree: exp.Expr) -> exp.Expr:
    """The tree with every rewrite applied, leaves first."""
    rewrites = load_rewrites()
    for node in reversed(list(tree.walk(bfs=False))):
        rewrite = rewrites.get(type(node))
        if rewrite is None or node.meta.get("is_duckdb"):
            continue
        replacement = _rewrite_in_place(node, rewrite)
        if node is tree:
            tree = replacement
    return tree


def _rewrite_in_place(node: exp.Expr, rewrite: Rewrite) -> exp.Expr:
    parent, key, index = node.parent, node.arg_key, node.index
    replacement = rewrite(node)
    if replacement is not node and parent is not None and key is not None:
        _put(parent, key, index, replacement)
    return replacement


def _put(parent: exp.Expr, key: str, index: int | None, value: exp.Expr) -> None:
    """Put a node in its place; of a long list that takes as long as of a short one."""
    siblings = parent.args[key]
    if index is None or parent._hash is not None:
        parent.set(key, value, index=index)
        return
    # The parser's own way numbers the whole list anew, once for each of its members.
    siblings[index] = value
    value.parent, value.arg_key, value.index = parent, key, index
