"""BigQuery for preparation code: queries in, rows out."""

from ml_api_kit.gcp_accessor.bigquery.accessor import BigQueryAccessor
from ml_api_kit.gcp_accessor.bigquery.dry_run import DryRun

__all__ = ["BigQueryAccessor", "DryRun"]
