"""`mlapi gcp`: the local BigQuery and Cloud Storage of a project."""

from __future__ import annotations

import json
import os
import re
import sys
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ml_api_kit.cli.extras import require_extra
from ml_api_kit.gcp_accessor.answer_formats import csv_lines, json_lines, table_lines
from ml_api_kit.settings import load_settings

if TYPE_CHECKING:
    from ml_api_kit.gcp_accessor.bigquery import BigQueryAccessor

DEFAULT_DATASET = "data"
_TABLE_ROWS = 100
_LINES_AT_ONCE = 500
_NOT_RUNNING_EXIT_CODE = 3
_ENDINGS = (".csv", ".json", ".jsonl", ".ndjson", ".parquet")


@click.group()
def gcp() -> None:
    """The local BigQuery and Cloud Storage, in a folder of the project."""


@gcp.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Default: the last one.")
def start(port: int) -> None:
    """Start the local servers; they stay until `mlapi gcp stop`."""
    from ml_api_kit.gcp_accessor.local.process import start_local_server

    require_extra("gcp", command="mlapi gcp start")
    server = start_local_server(_folder(), port=port)
    if port not in (0, server.port):
        raise click.ClickException(
            f"The local servers run at {server.url} already (process {server.pid}), not at the port"
            f" {port}. Run `mlapi gcp stop` first."
        )
    state = "started" if server.is_new else "already running"
    click.echo(f"BigQuery and Cloud Storage are {state} at {server.url} (process {server.pid}).")
    click.echo(f"Their data is in {server.folder}.")
    click.echo("Programs that use ml-api-kit find them by themselves; for others:")
    click.echo(f"export BIGQUERY_EMULATOR_HOST={server.url}")
    click.echo(f"export STORAGE_EMULATOR_HOST={server.url}")
    # Else gcsfs asks for the kind of each bucket by gRPC over TLS, and waits a minute each time.
    click.echo("export GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT=false")
    if server.read_api is not None:
        click.echo(f"The Storage Read API (gRPC) is at {server.read_api}, from a second later on.")


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
        click.echo(f"No local server is running for {_folder().resolve()}; see mlapi gcp start.")
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
@click.option(
    "--delimiter", help="What separates the values of a CSV file; default: what its head suggests."
)
@click.option("--encoding", help="That of a CSV file, such as ISO-8859-1; default: UTF-8.")
def load(
    file: Path,
    table: str | None,
    schema_file: Path | None,
    replace: bool,
    delimiter: str | None,
    encoding: str | None,
) -> None:
    """Load FILE, in CSV, JSON lines or Parquet, into a BigQuery table.

    The table is made where it is missing. Where it goes is up to MLAPI_GCP_BACKEND, as for every
    program: into the local BigQuery unless a setting says otherwise.
    """
    from ml_api_kit.gcp_accessor.bigquery import BigQueryAccessor
    from ml_api_kit.gcp_accessor.bigquery.files import read_table_schema

    require_extra("gcp", command="mlapi gcp load")
    target = table_name(file, table)
    schema = None if schema_file is None else read_table_schema(schema_file)
    row_count = BigQueryAccessor().load_file(
        target, file, schema=schema, replace=replace, delimiter=delimiter, encoding=encoding
    )
    click.echo(f"Loaded {row_count} rows of {click.format_filename(file)} into {target}.")


class _SqlCommand(click.Command):
    """A command whose SQL may begin with a comment, which looks like an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        comments = [arg for arg in args if re.match(r"--\s", arg)]
        others = [arg for arg in args if arg not in comments]
        return super().parse_args(ctx, [*others, "--", *comments] if comments else args)


@gcp.command(cls=_SqlCommand)
@click.argument("sql", required=False)
@click.option(
    "--file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Run the SQL in a file instead.",
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="json is one object per line.",
)
@click.option(
    "--max-rows",
    type=click.IntRange(0, sys.maxsize),
    help="Default: 100 for a table, all for the others.",
)
@click.option("--param", "params", multiple=True, metavar="NAME=JSON", help="A value for @NAME.")
@click.option("--dry-run", is_flag=True, help="Tell what the query would read; run nothing.")
def query(
    sql: str | None,
    file: Path | None,
    output_format: str,
    max_rows: int | None,
    params: tuple[str, ...],
    dry_run: bool,
) -> None:
    """Run a query and print its answer.

    SQL is GoogleSQL. The value of a parameter is JSON; what is no JSON is taken as text. Where the
    query goes is up to MLAPI_GCP_BACKEND, as for `mlapi gcp load`.
    """
    from ml_api_kit.gcp_accessor.bigquery import BigQueryAccessor

    require_extra("gcp", command="mlapi gcp query")
    if (sql is None) == (file is None):
        raise click.UsageError("Give either SQL or --file.")
    text: str | Path = file if file is not None else str(sql)
    accessor, values = BigQueryAccessor(), _parameters(params)
    if dry_run:
        found = accessor.dry_run(text, values)
        click.echo(f"It would read {found.size_bytes:,} bytes, for {found.price_usd:.4f} USD.")
        return
    _print_answer(accessor, text, values, output_format, max_rows)


def _print_answer(
    accessor: BigQueryAccessor,
    text: str | Path,
    values: dict[str, Any],
    output_format: str,
    max_rows: int | None,
) -> None:
    columns, batches = accessor.query_batches(text, values)
    most = _TABLE_ROWS if max_rows is None and output_format == "table" else max_rows
    rows = chain.from_iterable(batches)
    lines = {"table": table_lines, "csv": csv_lines, "json": json_lines}[output_format]
    if not columns:
        click.echo("Done; the statement gives no rows.", err=True)
        return
    printed = lines(columns, islice(rows, most))
    # Each call writes through to the terminal or file, and a million calls take their time.
    while block := list(islice(printed, _LINES_AT_ONCE)):
        click.echo("\n".join(block))
    if next(rows, None) is not None:
        click.echo(f"The answer has more rows than {most}; see them with --max-rows.", err=True)


def _parameters(texts: tuple[str, ...]) -> dict[str, Any]:
    found = [parameter(text) for text in texts]
    names = [name for name, _ in found]
    if repeated := [name for name in names if names.count(name) > 1]:
        raise click.BadParameter(f"{repeated[0]} is given twice.", param_hint="--param")
    return dict(found)


def parameter(text: str) -> tuple[str, Any]:
    """The name and the value of a parameter such as `least=3` or `name=Ada`.

    Raises click.BadParameter: for a text without a name and a value, or a value without a type.

    >>> parameter("least=3"), parameter("name=Ada")
    (('least', 3), ('name', 'Ada'))
    """
    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise click.BadParameter(f"{text!r} is no NAME=JSON.", param_hint="--param")
    try:
        found = json.loads(value)
    except ValueError:
        return name, value
    if found is None or found == []:
        raise click.BadParameter(
            f"{name}={value} has no type; write it into the SQL, such as CAST(NULL AS INT64) or"
            " ARRAY<INT64>[].",
            param_hint="--param",
        )
    return name, found


@gcp.command(cls=_SqlCommand)
@click.argument("sql")
@click.pass_context
def check(ctx: click.Context, sql: str) -> None:
    """Check SQL with Google's evaluator of GoogleSQL, and compare the local BigQuery with it.

    Exits with 1 where the query is wrong, or the local BigQuery answers otherwise.
    """
    from ml_api_kit.gcp_accessor.googlesql import Evaluator, compare, verdict_lines

    require_extra("gcp", command="mlapi gcp check")
    require_extra("googlesql", command="mlapi gcp check")
    verdict = compare(sql, Evaluator())
    for line in verdict_lines(verdict):
        click.echo(line)
    is_right = verdict.is_equal and verdict.answer is not None
    if verdict.unknown is None and not is_right:
        ctx.exit(1)


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
    if not re.fullmatch(r"([^.\s]+\.)?\w+\.[^.]+", table):
        raise click.BadParameter(
            f"{table!r} is no DATASET.TABLE; the name of a dataset is letters, digits and _.",
            param_hint="--table",
        )
    return table


def _folder() -> Path:
    return load_settings(os.environ).local_folder
