"""Parameters."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud.bigquery import (
    ArrayQueryParameter,
    RangeQueryParameter,
    ScalarQueryParameter,
    ScalarQueryParameterType,
    StructQueryParameter,
    StructQueryParameterType,
)

from tests.gcp_accessor.local.bigquery.conformance.registry import Place

SCALARS: list[tuple[str, Any]] = [
    ("INT64", 7),
    ("INT64", -(2**63)),
    ("FLOAT64", 0.1),
    ("STRING", 'it\'s "x" \\ é 漢'),
    ("STRING", ""),
    ("BOOL", True),
    ("BOOL", False),
    ("BYTES", b"\x00\xff"),
    ("DATE", datetime.date(2020, 2, 29)),
    ("TIME", datetime.time(12, 30, 1)),
    ("DATETIME", datetime.datetime(2020, 2, 3, 4, 5, 6)),
    ("TIMESTAMP", datetime.datetime(2020, 2, 3, 4, 5, 6, 789, tzinfo=datetime.UTC)),
    ("NUMERIC", Decimal("12345678901234567890.123456789")),
    ("BIGNUMERIC", Decimal("1.000000000000000000000000000001")),
]


def scalars(place: Place) -> None:
    """scalars of every type, by name"""
    for kind, value in SCALARS:
        assert place.ask("SELECT @p", ScalarQueryParameter("p", kind, value)) == [[value]]


def nulls(place: Place) -> None:
    """NULL of every type"""
    for kind in dict.fromkeys(kind for kind, _ in SCALARS):
        assert place.ask("SELECT @p", ScalarQueryParameter("p", kind, None)) == [[None]]


def special_floats(place: Place) -> None:
    """NaN and infinities"""
    for text in ("NaN", "Infinity", "-Infinity"):
        parameter = ScalarQueryParameter("p", "FLOAT64", float(text))
        assert place.ask("SELECT CAST(@p AS STRING)", parameter) == [[str(float(text))]]


def positional(place: Place) -> None:
    """by position, in their order"""
    given = [ScalarQueryParameter(None, "INT64", 1), ScalarQueryParameter(None, "STRING", "?")]
    assert place.ask("SELECT ? AS a, ? AS b", *given) == [[1, "?"]]


def arrays(place: Place) -> None:
    """arrays, empty ones too"""
    ids = ArrayQueryParameter("ids", "INT64", [1, 2])
    assert place.ask("SELECT @ids, 2 IN UNNEST(@ids)", ids) == [[[1, 2], True]]
    assert place.ask("SELECT @ids", ArrayQueryParameter("ids", "STRING", [])) == [[[]]]


def structs(place: Place) -> None:
    """structs, nested ones and with arrays"""
    ids = ArrayQueryParameter("ids", "INT64", [1, 2])
    inner = StructQueryParameter("inner", ScalarQueryParameter("x", "STRING", "y"))
    struct = StructQueryParameter("s", ScalarQueryParameter("a", "INT64", 1), ids, inner)
    expected = {"a": 1, "ids": [1, 2], "inner": {"x": "y"}}
    assert place.ask("SELECT @s, @s.inner.x", struct) == [[expected, "y"]]


def arrays_of_structs(place: Place) -> None:
    """arrays of structs, empty ones too"""
    kind = StructQueryParameterType(
        ScalarQueryParameterType("INT64", name="a"), ScalarQueryParameterType("STRING", name="b")
    )
    items = [
        StructQueryParameter(
            None, ScalarQueryParameter("a", "INT64", n), ScalarQueryParameter("b", "STRING", "x")
        )
        for n in (1, 2)
    ]
    sql = "SELECT a, b FROM UNNEST(@rows) ORDER BY a"
    assert place.ask(sql, ArrayQueryParameter("rows", kind, items)) == [[1, "x"], [2, "x"]]
    assert place.ask(sql, ArrayQueryParameter("rows", kind, [])) == []


def ranges(place: Place) -> None:
    """ranges"""
    day = datetime.date(2020, 1, 1)
    parameter = RangeQueryParameter(range_element_type="DATE", start=day, end=None, name="r")
    assert place.ask("SELECT RANGE_START(@r), RANGE_END(@r)", parameter) == [[day, None]]


def intervals(place: Place) -> None:
    """intervals"""
    parameter = ScalarQueryParameter("p", "INTERVAL", "0-0 1 0:0:0")
    sql = "SELECT DATE_ADD(DATE '2020-01-01', INTERVAL 1 DAY) = DATE '2020-01-01' + @p"
    assert place.ask(sql, parameter) == [[True]]


def json_values(place: Place) -> None:
    """JSON"""
    parameter = ScalarQueryParameter("p", "JSON", {"a": [1]})
    assert place.ask("SELECT JSON_VALUE(@p, '$.a[0]'), @p", parameter) == [["1", {"a": [1]}]]


def inferred(place: Place) -> None:
    """wherever an expression stands: LIMIT, IN, LIKE, functions"""
    number = ScalarQueryParameter("n", "INT64", 2)
    text = ScalarQueryParameter("s", "STRING", "a%")
    sql = "SELECT w FROM UNNEST(['ab', 'ac', 'ad', 'b']) AS w WHERE w LIKE @s ORDER BY w LIMIT @n"
    assert place.ask(sql, number, text) == [["ab"], ["ac"]]


def never_parsed(place: Place) -> None:
    """never parsed as SQL"""
    attack = "' OR TRUE; DROP TABLE x --"
    parameter = ScalarQueryParameter("p", "STRING", attack)
    assert place.ask("SELECT 1 FROM UNNEST(['a']) AS a WHERE a = @p", parameter) == []


def missing(place: Place) -> None:
    """refuse one that is missing, or does not fit its type (400)"""
    with pytest.raises(exceptions.BadRequest, match="Query parameter 'p' not found"):
        place.ask("SELECT @p")
    with pytest.raises(exceptions.BadRequest, match="Query parameter number 1 is not defined"):
        place.ask("SELECT ?")
    with pytest.raises(exceptions.BadRequest, match="x"):
        place.ask("SELECT @p", ScalarQueryParameter("p", "INT64", "x"))


def undeclared(place: Place) -> None:
    """tell the types of those that are missing on a dry run (undeclared_query_parameters)"""
    from google.cloud.bigquery import QueryJobConfig

    sql = "SELECT @p"
    with pytest.raises(exceptions.BadRequest, match="Query parameter 'p' not found"):
        place.client.query(sql, job_config=QueryJobConfig(dry_run=True))
