"""Load jobs: files, of the request or of Cloud Storage, into a table."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.engine import Engine
from ml_api_kit.gcp_accessor.local.bigquery.load import load_files
from ml_api_kit.gcp_accessor.local.bigquery.members import object_member
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName, table_from_json
from ml_api_kit.gcp_accessor.local.bigquery.objects import Objects, fetch_all


def run_load(
    engine: Engine,
    objects: Objects | None,
    project: str,
    resource: dict[str, Any],
    options: dict[str, Any],
    files: Sequence[Path],
) -> None:
    """Load `files`, else the objects that the options name; the statistics go into the resource.

    Raises BigQueryError: when the table may not be written, or a file does not fit its schema.
    """
    name, partition = _target(project, options)
    with tempfile.TemporaryDirectory(dir=engine.upload_folder) as folder:
        sent = dict.fromkeys(files, "")
        sources = sent or fetch_all(objects, options.get("sourceUris"), Path(folder))
        loaded = load_files(engine, name, sources, options, partition=partition)
        size_bytes = sum(path.stat().st_size for path in sources)
    resource["statistics"]["load"] = {
        "outputRows": str(loaded.row_count),
        "outputBytes": str(engine.size_bytes(name)),
        "inputFiles": str(len(sources)),
        "inputFileBytes": str(size_bytes),
        "badRecords": str(len(loaded.errors)),
    }
    if loaded.errors:
        # The job is done all the same: errors beside no errorResult are warnings.
        resource["status"]["errors"] = [error.to_proto() for error in loaded.errors]


def _target(project: str, options: dict[str, Any]) -> tuple[TableName, str | None]:
    """The table that is loaded into, and the partition of it that its name may say."""
    reference = object_member(options, "destinationTable")
    table, mark, partition = str(reference.get("tableId") or "").partition("$")
    name = table_from_json({**reference, "tableId": table}, project=project)
    return name, partition if mark else None
