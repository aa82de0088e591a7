"""Forms of BigQuery's SQL that say in short what other SQL says at length, said at length.

1. `FROM t, t.items AS i`                  `FROM t, UNNEST(t.items) AS i`
2. `QUALIFY n = 1`, `HAVING n > 1`         with what `n` is the alias of, see `aliases.py`
3. `t PIVOT(SUM(v) FOR k IN ('a'))`        `(SELECT …, SUM(IF(k = 'a', v, NULL)) AS a …)`
4. `t UNPIVOT(v FOR k IN (a, b))`          `(SELECT …, u.v, u.k FROM t, UNNEST([…]) AS u)`
5. `FROM (SELECT AS STRUCT 1 AS a)`        `FROM (SELECT 1 AS a)`
6. `SELECT * FROM t JOIN u USING (k)`      `SELECT k, * EXCEPT (k) FROM t JOIN u USING (k)`
7. `SELECT f(x).* FROM t`                  `SELECT s.* FROM (SELECT f(x) AS s FROM t)`
8. `SELECT a, SUM(b) … GROUP BY ALL`       `SELECT a, SUM(b) … GROUP BY 1`
9. `GROUP BY ROLLUP(a)`                    `GROUP BY ROLLUP(a) HAVING COUNT(*) > 0`
10. `a || b || …`                          `(a || b) || (… || …)`, see `long_chains.py`
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.translation.aliases import expand_aliases
from ml_api_kit.gcp_accessor.local.bigquery.translation.group_all import expand_group_all
from ml_api_kit.gcp_accessor.local.bigquery.translation.grouping_sets import drop_empty_totals
from ml_api_kit.gcp_accessor.local.bigquery.translation.long_chains import shorten_chains
from ml_api_kit.gcp_accessor.local.bigquery.translation.outer_names import TableFields
from ml_api_kit.gcp_accessor.local.bigquery.translation.pivots import pivoted, without_pivots
from ml_api_kit.gcp_accessor.local.bigquery.translation.star_columns import order_star_columns
from ml_api_kit.gcp_accessor.local.bigquery.translation.struct_stars import expand_struct_stars
from ml_api_kit.gcp_accessor.local.bigquery.translation.unnested_elements import mark_elements
from ml_api_kit.gcp_accessor.local.bigquery.translation.value_tables import expand_value_tables


def expand_statement(tree: exp.Expr, table_fields: TableFields) -> None:
    """Change the tree so that it has none of the short forms.

    Raises BigQueryError: when one is not supported, or it cannot be told what it means.
    """
    for table in list(tree.find_all(exp.Table, exp.Subquery)):
        for pivot in list(table.args.get("pivots") or []):
            _replace_pivot(table, pivot)
    replace_paths(tree)
    mark_elements(tree, table_fields)
    expand_aliases(tree, table_fields)
    expand_struct_stars(tree)
    expand_value_tables(tree)
    order_star_columns(tree)
    expand_group_all(tree)
    drop_empty_totals(tree)
    shorten_chains(tree)


def replace_paths(tree: exp.Expr) -> None:
    """Change `FROM t, t.items` so that the array is unnested."""
    for table in list(tree.find_all(exp.Table)):
        _replace_path(table)


def _sources(node: exp.Expr) -> Iterator[str]:
    """The names of the tables of all queries around a node, in small letters."""
    ancestor = node.parent
    while ancestor is not None:
        if isinstance(ancestor, exp.Select):
            places = [ancestor.args.get("from_"), *(ancestor.args.get("joins") or [])]
            for place in places:
                if place is not None and place.this is not node:
                    yield _source_name(place.this).lower()
        ancestor = ancestor.parent


def _source_name(source: exp.Expr) -> str:
    alias = source.args.get("alias")
    if isinstance(source, exp.Unnest) and alias is not None and alias.columns:
        return str(alias.columns[0].name)
    return source.alias_or_name


def _replace_path(table: exp.Table) -> None:
    parts = table.parts
    if len(parts) < 2 or not isinstance(table.parent, (exp.From, exp.Join)):
        return
    first = parts[0].name
    if first.lower() not in set(_sources(table)):
        return
    path: exp.Expr = exp.column(parts[1].name, table=first)
    for part in parts[2:]:
        path = exp.Dot(this=path, expression=exp.to_identifier(part.name))
    alias = table.args.get("alias") or exp.TableAlias(this=exp.to_identifier(parts[-1].name))
    table.replace(exp.Unnest(expressions=[path], alias=exp.TableAlias(columns=[alias.this.copy()])))


def _replace_pivot(table: exp.Expr, pivot: exp.Expr) -> None:
    is_turned = bool(pivot.args.get("unpivot"))
    select = _unpivot(table, pivot) if is_turned else pivoted(table, pivot)
    alias = pivot.args.get("alias")
    table.replace(exp.Subquery(this=select, alias=alias.copy() if alias is not None else None))


def _unpivot(table: exp.Expr, pivot: exp.Expr) -> exp.Select:
    fields = pivot.args["fields"]
    if len(fields) != 1 or len(pivot.expressions) != 1 or not isinstance(fields[0], exp.In):
        raise unsupported("an UNPIVOT of this form")
    value_names = [value.name for value in _members(pivot.expressions[0])]
    key_name = fields[0].this.name
    rows, used = _unpivoted_rows(fields[0], value_names, key_name)
    unnest = exp.Unnest(
        expressions=[exp.Array(expressions=rows)],
        alias=exp.TableAlias(columns=[exp.to_identifier("unpivoted")]),
    )
    source = without_pivots(table)
    name = source.alias_or_name or "unpivot_source"
    if not source.alias:
        source.set("alias", exp.TableAlias(this=exp.to_identifier(name)))
    star = exp.Column(
        this=exp.Star(except_=[exp.to_identifier(column) for column in used]),
        table=exp.to_identifier(name),
    )
    select = exp.Select(
        expressions=[
            star,
            *(exp.column(part, table="unpivoted") for part in (*value_names, key_name)),
        ],
        from_=exp.From(this=source),
        joins=[exp.Join(this=unnest, kind="CROSS")],
    )
    if not pivot.args.get("include_nulls"):
        filled = [
            exp.Not(this=exp.Is(this=exp.column(name, table="unpivoted"), expression=exp.null()))
            for name in value_names
        ]
        select.set("where", exp.Where(this=exp.or_(*filled)))
    return select


def _unpivoted_rows(
    choice: exp.In, value_names: list[str], key_name: str
) -> tuple[list[exp.Expr], list[str]]:
    """The rows that each row becomes, as calls of STRUCT, and the columns that they are made of."""
    rows: list[exp.Expr] = []
    used: list[str] = []
    for item in choice.expressions:
        columns = _members(item.this if isinstance(item, (exp.PivotAlias, exp.Alias)) else item)
        if len(columns) != len(value_names) or not all(isinstance(c, exp.Column) for c in columns):
            raise invalid_query("The UNPIVOT clause has a different number of values and columns")
        names = [column.name for column in columns]
        label = item.args.get("alias") or exp.Literal.string("_".join(names))
        members = [exp.alias_(c.copy(), n) for c, n in zip(columns, value_names, strict=True)]
        members.append(exp.alias_(label.copy(), key_name))
        rows.append(exp.Anonymous(this="STRUCT", expressions=members))
        used += names
    return rows, used


def _members(node: exp.Expr) -> list[exp.Expr]:
    """The columns of `(a, b)`, or of `a` alone."""
    if isinstance(node, exp.Tuple):
        return list(node.expressions)
    return [node.this if isinstance(node, exp.Paren) else node]
