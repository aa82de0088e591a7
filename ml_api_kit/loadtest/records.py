"""What a load test measured, as records that travel between its two processes as JSON lines."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class EndpointStats:
    """The requests of one endpoint, or of all of them together.

    Times are whole milliseconds as locust keeps them: exact below 100 ms, rounded to two
    significant digits above; 0 where nothing was requested.
    """

    name: str
    requests: int
    failures: int
    median_ms: float
    p95_ms: float
    p99_ms: float
    requests_per_s: float

    @property
    def failure_share(self) -> float:
        """The share of requests that failed, 0.0 to 1.0; 0.0 where nothing was requested."""
        return self.failures / self.requests if self.requests else 0.0


@dataclass(frozen=True, slots=True)
class FailureCount:
    """How often one endpoint failed in one way."""

    name: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state of a load test at one moment.

    Attributes:
        elapsed_s: seconds since the first user was started.
        users: how many users are running.
        total: all endpoints together.
        endpoints: one record per endpoint, by name.
        failures: how often what failed, the most frequent first.
        exceptions: how often what was raised by the locustfile's own code; locust counts that as
            no request and no failure.
        is_generator_busy: whether locust itself used over 90 % of its CPU, so that the server may
            bear more than was measured.
        is_final: whether the load test has ended.
    """

    elapsed_s: float
    users: int
    total: EndpointStats
    endpoints: tuple[EndpointStats, ...] = ()
    failures: tuple[FailureCount, ...] = ()
    exceptions: tuple[FailureCount, ...] = ()
    is_generator_busy: bool = False
    is_final: bool = False


def to_json_line(snapshot: Snapshot) -> bytes:
    """One line of JSON, ended by a newline, that `from_json_line` reads back."""
    return json.dumps(asdict(snapshot)).encode() + b"\n"


def from_json_line(line: bytes) -> Snapshot:
    r"""The snapshot that `to_json_line` wrote.

    >>> total = EndpointStats("all", 4, 1, 2.0, 3.0, 3.0, 8.0)
    >>> snapshot = Snapshot(0.5, 2, total, endpoints=(total,))
    >>> from_json_line(to_json_line(snapshot)) == snapshot
    True
    """
    fields: dict[str, Any] = json.loads(line)
    return Snapshot(
        **fields
        | {
            "total": EndpointStats(**fields["total"]),
            "endpoints": tuple(EndpointStats(**each) for each in fields["endpoints"]),
            "failures": tuple(FailureCount(**each) for each in fields["failures"]),
            "exceptions": tuple(FailureCount(**each) for each in fields["exceptions"]),
        }
    )
