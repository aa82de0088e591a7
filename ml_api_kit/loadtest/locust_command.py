"""How the load test's own process tells the one that runs locust what to do."""

from __future__ import annotations

import sys
from pathlib import Path

from ml_api_kit.loadtest.config import LoadTestSettings

INVALID_SHARE_VARIABLE = "MLAPI_LOAD_INVALID_SHARE"
REPORT_INTERVAL_S = 0.5
# Marks a line as the sentence of an error, where a snapshot would begin with a brace.
SENTENCE_PREFIX = b"! "
_IN_FLIGHT_LIMIT_S = 3


def locust_command(
    settings: LoadTestSettings, *, locustfile: Path, host: str, html_report: Path
) -> list[str]:
    """The command that runs locust without its web page, reporting snapshots on its output.

    Requests in flight at the end have three seconds to be answered.

    >>> command = locust_command(
    ...     LoadTestSettings(users=5, duration_s=10),
    ...     locustfile=Path("locustfile.py"), host="http://127.0.0.1:1", html_report=Path("r.html"),
    ... )
    >>> command[command.index("--users") + 1]
    '5'
    """
    return [
        *(sys.executable, "-m", "ml_api_kit.loadtest.locust_process"),
        *("--locustfile", str(locustfile)),
        *("--host", host),
        *("--html", str(html_report)),
        *("--users", str(settings.users)),
        *("--spawn-rate", str(settings.spawn_rate)),
        *("--run-time", str(settings.duration_s)),
        *("--stop-timeout", str(_IN_FLIGHT_LIMIT_S)),
        # Failed requests are judged by the thresholds; locust's status tells whether it worked.
        *("--exit-code-on-error", "0"),
        "--headless",
        "--only-summary",
    ]
