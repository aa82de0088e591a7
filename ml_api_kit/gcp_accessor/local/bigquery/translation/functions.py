"""What is special about single functions of BigQuery: their names, arguments by name, date parts.

A function `NAME` is answered by the macro `bq_name` of the folder `macros` or the Python function
of that name in the folder `scalars`; nothing needs to be listed here unless its arguments are
written otherwise than as values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.library.macro_files import load_macros
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars import load_scalars
from ml_api_kit.gcp_accessor.local.bigquery.translation.branches import in_one_type
from ml_api_kit.gcp_accessor.local.bigquery.translation.comparisons import compared
from ml_api_kit.gcp_accessor.local.bigquery.translation.computed_once import built, is_constant
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import call, witness

# Which argument is a part of a date, such as MONTH, and no value.
DATE_PARTS = {
    "DATE_TRUNC": 1,
    "DATETIME_TRUNC": 1,
    "TIMESTAMP_TRUNC": 1,
    "TIME_TRUNC": 1,
    "LAST_DAY": 1,
    "DATE_DIFF": 2,
    "DATETIME_DIFF": 2,
    "TIMESTAMP_DIFF": 2,
    "TIME_DIFF": 2,
}

# Which arguments are dates or times, for which a constant text may stand, and of what type.
TEXT_DATES = {
    name: (kind, places)
    for kind, prefix in (
        ("date", "DATE"), ("datetime", "DATETIME"), ("timestamp", "TIMESTAMP"), ("time", "TIME"),
    )
    for name, places in {
        f"{prefix}_ADD": (0,), f"{prefix}_SUB": (0,), f"{prefix}_DIFF": (0, 1),
        f"{prefix}_TRUNC": (0,), f"{prefix}_BUCKET": (0, 2), f"FORMAT_{prefix}": (1,),
        f"GENERATE_{prefix}_ARRAY": (0, 1),
    }.items()
} | {
    "LAST_DAY": ("date", (0,)), "UNIX_DATE": ("date", (0,)), "UNIX_MICROS": ("timestamp", (0,)),
    "UNIX_MILLIS": ("timestamp", (0,)), "UNIX_SECONDS": ("timestamp", (0,)),
}  # fmt: skip

# Arguments that may be given by name: the place of the first, and their names in order.
KEYWORDS: dict[str, tuple[int, tuple[str, ...]]] = {
    "EDIT_DISTANCE": (2, ("max_distance",)),
    "FLOAT64": (1, ("wide_number_mode",)),
    "JSON_ARRAY_APPEND": (99, ("append_each_element",)),
    "JSON_ARRAY_INSERT": (99, ("insert_each_element",)),
    "JSON_KEYS": (1, ("max_depth", "mode")),
    "JSON_SET": (99, ("create_if_missing",)),
    "JSON_STRIP_NULLS": (1, ("json_path", "include_arrays", "remove_empty")),
    "MAKE_INTERVAL": (0, ("year", "month", "day", "hour", "minute", "second")),
    "PARSE_JSON": (1, ("wide_number_mode",)),
    "TO_JSON": (1, ("stringify_wide_numbers",)),
    "TO_JSON_STRING": (1, ("pretty_print",)),
}

# Those of them that take any number of values: what is given by name goes last, in a struct.
OPEN_ENDED = ("JSON_SET", "JSON_ARRAY_APPEND", "JSON_ARRAY_INSERT")

# Functions whose answer depends on their arguments' types, not only on their values.
TYPED = frozenset(
    [
        "CONTAINS_SUBSTR",
        "FORMAT",
        "JSON_ARRAY",
        "JSON_ARRAY_APPEND",
        "JSON_ARRAY_INSERT",
        "JSON_OBJECT",
        "JSON_SET",
        "TO_JSON",
        "TO_JSON_STRING",
        "TYPEOF",
    ]
)

# Functions that take an INTERVAL as a number and a unit.
INTERVAL_FUNCTIONS = frozenset(
    [
        "DATE_ADD",
        "DATE_SUB",
        "DATETIME_ADD",
        "DATETIME_SUB",
        "TIMESTAMP_ADD",
        "TIMESTAMP_SUB",
        "TIME_ADD",
        "TIME_SUB",
        "DATE_BUCKET",
        "DATETIME_BUCKET",
        "TIMESTAMP_BUCKET",
        "GENERATE_DATE_ARRAY",
        "GENERATE_TIMESTAMP_ARRAY",
    ]
)

# Functions whose arguments have one type, which is that of the answer.
OF_ONE_TYPE = frozenset(["ARRAY_CONCAT", "COALESCE", "GREATEST", "IFNULL", "LEAST", "NULLIF"])

WINDOW_FUNCTIONS = frozenset(
    [
        "ROW_NUMBER",
        "RANK",
        "DENSE_RANK",
        "PERCENT_RANK",
        "CUME_DIST",
        "NTILE",
        "LAG",
        "LEAD",
        "FIRST_VALUE",
        "LAST_VALUE",
        "NTH_VALUE",
    ]
)


@cache
def function_names() -> frozenset[str]:
    """The names of all macros and Python functions that answer a function of BigQuery."""
    scalars = (name for name in load_scalars() if name.startswith("bq_"))
    return frozenset(load_macros()) | frozenset(scalars)


def _struct(arguments: list[exp.Expr]) -> exp.Expr:
    fields = []
    for position, argument in enumerate(arguments, start=1):
        value = argument.this if isinstance(argument, exp.Alias) else argument
        name = argument.alias_or_name if isinstance(argument, (exp.Alias, exp.Column)) else ""
        if isinstance(argument, exp.Dot):
            name = argument.expression.name
        field = exp.to_identifier(name or f"_field_{position}", quoted=True)
        fields.append(exp.PropertyEQ(this=field, expression=value.copy()))
    return exp.Struct(expressions=fields)


def _coalesce(arguments: list[exp.Expr]) -> exp.Expr:
    if not all(map(is_constant, arguments[1:])):
        # They may fail, and are computed only where they are needed.
        return _plain_coalesce(arguments)
    return built(arguments, _plain_coalesce)


def _plain_coalesce(arguments: Sequence[exp.Expr]) -> exp.Expr:
    first, *others = in_one_type(list(arguments))
    return exp.Coalesce(this=first, expressions=others)


def _nullif(arguments: list[exp.Expr]) -> exp.Expr:
    return built(arguments, _plain_nullif)


def _plain_nullif(arguments: Sequence[exp.Expr]) -> exp.Expr:
    is_equal = compared("eq", arguments[0].copy(), arguments[1].copy())
    value, other = in_one_type(list(arguments))
    # The branch that is never taken gives the answer the type of both.
    branches = [
        exp.If(this=is_equal, true=exp.null()),
        exp.If(this=exp.false(), true=other.copy()),
    ]
    choice = exp.Case(ifs=branches, default=exp.Paren(this=value.copy()))
    # Its last value is the first that BigQuery knows.
    choice.meta["is_nullif"] = True
    return choice


def _extreme(function: str) -> Callable[[list[exp.Expr]], exp.Expr]:
    def build(given: Sequence[exp.Expr]) -> exp.Expr:
        arguments = in_one_type(list(given))
        # DuckDB leaves NULLs out; BigQuery answers NULL when there is one, and NaN likewise.
        is_null = exp.or_(*[exp.Is(this=a.copy(), expression=exp.null()) for a in arguments])
        has_nan = exp.or_(*[call("bq_has_nan", a.copy()) for a in arguments])
        ordered = [
            a.copy() if isinstance(a, exp.Null) else call("bq_ordered_value", a.copy())
            for a in arguments
        ]
        value = exp.Anonymous(this=function, expressions=ordered)
        plain = exp.Anonymous(this=function, expressions=[a.copy() for a in arguments])
        parts = [witness(plain), value, exp.Paren(this=has_nan)]
        extreme = exp.Anonymous(this="bq_extreme", expressions=parts)
        return exp.Case(ifs=[exp.If(this=is_null, true=exp.null())], default=extreme)

    return lambda arguments: built(arguments, build)


def _joined(arguments: Sequence[exp.Expr]) -> exp.Expr:
    """The arguments put together, halves first: a long list of them is not deep."""
    if not arguments:
        raise invalid_query("No matching signature for a function without arguments")
    if len(arguments) == 1:
        return arguments[0]
    half = len(arguments) // 2
    return call("bq_join", _joined(arguments[:half]), _joined(arguments[half:]))


def _concat(arguments: list[exp.Expr]) -> exp.Expr:
    parts = [call("bq_concat_part", argument.copy()) for argument in arguments]
    known = [p for p, a in zip(parts, arguments, strict=True) if not isinstance(a, exp.Null)]
    # A NULL has the type of what is beside it, which may be BYTES.
    null = exp.Case(ifs=[exp.If(this=exp.false(), true=known[0].copy())]) if known else None
    if null is not None:
        parts = [part if part in known else null.copy() for part in parts]
    return _joined(parts)


def _join_arrays(arguments: list[exp.Expr]) -> exp.Expr:
    if any(isinstance(argument, exp.Null) for argument in arguments):
        raise invalid_query("The argument to ARRAY_CONCAT must be an array type but was NULL")
    return _joined(arguments)


NATIVE: dict[str, Callable[[list[exp.Expr]], exp.Expr]] = {
    "ARRAY_CONCAT": _join_arrays,
    "COALESCE": _coalesce,
    "CONCAT": _concat,
    "GREATEST": _extreme("greatest"),
    "IFNULL": _coalesce,
    "LEAST": _extreme("least"),
    "NULLIF": _nullif,
    "STRUCT": _struct,
}
"""Functions that become a piece of tree, because they take any number of values."""
