"""Texts of files as values, where a load takes more forms than CAST does.

Source: https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-csv#data_types
"""

from __future__ import annotations

import re

from ml_api_kit.gcp_accessor.local.bigquery.scalars.civil_text import text_to_moment
from ml_api_kit.gcp_accessor.local.bigquery.scalars.registry import scalar

_SLASHED = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})(?=[ tT])")
_WITHOUT_SECONDS = re.compile(r"([^:]+[ tT]\d{1,2}:\d{1,2})(?![\d:])")


@scalar("py_loaded_moment", "BIGINT")
def loaded_moment(text: str, zone: str = "UTC") -> int:
    """A timestamp as microseconds; its date may have slashes, and its time no seconds.

    >>> loaded_moment("1970/01/01 00:01")
    60000000
    """
    spelled = _SLASHED.sub(r"\1-\2-\3", text.strip(), count=1)
    if match := _WITHOUT_SECONDS.match(spelled):
        spelled = f"{match[1]}:00{spelled[match.end() :]}"
    return text_to_moment(spelled, zone)
