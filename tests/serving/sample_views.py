"""The views of the sample application: guarded ones, and ones that go wrong on purpose."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from flask import Blueprint, Flask, Response, g

from ml_api_kit.decorators import (
    count_rows,
    fast_lane,
    rate_limit,
    request_headers,
    request_json,
    request_path,
    request_query,
    token_required,
    validate_headers,
    validate_path,
    validate_query,
    validate_response,
    validate_schema,
)

Answer = dict[str, Any]

YEAR = {"properties": {"year": {"type": "integer", "minimum": 1900, "maximum": 2100}}}
REPORT_QUERY = {
    "required": ["school"],
    "properties": {
        "school": {"type": "string", "minLength": 2},
        "limit": {"type": "integer", "minimum": 1, "maximum": 100},
        "order": {"enum": ["name", "grade"]},
        "grade": {"type": "array", "items": {"type": "integer"}, "maxItems": 5},
    },
}
REPORT_HEADERS = {
    "required": ["X-Tenant"],
    "properties": {
        "X-Tenant": {"type": "string", "pattern": "^[a-z]{2,20}$"},
        "X-Copies": {"type": "integer", "minimum": 1, "maximum": 9},
        "X-Colour": {"enum": ["black", "blue"]},
        "X-Draft": {"type": "boolean"},
        "X-Born": {"type": "string", "format": "date"},
    },
}


@token_required
@validate_schema("answers")
@validate_response("means")
@fast_lane
def post_means() -> Answer:
    """The mean grade of the students in the request.

    Every student counts once.

    Returns:
        Not described.
    """
    count_rows(len(request_json()["students"]))
    grades = [student["grade"] for student in request_json()["students"]]
    return {"mean": sum(grades) / len(grades), "count": len(grades)}


@validate_query("paging")
@validate_response("means")
@fast_lane
def get_means() -> Answer:
    """The mean grade of the first students."""
    return {"mean": 1.5, "count": request_query()["limit"]}


@token_required
@validate_response({"type": "object", "required": ["number"]})
def get_student(number: int) -> Answer:
    """One student."""
    return {"number": number}


@validate_path(YEAR)
@validate_query(REPORT_QUERY)
@validate_headers(REPORT_HEADERS)
@validate_response({"type": "object", "required": ["year", "school", "tenant"]})
def get_report(year: str) -> Answer:
    """The report of a year."""
    school, tenant = request_query()["school"], request_headers()["X-Tenant"]
    return {"year": request_path()["year"], "school": school, "tenant": tenant}


@rate_limit("50 per hour")
@fast_lane
def get_rare() -> Answer:
    """An answer that there are few of."""
    return {"is_rare": True}


def get_slow() -> Answer:
    """An answer that takes a second."""
    time.sleep(1)
    return {"slept_s": 1}


@fast_lane
def get_broken() -> Answer:
    """An answer that never comes."""
    raise KeyError("the password of the database")


def get_half() -> Response:
    """An answer that breaks off."""

    def body() -> Iterator[bytes]:
        yield b"half"
        raise ValueError("no more")

    return Response(body())


def get_unclean() -> Answer:
    """An answer whose request cannot be cleaned up."""
    g.is_unclean = True
    return {}


def clean_up(error: BaseException | None) -> None:
    if g.pop("is_unclean", False):
        raise OSError("the connection pool is gone")


VIEWS: tuple[tuple[str, str, Callable[..., Any]], ...] = (
    ("POST", "/v1/means", post_means),
    ("GET", "/v1/means", get_means),
    ("GET", "/v1/students/<int:number>", get_student),
    ("GET", "/v1/reports/<year>", get_report),
    ("GET", "/v1/rare", get_rare),
    ("GET", "/v1/slow", get_slow),
    ("GET", "/v1/broken", get_broken),
    ("GET", "/v1/half", get_half),
)


def add_views(app: Flask) -> None:
    """Nothing; gives `app` these views."""
    for method, rule, view in VIEWS:
        app.add_url_rule(rule, view_func=view, methods=[method])
    # On its own: the fast lane is closed to routes after which something is called.
    unclean = Blueprint("unclean", __name__)
    unclean.add_url_rule("/v1/unclean", view_func=get_unclean)
    unclean.teardown_request(clean_up)
    app.register_blueprint(unclean)
