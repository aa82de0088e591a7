"""`mlapi check`: whether a converted project answers as its notebook did."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click


@click.command()
@click.argument(
    "folder", type=click.Path(path_type=Path, file_okay=False, exists=True), default=Path()
)
@click.option("--json", "as_json", is_flag=True, help="Print conversion.json instead of a table.")
def check(folder: Path, *, as_json: bool) -> None:
    """Hold the converted project in FOLDER to the answers of its notebook.

    Starts the project's server, sends it every recorded row, in batches and one by one, and
    compares the answers: exactly for labels and whole numbers, within 1e-9 relatively for floats.
    Runs the project's tests. Finds out whether it answers without pandas, and how long one row
    takes. Writes what it found to conversion.json, and prints it.

    Exits with 0 where every row was equal and every test passed, else with 1.
    """
    from ml_api_kit.loadtest.progress import ProgressLine
    from ml_api_kit.research.check.check_project import check_project
    from ml_api_kit.research.check.conversion import to_document
    from ml_api_kit.research.check.table import format_table

    with ProgressLine(sys.stderr) as line:
        conversion = check_project(folder, on_progress=line.show)
    if as_json:
        click.echo(json.dumps(to_document(conversion), indent=1, ensure_ascii=False))
    else:
        click.echo(format_table(conversion))
    if not conversion.holds:
        raise SystemExit(1)
