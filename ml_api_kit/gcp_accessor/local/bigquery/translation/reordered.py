"""Values that BigQuery orders otherwise than DuckDB, and the names under which they may be read.

NaN comes before all numbers in BigQuery, and a RANGE without a start before all others with one.
What the statement itself makes is known by its words, what is stored by the types of the columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.fields import Field

# What can make a NaN or a RANGE in a statement.
_MAKES = re.compile(r"nan|inf|ieee_divide|corr|float64|range", re.IGNORECASE)
_FLOATS = (exp.DataType.Type.DOUBLE, exp.DataType.Type.FLOAT)
_RANGE = exp.DataType.Type.RANGE
_STORED = ("FLOAT", "FLOAT64", "RANGE")


@dataclass(frozen=True, slots=True)
class Reordered:
    """Where a statement may have such values.

    `columns` are the lower-case names of stored columns and fields of these types; `aliases` those
    that the statement gives itself, None where a column may have the type of another one.
    """

    makes_some: bool
    columns: frozenset[str]
    aliases: frozenset[str] | None

    @property
    def is_possible(self) -> bool:
        """Whether there may be any."""
        return self.makes_some or bool(self.columns)

    def may_hold(self, key: exp.Expr) -> bool:
        """Whether a column may hold such a value; every other expression may."""
        if self.makes_some or self.aliases is None or not isinstance(key, exp.Column):
            return self.is_possible
        return any(part.name.lower() in self.columns | self.aliases for part in key.parts)


def reordered_values(tree: exp.Expr, fields: Iterable[Field]) -> Reordered:
    """Where the statement, which reads tables with these fields, may have such values."""
    columns = frozenset(_stored_names(fields))
    is_mixed = tree.find(exp.SetOperation) is not None
    return Reordered(_makes_some(tree), columns, None if is_mixed else frozenset(_aliases(tree)))


def _stored_names(fields: Iterable[Field]) -> Iterator[str]:
    for field in fields:
        inner = list(_stored_names(field.get("fields") or ()))
        yield from inner
        if inner or field["type"] in _STORED:
            yield field["name"].lower()


def _makes_some(tree: exp.Expr) -> bool:
    words = (
        str(node.this)
        for node in tree.find_all(exp.Literal, exp.RawString, exp.Anonymous)
        if isinstance(node.this, str)
    )
    if any(_MAKES.search(word) for word in words):
        return True
    casts = list(tree.find_all(exp.Cast))
    if any(_has_type(node.to, (_RANGE,)) for node in casts):
        return True
    # A text may spell a NaN.
    given = (node for node in casts if not isinstance(node.this, exp.Literal))
    return any(_has_type(node.to, _FLOATS) for node in given)


def _has_type(to: exp.DataType, types: tuple[object, ...]) -> bool:
    """Whether it is one of the types, or has one within."""
    return any(kind.this in types for kind in to.find_all(exp.DataType))


def _aliases(tree: exp.Expr) -> Iterator[str]:
    for node in tree.find_all(exp.Alias, exp.TableAlias, exp.ColumnDef, exp.PropertyEQ):
        if isinstance(node, exp.TableAlias):
            yield from (column.name.lower() for column in node.columns)
        yield node.alias_or_name.lower()
