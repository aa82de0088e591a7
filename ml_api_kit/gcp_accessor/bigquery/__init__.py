"""BigQuery for preparation code: queries in, rows out."""

from ml_api_kit.gcp_accessor.bigquery.accessor import BigQueryAccessor, DryRun

__all__ = ["BigQueryAccessor", "DryRun"]
