"""`NAME(a, b)`: a call of the macro or function `bq_name`, with its special arguments as texts."""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.translation.aggregates import NAMES as AGGREGATES
from ml_api_kit.gcp_accessor.local.bigquery.translation.aggregates import aggregate
from ml_api_kit.gcp_accessor.local.bigquery.translation.alike import alike_check
from ml_api_kit.gcp_accessor.local.bigquery.translation.branches import (
    in_one_type,
    put_representative,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.computed_once import inner_call
from ml_api_kit.gcp_accessor.local.bigquery.translation.constant_arguments import (
    check_at_least_one,
    check_filled,
    constant_number,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.functions import (
    DATE_PARTS,
    INTERVAL_FUNCTIONS,
    KEYWORDS,
    NATIVE,
    OF_ONE_TYPE,
    OPEN_ENDED,
    TEXT_DATES,
    TYPED,
    WINDOW_FUNCTIONS,
    function_names,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import (
    call,
    cast,
    literal_text,
    number,
    text,
)
from ml_api_kit.gcp_accessor.local.bigquery.translation.places import place_of
from ml_api_kit.gcp_accessor.local.bigquery.translation.unanswered import is_unanswered

NODES = (exp.Anonymous, exp.SafeFunc, exp.NetFunc)

_WRAPPERS = (exp.SafeFunc, exp.NetFunc)
_PLACE = ("line", "col", "start", "end")
_OF_ARRAYS = ("ARRAY_FIRST", "ARRAY_LAST", "ARRAY_REVERSE", "ARRAY_SLICE")
_EXACT_FLOATS = 2**53


def rewrite(node: exp.Expr) -> exp.Expr:
    """The call in DuckDB's terms; a name that is not known is refused."""
    if isinstance(node, _WRAPPERS):
        return node if isinstance(node.parent, _WRAPPERS) else _call(node)
    if isinstance(node.parent, _WRAPPERS) or _is_hll(node.parent) or _is_date_part(node):
        return node
    return _call(node)


def hll_call(node: exp.Dot) -> exp.Expr:
    """The call of `HLL_COUNT.NAME(…)`."""
    name = f"HLL_COUNT.{node.expression.name.upper()}"
    if name in AGGREGATES:
        return aggregate(name, node, list(node.expression.expressions))
    _check_known(name, node.expression)
    return translate_call(name, list(node.expression.expressions), is_safe=False)


def _call(node: exp.Expr) -> exp.Expr:
    is_safe, prefix, inner = False, "", node
    while isinstance(inner, _WRAPPERS):
        is_safe = is_safe or isinstance(inner, exp.SafeFunc)
        prefix = "NET." if isinstance(inner, exp.NetFunc) else prefix
        inner = inner.this
    if not isinstance(inner, exp.Anonymous):
        raise unsupported(node.sql("bigquery")[:60])
    name = prefix + str(inner.this if isinstance(inner.this, str) else inner.this.name).upper()
    arguments = list(inner.expressions)
    if name in AGGREGATES:
        if is_safe:
            raise unsupported(f"SAFE.{name}")
        return aggregate(name, node, arguments)
    if name in WINDOW_FUNCTIONS:
        return _window_function(name, arguments)
    _check_known(name, inner)
    result = translate_call(name, arguments, is_safe=is_safe)
    if isinstance(result, exp.Anonymous):
        # Where the call is written, for what may be wrong with it.
        place = {key: inner.meta[key] for key in _PLACE if key in inner.meta}
        inner_call(result).meta.update(place)
    return result


def _check_known(name: str, node: exp.Expr) -> None:
    if name == "UNNEST":
        raise invalid_query(f"Syntax error: Unexpected keyword UNNEST{place_of(node)}")
    is_known = name in NATIVE or _target(name) in function_names()
    if not is_known and not is_unanswered(name):
        spelled = f"{name[: -len(node.name)]}{node.name}"
        raise invalid_query(f"Function not found: {spelled}{place_of(node)}")


def _target(name: str) -> str:
    """The macro or Python function that answers a function of BigQuery."""
    return "bq_" + name.lower().replace(".", "_")


_WITH_NULLS: dict[str, type[exp.Func]] = {
    "FIRST_VALUE": exp.FirstValue,
    "LAST_VALUE": exp.LastValue,
    "NTH_VALUE": exp.NthValue,
}


def _window_function(name: str, arguments: list[exp.Expr]) -> exp.Expr:
    if name in ("LAG", "LEAD"):
        _check_offset(name, arguments)
    if name == "NTILE" and arguments:
        check_at_least_one(arguments[0], "The argument to NTILE")
    if name == "NTH_VALUE" and len(arguments) > 1:
        check_at_least_one(_bare(arguments[1]), "Argument 2 to NTH_VALUE")
    if name in ("LAG", "LEAD") and len(arguments) > 2:
        arguments = _with_default(arguments)
    modified = [a for a in arguments if isinstance(a, (exp.IgnoreNulls, exp.RespectNulls))]
    if not modified:
        return exp.Anonymous(this=name.lower(), expressions=arguments)
    if name not in _WITH_NULLS or arguments[-1] is not modified[0]:
        raise unsupported(f"IGNORE NULLS in {name}")
    plain = [a.this if a is modified[0] else a for a in arguments]
    if isinstance(modified[0], exp.RespectNulls):
        return exp.Anonymous(this=name.lower(), expressions=plain)
    function = (
        exp.NthValue(this=plain[0].copy(), offset=plain[1].copy()) if len(plain) > 1 else None
    )
    return exp.IgnoreNulls(this=function or _WITH_NULLS[name](this=plain[0].copy()))


def _with_default(arguments: list[exp.Expr]) -> list[exp.Expr]:
    """The value in the type of both: DuckDB takes the default for one of the value's type."""
    value, rows, default = arguments
    is_bent = isinstance(default, exp.Null) or literal_text(default) is not None
    if is_bent or default.meta.get("is_whole"):
        return arguments
    value, default = in_one_type([value, default])
    branch = exp.If(this=exp.false(), true=default.copy())
    return [exp.Case(ifs=[branch], default=value.copy()), rows, default]


def _check_offset(name: str, arguments: list[exp.Expr]) -> None:
    if len(arguments) < 2:
        return
    check_filled(arguments[1], f"Argument 2 to {name}")
    rows = constant_number(arguments[1])
    if rows is None:
        raise unsupported("LAG or LEAD by what is no constant number of rows")
    if rows < 0:
        raise invalid_query(f"The offset to the function {name} must not be negative")
    if len(arguments) > 2 and arguments[2].find(exp.Column) is not None:
        raise invalid_query(
            f"The third argument (the default expression) to {name} must be constant"
        )


def _bare(argument: exp.Expr) -> exp.Expr:
    """The argument without IGNORE NULLS or RESPECT NULLS behind it."""
    is_modified = isinstance(argument, (exp.IgnoreNulls, exp.RespectNulls))
    return argument.this if is_modified else argument


def translate_call(name: str, arguments: list[exp.Expr], *, is_safe: bool) -> exp.Expr:
    """The call of the macro or function that answers as BigQuery's function of this name.

    Raises BigQueryError: when there is none.
    """
    if name in NATIVE and (not is_safe or name == "CONCAT"):
        return _native(name, arguments)
    target = _target(name)
    if target not in function_names():
        raise unsupported(f"the function {name}")
    arguments = _positional(name, arguments)
    arguments = _parts(name, _with_dates(name, arguments))
    if name in _OF_ARRAYS and arguments and isinstance(arguments[0], exp.Null):
        arguments[0] = cast(exp.null(), "BIGINT[]")
    if name == "RANGE_BUCKET" and len(arguments) == 2:
        arguments[1] = _constant_bounds(arguments[1])
    if name in TYPED:
        types = exp.Array(expressions=[call("typeof", a.copy()) for a in arguments])
        arguments = [types, *[call("bq_plain", argument) for argument in arguments]]
    return call(f"safe_{target}" if is_safe else target, *arguments)


def _native(name: str, arguments: list[exp.Expr]) -> exp.Expr:
    result = NATIVE[name](arguments)
    if name not in OF_ONE_TYPE:
        return result
    message = f"No matching signature for function {name} for argument types: %t"
    if (check := alike_check(arguments, message)) is not None:
        result = exp.Case(ifs=[exp.If(this=check, true=result)])
    put_representative(result, arguments)
    return result


def _positional(name: str, arguments: list[exp.Expr]) -> list[exp.Expr]:
    """The arguments with those given by name in the place that the macro has for them."""
    is_named = [isinstance(argument, exp.Kwarg) for argument in arguments]
    if is_named != sorted(is_named):
        raise invalid_query(
            f"Call to function {name} must not specify positional arguments after named arguments"
        )
    given = {a.this.name.lower(): a.expression for a in arguments if isinstance(a, exp.Kwarg)}
    plain = [argument for argument in arguments if not isinstance(argument, exp.Kwarg)]
    if name not in KEYWORDS:
        if given:
            raise invalid_query(f"Named argument {next(iter(given))} not found for {name}")
        return plain
    first, known = KEYWORDS[name]
    for keyword in given:
        if keyword not in known:
            raise invalid_query(f"Named argument {keyword} not found in signature for {name}")
    if name in OPEN_ENDED:
        options = [
            exp.PropertyEQ(this=exp.to_identifier(f"@{key}", quoted=True), expression=value)
            for key, value in given.items()
        ]
        return [*plain, exp.Struct(expressions=options)] if options else plain
    given = {**dict(zip(known, plain[first:], strict=False)), **given}
    missing = number(0) if name == "MAKE_INTERVAL" else exp.null()
    return [*plain[:first], *(given.get(keyword, missing.copy()) for keyword in known)]


def _with_dates(name: str, arguments: list[exp.Expr]) -> list[exp.Expr]:
    """The arguments, with a constant text as the date or time that it stands for."""
    kind, places = TEXT_DATES.get(name, ("", ()))
    if name in ("DATE", "TIME", "STRING") and len(arguments) == 2:
        # The second is a time zone.
        kind, places = "timestamp", (0,)
    return [
        call(f"bq_cast_{kind}", argument.unnest())
        if place in places and literal_text(argument.unnest()) is not None
        else argument
        for place, argument in enumerate(arguments)
    ]


def _constant_bounds(bounds: exp.Expr) -> exp.Expr:
    """Whole numbers that are written out as FLOAT64, which is compared with every other number."""
    if not isinstance(bounds, exp.Array):
        return bounds
    numbers = [item.meta.get("number") for item in bounds.expressions]
    if all(item is not None and abs(float(item)) <= _EXACT_FLOATS for item in numbers):
        return cast(bounds, "DOUBLE[]")
    return bounds


def _parts(name: str, arguments: list[exp.Expr]) -> list[exp.Expr]:
    position = DATE_PARTS.get(name)
    result: list[exp.Expr] = []
    for index, argument in enumerate(arguments):
        if position is not None and index == position and not _is_text(argument):
            result.append(text(date_part(argument)))
        elif (
            name in ("NORMALIZE", "NORMALIZE_AND_CASEFOLD")
            and isinstance(argument, exp.Column)
            and index
        ):
            result.append(text(argument.name.upper()))
        elif name in INTERVAL_FUNCTIONS and argument.meta.get("interval"):
            result.extend(argument.meta["interval"])
        else:
            result.append(argument)
    return result


def _is_text(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and bool(node.is_string)


def date_part(node: exp.Expr) -> str:
    """The part of a date that a bare name means, such as `MONTH` or `WEEK(MONDAY)`."""
    if isinstance(node, exp.Anonymous) and len(node.expressions) == 1:
        return f"{node.name.upper()}({node.expressions[0].name.upper()})"
    if isinstance(node, (exp.Column, exp.Var)):
        return node.name.upper()
    raise unsupported(f"the date part {node.sql('bigquery')}")


def _is_date_part(node: exp.Expr) -> bool:
    if not isinstance(node, exp.Anonymous) or node.name.upper() != "WEEK":
        return False
    return isinstance(node.parent, (exp.Anonymous, exp.Extract))


def _is_hll(node: exp.Expr | None) -> bool:
    return isinstance(node, exp.Dot) and node.this.name.upper() == "HLL_COUNT"
