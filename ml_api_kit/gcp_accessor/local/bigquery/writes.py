"""Who writes: one at a time, and how often there was something to keep."""

from __future__ import annotations

from dataclasses import dataclass

from ml_api_kit.gcp_accessor.local.bigquery.cancellation import WriteLock


@dataclass(slots=True)
class Writes:
    """The lock that each writer holds, and the number of changes that were kept so far."""

    lock: WriteLock
    count: int = 0
