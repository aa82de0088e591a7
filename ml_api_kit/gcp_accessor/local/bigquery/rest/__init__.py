"""BigQuery's REST API over an engine."""
