"""A load test from start to end.

1. Start the project's server, unless a host is given     http://127.0.0.1:43021, by run.py
2. Start locust as a child process                        20 users, 30 s, loadtests/locustfile.py
3. Show what it measures, while it measures               3/30 s · 20 users · 1,234 requests · ...
4. Let it write its report, and end both                  loadtests/report.html
"""

from __future__ import annotations

import contextlib
import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

from ml_api_kit.errors import LoadTestError, LoadTestInterruptedError
from ml_api_kit.loadtest.config import LoadTestSettings
from ml_api_kit.loadtest.host import check_host
from ml_api_kit.loadtest.locust_child import LocustChild
from ml_api_kit.loadtest.locust_command import REPORT_INTERVAL_S, locust_command
from ml_api_kit.loadtest.progress import ProgressLine, format_progress
from ml_api_kit.loadtest.records import Snapshot
from ml_api_kit.loadtest.server import ProjectServer


def run_load_test(
    settings: LoadTestSettings,
    *,
    project: Path,
    locustfile: Path,
    html_report: Path,
    progress: ProgressLine,
    host: str | None = None,
) -> Snapshot:
    """What was measured, after the load test has run for its whole time.

    `host` is the address of a running server; without it the project's own is started on a free
    port and ended again. The report with plots is written to `html_report`. `SIGTERM` counts as
    Ctrl-C; only the main thread can therefore call this.

    Raises LoadTestError: when nothing answers at `host`, the server or locust does not start, or
    ends before its time, or the locustfile's own code raised something.
    Raises SettingsError: when `host` is no address.
    Raises LoadTestInterruptedError: when Ctrl-C ended it; nothing is left running.
    """
    _check_before(locustfile=locustfile, html_report=html_report, host=host)
    seen: list[Snapshot] = []
    try:
        with _termination_as_interrupt(), ExitStack() as stack:
            scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mlapi-load-")))
            stack.enter_context(progress)
            server, target = None, host
            if target is None:
                server = stack.enter_context(ProjectServer(project, scratch=scratch))
                progress.show(f"starting the server on {server.url}", is_urgent=True)
                server.wait_until_ready()
                target = server.url
            command = locust_command(
                settings,
                locustfile=locustfile.resolve(),
                host=target,
                html_report=html_report.resolve(),
            )
            locust = LocustChild(
                command, project=project, scratch=scratch, invalid_share=settings.invalid_share
            )
            stack.callback(locust.stop)
            progress.show("drawing payloads", is_urgent=True)
            _follow(locust, server, seen=seen, progress=progress, duration_s=settings.duration_s)
            locust.wait()
            _check_locustfile(seen[-1], html_report=html_report)
    except KeyboardInterrupt:
        raise LoadTestInterruptedError(_interruption(seen, host=host)) from None
    return seen[-1]


def _check_before(*, locustfile: Path, html_report: Path, host: str | None) -> None:
    if not locustfile.is_file():
        raise LoadTestError(
            f"There is no locustfile {locustfile.resolve()}: run this in a project's folder, or "
            "name one with --locustfile."
        )
    # Now, and not when the load test has run for its whole time.
    folder = html_report.resolve().parent
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise LoadTestError(
            f"The report cannot be written to {folder}: make that folder, or name another file "
            "with --report."
        )
    if host is not None:
        check_host(host)


def _follow(
    locust: LocustChild,
    server: ProjectServer | None,
    *,
    seen: list[Snapshot],
    progress: ProgressLine,
    duration_s: int,
) -> None:
    for snapshot in locust.snapshots(poll_s=2 * REPORT_INTERVAL_S):
        if server is not None:
            server.check_alive()
        if snapshot is not None:
            seen[:] = [snapshot]
            progress.show(
                format_progress(snapshot, duration_s=duration_s), is_urgent=snapshot.is_final
            )


def _check_locustfile(snapshot: Snapshot, *, html_report: Path) -> None:
    if snapshot.exceptions:
        first = snapshot.exceptions[0]
        raise LoadTestError(
            f"The locustfile's own code failed {first.count} times; correct it, for what was "
            f"measured ({html_report}) is not what was meant.\n{first.reason}"
        )


def _interruption(seen: list[Snapshot], *, host: str | None) -> str:
    when = (
        f"after {seen[-1].elapsed_s:.0f} s and {seen[-1].total.requests:,} requests"
        if seen
        else "before the first request"
    )
    ended = "locust has ended" if host else "locust and the server have ended"
    return f"The load test was interrupted {when}; {ended}."


@contextlib.contextmanager
def _termination_as_interrupt() -> Iterator[None]:
    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    # SIGINT too: a parent that ignores it (a job in the background) hands that down.
    before = {each: signal.signal(each, interrupt) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
