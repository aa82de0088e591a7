"""A schema read from its file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ml_api_kit.errors import SchemaError


def read_schema(file: Path) -> tuple[Any, str]:
    """The schema in `file`, and the text that it stands there as.

    Raises SchemaError: when the file cannot be read, is no JSON in UTF-8, or holds no schema.
    """
    try:
        text = file.read_bytes().decode("utf-8-sig")
        schema = json.loads(text, parse_constant=_refuse_constant)
    except OSError as error:
        raise SchemaError(f"{file} cannot be read: {error.strerror}. Name another.") from error
    except (ValueError, RecursionError) as error:  # JSONDecodeError, UnicodeDecodeError
        raise SchemaError(f"{file} is not JSON: {error}. Mend the file.") from error
    if not isinstance(schema, dict | bool):
        raise SchemaError(f"{file} is no JSON Schema: it must hold an object, or true or false.")
    return schema, text


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON value")
