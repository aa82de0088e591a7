"""A test, in plain Python, that surely valid values pass: most requests need no other.

An engine turns every value into its own form first, which costs more than checking simple keywords
does. So types, bounds, lengths, names and items become the source of a function:

    {"type": "array", "items": {"type": "integer", "minimum": 1}}

    def accept_0(value):
        if type(value) is not list: return False
        for part in value:
            if not (type(part) is int and 1 <= part): return False
        return True

What the function is not sure of, because it is wrong or only unusual (1.0 as an integer), is left
to the engine. Values stand in the source as literals of texts and numbers only.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin

from ml_api_kit.schemas.drafts import Draft, draft_of
from ml_api_kit.schemas.engines.engine import Retriever
from ml_api_kit.schemas.lint.keywords import KEYWORDS

# With these a `$ref` may lead elsewhere than it seems to.
_NAMING = frozenset({"$id", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "$vocabulary"})
# Annotations that the engine checks in some drafts.
_CHECKED_CONTENT = frozenset({"contentEncoding", "contentMediaType"})
_REFERENCES = frozenset({"$ref", "$recursiveRef", "$dynamicRef"})
_BOUNDS = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"})
_READ = {
    "number": _BOUNDS,
    "integer": _BOUNDS,
    "string": frozenset({"minLength", "maxLength"}),
    "array": frozenset({"items", "minItems", "maxItems"}),
    "object": frozenset({"properties", "required", "additionalProperties"}),
    "boolean": frozenset[str](),
    "null": frozenset[str](),
}
_READ_KEYWORDS = frozenset({"type", "enum", "$ref"}).union(*_READ.values())
_LARGEST = repr(sys.float_info.max)
_MOST_FUNCTIONS = 500
_MOST_STEPS = 20  # from one $ref to the next; each is a pair of brackets in the source


class _NotSimpleError(Exception):
    """The schema has a part that only an engine can check."""


def make_accept(
    schema: Any, *, retrieve: Retriever, base_uri: str | None, checks_formats: bool
) -> Callable[[Any], bool] | None:
    """A function that is True only of values that `schema` accepts; None where none can be made.

    >>> def nothing(uri):
    ...     raise LookupError(uri)
    >>> accept = make_accept(
    ...     {"type": "integer"}, retrieve=nothing, base_uri=None, checks_formats=True
    ... )
    >>> accept(1), accept("x")
    (True, False)
    """
    draft = draft_of(schema)
    if draft is None or draft == Draft.DRAFT_4 or not isinstance(schema, Mapping):
        return None
    if _has_key(schema, _NAMING):
        return None
    writer = _Writer(draft, retrieve, checks_formats)
    try:
        test = writer.test(schema, "value", _Place(schema, base_uri or ""))
    except _NotSimpleError:
        return None
    source = "\n".join([*writer.lines, f"def accept(value):\n    return {test}"])
    exec(compile(source, "<schema>", "exec"), writer.names)
    accept: Callable[[Any], bool] = writer.names["accept"]
    return accept


class _Place:
    """The document that a schema stands in, and the references that led to it."""

    def __init__(self, root: Any, uri: str, trail: tuple[tuple[str, str], ...] = ()) -> None:
        self.root = root
        self.uri = uri
        self.trail = trail


class _Writer:
    """Writes the source of the functions."""

    def __init__(self, draft: Draft, retrieve: Retriever, checks_formats: bool) -> None:
        self.lines: list[str] = []
        self.names: dict[str, Any] = {"ABSENT": object()}
        self._draft = draft
        self._retrieve = retrieve
        self._checks_formats = checks_formats

    def test(self, schema: Any, name: str, place: _Place) -> str:
        """An expression that is true where the variable `name` holds what `schema` accepts."""
        if schema is True:
            return "True"
        if not isinstance(schema, Mapping):
            raise _NotSimpleError
        checks = {key for key in schema if key in KEYWORDS and not KEYWORDS[key].is_annotation}
        checks |= _CHECKED_CONTENT & {*schema}
        if not self._checks_formats:
            checks.discard("format")
        if not checks:
            return "True"
        if self._draft <= Draft.DRAFT_7 and "$ref" in checks:
            checks = {"$ref"}
        if not checks <= _READ_KEYWORDS:
            return self._engine_test(schema, name)
        tests = [self._followed(schema["$ref"], name, place)] if "$ref" in checks else []
        if "enum" in checks:
            tests.append(_enum_test(schema["enum"], name))
        if checks - {"enum", "$ref"}:
            tests.append(self._typed(schema, checks, name, place))
        return " and ".join(f"({one})" for one in tests)

    def _typed(self, schema: Mapping[str, Any], checks: set[str], name: str, place: _Place) -> str:
        named = schema.get("type", [kind for kind in _READ if checks & _READ[kind]])
        kinds = [named] if isinstance(named, str) else named
        write = {"array": self._array, "object": self._object}
        return " or ".join(
            f"({write[kind](schema, name, place)})"
            if kind in write
            else f"({_scalar_test(kind, schema, name)})"
            for kind in kinds
        )

    def _array(self, schema: Mapping[str, Any], name: str, place: _Place) -> str:
        items = schema.get("items", True)
        if isinstance(items, list):
            raise _NotSimpleError
        body = ["if type(value) is not list: return False"]
        for keyword, sign in (("minItems", "<"), ("maxItems", ">")):
            if keyword in schema:
                body.append(f"if len(value) {sign} {_number(schema[keyword])}: return False")
        inner = self.test(items, "part", place)
        if inner != "True":
            body += ["for part in value:", f"    if not ({inner}): return False"]
        return self._function(body, name)

    def _object(self, schema: Mapping[str, Any], name: str, place: _Place) -> str:
        properties, required = schema.get("properties", {}), schema.get("required", [])
        others = schema.get("additionalProperties", True)
        if not isinstance(others, bool):
            raise _NotSimpleError
        body = ["if type(value) is not dict: return False", "try:", "    pass"]
        for key in required:
            inner = self.test(properties.get(key, True), "part", place)
            body += [f"    part = value[{_text(key)}]", f"    if not ({inner}): return False"]
        body.append("except KeyError: return False")
        for key in properties:
            if key not in required:
                inner = self.test(properties[key], "part", place)
                body.append(f"part = value.get({_text(key)}, ABSENT)")
                body.append(f"if part is not ABSENT and not ({inner}): return False")
        if others is False:
            body.append(self._closed({*properties}, {*required}))
        return self._function(body, name)

    def _closed(self, known: set[str], required: set[str]) -> str:
        if known == required:
            return f"if len(value) != {len(known)}: return False"
        known_name = f"known_{len(self.names)}"
        self.names[known_name] = frozenset(known)
        return f"if not value.keys() <= {known_name}: return False"

    def _function(self, body: list[str], name: str) -> str:
        function = f"accept_{len(self.lines)}"
        if len(self.lines) >= _MOST_FUNCTIONS:
            raise _NotSimpleError
        lines = "\n".join(f"    {line}" for line in [*body, "return True"])
        self.lines.append(f"def {function}(value):\n{lines}")
        return f"{function}({name})"

    def _engine_test(self, schema: Mapping[str, Any], name: str) -> str:
        import jsonschema_rs

        if _has_key(schema, _REFERENCES):
            raise _NotSimpleError
        try:
            validator = jsonschema_rs.validator_for(
                {**schema, "$schema": self._draft.uri},
                validate_formats=self._checks_formats,
                offline=True,
            )
        except jsonschema_rs.ValidationError as error:
            raise _NotSimpleError from error  # a pattern that only the other engine can read
        engine = f"engine_{len(self.names)}"
        self.names[engine] = validator.is_valid
        return f"{engine}({name})"

    def _followed(self, reference: str, name: str, place: _Place) -> str:
        uri, fragment = urldefrag(urljoin(place.uri, reference))
        is_to_anchor = fragment != "" and not fragment.startswith("/")
        if (uri, fragment) in place.trail or is_to_anchor or len(place.trail) > _MOST_STEPS:
            raise _NotSimpleError
        root = place.root
        if not reference.startswith("#"):
            try:
                root = self._retrieve(uri)
            except LookupError as error:
                raise _NotSimpleError from error
            if draft_of(root) != self._draft or _has_key(root, _NAMING):
                raise _NotSimpleError
        found = root
        for step in fragment.split("/")[1:]:
            key = unquote(step).replace("~1", "/").replace("~0", "~")
            if not isinstance(found, Mapping) or key not in found:
                raise _NotSimpleError
            found = found[key]
        return self.test(found, name, _Place(root, uri, (*place.trail, (uri, fragment))))


def _enum_test(options: list[Any], name: str) -> str:
    if not all(isinstance(option, str) or option is None for option in options):
        raise _NotSimpleError  # 1, 1.0 and true are not told apart by Python as by JSON
    texts = ", ".join(_text(option) for option in options if option is not None)
    tests = [f"type({name}) is str and {name} in {{{texts}}}"] if texts else []
    tests += [f"{name} is None"] if None in options else []
    return " or ".join(f"({one})" for one in tests)


def _scalar_test(kind: str, schema: Mapping[str, Any], name: str) -> str:
    if kind == "null":
        return f"{name} is None"
    if kind == "boolean":
        return f"{name} is True or {name} is False"
    if kind == "string":
        least, most = schema.get("minLength"), schema.get("maxLength")
        lengths = [f"len({name}) >= {_number(least)}"] if least else []
        lengths += [f"len({name}) <= {_number(most)}"] if most is not None else []
        return " and ".join([f"type({name}) is str", *lengths])
    if kind == "integer":
        return f"type({name}) is int and {_between(schema, name)}"
    if kind == "number":
        kinds = f"((kind := type({name})) is float or kind is int)"
        return f"{kinds} and {_between(schema, name)}"
    raise _NotSimpleError


def _between(schema: Mapping[str, Any], name: str) -> str:
    # Both ends are always there, so that NaN and infinities are left to the engine.
    low = _number(schema["minimum"]) if "minimum" in schema else f"-{_LARGEST}"
    high = _number(schema["maximum"]) if "maximum" in schema else _LARGEST
    tests = [f"{low} <= {name} <= {high}"]
    for keyword, sign in (("exclusiveMinimum", ">"), ("exclusiveMaximum", "<")):
        if keyword in schema:
            tests.append(f"{name} {sign} {_number(schema[keyword])}")
    return " and ".join(tests)


def _number(value: Any) -> str:
    if type(value) not in (int, float) or not math.isfinite(value):
        raise _NotSimpleError
    return repr(value)


def _text(value: Any) -> str:
    if type(value) is not str:
        raise _NotSimpleError
    return repr(value)


def _has_key(schema: Any, keys: frozenset[str]) -> bool:
    if isinstance(schema, Mapping):
        return any(key in keys or _has_key(part, keys) for key, part in schema.items())
    return isinstance(schema, list) and any(_has_key(part, keys) for part in schema)
