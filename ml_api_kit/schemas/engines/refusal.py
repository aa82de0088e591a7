"""Why a schema cannot be compiled, in words."""

from __future__ import annotations

import re

from ml_api_kit.schemas.pointer import to_pointer
from ml_api_kit.schemas.references import BASE_URI
from ml_api_kit.schemas.wording import WORDED_KEYWORDS, expected


def refusal(error: Exception, name: str) -> str:
    """A sentence that says what the engine's `error` has against the schema called `name`."""
    import jsonschema_rs

    message = str(error).partition("\n")[0]
    if "not present in a registry" in message or "does not exist" in message:
        quoted = re.search(r"'[^']*'", message.replace(BASE_URI, ""))
        return (
            f"{name} has a $ref to {quoted[0] if quoted else 'a place'} that leads nowhere; a $ref"
            " may lead into the same file or to another file of the schema folder, never to the"
            " network."
        )
    if "meta-schema" in message:
        return (
            f"{name} names a $schema that is not known: {message}. Name a draft from 4 to 2020-12,"
            " or leave $schema out for 2020-12."
        )
    if isinstance(error, jsonschema_rs.ValidationError) and error.kind.name in WORDED_KEYWORDS:
        place = to_pointer(error.instance_path) or "the top"
        return f"{name} is no valid JSON Schema; mend the place {place}: {expected(error)}."
    return f"{name} cannot be compiled: {message}."
