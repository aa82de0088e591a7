"""Settings, and the JSON Schemas of what the API takes and returns."""

from {{ cookiecutter.package_name }}.config.settings import SCHEMA_FOLDER, Settings, load_settings

__all__ = ["SCHEMA_FOLDER", "Settings", "load_settings"]
