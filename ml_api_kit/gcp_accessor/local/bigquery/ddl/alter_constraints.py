"""Actions of `ALTER TABLE` that add and drop primary and foreign keys."""

from __future__ import annotations

from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.ddl.altered import Action, Altered
from ml_api_kit.gcp_accessor.local.bigquery.ddl.columns import (
    Columns,
    read_foreign_key,
    read_names,
)
from ml_api_kit.gcp_accessor.local.bigquery.ddl.statement import read_exists
from ml_api_kit.gcp_accessor.local.bigquery.errors import already_exists, invalid_query
from ml_api_kit.gcp_accessor.local.bigquery.sql_reader import SqlReader


def read_add_primary_key(reader: SqlReader) -> Action:
    """The action after ADD PRIMARY KEY."""
    columns = read_names(reader)
    reader.expect("NOT", "ENFORCED")

    def add(altered: Altered) -> None:
        for name in columns:
            altered.get(name)
        constraints = altered.resource.setdefault("tableConstraints", {})
        if "primaryKey" in constraints:
            raise already_exists(f"Primary key of table {altered.name}")
        constraints["primaryKey"] = {"columns": columns}

    return add


def read_drop_primary_key(reader: SqlReader) -> Action:
    """The action after DROP PRIMARY KEY."""
    is_lenient = read_exists(reader, is_dropping=True)

    def drop(altered: Altered) -> None:
        constraints = altered.resource.get("tableConstraints") or {}
        if constraints.pop("primaryKey", None) is None and not is_lenient:
            raise invalid_query(f"The table {altered.name} has no primary key")

    return drop


def read_add_foreign_key(reader: SqlReader) -> Action:
    """The action after ADD FOREIGN KEY."""
    return _read_foreign_key(reader, None, is_lenient=False)


def read_add_constraint(reader: SqlReader) -> Action:
    """The action after ADD CONSTRAINT, which only foreign keys have a name for."""
    is_lenient = read_exists(reader, is_dropping=False)
    name = reader.name()
    reader.expect("FOREIGN", "KEY")
    return _read_foreign_key(reader, name, is_lenient=is_lenient)


def _read_foreign_key(reader: SqlReader, name: str | None, *, is_lenient: bool) -> Action:
    read = Columns()
    read_foreign_key(reader, read, name)

    def add(altered: Altered) -> None:
        for column in read.foreign_keys[0][1]:
            altered.get(column)
        constraints = altered.resource.setdefault("tableConstraints", {})
        keys = constraints.setdefault("foreignKeys", [])
        if name is not None and _named(keys, name):
            if is_lenient:
                return
            raise already_exists(f"Constraint {name} of table {altered.name}")
        keys += read.constraints(altered.context)["tableConstraints"]["foreignKeys"]

    return add


def read_drop_constraint(reader: SqlReader) -> Action:
    """The action after DROP CONSTRAINT."""
    is_lenient = read_exists(reader, is_dropping=True)
    name = reader.name()

    def drop(altered: Altered) -> None:
        constraints = altered.resource.get("tableConstraints") or {}
        keys = constraints.get("foreignKeys") or []
        if not _named(keys, name) and not is_lenient:
            raise invalid_query(f"The table {altered.name} has no constraint {name}")
        for key in _named(keys, name):
            keys.remove(key)

    return drop


def _named(keys: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """The foreign keys of the name, which those have too that were given none."""
    names = [key.get("name") or f"fk${number}" for number, key in enumerate(keys, start=1)]
    return [key for key, known in zip(keys, names, strict=True) if known.lower() == name.lower()]
