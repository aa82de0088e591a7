"""A BigQuery that lives in a folder: an engine, and a WSGI application that speaks for it."""

from ml_api_kit.gcp_accessor.local.bigquery.app import create_app
from ml_api_kit.gcp_accessor.local.bigquery.engine import Engine
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryRequest, QueryResult

__all__ = ["Engine", "QueryRequest", "QueryResult", "create_app"]
