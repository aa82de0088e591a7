"""A BigQuery that lives in a folder: an engine, and a WSGI application that speaks for it.

The files here are the engine: one statement (`statements`) in what it runs in (`context`), planned
(`planner`) and run over one DuckDB file (`database`). Its rooms, each beside those that it uses:

    rest, storage_read      what clients call: JSON over HTTP, Arrow over gRPC
    jobs                    queries, loads, copies and extracts, in their turn
    scripting               control flow, variables and procedures of scripts
    ddl, information_schema statements that define things, and what there is as tables
    files                   CSV, JSON lines, Parquet, Avro and ORC into tables, and back
    tables                  datasets, tables, views and routines as the database keeps them
    translation             a BigQuery statement as one that DuckDB answers as BigQuery does
    library                 BigQuery's functions: macros in SQL, and functions in Python
"""

from ml_api_kit.gcp_accessor.local.bigquery.engine import Engine
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryRequest, QueryResult
from ml_api_kit.gcp_accessor.local.bigquery.rest.app import create_app

__all__ = ["Engine", "QueryRequest", "QueryResult", "create_app"]
