"""`mlapi gcp`: the local BigQuery and Cloud Storage of a project."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ml_api_kit.cli.extras import require_extra
from ml_api_kit.settings import load_settings

if TYPE_CHECKING:
    from ml_api_kit.gcp_accessor.googlesql import Verdict

DEFAULT_DATASET = "data"
_NOT_RUNNING_EXIT_CODE = 3
_ENDINGS = (".csv", ".json", ".jsonl", ".ndjson", ".parquet")


@click.group()
def gcp() -> None:
    """The local BigQuery and Cloud Storage, in a folder of the project."""


@gcp.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Default: the last one.")
def start(port: int) -> None:
    """Start the local servers; they stay until `mlapi gcp stop`."""
    from ml_api_kit.gcp_accessor.local.process import LocalServer, start_local_server

    require_extra("gcp", command="mlapi gcp start")
    server: LocalServer = start_local_server(_folder(), port=port)
    state = "started" if server.is_new else "already running"
    click.echo(f"BigQuery and Cloud Storage are {state} at {server.url} (process {server.pid}).")
    click.echo(f"Their data is in {server.folder}.")
    click.echo("Programs that use ml-api-kit find them by themselves; for others:")
    click.echo(f"export BIGQUERY_EMULATOR_HOST={server.url}")
    click.echo(f"export STORAGE_EMULATOR_HOST={server.url}")


@gcp.command()
def stop() -> None:
    """Stop the local servers; their data stays."""
    from ml_api_kit.gcp_accessor.local.process import stop_local_server

    server = stop_local_server(_folder())
    if server is None:
        click.echo("No local server is running.")
    else:
        click.echo(f"Stopped (process {server.pid}). The data stays in {server.folder}.")


@gcp.command()
@click.pass_context
def status(ctx: click.Context) -> None:
    """Show whether the local servers run; exit with 3 when they do not."""
    from ml_api_kit.gcp_accessor.local.process import local_server_status

    server = local_server_status(_folder())
    if server is None:
        click.echo(f"No local server is running for {_folder()}. Start one: mlapi gcp start")
        ctx.exit(_NOT_RUNNING_EXIT_CODE)
    idle_s = server.idle_timeout_s
    end = "until stopped" if idle_s is None else f"until unused for {idle_s:g} s"
    click.echo(f"Running at {server.url} (process {server.pid}), {end}.")
    click.echo(f"Its data is in {server.folder}.")


@gcp.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--table", metavar="DATASET.TABLE", help="Default: data.<name of the file>.")
@click.option(
    "--schema",
    "schema_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The table's columns, as a schema file of BigQuery; default: what FILE suggests.",
)
@click.option("--replace", is_flag=True, help="Replace the rows of the table; default: append.")
def load(file: Path, table: str | None, schema_file: Path | None, replace: bool) -> None:
    """Load FILE, in CSV, JSON lines or Parquet, into a BigQuery table.

    The table is made where it is missing. Where it goes is up to MLAPI_GCP_BACKEND, as for every
    program: into the local BigQuery unless a setting says otherwise.
    """
    from ml_api_kit.gcp_accessor.bigquery import BigQueryAccessor
    from ml_api_kit.gcp_accessor.bigquery.files import read_table_schema

    require_extra("gcp", command="mlapi gcp load")
    target = table_name(file, table)
    schema = None if schema_file is None else read_table_schema(schema_file)
    row_count = BigQueryAccessor().load_file(target, file, schema=schema, replace=replace)
    click.echo(f"Loaded {row_count} rows of {file} into {target}.")


@gcp.command()
@click.argument("query")
@click.pass_context
def check(ctx: click.Context, query: str) -> None:
    """Check QUERY with Google's evaluator of GoogleSQL, and compare the local BigQuery with it.

    Exits with 1 where the query is wrong, or the local BigQuery answers otherwise.
    """
    from ml_api_kit.gcp_accessor.googlesql import Evaluator, compare

    require_extra("gcp", command="mlapi gcp check")
    require_extra("googlesql", command="mlapi gcp check")
    verdict = compare(query, Evaluator())
    if verdict.unknown is not None:
        click.echo(f"Google's evaluator cannot tell: {verdict.unknown}")
        return
    click.echo(f"GoogleSQL: {'valid' if verdict.is_valid else 'not valid'}")
    if verdict.answer is not None:
        click.echo("Google's evaluator:")
        rows = [list(map(_cell_text, row)) for row in verdict.answer.rows]
        names = [name or f"f{i}_" for i, name in enumerate(verdict.answer.names)]
        for row in [names, *rows]:
            click.echo("  " + "  ".join(row))
    else:
        click.echo(f"Google's evaluator fails: {verdict.error}")
    _echo_local(verdict)
    if not verdict.is_equal or verdict.answer is None:
        ctx.exit(1)


def _echo_local(verdict: Verdict) -> None:
    if verdict.is_equal and verdict.answer is not None:
        click.echo("The local BigQuery answers the same.")
    elif verdict.local_error is not None:
        click.echo(f"The local BigQuery fails: {verdict.local_error}")
    else:
        click.echo(f"The local BigQuery answers otherwise: {verdict.local_rows}")


def _cell_text(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_cell_text, value)) + "]"
    return "NULL" if value is None else str(value)


def table_name(file: Path, table: str | None) -> str:
    """The table as `dataset.table`: as given, or named after the file in the dataset `data`.

    Raises click.BadParameter: for a table without its dataset.

    >>> table_name(Path("lsat-6 patterns.csv.gz"), None)
    'data.lsat_6_patterns'
    """
    if table is None:
        name = file.name.lower().removesuffix(".gz")
        for ending in _ENDINGS:
            name = name.removesuffix(ending)
        return f"{DEFAULT_DATASET}.{re.sub(r'[^a-z0-9_]+', '_', name).strip('_') or 'rows'}"
    if not re.fullmatch(r"([^.\s]+\.)?\w+\.[^.\s]+", table):
        raise click.BadParameter(f"{table!r} is no DATASET.TABLE.", param_hint="--table")
    return table


def _folder() -> Path:
    return load_settings(os.environ).local_folder
