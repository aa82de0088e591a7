"""Whether a column of a Parquet file may go into a field, and what BigQuery says where not.

Files of other formats are made into Parquet before, and told by the one that they had.

Source: https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-parquet
"""

from __future__ import annotations

from collections.abc import Mapping

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError
from ml_api_kit.gcp_accessor.local.bigquery.fields import Field, duckdb_type, standard_type
from ml_api_kit.gcp_accessor.local.bigquery.tables.assignment import ACCEPTED

_CPP_TYPES = {"INTEGER": "INT64", "FLOAT": "DOUBLE", "BOOLEAN": "BOOL"}
_TAKEN = {"JSON": ("STRING",), "GEOGRAPHY": ("STRING",), "BIGNUMERIC": ("NUMERIC", "INTEGER")}


def check_type(
    field: Field,
    given: Field,
    stored: Mapping[str, str],
    path: str = "",
    uri: str = "",
    *,
    file_format: str = "Parquet",
) -> None:
    """Nothing, when values of the type that the file has fit the field.

    `stored` are the physical types of the columns by their names, `path` the dots before the name;
    `file_format` is told.

    Raises BigQueryError: naming the column and both types, when they do not.
    """
    name = f"{path}{given['name']}"
    is_list = given["mode"] == "REPEATED"
    if is_list is (field["mode"] == "REPEATED") and field["type"] == given["type"] == "RECORD":
        known = {sub["name"].lower(): sub for sub in field["fields"]}
        for sub in given["fields"]:
            if sub["name"].lower() in known:
                member = known[sub["name"].lower()]
                check_type(member, sub, stored, f"{name}.", uri, file_format=file_format)
        return
    if is_list is (field["mode"] == "REPEATED") and _is_accepted(field, given):
        return
    found = "LIST" if is_list else stored.get(given["name"], standard_type(given))
    wanted = "LIST" if field["mode"] == "REPEATED" else _cpp_type(field)
    where = f" File: {uri}" if uri else ""
    raise BigQueryError(
        f"Error while reading data, error message: {file_format} column '{name}' has type {found} "
        f"which does not match the target cpp_type {wanted}.{where}",
        location=uri,
    )


def _cpp_type(field: Field) -> str:
    return _CPP_TYPES.get(field["type"], standard_type(field))


def _is_accepted(field: Field, given: Field) -> bool:
    if field["type"] == given["type"]:
        return True
    if "RECORD" in (field["type"], given["type"]) or "RANGE" in (field["type"], given["type"]):
        return False
    kinds = _TAKEN.get(field["type"])
    if kinds is not None:
        return given["type"] in kinds
    kind = duckdb_type({**given, "mode": "NULLABLE"}).partition("(")[0]
    accepted: str = ACCEPTED[field["type"]]
    return f"|{kind}|" in accepted
