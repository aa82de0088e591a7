import pytest

from ml_api_kit.loadtest.config import LoadTestSettings
from ml_api_kit.loadtest.records import EndpointStats, FailureCount, Snapshot
from ml_api_kit.loadtest.report import format_summary
from ml_api_kit.loadtest.thresholds import check_thresholds


def stats(name="All", *, requests=100, failures=0, p95_ms=10.0):
    return EndpointStats(name, requests, failures, 5.0, p95_ms, p95_ms, 50.0)


def passed(snapshot, **settings):
    results = check_thresholds(snapshot, LoadTestSettings(**settings))
    return {result.name: result.is_passed for result in results}


@pytest.mark.parametrize(("failures", "is_passed"), [(0, True), (5, True), (6, False)])
def test_thresholds_failure_share(failures, is_passed):
    snapshot = Snapshot(1.0, 1, stats(failures=failures))
    assert passed(snapshot, max_failure_share=0.05)["failures"] is is_passed


def test_thresholds_p95_is_that_of_the_slowest_endpoint():
    endpoints = (stats("GET /a", p95_ms=2.0), stats("POST /a", p95_ms=90.0))
    snapshot = Snapshot(1.0, 1, stats(p95_ms=3.0), endpoints=endpoints)
    assert not passed(snapshot, p95_ms=89)["p95"]
    assert passed(snapshot, p95_ms=90)["p95"]


def test_thresholds_nothing_requested_does_not_pass():
    snapshot = Snapshot(1.0, 1, stats(requests=0, p95_ms=0.0))
    assert passed(snapshot) == {"requests": False, "failures": True, "p95": False}


def test_summary_shows_the_most_frequent_failures_and_a_busy_generator():
    failures = tuple(FailureCount("GET /a", f"reason {n}", 9 - n) for n in range(7))
    text = format_summary(Snapshot(1.0, 1, stats(), failures=failures, is_generator_busy=True))
    assert "9 x GET /a: reason 0" in text
    assert "reason 5" not in text
    assert "and 2 other kinds of failure" in text
    assert "the server may bear more" in text
