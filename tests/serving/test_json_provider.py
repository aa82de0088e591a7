from __future__ import annotations

import dataclasses
import datetime
import decimal
import math
import uuid

import pytest
from flask import Flask

from ml_api_kit.serving import OrjsonProvider


@dataclasses.dataclass
class Point:
    x: float


@pytest.fixture
def app() -> Flask:
    made = Flask("json")
    made.json = OrjsonProvider(made)
    return made


def test_views_answer_through_it(app: Flask) -> None:
    app.add_url_rule("/", "view", lambda: {"b": [1, 2.5, None, True, "é"], "a": math.nan})
    answered = app.test_client().get("/")
    assert answered.data == '{"b":[1,2.5,null,true,"é"],"a":null}'.encode()
    assert answered.mimetype == "application/json"


def test_it_writes_what_flask_writes(app: Flask) -> None:
    value = {1: uuid.UUID(int=0), "d": decimal.Decimal("1.50")}
    assert app.json.dumps(value) == '{"1":"00000000-0000-0000-0000-000000000000","d":"1.50"}'
    assert app.json.dumps([datetime.date(2024, 2, 29)]) == '["2024-02-29"]'
    assert app.json.dumps([1], indent=1) == "[\n 1\n]"


def test_what_orjson_cannot_write_is_written_all_the_same(app: Flask) -> None:
    app.add_url_rule("/", "view", lambda: {"b": 2**64, "a": datetime.date(2024, 2, 29)})
    assert app.test_client().get("/").data == b'{"b":18446744073709551616,"a":"2024-02-29"}'
    assert app.json.dumps(["\ud800"]) == '["\\ud800"]'
    with pytest.raises(TypeError, match="not JSON serializable"):
        app.json.dumps([object()])


def test_what_is_not_finite_is_null_beside_what_orjson_cannot_write(app: Flask) -> None:
    value = {"a": 2**70, "b": math.nan, "c": [math.inf, {"d": -math.inf}], "e": "NaN, Infinity"}
    app.add_url_rule("/", "view", lambda: value)
    answered = app.test_client().get("/")
    assert answered.status_code == 200
    assert answered.text == (
        '{"a":1180591620717411303424,"b":null,"c":[null,{"d":null}],"e":"NaN, Infinity"}'
    )
    assert app.json.loads(app.json.dumps([2**70, Point(math.nan)]))[1] == {"x": None}


def test_it_reads_json_and_nothing_else(app: Flask) -> None:
    assert app.json.loads(b'{"a": 1}') == {"a": 1}
    with pytest.raises(ValueError, match="expected a JSON value"):
        app.json.loads("NaN")
