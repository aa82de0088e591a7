"""Tables that were learned: a value for each value of a column."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from ml_api_kit.research.modularize.syntax import attribute, call
from ml_api_kit.research.record.tape import Value

if TYPE_CHECKING:
    from ml_api_kit.research.modularize.path.expressions import Expressions


def mapped(
    of: Expressions, given: ast.expr, table: dict[Any, Any], wanted: str, value: Value | None
) -> ast.expr:
    """`given.map(table)`, with the table frozen under the name `wanted`."""
    name = of.fixed.freeze(table, wanted, value)
    return call(attribute(given, "map"), name)


def to_plain_scalar(value: Any) -> Any:
    """A scalar of numpy as one of Python; anything else as it is."""
    return value.item() if hasattr(value, "item") else value


def label_codes(classes: list[Any]) -> dict[Any, int]:
    """The code of each label; a missing text is None, as it is in a request.

    >>> label_codes(["a", "b", float("nan")])
    {'a': 0, 'b': 1, None: 2}
    """
    has_texts = any(isinstance(one, str) for one in classes)
    return {
        None if has_texts and one != one else to_plain_scalar(one): code
        for code, one in enumerate(classes)
    }
