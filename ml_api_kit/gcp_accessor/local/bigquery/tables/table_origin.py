"""What a snapshot or a clone tells of the table that it was made of."""

from __future__ import annotations

import datetime
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.names import TableName

_MEMBERS = {"SNAPSHOT": "snapshot", "CLONE": "clone"}


def origin_members(operation: str, source: TableName) -> dict[str, Any]:
    """The members of a table that an operation has just made of another; none for a copy.

    >>> made = origin_members("CLONE", TableName("local", "exams", "answers"))
    >>> made["cloneDefinition"]["baseTableReference"]["tableId"]
    'answers'
    """
    member = _MEMBERS.get(operation)
    if member is None:
        return {}
    moment = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
    definition = {
        "baseTableReference": source.to_json(),
        f"{member}Time": moment.replace("+00:00", "Z"),
    }
    kind = {"type": "SNAPSHOT"} if operation == "SNAPSHOT" else {}
    return {**kind, f"{member}Definition": definition}


def moment_ms(text: str) -> int:
    """A moment that a table tells, in milliseconds since 1970.

    >>> moment_ms("1970-01-01T00:00:01.500Z")
    1500
    """
    return round(datetime.datetime.fromisoformat(text).timestamp() * 1000)
