"""The headers of a request, read by their schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ml_api_kit.errors import SchemaError
from ml_api_kit.schemas.compiled import CompiledSchema
from ml_api_kit.schemas.parameters import Parameter, find_parameters

_WITHOUT_PREFIX = ("CONTENT_TYPE", "CONTENT_LENGTH")


class HeaderSchema:
    """The headers that an object schema describes, one property each, in any case of letters.

    Headers that the schema does not name pass unread: every request has some. One that is an array
    is a list with commas, as headers that are sent several times are, too.

    Raises SchemaError: when `compiled` names no properties, refers to other files in them, or names
    two that are the same header.

    >>> headers = HeaderSchema(CompiledSchema({"properties": {"X-Depth": {"type": "integer"}}}))
    >>> headers.read({"HTTP_X_DEPTH": "3"})
    {'X-Depth': 3}
    """

    def __init__(self, compiled: CompiledSchema) -> None:
        """Plan how each header of `compiled` is read."""
        self.compiled = compiled
        self.parameters = find_parameters(compiled, subject="headers")
        self._by_key = {_environ_key(name): one for name, one in self.parameters.items()}
        if len(self._by_key) < len(self.parameters):
            raise SchemaError(
                f"{compiled.name} names a header twice; a header's name is the same in capital and"
                " small letters, so name it once."
            )

    def read(self, environ: Mapping[str, Any]) -> dict[str, Any]:
        """The headers in the WSGI `environ`, by the names of the schema, in their declared types.

        A header that was not sent is not among them.

        Raises SchemaViolationError: with everything that is wrong with them.
        """
        read = {
            parameter.name: parameter.read(_texts(parameter, environ[key]))
            for key, parameter in self._by_key.items()
            if key in environ
        }
        self.compiled.check(read, subject="headers")
        return read


def _environ_key(name: str) -> str:
    key = name.upper().replace("-", "_")
    return key if key in _WITHOUT_PREFIX else f"HTTP_{key}"


def _texts(parameter: Parameter, text: str) -> list[str]:
    return [part.strip() for part in text.split(",")] if parameter.is_array else [text.strip()]
