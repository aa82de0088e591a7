from __future__ import annotations

import json
import logging
import sys

from ml_api_kit.serving import JsonLines


def record(message: str = "it happened", *args: object, **fields: object) -> logging.LogRecord:
    made = logging.LogRecord("shop", logging.WARNING, "", 0, message, args, None)
    made.__dict__.update(fields)
    return made


def test_record_is_one_line_of_json() -> None:
    text = JsonLines().format(record("%s\nforged", "a\r\n"))
    assert len(text.splitlines()) == 1
    line = json.loads(text)
    assert line.pop("time").endswith("Z")
    assert line == {"level": "WARNING", "logger": "shop", "message": "a\r\n\nforged"}


def test_fields_of_a_request_stand_in_place_of_the_message() -> None:
    line = json.loads(JsonLines().format(record(request={"route": "/v1/x", "status": 200})))
    assert (line["route"], line["status"]) == ("/v1/x", 200)
    assert "message" not in line


def test_traceback_is_in_the_line_of_its_error() -> None:
    try:
        raise KeyError("ada")
    except KeyError:
        text = JsonLines().format(record(exc_info=sys.exc_info()))
    assert len(text.splitlines()) == 1
    assert json.loads(text)["traceback"].endswith("KeyError: 'ada'")


def test_text_that_is_no_unicode_is_written_escaped() -> None:
    line = json.loads(JsonLines().format(record("a \ud800 path")))
    assert line["message"] == "a \ud800 path"


def test_separators_that_other_readers_break_lines_at_do_not_break_it() -> None:
    text = JsonLines().format(record("a\u2028b\x85c"))
    assert text.count("\n") == 0
