"""An application described in OpenAPI 3.1, from what its views are really guarded by."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from ml_api_kit.decorators.plan import GuardPlans, plans_of
from ml_api_kit.decorators.view_guards import ViewGuards, guards_of
from ml_api_kit.errors import SchemaError
from ml_api_kit.schemas import HeaderSchema, Parameter, PathSchema, QuerySchema, to_components
from ml_api_kit.serving.openapi_parts import (
    PROBLEM_SCHEMA,
    SECURITY_SCHEME,
    error_responses,
    path_parameters,
    security_scheme,
    to_path,
    words,
)
from ml_api_kit.serving.openapi_schemas import SchemaNames

#: An attribute that, set on a view, keeps it out of the description.
UNDESCRIBED = "__ml_api_undescribed__"


def build_openapi(app: Flask, *, title: str, version: str) -> dict[str, Any]:
    """The OpenAPI 3.1 description of the views of `app`.

    A view's paths and methods come from the routes; its body, query string, answers and token
    from its guards, by the very schemas that are checked; summary and description from its
    docstring. A view without `validate_response` is said to answer with some 2xx. Static files,
    and the automatic HEAD and OPTIONS, are left out.

    Raises SchemaError: when a schema cannot be held by a description; it names the view, or the
    schema's file.

    Source: OpenAPI 3.1.1.
    """
    plans = plans_of(app)
    components = to_components(plans.schemas) if plans.schemas is not None else {}
    names = SchemaNames(components)
    paths: dict[str, dict[str, Any]] = {}
    for rule, method, view in _operations(app):
        try:
            described = _operation(rule, method, view, plans=plans, names=names)
        except SchemaError as error:
            where = f"{method} {rule.rule} (the view {rule.endpoint!r})"
            raise SchemaError(f"{where} cannot be described: {error}") from error
        paths.setdefault(to_path(rule), {})[method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "paths": paths,
        "components": {
            "schemas": {**components, "Problem": PROBLEM_SCHEMA},
            "securitySchemes": {SECURITY_SCHEME: security_scheme(plans.tokens)},
        },
    }


def _operations(app: Flask) -> Iterator[tuple[Rule, str, Callable[..., Any]]]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        view = app.view_functions[rule.endpoint]
        if rule.endpoint.rpartition(".")[2] == "static" or getattr(view, UNDESCRIBED, False):
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method, view


def _operation(
    rule: Rule, method: str, view: Callable[..., Any], *, plans: GuardPlans, names: SchemaNames
) -> dict[str, Any]:
    handler = getattr(getattr(view, "view_class", None), method.lower(), view)
    guards = merged(guards_of(view), guards_of(handler))
    name = _operation_id(rule, method)
    summary, description = words(handler)
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": summary or rule.endpoint,
        "parameters": [
            *_path_parameters(rule, guards, plans, names, name),
            *_query_parameters(guards, plans, names, name),
            *_header_parameters(guards, plans, names, name),
        ],
        "responses": {
            **_success_responses(guards, names, name),
            **error_responses(
                guards,
                has_parameters=bool(rule.arguments),
                is_limited=plans.rates.of(guards.rate) is not None,
            ),
        },
    }
    if description:
        operation["description"] = description
    if guards.reads_json:
        schema = {} if guards.body is None else names.schema(guards.body, wanted=f"{name}_body")
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
    if guards.needs_token:
        operation["security"] = [{SECURITY_SCHEME: [*guards.scopes]}]
    return {key: value for key, value in operation.items() if value != []}


def merged(outer: ViewGuards, inner: ViewGuards) -> ViewGuards:
    """The guards of a request that passes `outer`, a class-based view's, and then `inner`."""
    return ViewGuards(
        handles_errors=outer.handles_errors or inner.handles_errors,
        needs_token=outer.needs_token or inner.needs_token,
        scopes=tuple(dict.fromkeys((*outer.scopes, *inner.scopes))),
        reads_json=outer.reads_json or inner.reads_json,
        rate=inner.rate or outer.rate,
        body=inner.body or outer.body,
        fills_defaults=inner.fills_defaults or outer.fills_defaults,
        query=inner.query or outer.query,
        path=inner.path or outer.path,
        headers=inner.headers or outer.headers,
        responses={**outer.responses, **inner.responses},
    )


def _operation_id(rule: Rule, method: str) -> str:
    name = rule.endpoint.replace(".", "_")
    is_only_one = len((rule.methods or set()) - {"HEAD", "OPTIONS"}) == 1
    return name if is_only_one else f"{method.lower()}_{name}"


def _query_parameters(
    guards: ViewGuards, plans: GuardPlans, names: SchemaNames, name: str
) -> Iterator[dict[str, Any]]:
    if guards.query is None:
        return
    query = QuerySchema(plans.schema(guards.query))
    for parameter in query.parameters.values():
        described = _parameter(query, parameter, names, place="query", wanted=f"{name}_query")
        yield described | ({"style": "form", "explode": True} if parameter.is_array else {})


def _header_parameters(
    guards: ViewGuards, plans: GuardPlans, names: SchemaNames, name: str
) -> Iterator[dict[str, Any]]:
    if guards.headers is None:
        return
    headers = HeaderSchema(plans.schema(guards.headers))
    for parameter in headers.parameters.values():
        yield _parameter(headers, parameter, names, place="header", wanted=f"{name}_headers")


def _parameter(
    schema: QuerySchema | HeaderSchema,
    parameter: Parameter,
    names: SchemaNames,
    *,
    place: str,
    wanted: str,
) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": place,
        "required": parameter.is_required,
        "schema": names.part(schema.compiled, parameter.name, wanted=wanted),
    }


def _path_parameters(
    rule: Rule, guards: ViewGuards, plans: GuardPlans, names: SchemaNames, name: str
) -> Iterator[dict[str, Any]]:
    path = None if guards.path is None else PathSchema(plans.schema(guards.path))
    for described in path_parameters(rule):
        declared = path.parameters.get(described["name"]) if path else None
        if path is None or declared is None:
            yield described
        else:
            part = names.part(path.compiled, declared.name, wanted=f"{name}_path")
            yield {**described, "schema": part}


def _success_responses(guards: ViewGuards, names: SchemaNames, name: str) -> dict[str, Any]:
    if not guards.responses:
        return {"2XX": {"description": "The answer."}}
    return {
        str(status): {
            "description": "The answer.",
            "content": {
                "application/json": {"schema": names.schema(ref, wanted=f"{name}_{status}")}
            },
        }
        for status, ref in guards.responses.items()
    }
