"""What a load test measured and whether that passes, as text tables."""

from __future__ import annotations

from collections.abc import Sequence

from ml_api_kit.loadtest.records import EndpointStats, Snapshot
from ml_api_kit.loadtest.thresholds import ThresholdResult

_HEADINGS = ("Endpoint", "Requests", "Failures", "Median", "p95", "p99", "Requests/s")
_MOST_FAILURES_SHOWN = 5


def format_summary(snapshot: Snapshot) -> str:
    """A table with a line per endpoint and one for all; times in milliseconds.

    Below it stand the most frequent failures, and a warning where locust itself was too busy.

    >>> get = EndpointStats("GET /a", 10, 0, 4, 9, 9, 5.0)
    >>> print(format_summary(Snapshot(2.0, 1, get, endpoints=(get,))))
    Endpoint  Requests  Failures  Median   p95   p99  Requests/s
    GET /a          10  0 (0.0%)    4 ms  9 ms  9 ms         5.0
    GET /a          10  0 (0.0%)    4 ms  9 ms  9 ms         5.0
    """
    lines = [_HEADINGS, *(_cells(each) for each in (*snapshot.endpoints, snapshot.total))]
    parts = [_align(lines)]
    if snapshot.failures:
        shown = snapshot.failures[:_MOST_FAILURES_SHOWN]
        parts += ["", *(f"{each.count} x {each.name}: {each.reason}" for each in shown)]
        rest = len(snapshot.failures) - len(shown)
        parts += [f"and {rest} other kinds of failure"] if rest else []
    if snapshot.is_generator_busy:
        parts += ["", "locust itself used over 90% of its CPU: the server may bear more than this."]
    return "\n".join(parts)


def format_thresholds(results: Sequence[ThresholdResult]) -> str:
    """A line per threshold: passed or FAILED, its name, what was found and what is allowed.

    >>> print(format_thresholds([ThresholdResult("p95", "at most 8 ms", "9 ms (GET /a)", False)]))
    FAILED  p95: 9 ms (GET /a), at most 8 ms allowed
    """
    return "\n".join(
        f"{'passed' if each.is_passed else 'FAILED'}  {each.name}: {each.found}, "
        + (f"{each.allowed} needed" if each.name == "requests" else f"{each.allowed} allowed")
        for each in results
    )


def _cells(endpoint: EndpointStats) -> tuple[str, ...]:
    return (
        endpoint.name,
        f"{endpoint.requests:,}",
        f"{endpoint.failures:,} ({endpoint.failure_share:.1%})",
        f"{endpoint.median_ms:g} ms",
        f"{endpoint.p95_ms:g} ms",
        f"{endpoint.p99_ms:g} ms",
        f"{endpoint.requests_per_s:,.1f}",
    )


def _align(lines: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            [line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])],
        )
        for line in lines
    )
