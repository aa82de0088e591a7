"""`BigQueryAccessor`: one line per access."""

from __future__ import annotations

from ml_api_kit.gcp_accessor.bigquery.load_access import LoadAccess
from ml_api_kit.gcp_accessor.bigquery.query_access import QueryAccess


class BigQueryAccessor(QueryAccess, LoadAccess):
    """BigQuery, in the cloud or in the folder of the project, as the settings say.

    Values are the client's: INT64 is int, FLOAT64 float, STRING str, BOOL bool, BYTES bytes,
    NUMERIC Decimal, DATE, TIME and DATETIME their namesakes without zone, TIMESTAMP a datetime in
    UTC, ARRAY a list, STRUCT a dict, NULL None (a NULL array is an empty list).
    """
