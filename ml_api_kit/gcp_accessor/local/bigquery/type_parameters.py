"""Types with parameters, `STRING(5)`, `BYTES(5)` and `NUMERIC(5, 2)`: which values they take.

DuckDB holds a column of such a type as one without, under a CHECK that no way of writing passes by.
A NUMERIC is rounded to its scale before, as BigQuery does it.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.errors import (
    BigQueryError,
    invalid_query,
    unsupported,
)
from ml_api_kit.gcp_accessor.local.bigquery.names import quote

NAMES = ("maxLength", "precision", "scale")
_LENGTHS = {"STRING": "length", "BYTES": "octet_length"}
_NUMERIC_WHOLE = 29
# The most digits before the point, and behind it.
_DIGITS = {"NUMERIC": (_NUMERIC_WHOLE, 9), "BIGNUMERIC": (38, 38)}
_FAILED = re.compile(r"CHECK constraint failed on table .* with expression CHECK\((.*)\)", re.S)
_LONGER = re.compile(r"(length|octet_length)\((.+?)\) <= (\d+)")
_BIGGER = re.compile(r"(\w+|\"[^\"]+\")\W+@bignumeric\W+>= CAST\('\d+' AS BIGNUM\)")
_WIDER = re.compile(r"TRY_CAST\((.+?) AS DECIMAL\((\d+),\s*(\d+)\)\)")


def parameters_of(spelled: str, type_name: str) -> dict[str, str]:
    """The members of a field whose type has these parameters in SQL, such as `5, 2`."""
    numbers = [part.strip() for part in spelled.split(",")]
    if not all(number.isdecimal() for number in numbers):
        raise invalid_query(f"{type_name} has type parameters that are no whole numbers: {spelled}")
    names = ("maxLength",) if type_name in _LENGTHS else ("precision", "scale")
    if len(numbers) > len(names):
        raise invalid_query(f"{type_name} has too many type parameters: {spelled}")
    return dict(zip(names, numbers, strict=False))


def check_parameters(field: Mapping[str, Any]) -> None:
    """Nothing, when the field of a checked type may have its parameters.

    Raises BigQueryError: when it may not, or they are not supported here.
    """
    given = {name: field[name] for name in NAMES if field.get(name) is not None}
    if not given:
        return
    kind, name = field["type"], field["name"]
    allowed = ("maxLength",) if kind in _LENGTHS else ("precision", "scale")
    if kind not in (*_LENGTHS, "NUMERIC", "BIGNUMERIC") or not set(given) <= set(allowed):
        raise BigQueryError(f"{', '.join(given)} cannot be given for field {name} of type {kind}.")
    if kind == "BIGNUMERIC" and field["mode"] == "REPEATED":
        raise unsupported(f"an array of BIGNUMERIC with parameters in field {name}")
    if kind in _LENGTHS and int(given["maxLength"]) < 1:
        raise BigQueryError(f"maxLength of field {name} must be at least 1.")
    if kind in _DIGITS:
        _check_digits(name, kind, given)


def _check_digits(name: str, kind: str, given: Mapping[str, Any]) -> None:
    if "precision" not in given:
        raise BigQueryError(f"scale of field {name} needs a precision.")
    precision, scale = int(given["precision"]), int(given.get("scale") or 0)
    whole, most = _DIGITS[kind]
    if not 0 <= scale <= most or not max(1, scale) <= precision <= scale + whole:
        raise BigQueryError(
            f"Field {name}: {kind}({precision}, {scale}) is none; the scale is 0 to {most}, the "
            f"precision 1 to {whole} more than it."
        )


def spelled_parameters(field: Mapping[str, Any]) -> str:
    """The parameters as SQL has them: `(5, 2)`, or nothing."""
    given = [str(field[name]) for name in NAMES if field.get(name) is not None]
    return f"({', '.join(given)})" if given else ""


def constraint_sql(field: Mapping[str, Any]) -> str:
    """DuckDB's CHECK for the values of a column, or nothing; it has none for elements of arrays."""
    if field["mode"] == "REPEATED":
        return ""
    column = quote(field["name"])
    if field.get("maxLength") is not None:
        return f" CHECK ({_LENGTHS[field['type']]}({column}) <= {int(field['maxLength'])})"
    if field.get("precision") is None:
        return ""
    if field["type"] == "BIGNUMERIC":
        return f" CHECK (NOT coalesce({misfit_sql(column, field)}, false))"
    scale = int(field.get("scale") or 0)
    fitting = f"TRY_CAST({column} AS DECIMAL({int(field['precision'])}, {scale}))"
    return f" CHECK (CAST({fitting} AS DECIMAL(38, 9)) IS NOT DISTINCT FROM {column})"


def misfit_sql(value: str, field: Mapping[str, Any]) -> str:
    """The condition that a value does not fit; NULL for one that is NULL."""
    if field.get("maxLength") is not None:
        return f"{_LENGTHS[field['type']]}({value}) > {int(field['maxLength'])}"
    precision, scale = int(field["precision"]), int(field.get("scale") or 0)
    if field["type"] == "BIGNUMERIC":
        # It is held as a whole number of its last possible digit.
        bound = f"CAST('{10 ** (precision - scale + _DIGITS['BIGNUMERIC'][1])}' AS BIGNUM)"
        least = f"CAST('-{10 ** (precision - scale + _DIGITS['BIGNUMERIC'][1])}' AS BIGNUM)"
        digits = f'({value})."@bignumeric"'
        return f"({digits} >= {bound} OR {digits} <= {least})"
    fitting = f"TRY_CAST({value} AS DECIMAL({precision}, {scale}))"
    return f"({value} IS NOT NULL AND CAST({fitting} AS DECIMAL(38, 9)) IS DISTINCT FROM {value})"


def misfit_text(field: Mapping[str, Any]) -> str:
    """The words for a value that does not fit."""
    kind = f"{field['type']}{spelled_parameters(field)}"
    if (most := field.get("maxLength")) is not None:
        return f"{kind} has maximum length {most} but got a longer value"
    scale = int(field.get("scale") or 0)
    return (
        f"{kind} has precision {field['precision']} and scale {scale} but got a value that does "
        "not fit"
    )


def misfit_words(field: Mapping[str, Any], text: str) -> str | None:
    """The words for a text that is read as a value of the field and does not fit; None if it does.

    >>> misfit_words({"type": "STRING", "maxLength": "3"}, "four")
    'STRING(3) has maximum length 3 but got a longer value'
    """
    if (most := field.get("maxLength")) is not None:
        size = len(text) if field["type"] == "STRING" else len(base64.b64decode(text))
        return misfit_text(field) if size > int(most) else None
    if field.get("precision") is None:
        return None
    scale, precision = int(field.get("scale") or 0), int(field["precision"])
    number = Decimal(text.strip())
    unit = Decimal(1).scaleb(-scale)
    rounded = number.quantize(unit, ROUND_HALF_UP, Context(prec=160))
    return misfit_text(field) if abs(rounded) >= Decimal(10) ** (precision - scale) else None


def rounded_sql(value: str, field: Mapping[str, Any]) -> str:
    """The value, rounded half away from zero where the field has a scale."""
    if field.get("precision") is None:
        return value
    scale = int(field.get("scale") or 0)
    if field["type"] == "BIGNUMERIC":
        return f"py_big_round({value}, {scale}, 'ROUND_HALF_AWAY_FROM_ZERO')"
    whole = _NUMERIC_WHOLE + scale
    return f"CAST(CAST({value} AS DECIMAL({whole}, {scale})) AS DECIMAL(38, 9))"


def broken_constraint(message: str) -> BigQueryError | None:
    """The error for a value that its column does not take, from DuckDB's message."""
    failed = _FAILED.search(message)
    if failed is None:
        return None
    if longer := _LONGER.search(failed[1]):
        kind = "STRING" if longer[1] == "length" else "BYTES"
        column, most = longer[2].strip('"'), longer[3]
        return invalid_query(
            f"Column {column}: {kind}({most}) has maximum length {most} but got a longer value"
        )
    if big := _BIGGER.search(failed[1]):
        # How it was spelled is not in the message; the column is.
        column = big[1].strip('"')
        return invalid_query(f"Column {column}: BIGNUMERIC got a value beyond its precision")
    if wider := _WIDER.search(failed[1]):
        column, precision, scale = wider[1].strip('"'), wider[2], wider[3]
        return invalid_query(
            f"Column {column}: NUMERIC({precision}, {scale}) has precision {precision} and scale "
            f"{scale} but got a value that does not fit"
        )
    return None
