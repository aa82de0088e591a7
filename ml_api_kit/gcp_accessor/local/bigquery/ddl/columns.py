"""The columns and constraints between the parentheses of CREATE TABLE, and types as fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.context import Context
from ml_api_kit.gcp_accessor.local.bigquery.ddl.options import field_members, read_options
from ml_api_kit.gcp_accessor.local.bigquery.ddl.statement import Options
from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.fields import LEGACY_NAMES, Field, legacy_name
from ml_api_kit.gcp_accessor.local.bigquery.sql_reader import SqlReader
from ml_api_kit.gcp_accessor.local.bigquery.type_parameters import parameters_of

_ALIASES = {
    "INT": "INT64",
    "SMALLINT": "INT64",
    "INTEGER": "INT64",
    "BIGINT": "INT64",
    "TINYINT": "INT64",
    "BYTEINT": "INT64",
    "BOOLEAN": "BOOL",
}


@dataclass(slots=True)
class Columns:
    """Fields, the options of some of them by their path, and the constraints of the table."""

    fields: list[Field] = field(default_factory=list)
    options: list[tuple[Field, Options]] = field(default_factory=list)
    primary_key: list[str] = field(default_factory=list)
    foreign_keys: list[tuple[str | None, list[str], list[str], list[str]]] = field(
        default_factory=list
    )

    def described(self, context: Context) -> list[Field]:
        """The fields with what their options say."""
        for item, options in self.options:
            item |= {k: v for k, v in field_members(context, options).items() if v is not None}
        return self.fields

    def constraints(self, context: Context) -> dict[str, Any]:
        """The member `tableConstraints` of the table's resource, where there are any."""
        found: dict[str, Any] = {}
        if self.primary_key:
            found["primaryKey"] = {"columns": self.primary_key}
        if self.foreign_keys:
            found["foreignKeys"] = [
                {
                    **({"name": name} if name else {}),
                    "referencedTable": context.table(path).to_json(),
                    "columnReferences": [
                        {"referencingColumn": own, "referencedColumn": other}
                        for own, other in zip(columns, others, strict=True)
                    ],
                }
                for name, columns, path, others in self.foreign_keys
            ]
        return {"tableConstraints": found} if found else {}


def read_columns(reader: SqlReader) -> Columns:
    """The columns and constraints in the parentheses that come next.

    Raises BigQueryError: when one is wrong, or of a type that is not supported.
    """
    found = Columns()
    reader.expect("(")
    while not reader.is_next(")"):
        if not _read_constraint(reader, found):
            found.fields.append(read_column(reader, found))
        if not reader.accept(","):
            break
    reader.expect(")")
    return found


def _read_constraint(reader: SqlReader, found: Columns) -> bool:
    name = None
    if reader.is_next("CONSTRAINT") and not reader.is_next("CONSTRAINT", ","):
        reader.expect("CONSTRAINT")
        name = reader.name()
    if reader.accept("PRIMARY", "KEY"):
        found.primary_key = read_names(reader)
        _read_not_enforced(reader)
        return True
    if reader.accept("FOREIGN", "KEY"):
        read_foreign_key(reader, found, name)
        return True
    if name is not None:
        reader.fail(f"Expected keyword PRIMARY or keyword FOREIGN but got {reader.found()}")
    return False


def read_foreign_key(reader: SqlReader, found: Columns, name: str | None) -> None:
    """Put the foreign key, whose columns come next, into `found`."""
    _read_reference(reader, found, name, read_names(reader))


def _read_reference(
    reader: SqlReader, found: Columns, name: str | None, columns: list[str]
) -> None:
    reader.expect("REFERENCES")
    path = reader.path()
    others = read_names(reader)
    if len(others) != len(columns):
        reader.fail("A foreign key has as many columns as it references")
    _read_not_enforced(reader)
    found.foreign_keys.append((name, columns, path, others))


def _read_not_enforced(reader: SqlReader) -> None:
    if not reader.accept("NOT", "ENFORCED"):
        reader.fail("Enforced primary and foreign keys are not supported; add NOT ENFORCED")


def read_names(reader: SqlReader) -> list[str]:
    """The names in the parentheses that come next."""
    reader.expect("(")
    names = [reader.name()]
    while reader.accept(","):
        names.append(reader.name())
    reader.expect(")")
    return names


def read_column(reader: SqlReader, found: Columns) -> Field:
    """The column that comes next; its options and constraints are put into `found`."""
    name = reader.name()
    column = read_type(reader, name, found)
    while True:
        if reader.accept("NOT", "NULL"):
            if column["mode"] == "REPEATED":
                raise invalid_query(f"NOT NULL cannot be applied to ARRAY column {name}")
            column["mode"] = "REQUIRED"
        elif reader.accept("DEFAULT"):
            column["defaultValueExpression"] = reader.until_words(
                ",", ")", "OPTIONS", "NOT NULL", "PRIMARY KEY", "REFERENCES"
            ).text
        elif reader.is_next("OPTIONS"):
            found.options.append((column, read_options(reader)))
        elif reader.accept("PRIMARY", "KEY"):
            _read_not_enforced(reader)
            found.primary_key = [name]
        elif reader.is_next("REFERENCES"):
            _read_reference(reader, found, None, [name])
        elif reader.is_next("COLLATE") or reader.is_next("GENERATED"):
            raise unsupported(f"{reader.found().removeprefix('keyword ')} of the column {name}")
        else:
            return column


def read_type(reader: SqlReader, name: str, found: Columns) -> Field:
    """The field of a name with the type that comes next.

    Raises BigQueryError: when there is no such type, or it is not supported.
    """
    spelled = reader.name().upper()
    if spelled == "ARRAY":
        reader.expect("<")
        element = read_type(reader, name, found)
        reader.expect(">")
        if element["mode"] == "REPEATED":
            raise invalid_query(f"Array of array types are not supported in column {name}")
        return {**element, "mode": "REPEATED"}
    if spelled == "STRUCT":
        fields = _read_struct(reader, found)
        return {"name": name, "type": "RECORD", "mode": "NULLABLE", "fields": fields}
    if spelled == "RANGE":
        reader.expect("<")
        inner = _scalar(reader, reader.name().upper())
        reader.expect(">")
        field: Field = {"name": name, "type": "RANGE", "mode": "NULLABLE"}
        return {**field, "rangeElementType": {"type": inner}}
    kind = _scalar(reader, spelled)
    scalar: Field = {"name": name, "type": kind, "mode": "NULLABLE"}
    if reader.is_next("("):
        scalar |= parameters_of(reader.in_parentheses().text, kind)
    return scalar


def _scalar(reader: SqlReader, spelled: str) -> str:
    standard = _ALIASES.get(spelled, spelled)
    if standard in LEGACY_NAMES or LEGACY_NAMES.get(standard, standard) == standard:
        return legacy_name(standard)
    reader.fail(f"Type not found: {spelled}")


def _read_struct(reader: SqlReader, found: Columns) -> list[Field]:
    reader.expect("<")
    fields = [read_column(reader, found)]
    while reader.accept(","):
        fields.append(read_column(reader, found))
    reader.expect(">")
    return fields
