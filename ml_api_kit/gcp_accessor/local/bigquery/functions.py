"""Functions that only need another name in DuckDB: a builtin or a macro of the folder `macros`."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp


@dataclass(frozen=True, slots=True)
class Call:
    """A DuckDB function or macro, and the arguments of the sqlglot node in the order it wants them.

    `types` are the BigQuery types that the macro `bq_<type>` lets through, one for each argument,
    or "" for an argument on which DuckDB is as strict as BigQuery.
    """

    function: str
    arguments: tuple[str, ...]
    types: tuple[str, ...] = ()


def _call(function: str, arguments: str, types: str = "") -> Call:
    return Call(function, tuple(arguments.split()), tuple(types.split()))


CALLS: dict[type[exp.Expr], Call] = {
    exp.Upper: _call("bq_upper", "this"),
    exp.Lower: _call("lower", "this"),
    exp.ByteLength: _call("bq_byte_length", "this"),
    exp.Replace: _call("bq_replace", "this expression replacement"),
    exp.StartsWith: _call("starts_with", "this expression", "string string"),
    exp.EndsWith: _call("ends_with", "this expression", "string string"),
    exp.StrPosition: _call("strpos", "this substr"),
    exp.Split: _call("string_split", "this expression", "string string"),
    exp.Reverse: _call("bq_reverse", "this"),
    exp.Repeat: _call("bq_repeat", "this times"),
    exp.Left: _call("bq_left", "this expression"),
    exp.Right: _call("bq_right", "this expression"),
    exp.RegexpLike: _call("regexp_matches", "this expression"),
    exp.ToBase64: _call("bq_to_base64", "this"),
    exp.LowerHex: _call("bq_to_hex", "this"),
    exp.MD5: _call("md5", "this"),
    exp.MD5Digest: _call("bq_md5", "this"),
    exp.FromBase64: _call("from_base64", "this"),
    exp.Abs: _call("abs", "this"),
    exp.Floor: _call("floor", "this", "float"),
    exp.Ceil: _call("ceil", "this", "float"),
    exp.Trunc: _call("trunc", "this", "float"),
    exp.Sqrt: _call("sqrt", "this", "float"),
    exp.Pow: _call("power", "this expression", "float float"),
    exp.Exp: _call("exp", "this", "float"),
    exp.Ln: _call("ln", "this", "float"),
    exp.IsNan: _call("isnan", "this", "float"),
    exp.IsInf: _call("isinf", "this", "float"),
    exp.Stddev: _call("stddev_samp", "this"),
    exp.StddevSamp: _call("stddev_samp", "this"),
    exp.StddevPop: _call("stddev_pop", "this"),
    exp.Variance: _call("var_samp", "this"),
    exp.VariancePop: _call("var_pop", "this"),
    exp.LogicalAnd: _call("bool_and", "this"),
    exp.LogicalOr: _call("bool_or", "this"),
    exp.Date: _call("bq_cast_date", "this"),
    exp.UnixSeconds: _call("bq_unix_seconds", "this"),
    exp.UnixMillis: _call("bq_unix_millis", "this"),
    exp.UnixMicros: _call("bq_unix_micros", "this"),
    exp.ArraySize: _call("len", "this"),
    exp.ArrayReverse: _call("list_reverse", "this"),
    exp.ArrayToString: _call("array_to_string", "this expression"),
    exp.Greatest: _call("bq_greatest", "this expressions"),
    exp.Least: _call("bq_least", "this expressions"),
}
