"""`mlapi train`: what a project learns, learned anew from its data source."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument(
    "folder", type=click.Path(path_type=Path, file_okay=False, exists=True), default=Path()
)
def train(folder: Path) -> None:
    """Fit the model of the project in FOLDER anew, and write new artifacts.

    Runs the project's own training.py, which reads the project's data source; `make train` loads
    that first where it is a file of the project.
    """
    from ml_api_kit.project.training_run import run_training

    status = run_training(folder)
    if status:
        raise SystemExit(status)
