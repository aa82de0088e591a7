"""`mlapi modularize`: the modules that research code becomes, without a project around them."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ml_api_kit.cli.extras import require_extra
from ml_api_kit.errors import FolderExistsError


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output-dir",
    "output",
    type=click.Path(path_type=Path),
    required=True,
    help="The folder to make; it must not exist.",
)
@click.option("--model", help="The variable of the model to serve.")
@click.option(
    "--timeout",
    "timeout_s",
    type=click.FloatRange(min=0, min_open=True),
    default=600.0,
    show_default=True,
)
def modularize(file: Path, *, output: Path, model: str | None, timeout_s: float) -> None:
    """Split the notebook or script FILE into modules, artifacts and golden cases.

    The code runs once. preprocessing.py holds what is done to each row, prediction.py the model,
    training/train.py the statements that the model is made by, artifacts/ what was learned, and
    golden.jsonl raw rows with the answers that the code gave for them. mlapi new --from makes a
    whole project of the same.
    """
    require_extra("research", command="mlapi modularize")
    from ml_api_kit.loadtest.progress import ProgressLine
    from ml_api_kit.research.convert import ConversionOptions, convert
    from ml_api_kit.research.record.process import Limits

    if output.exists():
        raise FolderExistsError(f"{output} exists already and was left as it is.")
    output.mkdir(parents=True)
    options = ConversionOptions(model=model, limits=Limits(timeout_s=timeout_s))
    with ProgressLine(sys.stderr) as line:
        interface = convert(
            file,
            output,
            options=options,
            on_progress=lambda at: line.show(f"cell {at.cell} · {at.elapsed_s:.0f} s"),
        )
    trial = interface["trial"]
    click.echo(f"Made {output}: /v1/{interface['noun']}, request path {interface['request_path']}")
    click.echo(f"{trial.get('equal', 0)} of {trial.get('rows', 0)} golden rows are equal.")
    for reason in interface["reasons"]:
        click.echo(f"fell short: {reason['what']}: {reason['why']}")
