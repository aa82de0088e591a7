"""BigQuery's functions that DuckDB lacks or answers otherwise."""
