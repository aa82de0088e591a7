"""`FROM t TABLESAMPLE SYSTEM (10 PERCENT)`: BigQuery reads some of the blocks that a table is in.

Tables of less than some 1 GB are one block there, which is read for any percentage but 0; a table
here is always one.

Source: https://cloud.google.com/bigquery/docs/table-sampling
"""

from __future__ import annotations

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.translation.translate import is_cte


def read_samples(tree: exp.Expr) -> None:
    """Let each sampled table be read whole, or not at all.

    Raises BigQueryError: when a sample is not of a table, or the percentage is none.
    """
    for sample in list(tree.find_all(exp.TableSample)):
        source = sample.parent
        if str(sample.args.get("method") or "").upper() != "SYSTEM" or not sample.args.get(
            "percent"
        ):
            raise unsupported("TABLESAMPLE of another form than SYSTEM (n PERCENT)")
        if not isinstance(source, exp.Table) or is_cte(source):
            raise invalid_query("TABLESAMPLE SYSTEM can only be applied directly to tables")
        is_read = _percentage(sample.args["percent"]) > 0
        source.set("sample", None)
        if not is_read:
            _empty(source)


def _percentage(node: exp.Expr) -> float:
    # A parameter is a call that reads the text of its value.
    literal = node.expressions[0] if isinstance(node, exp.Anonymous) else node
    if isinstance(literal, exp.Cast):
        literal = literal.this
    if not isinstance(literal, exp.Literal):
        raise unsupported("TABLESAMPLE by a percentage that is no constant and no parameter")
    percentage = float(literal.name)
    if not 0 <= percentage <= 100:
        raise invalid_query("PERCENT argument value must be in the range [0, 100]")
    return percentage


def _empty(table: exp.Table) -> None:
    """Put a table without rows in the place of this one."""
    alias = table.args.get("alias") or exp.TableAlias(
        this=exp.to_identifier(table.name.rpartition(".")[2], quoted=True)
    )
    bare = table.copy()
    bare.set("alias", None)
    nothing = exp.Select(
        expressions=[exp.Star()],
        from_=exp.From(this=bare),
        where=exp.Where(this=exp.false()),
    )
    table.replace(exp.Subquery(this=nothing, alias=alias.copy()))
