"""Expressions made of their parts."""

from __future__ import annotations

import ast
from typing import Any


def attribute(value: ast.expr, name: str) -> ast.Attribute:
    """`value.name`."""
    return ast.Attribute(value, name, ast.Load())


def item(value: ast.expr, key: ast.expr) -> ast.Subscript:
    """`value[key]`."""
    return ast.Subscript(value, key, ast.Load())


def call(function: ast.expr, *arguments: ast.expr, **options: ast.expr) -> ast.Call:
    """`function(*arguments, **options)`."""
    return ast.Call(function, list(arguments), [ast.keyword(k, v) for k, v in options.items()])


def parsed(text: str) -> ast.expr:
    """The expression that a text is."""
    return ast.parse(text, mode="eval").body


def literal(value: Any) -> ast.expr:
    """A constant, list, tuple or dictionary, written out."""
    return parsed(repr(value))
