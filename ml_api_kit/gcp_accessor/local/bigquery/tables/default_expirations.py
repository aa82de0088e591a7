"""When new tables end, or their partitions, by the defaults of their dataset.

Source: https://cloud.google.com/bigquery/docs/reference/rest/v2/datasets#Dataset
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.members import object_member


def default_expirations(
    dataset: Mapping[str, Any], table: Mapping[str, Any], *, created_ms: int
) -> dict[str, Any]:
    """The members that a new table gets beside, or in place of, those it is made with.

    Where a table has partitions by time, the default of these takes the place of that of tables.

    Raises BigQueryError: 400, when the partitions are none.

    >>> default_expirations({"defaultTableExpirationMs": "500"}, {}, created_ms=1000)
    {'expirationTime': '1500'}
    >>> dataset = {"defaultTableExpirationMs": "500", "defaultPartitionExpirationMs": "70"}
    >>> default_expirations(dataset, {"timePartitioning": {"type": "DAY"}}, created_ms=1000)
    {'timePartitioning': {'expirationMs': '70', 'type': 'DAY'}}
    """
    partitions = object_member(table, "timePartitioning")
    span_ms = dataset.get("defaultPartitionExpirationMs")
    if partitions and span_ms:
        given = {key: value for key, value in partitions.items() if value is not None}
        return {"timePartitioning": {"expirationMs": str(span_ms), **given}}
    after_ms = dataset.get("defaultTableExpirationMs")
    if not after_ms or table.get("expirationTime"):
        return {}
    return {"expirationTime": str(created_ms + int(after_ms))}
