"""Whether a load test stayed within the project's thresholds."""

from __future__ import annotations

from dataclasses import dataclass

from ml_api_kit.loadtest.config import LoadTestSettings
from ml_api_kit.loadtest.records import EndpointStats, Snapshot


@dataclass(frozen=True, slots=True)
class ThresholdResult:
    """One threshold: what was allowed, what was found, and whether that passes."""

    name: str
    allowed: str
    found: str
    is_passed: bool


def check_thresholds(
    snapshot: Snapshot, settings: LoadTestSettings
) -> tuple[ThresholdResult, ThresholdResult, ThresholdResult]:
    """The results for: any request at all, the share of failures, the 95th percentile.

    The share counts all requests. The percentile is that of the slowest endpoint, so that many
    quick answers of one (an invalid payload costs little) do not hide the slow ones of another. A
    value equal to its threshold passes.

    >>> quick = EndpointStats("GET /a", 10, 0, 4, 9, 9, 5.0)
    >>> snapshot = Snapshot(2.0, 1, quick, endpoints=(quick,))
    >>> [result.is_passed for result in check_thresholds(snapshot, LoadTestSettings(p95_ms=8))]
    [True, True, False]
    """
    total = snapshot.total
    slowest = max(snapshot.endpoints, key=_p95_ms, default=total)
    return (
        ThresholdResult("requests", "at least 1", str(total.requests), total.requests > 0),
        ThresholdResult(
            "failures",
            f"at most {settings.max_failure_share:.2%}",
            f"{total.failure_share:.2%}",
            total.failure_share <= settings.max_failure_share,
        ),
        ThresholdResult(
            "p95",
            f"at most {settings.p95_ms:g} ms",
            f"{slowest.p95_ms:g} ms ({slowest.name})" if total.requests else "nothing measured",
            total.requests > 0 and slowest.p95_ms <= settings.p95_ms,
        ),
    )


def _p95_ms(endpoint: EndpointStats) -> float:
    return endpoint.p95_ms
