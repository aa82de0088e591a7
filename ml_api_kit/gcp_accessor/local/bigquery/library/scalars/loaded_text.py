"""Texts of files as values, where a load takes more forms than CAST does.

Source: https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-csv#data_types
"""

from __future__ import annotations

import re
from decimal import Decimal

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.civil_text import text_to_moment
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import (
    Refusal,
    SqlError,
    scalar,
)

_SLASHED = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})(?=[ tT])")
_SECONDS = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d{1,2})?")
# From the year 1 to the year 9999.
_FIRST_MICROS, _LAST_MICROS = -62_135_596_800_000_000, 253_402_300_799_999_999
_WITHOUT_SECONDS = re.compile(r"([^:]+[ tT]\d{1,2}:\d{1,2})(?![\d:])")


@scalar("py_loaded_moment", "BIGINT")
def loaded_moment(text: str, zone: str = "UTC") -> int:
    """A timestamp as microseconds; its date may have slashes, and its time no seconds.

    A number is that of the seconds since 1970.

    >>> loaded_moment("1970/01/01 00:01"), loaded_moment("1.5e1")
    (60000000, 15000000)
    """
    if _SECONDS.fullmatch(text.strip()):
        return _seconds(text.strip())
    spelled = _SLASHED.sub(r"\1-\2-\3", text.strip(), count=1)
    if match := _WITHOUT_SECONDS.match(spelled):
        spelled = f"{match[1]}:00{spelled[match.end() :]}"
    return text_to_moment(spelled, zone)


def _seconds(text: str) -> int:
    micros = Decimal(text).scaleb(6)
    if micros != micros.to_integral_value():
        raise Refusal(f"the timestamp {text}, which has parts of microseconds")
    if not _FIRST_MICROS <= micros <= _LAST_MICROS:
        raise SqlError(f"Timestamp field value is out of range: {int(micros)}")
    return int(micros)
