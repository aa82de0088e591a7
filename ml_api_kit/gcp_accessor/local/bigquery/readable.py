"""What rows can be read from: a table, or the answer of a query job."""

from __future__ import annotations

from dataclasses import dataclass

from ml_api_kit.gcp_accessor.local.bigquery.database import Database
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName


@dataclass(frozen=True, slots=True)
class Readable:
    """A DuckDB table, or view, with the fields of its rows."""

    table_sql: str
    fields: list[Field]


def find_table(engine: Database, name: TableName) -> Readable:
    """The rows of a table.

    Raises BigQueryError: 404, when it is not there; 400, for a view, whose rows only a query gives.
    """
    with engine.reading() as cursor:
        resource = engine.catalog.table(cursor, name)
    if resource["type"].endswith("VIEW"):
        raise BigQueryError(f"Cannot list a table of type VIEW: {name}. Query it instead.")
    return Readable(name.to_sql(), resource["schema"]["fields"])


def selected_fields(fields: list[Field], names: list[str]) -> list[Field]:
    """The fields of these names in their order in the table; all of them for no names.

    A nested field is named with its parents, as `address.city`, and is all that is left of them.

    Raises BigQueryError: 400, when there is no field of a name.
    """
    if not names:
        return fields
    wanted = [name.strip().lower() for name in names]
    for name in wanted:
        if not _is_field(fields, name.split(".")):
            raise BigQueryError(f"No such field: {name}.")
    return _chosen(fields, wanted)


def _is_field(fields: list[Field], path: list[str]) -> bool:
    found = next((field for field in fields if field["name"].lower() == path[0]), None)
    if found is None:
        return False
    return len(path) == 1 or _is_field(found.get("fields") or [], path[1:])


def _chosen(fields: list[Field], wanted: list[str]) -> list[Field]:
    chosen = []
    for field in fields:
        name = field["name"].lower()
        inner = [path[len(name) + 1 :] for path in wanted if path.startswith(f"{name}.")]
        if name in wanted:
            chosen.append(field)
        elif inner:
            chosen.append({**field, "fields": _chosen(field["fields"], inner)})
    return chosen
