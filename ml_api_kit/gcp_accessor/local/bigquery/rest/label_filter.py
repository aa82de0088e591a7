"""The filter of a list of datasets: by their labels.

Source: https://cloud.google.com/bigquery/docs/filtering-labels
"""

from __future__ import annotations

from collections.abc import Mapping

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError


def has_labels(labels: Mapping[str, str], condition: str) -> bool:
    """Whether labels are as a filter such as `labels.team:blue labels.year` says.

    Raises BigQueryError: 400, when it is no such filter.

    >>> has_labels({"team": "blue"}, "labels.team:blue"), has_labels({}, "labels.team")
    (True, False)
    """
    for part in condition.split():
        key, colon, value = part.removeprefix("labels.").partition(":")
        if not part.startswith("labels.") or not key:
            raise BigQueryError(f"Invalid filter: {condition}")
        if key not in labels or (colon and value not in ("*", labels[key])):
            return False
    return True
