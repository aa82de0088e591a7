"""Structs compared field by field, whatever the names of their fields; ranges in their order."""

from __future__ import annotations

from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.kinds import Kind, kind_of
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import (
    Refusal,
    SqlError,
    scalar,
)

_NUMBERS = ("INT64", "NUMERIC", "FLOAT64")


@scalar("py_struct_eq", "BOOLEAN", takes_nulls=True)
def is_equal(left_type: str, right_type: str, left: Any, right: Any) -> bool | None:
    """`=` of two structs: false where two fields differ, else unknown where one is NULL."""
    return _is_equal(kind_of(left_type), kind_of(right_type), left, right)


def _is_equal(left_kind: Kind, right_kind: Kind, left: Any, right: Any) -> bool | None:
    _check(left_kind, right_kind)
    if left is None or right is None:
        return None
    if left_kind.name != "STRUCT":
        return bool(left == right)
    fields = zip(left_kind.fields, right_kind.fields, left.values(), right.values(), strict=True)
    answers = [_is_equal(a[1], b[1], x, y) for a, b, x, y in fields]
    if False in answers:
        return False
    return None if None in answers else True


@scalar("py_struct_same", "BOOLEAN", takes_nulls=True)
def is_same(left_type: str, right_type: str, left: Any, right: Any) -> bool:
    """`IS NOT DISTINCT FROM` of two structs: NULL is the same as NULL, and NaN as NaN."""
    return _is_same(kind_of(left_type), kind_of(right_type), left, right)


def _is_same(left_kind: Kind, right_kind: Kind, left: Any, right: Any) -> bool:
    if left_kind != right_kind:
        _check(left_kind, right_kind)
    if left is None or right is None:
        return left is right
    if left_kind.name != "STRUCT":
        return bool(left == right) or (left != left and right != right)
    fields = zip(left_kind.fields, right_kind.fields, left.values(), right.values(), strict=True)
    return all(_is_same(a[1], b[1], x, y) for a, b, x, y in fields)


def _check(left: Kind, right: Kind) -> None:
    if left.name == "ARRAY" or right.name == "ARRAY":
        kinds = f"{left.spelled()} and {right.spelled()}"
        raise SqlError(f"Equality is not defined for arguments of type {kinds}")
    names = {left.name, right.name} - {"NULL"}
    if "INTERVAL" in names or any(name.startswith("RANGE") for name in names):
        raise Refusal("a comparison of structs with an INTERVAL or a RANGE")
    if len(names) > 1 and not names <= set(_NUMBERS):
        raise Refusal(
            f"a comparison of structs of different types, {left.spelled()} and {right.spelled()}"
        )
    if left.name == right.name == "STRUCT" and len(left.fields) != len(right.fields):
        raise SqlError(
            "No matching signature for operator = for argument types: "
            f"{left.spelled()}, {right.spelled()}"
        )


@scalar("py_check_field_count", "BOOLEAN")
def check_field_count(kind_name: str, count: int, target: str) -> bool:
    """Whether a value of the type can be cast to a struct of so many fields: true, or it fails."""
    kind = kind_of(kind_name)
    if kind.name != "STRUCT" or len(kind.fields) != count:
        raise SqlError(f"Invalid cast from {kind.spelled()} to {target}")
    return True


@scalar("py_range_lt", "BOOLEAN")
def is_before(left_type: str, right_type: str, left: Any, right: Any) -> bool:
    """`<` of two ranges: by the start, then the end; UNBOUNDED is outside of all."""
    return _range_key(left_type, right_type, left) < _range_key(left_type, right_type, right)


@scalar("py_range_lte", "BOOLEAN")
def is_not_after(left_type: str, right_type: str, left: Any, right: Any) -> bool:
    """`<=` of two ranges."""
    return _range_key(left_type, right_type, left) <= _range_key(left_type, right_type, right)


def _range_key(left_type: str, right_type: str, value: Any) -> tuple[Any, ...]:
    left, right = kind_of(left_type), kind_of(right_type)
    if left == right and left.name == "STRUCT":
        raise SqlError(f"Less than is not defined for arguments of type {left.spelled()}")
    if left != right or not left.name.startswith("RANGE"):
        kinds = f"{left.spelled()}, {right.spelled()}"
        raise SqlError(f"No matching signature for operator < for argument types: {kinds}")
    start, end = value.values()
    start_key = (0, 0) if start is None else (1, start)
    return (*start_key, *((1, 0) if end is None else (0, end)))
