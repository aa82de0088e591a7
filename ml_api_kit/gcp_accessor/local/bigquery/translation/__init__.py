"""A BigQuery statement as one that DuckDB answers as BigQuery does."""
