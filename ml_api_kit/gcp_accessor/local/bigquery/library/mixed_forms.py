"""Forms of macros for BIGNUMERIC beside other numbers, which no file needs to write out.

DuckDB makes no BIGNUMERIC of another number. So a macro gets a form for each mixture of numbers
that it has none for, out of that for

1. FLOAT64, where one is FLOAT64, or there is no other
2. BIGNUMERIC, where one is BIGNUMERIC, with `py_numeric_to_bignumeric(x)` for the others
3. NUMERIC, where one is NUMERIC

Where there is none to make it of, BigQuery has no such signature.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import TYPE_CHECKING

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.kinds import BIGNUMERIC

if TYPE_CHECKING:
    from ml_api_kit.gcp_accessor.local.bigquery.library.macro_files import MacroForm

_WHOLE, _FLOAT, _EXACT, _BIG = _NUMBERS = ("BIGINT", "DOUBLE", "DECIMAL(38,9)", BIGNUMERIC)
# A form for each mixture of more numbers than these would be too many.
_MOST_NUMBERS = 2


def mixed_forms(name: str, forms: tuple[MacroForm, ...]) -> Iterator[MacroForm]:
    """The forms that the macro lacks."""
    present = {form.types for form in forms}
    for group in _groups(forms):
        places = _number_places(group)
        if not 0 < len(places) <= _MOST_NUMBERS:
            continue
        for kinds in product(_NUMBERS, repeat=len(places)):
            types = _with(group[0].types, places, kinds)
            if types not in present and set(kinds) != {_WHOLE}:
                yield _mixed(name, group, places, types)


def _groups(forms: tuple[MacroForm, ...]) -> list[list[MacroForm]]:
    """The typed forms that differ in the types of numbers alone."""
    groups: dict[tuple[str, ...], list[MacroForm]] = {}
    for form in forms:
        if form.types:
            key = tuple("number" if kind in _NUMBERS else kind for kind in form.types)
            groups.setdefault(key, []).append(form)
    return list(groups.values())


def _number_places(group: list[MacroForm]) -> list[int]:
    """The places that take more than one type of number."""
    return [
        place
        for place in range(len(group[0].types))
        if len({form.types[place] for form in group} & set(_NUMBERS)) > 1
    ]


def _with(types: tuple[str, ...], places: list[int], kinds: tuple[str, ...]) -> tuple[str, ...]:
    chosen = dict(zip(places, kinds, strict=True))
    return tuple(chosen.get(place, kind) for place, kind in enumerate(types))


def _mixed(
    name: str, group: list[MacroForm], places: list[int], types: tuple[str, ...]
) -> MacroForm:
    kinds = {types[place] for place in places}
    widest = next(kind for kind in (_FLOAT, _BIG, _EXACT) if kind in kinds)
    for wanted in (widest, _FLOAT):
        if (base := _of_all(group, places, wanted)) is not None:
            return base.over(types, _CONVERSIONS[wanted])
    message = f"No matching signature for function {name.removeprefix('bq_').upper()}"
    return group[0].over(types, lambda _, parameter: parameter, body=f"py_error('{message}')")


def _of_all(group: list[MacroForm], places: list[int], kind: str) -> MacroForm | None:
    found = (form for form in group if all(form.types[place] == kind for place in places))
    return next(found, None)


def _to_big(kind: str, parameter: str) -> str:
    return f"py_numeric_to_bignumeric({parameter})" if kind in _NUMBERS else parameter


def _to_exact(kind: str, parameter: str) -> str:
    return f"CAST({parameter} AS {_EXACT})" if kind in _NUMBERS else parameter


def _to_float(kind: str, parameter: str) -> str:
    if kind == _BIG:
        return f"py_big_to_float({parameter})"
    return f"CAST({parameter} AS DOUBLE)" if kind in _NUMBERS else parameter


Convert = Callable[[str, str], str]
"""The SQL that makes of a parameter, whose type and name are given, what a body takes."""

_CONVERSIONS: dict[str, Convert] = {_FLOAT: _to_float, _BIG: _to_big, _EXACT: _to_exact}
