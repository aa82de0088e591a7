"""`mlapi gcp check`: a query before Google's evaluator and the local BigQuery."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ml_api_kit.cli.extras import require_extra

if TYPE_CHECKING:
    from ml_api_kit.gcp_accessor.googlesql import Verdict


@click.command()
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
