"""One type for several values: what BigQuery makes of the branches of an IF or the arms of a UNION.

A constant bends to the types beside it: 1.5 becomes NUMERIC, 'text' a date, NULL anything.
Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/conversion_rules#supertypes
"""

from __future__ import annotations

from dataclasses import dataclass

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.kinds import Kind, kind_of
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import (
    Refusal,
    SqlError,
    scalar,
)

_NUMBERS = ("INT64", "NUMERIC", "BIGNUMERIC", "FLOAT64")
_CIVIL = ("DATE", "TIME", "DATETIME", "TIMESTAMP")


@dataclass(frozen=True, slots=True)
class Typed:
    """A type, and whether what has it is a constant that bends to the others."""

    kind: Kind
    is_constant: bool = False


def supertype(types: list[Typed]) -> Kind | None:
    """The type of all of these, or None when BigQuery has none; NULL where all are."""
    known = [item for item in types if item.kind.name != "NULL"]
    if not known:
        return Kind("NULL")
    first = known[0].kind
    if first.name in ("ARRAY", "STRUCT"):
        return _nested(known, first)
    names = {item.kind.name for item in known}
    if len(names) == 1:
        return first
    fixed = {item.kind.name for item in known if not item.is_constant}
    if names <= set(_NUMBERS):
        return Kind(_number(names, fixed))
    if names - {"STRING"} <= set(_CIVIL) and "STRING" not in fixed and len(fixed) == 1:
        return Kind(fixed.pop())
    if names == {"BYTES", "STRING"} and fixed == {"BYTES"}:
        return Kind("BYTES")
    return Kind("DATETIME") if fixed == names == {"DATE", "DATETIME"} else None


def _number(names: set[str], fixed: set[str]) -> str:
    widest = max(fixed, key=_NUMBERS.index) if fixed else ""
    if widest in ("NUMERIC", "BIGNUMERIC"):
        return widest
    return max(names, key=_NUMBERS.index)


def _nested(types: list[Typed], first: Kind) -> Kind | None:
    size = len(first.fields)
    if any(item.kind.name != first.name or len(item.kind.fields) != size for item in types):
        return None
    fields = []
    for position, (name, _) in enumerate(first.fields):
        kind = supertype([Typed(t.kind.fields[position][1], t.is_constant) for t in types])
        if kind is None:
            return None
        fields.append((name, kind))
    found = Kind(first.name, tuple(fields))
    fixed = [item.kind for item in types if not item.is_constant]
    if first.name == "ARRAY" and not all(_is_same(kind, found) for kind in fixed):
        # Only an array that is written there bends, element by element.
        return None
    return found


def _is_same(kind: Kind, other: Kind) -> bool:
    """Whether the types are the same but for the names of fields; NULL is one with any."""
    if "NULL" in (kind.name, other.name):
        return True
    if kind.name != other.name or len(kind.fields) != len(other.fields):
        return False
    pairs = zip(kind.fields, other.fields, strict=True)
    return all(_is_same(one, another) for (_, one), (_, another) in pairs)


def have_same_names(kinds: list[Kind]) -> bool:
    """Whether structs, at every level, have fields of the same names: DuckDB would join others."""
    known = [kind for kind in kinds if kind.name in ("ARRAY", "STRUCT")]
    if not known:
        return True
    if len({tuple(name.lower() for name, _ in kind.fields) for kind in known}) > 1:
        return False
    places = range(len(known[0].fields))
    return all(have_same_names([kind.fields[place][1] for kind in known]) for place in places)


def _refuse_other_names(kinds: list[Kind]) -> None:
    if not have_same_names(kinds):
        spelled = ", ".join(kind.spelled() for kind in kinds)
        raise Refusal(f"structs whose fields have other names beside each other: {spelled}")


@scalar("py_check_names", "BOOLEAN")
def check_names(one: str, other: str) -> bool:
    """Whether DuckDB puts together values of these types by place, as BigQuery does.

    Raises Refusal: when it would match the fields of structs by their names.
    """
    _refuse_other_names([kind_of(one), kind_of(other)])
    return True


@scalar("py_check_element", "BOOLEAN")
def check_element(given: str, array: str, is_constant: bool) -> bool:
    """Whether BigQuery looks for a value of the type among the elements of an array.

    Raises SqlError: when it does not coerce the value to their type; Refusal, when DuckDB would
        match the fields of structs by their names.
    """
    kind, among = kind_of(given, has_geography=True), kind_of(array, has_geography=True)
    if among.name != "ARRAY" or "NULL" in (kind.name, among.element.name):
        return True
    found = supertype([Typed(kind, is_constant), Typed(among.element)])
    if found is None or not _is_same(found, among.element):
        raise SqlError(
            "No matching signature for operator IN UNNEST for argument types: "
            f"{kind.spelled()}, {among.spelled()}"
        )
    _refuse_other_names([kind, among.element])
    return True


@scalar("py_check_alike", "BOOLEAN", takes_nulls=True)
def check_alike(types: list[str], constants: list[bool], message: str) -> bool:
    """Whether BigQuery makes one type of values of these types, of which some are constants.

    Raises SqlError: the message with the types, when it makes none; Refusal, when DuckDB would not
        make the same.
    """
    kinds = [kind_of(spelled) for spelled in types]
    typed = [Typed(kind, flag) for kind, flag in zip(kinds, constants, strict=True)]
    spelled = ", ".join(kind.spelled() for kind in kinds)
    if supertype(typed) is None:
        raise SqlError(message.replace("%t", spelled))
    _refuse_other_names(kinds)
    return True
