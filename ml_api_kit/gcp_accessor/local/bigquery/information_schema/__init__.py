"""INFORMATION_SCHEMA: what there is, as tables that a query reads."""

from ml_api_kit.gcp_accessor.local.bigquery.information_schema.reading import (
    read_information_schema,
)

__all__ = ["read_information_schema"]
