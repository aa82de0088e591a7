"""`mlapi load-test`: what a project's API bears, and whether that passes its thresholds."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from ml_api_kit.cli.extras import require_extra


@click.command("load-test")
@click.option("--host", metavar="URL", help="A running server; else the project's own is started.")
@click.option("--users", type=int, help="How many users ask at the same time.")
@click.option("--spawn-rate", type=float, help="How many users are started per second.")
@click.option("--duration", "duration_s", type=int, help="How long to run, in seconds.")
@click.option("--invalid-share", type=float, help="The share of payloads that break the schema.")
@click.option("--p95-ms", type=float, help="The most that any endpoint's p95 may be.")
@click.option("--max-failure-share", type=float, help="The largest share that may fail.")
@click.option(
    "--project",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=Path(),
    help="The project's folder; the current one when left out.",
)
@click.option(
    "--locustfile",
    type=click.Path(path_type=Path),
    help="What to ask; the project's loadtests/locustfile.py when left out.",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    help="Where the HTML report goes; the project's loadtests/report.html when left out.",
)
def load_test(
    host: str | None,
    project: Path,
    locustfile: Path | None,
    report: Path | None,
    **overrides: Any,
) -> None:
    """Run the project's load test and hold it against its thresholds.

    Starts the project's server on a free port, lets locust ask it with payloads drawn from the
    request schema, and prints what was measured. Size and thresholds stand in the project's
    pyproject.toml under [tool.mlapi.load-test]; the options here go before them.

    Exits with 0 when all thresholds are passed, 1 when one is not, 2 when the load test could not
    be run, 130 when it was interrupted.
    """
    from ml_api_kit.loadtest.config import override_settings, read_load_test_settings
    from ml_api_kit.loadtest.progress import ProgressLine
    from ml_api_kit.loadtest.report import format_summary, format_thresholds
    from ml_api_kit.loadtest.session import run_load_test
    from ml_api_kit.loadtest.thresholds import check_thresholds

    require_extra("load", command="mlapi load-test")
    given = {name: value for name, value in overrides.items() if value is not None}
    settings = override_settings(
        read_load_test_settings(project / "pyproject.toml"), given, where="The option for {}"
    )
    html_report = report or project / "loadtests" / "report.html"
    snapshot = run_load_test(
        settings,
        project=project,
        locustfile=locustfile or project / "loadtests" / "locustfile.py",
        html_report=html_report,
        progress=ProgressLine(sys.stderr),
        host=host,
    )
    results = check_thresholds(snapshot, settings)
    click.echo(f"\n{format_summary(snapshot)}\n\n{format_thresholds(results)}")
    click.echo(f"\nPlots: {html_report}")
    if not all(result.is_passed for result in results):
        raise SystemExit(1)
