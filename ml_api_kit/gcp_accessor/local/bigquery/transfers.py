"""`EXPORT DATA` and `LOAD DATA`: rows to and from files of Cloud Storage."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.context import Context
from ml_api_kit.gcp_accessor.local.bigquery.ddl.columns import Columns, read_columns
from ml_api_kit.gcp_accessor.local.bigquery.ddl.external import read_keys
from ml_api_kit.gcp_accessor.local.bigquery.ddl.file_options import file_members
from ml_api_kit.gcp_accessor.local.bigquery.ddl.options import (
    evaluate,
    read_options,
    table_members,
)
from ml_api_kit.gcp_accessor.local.bigquery.ddl.partitions import (
    ingestion_members,
    read_clustering,
    storage_members,
)
from ml_api_kit.gcp_accessor.local.bigquery.ddl.statement import (
    Creation,
    DdlStatement,
    Options,
    read_end,
    refuse_in_transaction,
)
from ml_api_kit.gcp_accessor.local.bigquery.ddl.tables import CreateTable
from ml_api_kit.gcp_accessor.local.bigquery.errors import (
    BigQueryError,
    invalid_query,
    not_found,
    unsupported,
)
from ml_api_kit.gcp_accessor.local.bigquery.files.exports import CONTENT_TYPES, Export, write_export
from ml_api_kit.gcp_accessor.local.bigquery.files.load import load_files
from ml_api_kit.gcp_accessor.local.bigquery.objects import Objects, fetch_all, parse_uri
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryResult
from ml_api_kit.gcp_accessor.local.bigquery.readable import Readable
from ml_api_kit.gcp_accessor.local.bigquery.sql_reader import Fragment, SqlReader
from ml_api_kit.gcp_accessor.local.bigquery.tables.ingestion import is_by_ingestion
from ml_api_kit.gcp_accessor.local.bigquery.tables.table_options import check_same_partitions

_FORMATS = {"CSV": "CSV", "JSON": "NEWLINE_DELIMITED_JSON", "PARQUET": "PARQUET", "AVRO": "AVRO"}


@dataclass(frozen=True, slots=True)
class ExportData(DdlStatement):
    """`EXPORT DATA OPTIONS (…) AS SELECT …`."""

    kind = "EXPORT_DATA"
    options: Options = ()
    select: Fragment | None = None

    @property
    def query(self) -> Fragment | None:
        """The query after AS."""
        return self.select

    def run(self, context: Context) -> QueryResult:
        """The number of rows that were exported."""
        assert self.select is not None
        options = {name: evaluate(context, value) for name, value in self.options}
        bucket, name, overwrites = _target(options)
        export = _export(options)
        tree = context.parse(self.select)
        if not isinstance(tree, exp.Query):
            raise invalid_query("EXPORT DATA needs a query")
        database, query = context.database, context.translate(tree)
        with database.reading() as cursor:
            select, fields = database.planner.select_sql(cursor, query)
            table_sql, row_count = database.keep_result(cursor, select)
        try:
            objects = _storage(context)
            _refuse_present(objects, bucket, name, overwrites=overwrites)
            with tempfile.TemporaryDirectory(dir=database.upload_folder) as folder:
                file = Path(folder) / "export"
                write_export(database, Readable(table_sql, fields), export, file)
                kind = "application/gzip" if export.is_gzipped else CONTENT_TYPES[export.format]
                _put(objects, bucket, name.replace("*", "0" * 12), file, kind)
        finally:
            database.drop_result(table_sql)
        return QueryResult(self.kind, tables=query.tables, exported_row_count=row_count)


def _put(objects: Objects, bucket: str, name: str, file: Path, content_type: str) -> None:
    try:
        objects.put(bucket, name, file, content_type=content_type)
    except LookupError as error:
        raise not_found(f"Bucket {bucket}") from error


def _storage(context: Context) -> Objects:
    if context.database.objects is None:
        raise unsupported("EXPORT DATA and LOAD DATA without a local Cloud Storage")
    return context.database.objects


def _target(options: dict[str, Any]) -> tuple[str, str, bool]:
    uri = options.pop("uri", None)
    if uri is None:
        raise invalid_query("Option 'uri' must be specified")
    if str(uri).count("*") != 1:
        raise invalid_query("Option 'uri' value must be a wild card URI")
    bucket, name = parse_uri(uri)
    return bucket, name, bool(options.pop("overwrite", False))


def _refuse_present(objects: Objects, bucket: str, name: str, *, overwrites: bool) -> None:
    head, _, tail = name.partition("*")
    try:
        present = [one for one in objects.names(bucket, head) if one.endswith(tail)]
    except LookupError as error:
        raise not_found(f"Bucket {bucket}") from error
    if present and not overwrites:
        raise BigQueryError(
            f"Invalid destination URI gs://{bucket}/{name}: files are there already, and the "
            "option overwrite is not set"
        )


def _export(options: dict[str, Any]) -> Export:
    spelled = str(options.pop("format", "")).upper()
    if spelled not in _FORMATS:
        raise unsupported(f"EXPORT DATA in the format {spelled or 'that is not named'}")
    export = Export(
        format=_FORMATS[spelled],
        compression=str(options.pop("compression", None) or "NONE").upper(),
        delimiter=str(options.pop("field_delimiter", None) or ","),
        has_header=options.pop("header", False) is True,
        has_logical_types=options.pop("use_avro_logical_types", False) is True,
    )
    if options:
        raise unsupported(f"the option {next(iter(options))} of EXPORT DATA")
    export.check()
    return export


@dataclass(frozen=True, slots=True)
class LoadData(DdlStatement):
    """`LOAD DATA INTO` or `OVERWRITE` a table `FROM FILES (…)`."""

    kind = "LOAD_DATA"
    is_overwriting: bool = False
    is_temporary: bool = False
    columns: Columns | None = None
    partition: Fragment | None = None
    clusters: list[str] = field(default_factory=list)
    options: Options = ()
    files: Options = ()
    keys: Columns | None = None

    def run(self, context: Context) -> QueryResult:
        """The table that the files were loaded into."""
        refuse_in_transaction(context)
        self._make_table(context)
        name = context.table(self.path)
        options = file_members(context, self.files, self.keys)
        if self.columns is not None:
            options["schema"] = {"fields": self.columns.described(context)}
        elif options["sourceFormat"] in ("CSV", "NEWLINE_DELIMITED_JSON"):
            options["autodetect"] = True
        options |= ingestion_members(context, self.partition)
        options["writeDisposition"] = "WRITE_TRUNCATE" if self.is_overwriting else "WRITE_APPEND"
        database = context.database
        with tempfile.TemporaryDirectory(dir=database.upload_folder) as folder:
            fetched = fetch_all(_storage(context), options.pop("uris"), Path(folder))
            load_files(database, name, fetched, options)
        with database.writing() as cursor:
            resource = database.catalog.table(cursor, name)
            fields = resource["schema"]["fields"]
            stored = storage_members(context, fields, self.partition, self.clusters)
            members = table_members(context, self.options) | stored
            kept = {key: v for key, v in (resource | members).items() if v is not None}
            check_same_partitions(name, resource, stored if is_by_ingestion(stored) else {})
            database.catalog.put_table(cursor, name, kept)
        return QueryResult(self.kind, ddl_target=name)

    def _make_table(self, context: Context) -> None:
        if self.is_temporary:
            columns = self.columns
            if columns is None:
                raise unsupported("LOAD DATA into a temporary table without columns")
            CreateTable(self.path, Creation(is_temporary=True), columns).run(context)


def read_transfer(fragment: Fragment) -> DdlStatement | None:
    """The EXPORT DATA or LOAD DATA statement that the text is, or None."""
    reader = SqlReader.within(fragment)
    if reader.accept("EXPORT", "DATA"):
        if reader.is_next("WITH", "CONNECTION"):
            raise unsupported("EXPORT DATA with a connection")
        options = read_options(reader)
        reader.expect("AS")
        return ExportData([], options, reader.rest())
    return _read_load(reader) if reader.accept("LOAD", "DATA") else None


def _read_load(reader: SqlReader) -> LoadData:
    way = reader.accept_any("INTO", "OVERWRITE")
    if way is None:
        reader.fail(f"Expected keyword INTO or keyword OVERWRITE but got {reader.found()}")
    is_temporary = reader.accept("TEMP", "TABLE") or reader.accept("TEMPORARY", "TABLE")
    path = reader.path()
    if reader.is_next("PARTITIONS"):
        raise unsupported("LOAD DATA into single partitions")
    columns = read_columns(reader) if reader.is_next("(") else None
    partition = None
    if reader.accept("PARTITION", "BY"):
        partition = reader.until_words("CLUSTER BY", "OPTIONS", "FROM FILES")
    clusters = read_clustering(reader)
    options = read_options(reader)
    reader.expect("FROM", "FILES")
    files = read_options(reader, word=None)
    keys = read_keys(reader)
    if reader.is_next("WITH"):
        raise unsupported(f"LOAD DATA {reader.rest().text[:40]}")
    read_end(reader)
    is_overwriting = way == "OVERWRITE"
    return LoadData(
        path, is_overwriting, is_temporary, columns, partition, clusters, options, files, keys
    )
