"""`ASSERT condition AS 'message'`."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.context import Context
from ml_api_kit.gcp_accessor.local.bigquery.ddl.statement import DdlStatement, read_end
from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryResult
from ml_api_kit.gcp_accessor.local.bigquery.sql_reader import Fragment, SqlReader
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import named


@dataclass(frozen=True, slots=True)
class Assertion(DdlStatement):
    """A condition that must hold, and what is said when it does not."""

    kind = "ASSERT"
    condition: Fragment | None = None
    message: str | None = None

    def run(self, context: Context) -> QueryResult:
        """Nothing but the kind, when the condition holds.

        Raises BigQueryError: when it does not, with the message of the statement.
        """
        assert self.condition is not None
        tree = context.parse_expression(self.condition)
        query = context.translate(exp.Select(expressions=[named(tree, "holds")]))
        with context.database.reading() as cursor:
            sql, relation = context.database.planner.relation(cursor, query)
            if str(relation.types[0]) not in ("BOOLEAN", '"NULL"'):
                raise invalid_query("ASSERT condition must be of type BOOL")
            row = cursor.execute(sql).fetchone()
        if row is None or row[0] is not True:
            raise invalid_query(self.message or "Assertion failed")
        return QueryResult(self.kind)


def read_assertion(fragment: Fragment) -> Assertion | None:
    """The ASSERT statement that the text is, or None."""
    reader = SqlReader.within(fragment)
    if not reader.accept("ASSERT"):
        return None
    condition = reader.until_words("AS")
    message = reader.string() if reader.accept("AS") else None
    read_end(reader)
    return Assertion([], condition, message)
