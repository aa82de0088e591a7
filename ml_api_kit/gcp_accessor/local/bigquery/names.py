"""Names of datasets and tables, and how DuckDB spells them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, invalid_query, unsupported

# Tables that each dataset has without their being made; they tell of the others.
META_TABLES = frozenset({"__TABLES__", "__TABLES_SUMMARY__"})
ANSWERS = "_answers"
"""The dataset that the answers of query jobs are in, each in a table with the name of its job."""

TEMPORARY = "_script"
"""How the name of a dataset begins that holds the temporary tables of a script."""

_DATASET_ID = re.compile(r"[A-Za-z0-9_]{1,1024}")
_TABLE_ID = re.compile(r"[\w\- ]{1,1024}")
_EARLIER = re.compile(r".+@-?\d+(-(-?\d+)?)?")
_JOB_ID = re.compile(r"[A-Za-z0-9_-]{1,1024}")
_MOST_ID_BYTES = 1024


def quote(identifier: str) -> str:
    """The identifier in double quotes, as DuckDB reads it.

    >>> quote('a"b')
    '"a""b"'
    """
    return '"' + identifier.replace('"', '""') + '"'


def text_literal(text: str) -> str:
    """The text in single quotes, as DuckDB reads it.

    >>> text_literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True, slots=True)
class DatasetName:
    """A dataset: `project:dataset`, which is also the name of its DuckDB schema."""

    project: str
    dataset: str

    def __str__(self) -> str:
        return f"{self.project}:{self.dataset}"

    def to_json(self) -> dict[str, str]:
        """The name as a `DatasetReference`."""
        return {"projectId": self.project, "datasetId": self.dataset}


@dataclass(frozen=True, slots=True)
class TableName:
    """A table or view: `project:dataset.table`."""

    project: str
    dataset: str
    table: str

    def __str__(self) -> str:
        return f"{self.project}:{self.dataset}.{self.table}"

    @property
    def parent(self) -> DatasetName:
        """The dataset that the table is in."""
        return DatasetName(self.project, self.dataset)

    def to_sql(self) -> str:
        """The name as DuckDB reads it: the schema is the dataset."""
        return f"{quote(str(self.parent))}.{quote(self.table)}"

    def to_json(self) -> dict[str, str]:
        """The name as a `TableReference`."""
        return {**self.parent.to_json(), "tableId": self.table}


@dataclass(frozen=True, slots=True)
class RoutineName:
    """A function or procedure of a dataset: `project:dataset.routine`."""

    project: str
    dataset: str
    routine: str

    def __str__(self) -> str:
        return f"{self.project}:{self.dataset}.{self.routine}"

    @property
    def parent(self) -> DatasetName:
        """The dataset that the routine is in."""
        return DatasetName(self.project, self.dataset)

    def to_json(self) -> dict[str, str]:
        """The name as a `RoutineReference`."""
        return {**self.parent.to_json(), "routineId": self.routine}


def dataset_from_json(reference: Any, *, project: str) -> DatasetName:
    """The dataset that a `DatasetReference` names; its project defaults to `project`.

    Raises BigQueryError: when it names none, or none that BigQuery would accept.
    """
    dataset = check_dataset_id(reference.get("datasetId") if isinstance(reference, dict) else None)
    return DatasetName(str(reference.get("projectId") or project), dataset)


def check_dataset_id(dataset: object) -> str:
    """The id of a dataset.

    Raises BigQueryError: when it is none that BigQuery would accept.
    """
    if not isinstance(dataset, str) or not _DATASET_ID.fullmatch(dataset):
        raise BigQueryError(
            f'Invalid dataset ID "{dataset}". Dataset IDs must be alphanumeric (plus underscores) '
            "and must be at most 1024 characters long."
        )
    return dataset


def check_table_id(table: object) -> str:
    """The id of a table: letters of any language, digits, `_`, `-` and spaces, 1024 bytes of them.

    Raises BigQueryError: when it is none that BigQuery would accept.
    """
    if isinstance(table, str) and _EARLIER.fullmatch(table):
        raise unsupported(f"a table as it was earlier: {table}")
    is_id = isinstance(table, str) and _TABLE_ID.fullmatch(table) is not None
    if not isinstance(table, str) or not is_id or len(table.encode()) > _MOST_ID_BYTES:
        raise BigQueryError(f'Invalid table ID "{table}".')
    return table


def check_job_id(job: object) -> str:
    """The id of a job.

    Raises BigQueryError: when it is none that BigQuery would accept.
    """
    if not isinstance(job, str) or not _JOB_ID.fullmatch(job):
        raise BigQueryError(
            f'Invalid job ID "{job}". Job IDs must be alphanumeric (plus underscores and dashes) '
            "and must be at most 1024 characters long."
        )
    return job


def table_from_json(reference: Any, *, project: str) -> TableName:
    """The table that a `TableReference` names; its project defaults to `project`.

    Raises BigQueryError: when it names none, or none that BigQuery would accept.
    """
    parent = dataset_from_json(reference, project=project)
    return TableName(parent.project, parent.dataset, check_table_id(reference.get("tableId")))


def table_from_parts(
    parts: list[str], *, project: str, default_dataset: DatasetName | None
) -> TableName:
    """The table that a dotted name in a statement means.

    Raises BigQueryError: when a dataset is missing, or the name has too many parts.

    >>> str(table_from_parts(["exams", "answers"], project="local", default_dataset=None))
    'local:exams.answers'
    """
    if len(parts) == 1 and default_dataset is not None:
        return TableName(default_dataset.project, default_dataset.dataset, parts[0])
    if len(parts) == 1:
        raise invalid_query(
            f'Table "{parts[0]}" must be qualified with a dataset (e.g. dataset.table).'
        )
    if len(parts) == 2:
        return TableName(project, parts[0], parts[1])
    if len(parts) == 3:
        return TableName(parts[0], parts[1], parts[2])
    raise invalid_query(f"Invalid table name: {'.'.join(parts)}")
