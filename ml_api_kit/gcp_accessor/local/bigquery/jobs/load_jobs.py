"""Load jobs: files, of the request or of Cloud Storage, into a table."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.engine import Engine
from ml_api_kit.gcp_accessor.local.bigquery.files.load import load_files
from ml_api_kit.gcp_accessor.local.bigquery.objects import Objects, fetch_all
from ml_api_kit.gcp_accessor.local.bigquery.tables.partitions import target_from_json


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
    name, partition = target_from_json(options.get("destinationTable"), project=project)
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
