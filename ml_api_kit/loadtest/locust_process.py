"""The process that locust runs in; `python -m ml_api_kit.loadtest.locust_process OPTIONS`.

It takes locust's options, and in place of locust's own tables writes a snapshot as a JSON line
to standard output twice a second and once at the end. All else goes to standard error.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import Any, BinaryIO

import gevent
import locust
import locust.main
from locust.stats import StatsEntry

from ml_api_kit.errors import MlApiError
from ml_api_kit.loadtest.locust_command import REPORT_INTERVAL_S, SENTENCE_PREFIX
from ml_api_kit.loadtest.records import EndpointStats, FailureCount, Snapshot, to_json_line

# Locust's own functions have no types.
_events: Any = locust.events
_run_locust: Any = locust.main.main


class Reporter:
    """Writes snapshots of a locust environment to a stream until the load test ends."""

    def __init__(self, stream: BinaryIO) -> None:
        """Write to `stream`, at the other end of which the load test's own process listens."""
        self._stream = stream
        self._started_s: float | None = None

    def listen(self) -> None:
        """Start reporting once locust's environment is there."""
        _events.test_start.add_listener(self._on_test_start)
        _events.quitting.add_listener(self._on_quitting)

    def _on_test_start(self, environment: Any, **_: Any) -> None:
        self._started_s = time.monotonic()
        gevent.spawn(self._report_until_over, environment)

    def _on_quitting(self, environment: Any, **_: Any) -> None:
        self._write(environment, is_final=True)

    def _report_until_over(self, environment: Any) -> None:
        while True:
            gevent.sleep(REPORT_INTERVAL_S)
            try:
                self._write(environment, is_final=False)
            except BrokenPipeError:
                # Nobody listens any more: the process that started this one is gone.
                os.kill(os.getpid(), signal.SIGTERM)
                return

    def _write(self, environment: Any, *, is_final: bool) -> None:
        elapsed_s = time.monotonic() - self._started_s if self._started_s is not None else 0.0
        snapshot = take_snapshot(environment.runner, elapsed_s=elapsed_s, is_final=is_final)
        self._stream.write(to_json_line(snapshot))
        self._stream.flush()


def take_snapshot(runner: Any, *, elapsed_s: float, is_final: bool) -> Snapshot:
    """What `runner`, locust's own, has measured so far."""
    stats = runner.stats
    failures = sorted(stats.errors.values(), key=lambda each: -each.occurrences)
    return Snapshot(
        elapsed_s=elapsed_s,
        users=runner.user_count,
        total=_endpoint_stats(stats.total, name="All"),
        endpoints=tuple(
            _endpoint_stats(entry, name=f"{entry.method} {entry.name}")
            for _, entry in sorted(stats.entries.items())
        ),
        failures=tuple(
            FailureCount(f"{each.method} {each.name}", str(each.error), each.occurrences)
            for each in failures
        ),
        exceptions=tuple(
            FailureCount("locustfile", f"{each['traceback']}{each['msg']}", each["count"])
            for each in runner.exceptions.values()
        ),
        is_generator_busy=bool(runner.cpu_warning_emitted),
        is_final=is_final,
    )


def _endpoint_stats(entry: StatsEntry, *, name: str) -> EndpointStats:
    return EndpointStats(
        name=name,
        requests=entry.num_requests,
        failures=entry.num_failures,
        median_ms=entry.get_response_time_percentile(0.5),
        p95_ms=entry.get_response_time_percentile(0.95),
        p99_ms=entry.get_response_time_percentile(0.99),
        requests_per_s=entry.total_rps,
    )


def main() -> None:
    """Run locust with this process's arguments; exit as it does, or with 2 for a known error."""
    # A parent that ignores Ctrl-C (a job in the background) would hand that down.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # What a locustfile prints must not come between the snapshots.
    channel = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    Reporter(channel).listen()
    try:
        _run_locust()
    except MlApiError as error:
        channel.write(SENTENCE_PREFIX + str(error).encode() + b"\n")
        channel.flush()
        sys.exit(2)


if __name__ == "__main__":
    main()
