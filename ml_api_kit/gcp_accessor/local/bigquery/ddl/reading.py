"""Which statement a text is, by its first words."""

from __future__ import annotations

from ml_api_kit.gcp_accessor.local.bigquery.ddl.alter import read_alter
from ml_api_kit.gcp_accessor.local.bigquery.ddl.drop import read_drop, read_truncate
from ml_api_kit.gcp_accessor.local.bigquery.ddl.external import read_create_external
from ml_api_kit.gcp_accessor.local.bigquery.ddl.routines import (
    read_create_function,
    read_create_procedure,
    read_create_table_function,
)
from ml_api_kit.gcp_accessor.local.bigquery.ddl.schemas import (
    read_alter_schema,
    read_create_schema,
    read_drop_schema,
)
from ml_api_kit.gcp_accessor.local.bigquery.ddl.statement import (
    Creation,
    DdlStatement,
    read_exists,
)
from ml_api_kit.gcp_accessor.local.bigquery.ddl.tables import (
    read_create_snapshot,
    read_create_table,
)
from ml_api_kit.gcp_accessor.local.bigquery.ddl.views import read_create_view
from ml_api_kit.gcp_accessor.local.bigquery.errors import unsupported
from ml_api_kit.gcp_accessor.local.bigquery.sql_reader import Fragment, SqlReader

_WORDS = ("CREATE", "ALTER", "DROP", "TRUNCATE", "UNDROP", "GRANT", "REVOKE")


def read_ddl(fragment: Fragment) -> DdlStatement | None:
    """The statement that the text is; None for a query or a DML statement.

    Raises BigQueryError: when it is wrong, or not supported.
    """
    reader = SqlReader.within(fragment)
    if not any(reader.is_next(word) for word in _WORDS):
        return None
    found = _read(reader)
    if found is None:
        words = " ".join(fragment.text.split()[:3])
        raise unsupported(f"the statement {words.upper()}")
    return found


def _read(reader: SqlReader) -> DdlStatement | None:
    if reader.accept("CREATE"):
        return _read_create(reader)
    if reader.accept("ALTER", "SCHEMA"):
        return read_alter_schema(reader)
    if reader.accept("ALTER"):
        return read_alter(reader)
    if reader.accept("DROP", "SCHEMA"):
        return read_drop_schema(reader)
    if reader.accept("DROP"):
        return read_drop(reader)
    if reader.accept("TRUNCATE", "TABLE"):
        return read_truncate(reader)
    return None


def _read_create(reader: SqlReader) -> DdlStatement | None:
    is_replacing = reader.accept("OR", "REPLACE")
    is_temporary = reader.accept_any("TEMP", "TEMPORARY") is not None
    what = reader.accept_any(
        "TABLE FUNCTION", "AGGREGATE FUNCTION", "SNAPSHOT TABLE", "EXTERNAL TABLE",
        "MATERIALIZED VIEW",
        "TABLE", "VIEW", "SCHEMA", "FUNCTION", "PROCEDURE",
    )  # fmt: skip
    creation = Creation(is_replacing, is_temporary, read_exists(reader))
    if what == "FUNCTION":
        return read_create_function(reader, creation)
    if what == "AGGREGATE FUNCTION":
        return read_create_function(reader, creation, is_aggregate=True)
    if what == "TABLE":
        return read_create_table(reader, creation)
    if is_temporary or what is None:
        return None
    if what in ("VIEW", "MATERIALIZED VIEW"):
        return read_create_view(reader, creation, is_materialized=what != "VIEW")
    return _LASTING[what](reader, creation)


_LASTING = {
    "TABLE FUNCTION": read_create_table_function,
    "SNAPSHOT TABLE": read_create_snapshot,
    "EXTERNAL TABLE": read_create_external,
    "SCHEMA": read_create_schema,
    "PROCEDURE": read_create_procedure,
}
