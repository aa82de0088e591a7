"""The reference engine: jsonschema, for schemas with patterns that the fast one cannot read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from ml_api_kit.errors import RequestError, SchemaError
from ml_api_kit.schemas.drafts import DEFAULT_DRAFT, Draft, draft_of
from ml_api_kit.schemas.engines.engine import BrokenKeyword, Engine, Retriever
from ml_api_kit.schemas.engines.reference_errors import to_broken_keyword
from ml_api_kit.schemas.formats import KNOWN_FORMATS
from ml_api_kit.schemas.patterns import is_fast_pattern

if TYPE_CHECKING:
    from jsonschema import ValidationError

NAME = "jsonschema"
_OWN_URI = "file:///schemas/-"


def compile_reference(
    schema: Any, *, name: str, retrieve: Retriever, base_uri: str | None, checks_formats: bool
) -> Engine:
    """The engine that checks by `schema`, which was seen to be sound but for its patterns.

    Formats, and the patterns that the fast engine can read, are checked by that one.

    Raises SchemaError: when jsonschema is not installed.
    """
    try:
        import jsonschema
        from referencing import Registry
        from referencing.jsonschema import specification_with
    except ImportError as error:
        raise SchemaError(
            f"{name} has a pattern that only jsonschema can read; install ml-api-kit[jsonschema],"
            " or write a simpler pattern."
        ) from error
    draft = draft_of(schema) or DEFAULT_DRAFT
    specification = specification_with(draft.uri)

    def resource(uri: str) -> Any:
        return specification.create_resource(retrieve(uri))

    own = specification.create_resource(schema)
    uri = urljoin(base_uri or _OWN_URI, own.id() or "")
    registry: Any = Registry(retrieve=resource)  # type: ignore[call-arg]
    extend: Any = jsonschema.validators.extend
    extended = extend(_class(draft), {"pattern": _check_pattern})
    validator = extended(
        {"$ref": uri},
        registry=registry.with_resource(uri, own).crawl(),
        format_checker=_format_checker(draft) if checks_formats else None,
    )

    def broken(value: Any) -> Iterator[BrokenKeyword]:
        try:
            yield from map(to_broken_keyword, validator.iter_errors(value))
        except RecursionError as error:
            raise RequestError("The value is nested deeper than it can be checked.") from error

    def first_broken(value: Any) -> BrokenKeyword | None:
        return next(broken(value), None)

    return Engine(NAME, lambda value: first_broken(value) is None, broken, first_broken)


def _class(draft: Draft) -> Any:
    import jsonschema

    return {
        Draft.DRAFT_4: jsonschema.Draft4Validator,
        Draft.DRAFT_6: jsonschema.Draft6Validator,
        Draft.DRAFT_7: jsonschema.Draft7Validator,
        Draft.DRAFT_2019: jsonschema.Draft201909Validator,
        Draft.DRAFT_2020: jsonschema.Draft202012Validator,
    }[draft]


@cache
def _matcher(pattern: str) -> Callable[[str], bool]:
    if is_fast_pattern(pattern):
        import jsonschema_rs

        return jsonschema_rs.validator_for({"pattern": pattern}, offline=True).is_valid
    search = re.compile(pattern).search
    return lambda text: search(text) is not None


def _check_pattern(
    validator: Any, pattern: str, instance: Any, schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    from jsonschema import ValidationError

    if isinstance(instance, str) and not _matcher(pattern)(instance):
        yield ValidationError("does not match")


def _format_checker(draft: Draft) -> Any:
    # Those of jsonschema depend on what else is installed, and pass what they cannot check.
    from jsonschema import FormatChecker

    checker = FormatChecker(formats=())
    for name in KNOWN_FORMATS:
        checker.checkers[name] = (_format_test(name, draft), ())
    return checker


def _format_test(name: str, draft: Draft) -> Callable[[object], bool]:
    import jsonschema_rs

    return jsonschema_rs.validator_for(
        {"$schema": draft.uri, "format": name}, validate_formats=True, offline=True
    ).is_valid
