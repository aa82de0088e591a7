"""Extract jobs: the rows of a table as an object of Cloud Storage."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.engine import Engine
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, not_found, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.files.exports import CONTENT_TYPES, Export, write_export
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName
from ml_api_kit.gcp_accessor.local.bigquery.objects import Objects, parse_uri
from ml_api_kit.gcp_accessor.local.bigquery.readable import Readable
from ml_api_kit.gcp_accessor.local.bigquery.tables.partitions import target_from_json


def run_extract(
    engine: Engine,
    objects: Objects | None,
    source: Readable,
    resource: dict[str, Any],
    options: dict[str, Any],
) -> None:
    """Write the rows of `source` to the one object that the options name.

    Raises BigQueryError: when there is no such bucket, or the format cannot hold the fields.
    """
    if objects is None:
        raise unsupported("extracting without a local Cloud Storage")
    export = _export(options)
    bucket, name = parse_uri(_uri(options))
    with tempfile.TemporaryDirectory(dir=engine.upload_folder) as folder:
        file = Path(folder) / "extract"
        write_export(engine, source, export, file)
        kind = "application/gzip" if export.is_gzipped else CONTENT_TYPES[export.format]
        try:
            # The table is one piece here, which a wildcard numbers from 0.
            objects.put(bucket, name.replace("*", "0" * 12), file, content_type=kind)
        except LookupError as error:
            raise not_found(f"Bucket {bucket}") from error
    resource["statistics"]["extract"] = {"destinationUriFileCounts": ["1"]}


def source_name(project: str, options: dict[str, Any]) -> TableName:
    """The table that an extract job reads, or the partition of it.

    Raises BigQueryError: when it names none, or a model.
    """
    if options.get("sourceModel"):
        raise unsupported("extracting a model")
    reference = options.get("sourceTable")
    name, partition = target_from_json(reference, project=project)
    return name if partition is None else replace(name, table=f"{name.table}${partition}")


def _uri(options: dict[str, Any]) -> object:
    uris = options.get("destinationUris") or [options.get("destinationUri")]
    if not isinstance(uris, list) or len(uris) != 1:
        raise unsupported("extracting to several URIs")
    if str(uris[0]).count("*") > 1:
        raise BigQueryError(f"Invalid destination URI: {uris[0]} has more than one wildcard.")
    return uris[0]


def _export(options: dict[str, Any]) -> Export:
    file_format = str(options.get("destinationFormat") or "CSV").upper()
    compression = str(options.get("compression") or "NONE").upper()
    if file_format not in CONTENT_TYPES:
        raise unsupported(f"extracting as {file_format}")
    given = str(options.get("fieldDelimiter") or ",")
    delimiter = {"\\t": "\t", "tab": "\t"}.get(given, given)
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise BigQueryError(f"Invalid value for fieldDelimiter: {given!r}")
    export = Export(
        format=file_format,
        compression=compression,
        delimiter=delimiter,
        has_header=options.get("printHeader") is not False,
        has_logical_types=options.get("useAvroLogicalTypes") is True,
    )
    export.check()
    return export
