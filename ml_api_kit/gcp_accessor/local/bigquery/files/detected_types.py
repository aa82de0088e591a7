"""The type that texts suggest: the first whose converter takes them all.

Source: https://cloud.google.com/bigquery/docs/schema-detect#auto-detection_details
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.civil_text import (
    text_to_date,
    text_to_time,
)
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.format_parsing import parse_formatted
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.loaded_text import loaded_moment
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.numbers import (
    text_to_float64,
    text_to_int64,
)
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import SqlError

_WORDS = frozenset({"true", "false"})
_CSV_WORDS = _WORDS | {"t", "f", "yes", "no", "y", "n"}
# A converter takes more forms than detection looks for.
_INTEGER = re.compile(r"\s*[+-]?\d+\s*")
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_TIME = re.compile(r"\d{1,2}:\d{1,2}:\d{1,2}(\.\d{1,6})?")
_TIMESTAMP = re.compile(
    r"\d{4}[-/]\d{1,2}[-/]\d{1,2}[ Tt]\d{1,2}:\d{1,2}(:\d{1,2}(\.\d+)?)?"
    r"( ?([Zz]|UTC|[+-]\d{1,2}(:?\d{2})?))?"
)

Test = Callable[[str], bool]


def detected_type(
    texts: Collection[str], options: Mapping[str, Any], *, is_csv: bool = True
) -> str:
    """The type of a column of such texts; STRING where no other takes them all, or there are none.

    The formats of dates and times are those of the load's options, where it has them. CSV files
    spell truth in more ways.

    >>> detected_type(["1", "2.5"], {}), detected_type(["12/31/2024"], {}), detected_type([], {})
    ('FLOAT', 'STRING', 'STRING')
    """
    if not texts:
        return "STRING"
    words = _CSV_WORDS if is_csv else _WORDS
    if all(text.lower() in words for text in texts):
        return "BOOLEAN"
    for kind, test in _tests(options):
        if all(map(test, texts)):
            return kind
    return "STRING"


def _tests(options: Mapping[str, Any]) -> list[tuple[str, Test]]:
    tests: list[tuple[str, Test]] = [
        ("INTEGER", partial(_is_read, text_to_int64, _INTEGER)),
        ("FLOAT", partial(_is_read, text_to_float64, None)),
    ]
    zone = str(options.get("timeZone") or "UTC")
    for kind, option, read, form in (
        ("DATE", "dateFormat", text_to_date, _DATE),
        ("TIME", "timeFormat", text_to_time, _TIME),
        ("TIMESTAMP", "timestampFormat", partial(loaded_moment, zone=zone), _TIMESTAMP),
        ("DATETIME", "datetimeFormat", None, None),
    ):
        given = options.get(option)
        if given:
            tests.append((kind, partial(_is_read, partial(_formatted, str(given), kind), None)))
        elif read is not None:
            tests.append((kind, partial(_is_read, read, form)))
    return tests


def _formatted(form: str, kind: str, text: str) -> object:
    return parse_formatted(text, form, kind)


def _is_read(read: Callable[[str], object], form: re.Pattern[str] | None, text: str) -> bool:
    if form is not None and not form.fullmatch(text):
        return False
    try:
        read(text)
    except SqlError:
        return False
    return True
