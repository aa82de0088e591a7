"""JSON Schemas: compiled once, checked against, and described in OpenAPI."""

from ml_api_kit.schemas.compiled import MAX_VIOLATIONS, CompiledSchema, JsonSchema
from ml_api_kit.schemas.defaults import DefaultFiller
from ml_api_kit.schemas.folder import SchemaFolder
from ml_api_kit.schemas.headers import HeaderSchema
from ml_api_kit.schemas.infer import (
    ColumnSpec,
    column_schema,
    page_schema,
    row_schema,
    rows_schema,
)
from ml_api_kit.schemas.openapi import to_components
from ml_api_kit.schemas.parameters import Parameter
from ml_api_kit.schemas.path import PathSchema
from ml_api_kit.schemas.pointer import to_pointer
from ml_api_kit.schemas.query import QuerySchema

__all__ = [
    "MAX_VIOLATIONS",
    "ColumnSpec",
    "CompiledSchema",
    "DefaultFiller",
    "HeaderSchema",
    "JsonSchema",
    "Parameter",
    "PathSchema",
    "QuerySchema",
    "SchemaFolder",
    "column_schema",
    "page_schema",
    "row_schema",
    "rows_schema",
    "to_components",
    "to_pointer",
]
