"""The parts that the descriptions of all operations are put together from."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

from werkzeug.routing import BaseConverter, Rule
from werkzeug.routing.converters import (
    AnyConverter,
    FloatConverter,
    NumberConverter,
    UUIDConverter,
)

from ml_api_kit.decorators.problem import PROBLEM_MEDIA_TYPE
from ml_api_kit.decorators.tokens import TokenChecker
from ml_api_kit.decorators.view_guards import ViewGuards

SECURITY_SCHEME = "bearer"

_TEXT = {"type": "string"}

PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "required": ["type", "title", "status", "detail", "error", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": _TEXT,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": _TEXT,
        "error": {"type": "string", "description": "The detail again."},
        "request_id": {"type": "string", "description": "As in the header X-Request-ID."},
        "errors": {
            "type": "array",
            "description": "Every place that breaks the schema.",
            "items": {
                "type": "object",
                "required": ["pointer", "rule", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "A JSON Pointer (RFC 6901)."},
                    "rule": {"type": "string", "description": "The keyword that is broken."},
                    "detail": _TEXT,
                },
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}

_CHALLENGE = {
    "WWW-Authenticate": {"description": "What is asked for.", "required": True, "schema": _TEXT}
}

_WAIT = {
    "Retry-After": {
        "description": "The seconds to wait.",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
    }
}

_SECTIONS = re.compile(r"^(Args|Arguments|Returns|Raises|Yields|Source|Example|Examples):?\b.*")


def error_responses(
    guards: ViewGuards, *, has_parameters: bool, is_limited: bool
) -> dict[str, Any]:
    """The errors that a view with `guards` answers with, by status.

    `is_limited` says that there is a limit to how often a client may ask.
    """
    found: dict[str, Any] = {}
    if guards.reads_json or guards.query is not None:
        found["400"] = _problem("The body or the query string cannot be read.")
    if guards.needs_token:
        found["401"] = {**_problem("The token is missing or not known."), "headers": _CHALLENGE}
    if guards.scopes:
        found["403"] = {**_problem("The token lacks a scope."), "headers": _CHALLENGE}
    if has_parameters:
        found["404"] = _problem("There is nothing at this path.")
    if guards.reads_json:
        found["413"] = _problem("The body is too large.")
        found["415"] = _problem("The body is declared to be something other than JSON in UTF-8.")
    schemas = (guards.body, guards.query, guards.path, guards.headers)
    if any(schema is not None for schema in schemas):
        found["422"] = _problem("What was sent does not match its schema.")
    if is_limited:
        found["429"] = {**_problem("The client asked too often."), "headers": _WAIT}
    found["5XX"] = _problem("The server, or a service behind it, failed.")
    return found


def _problem(description: str) -> dict[str, Any]:
    reference = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {PROBLEM_MEDIA_TYPE: {"schema": reference}}}


def security_scheme(tokens: TokenChecker) -> dict[str, Any]:
    """The scheme of bearer tokens, with what `tokens` would find good.

    >>> security_scheme(TokenChecker({}))
    {'type': 'http', 'scheme': 'bearer'}
    """
    scheme = {"type": "http", "scheme": "bearer"}
    if tokens.kinds:
        scheme["description"] = f"Send {', or '.join(tokens.kinds)}."
        if not tokens.knows_hashes:
            scheme["bearerFormat"] = "JWT"
    return scheme


def to_path(rule: Rule) -> str:
    """The path of `rule` as OpenAPI writes it, such as `/v1/items/{item_id}`."""
    return re.sub(r"<(?:[^<>]*:)?([^<>:]+)>", r"{\1}", rule.rule)


def path_parameters(rule: Rule) -> Iterator[dict[str, Any]]:
    """The parameters in the path of `rule`, in order, with what their converters accept."""
    for name, converter in rule._converters.items():
        yield {"name": name, "in": "path", "required": True, "schema": _accepted(converter)}


def _accepted(converter: BaseConverter) -> dict[str, Any]:
    if isinstance(converter, NumberConverter):
        kind = {"type": "integer"}
        least = converter.min if converter.signed or converter.min is not None else 0
        limits = {"minimum": least, "maximum": converter.max}
        bounds = {name: limit for name, limit in limits.items() if limit is not None}
        if isinstance(converter, FloatConverter):
            # The point must be written, also where a JSON number has none.
            return {"type": "string", "pattern": f"^(?:{converter.regex})$"}
        return {**kind, **bounds}
    if isinstance(converter, UUIDConverter):
        return {"type": "string", "format": "uuid"}
    if isinstance(converter, AnyConverter):
        return {"type": "string", "enum": sorted(converter.items)}
    return {"type": "string", "pattern": f"^(?:{converter.regex})$"}


def words(view: Callable[..., Any]) -> tuple[str, str]:
    """The summary and the description in the docstring of `view`, without its sections."""
    first, _, rest = (inspect.getdoc(view) or "").partition("\n")
    kept: list[str] = []
    for line in rest.strip().splitlines():
        if _SECTIONS.match(line):
            break
        kept.append(line)
    return first.strip(), "\n".join(kept).strip()
