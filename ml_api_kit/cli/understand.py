"""`mlapi understand`: what research code does, statement by statement."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ml_api_kit.cli.extras import require_extra
from ml_api_kit.errors import ConversionError, ResearchError

if TYPE_CHECKING:
    from ml_api_kit.research.record.process import Limits, Progress


_NARROWEST, _WIDTH, _WIDEST = 60, 88, 100


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--static", "is_static", is_flag=True, help="Do not run the code.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a summary.")
@click.option(
    "--html", type=click.Path(path_type=Path, dir_okay=False), help="Write a page to read."
)
@click.option(
    "--timeout",
    "timeout_s",
    type=click.FloatRange(min=0, min_open=True),
    default=600.0,
    show_default=True,
)
@click.option("--allow-network", is_flag=True, help="Let the code open connections.")
def understand(
    file: Path,
    *,
    is_static: bool,
    as_json: bool,
    html: Path | None,
    timeout_s: float,
    allow_network: bool,
) -> None:
    """Say what the notebook or script FILE does, statement by statement.

    Each statement is preparation, preprocessing, ml, exploration, export or support, with the
    reason. The code is run once, in a process of its own and in a copy of its folder, to see which
    statements its model needs, and which of its pandas plain Python can take the place of;
    --static does without, and says what it therefore does not know.
    """
    require_extra("research", command="mlapi understand")
    from ml_api_kit.research.record.process import Limits
    from ml_api_kit.research.source.reading import read_research_code
    from ml_api_kit.research.understand.page import to_page
    from ml_api_kit.research.understand.report import to_report
    from ml_api_kit.research.understand.summary import format_report

    code = read_research_code(file)
    _refuse_page_without_folder(html)
    limits = Limits(timeout_s=timeout_s, allow_network=allow_network)
    found, refused = (None, None) if is_static else _run(file, limits)
    report = to_report(code, found, refused=refused)
    if html is not None:
        _write(html, to_page(code, report))
    if as_json:
        click.echo(json.dumps(report, indent=1, ensure_ascii=False))
    else:
        columns = shutil.get_terminal_size(fallback=(_WIDTH, 24)).columns
        click.echo(format_report(report, width=min(max(columns, _NARROWEST), _WIDEST)))


def _run(file: Path, limits: Limits) -> tuple[dict[str, Any] | None, str | None]:
    """What one run of the code found; or, where it makes nothing for an API, that in words."""
    from ml_api_kit.loadtest.progress import ProgressLine
    from ml_api_kit.research.convert import ConversionOptions, convert

    options = ConversionOptions(limits=limits)
    with ProgressLine(sys.stderr) as line, tempfile.TemporaryDirectory() as folder:
        try:
            found = convert(
                file, Path(folder), options=options, on_progress=lambda at: line.show(_said(at))
            )
        except ConversionError as error:
            return None, str(error)
    return found, None


def _said(at: Progress) -> str:
    """Where the run is, in words."""
    what = f"cell {at.cell}, line {at.line}" if at.stage == "run" else "looking at what it did"
    return f"{what} · {at.elapsed_s:.0f} s"


def _refuse_page_without_folder(html: Path | None) -> None:
    """Say before the code runs for long that its page could not be written."""
    if html is not None and not html.parent.is_dir():
        raise click.UsageError(f"There is no folder {html.parent} to write {html.name} into.")


def _write(html: Path, page: str) -> None:
    try:
        html.write_text(page, encoding="utf-8", errors="replace")
    except OSError as error:
        raise ResearchError(f"{html} cannot be written: {error.strerror}.") from error
    click.echo(f"Wrote {html}.", err=True)
