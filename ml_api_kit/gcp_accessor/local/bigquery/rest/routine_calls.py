"""Functions and procedures of datasets: the calls that list, make, change and drop them.

Source: https://cloud.google.com/bigquery/docs/reference/rest/v2/routines
"""

from __future__ import annotations

import re
from typing import Any

from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.local.bigquery.context import Context
from ml_api_kit.gcp_accessor.local.bigquery.ddl.routines import check_routine
from ml_api_kit.gcp_accessor.local.bigquery.engine import Engine
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.members import object_member
from ml_api_kit.gcp_accessor.local.bigquery.names import DatasetName, RoutineName
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryRequest
from ml_api_kit.gcp_accessor.local.bigquery.rest.changes import (
    check_etag,
    etag,
    given_members,
    patched,
)
from ml_api_kit.gcp_accessor.local.bigquery.rest.listings import page_of
from ml_api_kit.gcp_accessor.local.bigquery.rest.web import body_object, json_response
from ml_api_kit.gcp_accessor.local.bigquery.script_state import ScriptState
from ml_api_kit.gcp_accessor.local.bigquery.tables.view_functions import remake_views

_ROUTINE_ID = re.compile(r"[A-Za-z0-9_]{1,256}")
_KINDS = ("SCALAR_FUNCTION", "AGGREGATE_FUNCTION", "TABLE_VALUED_FUNCTION", "PROCEDURE")


class RoutineCalls:
    """The handlers, each for one call of the REST API."""

    def __init__(self, engine: Engine) -> None:
        """Keep the engine."""
        self._engine = engine

    def list_routines(self, request: Request, project: str, dataset: str) -> Response:
        """The routines of a dataset, by name; of one type where `filter` says so."""
        name = DatasetName(project, dataset)
        with self._engine.reading() as cursor:
            self._engine.catalog.dataset(cursor, name)
            found = self._engine.catalog.routines.of_dataset(cursor, name)
        kind = request.args.get("filter", "").removeprefix("routineType:")
        listed = [_shown(one) for one in found if kind in ("", one.get("routineType"))]
        return json_response(page_of(request, listed, kind="", member="routines"))

    def create_routine(self, request: Request, project: str, dataset: str) -> Response:
        """The routine that was made."""
        body = body_object(request)
        reference = object_member(body, "routineReference")
        name = _name(project, dataset, reference.get("routineId"))
        given = given_members(body)
        self._check(name, body)
        with self._engine.writing_as_read() as cursor:
            self._engine.catalog.dataset(cursor, name.parent)
            made = self._engine.catalog.routines.create(cursor, name, given)
            remake_views(self._engine, cursor, name.project, name.routine)
        return json_response(_shown(made))

    def get_routine(self, request: Request, project: str, dataset: str, routine: str) -> Response:
        """One routine."""
        name = RoutineName(project, dataset, routine)
        with self._engine.reading() as cursor:
            self._engine.catalog.dataset(cursor, name.parent)
            return json_response(_shown(self._engine.catalog.routines.get(cursor, name)))

    def update_routine(
        self, request: Request, project: str, dataset: str, routine: str
    ) -> Response:
        """The routine with the members of the body in place of its own."""
        name, body = RoutineName(project, dataset, routine), body_object(request)
        with self._engine.reading() as cursor:
            found = self._engine.catalog.routines.get(cursor, name)
        changed = patched(found, body)
        self._check(name, changed)
        with self._engine.writing_as_read() as cursor:
            found = self._engine.catalog.routines.get(cursor, name)
            check_etag(found, request.headers.get("If-Match"))
            kept = self._engine.catalog.routines.put(cursor, name, changed)
            remake_views(self._engine, cursor, name.project, name.routine)
        return json_response(_shown(kept))

    def delete_routine(
        self, request: Request, project: str, dataset: str, routine: str
    ) -> Response:
        """Nothing, once the routine is gone."""
        name = RoutineName(project, dataset, routine)
        with self._engine.writing_as_read() as cursor:
            self._engine.catalog.dataset(cursor, name.parent)
            self._engine.catalog.routines.drop(cursor, name)
            remake_views(self._engine, cursor, name.project, name.routine)
        return Response(status=204)

    def _check(self, name: RoutineName, body: dict[str, Any]) -> None:
        """Nothing, when a routine is right as far as it can be told before a call."""
        if body.get("routineType") not in _KINDS:
            raise BigQueryError(f"Invalid value for routineType: {body.get('routineType')}")
        language = str(body.get("language") or "SQL").upper()
        if language != "SQL" or object_member(body, "remoteFunctionOptions"):
            raise unsupported(f"routines in {language}, or that are remote: {name}")
        if not isinstance(body.get("definitionBody"), str):
            raise BigQueryError("Required parameter is missing: definitionBody")
        request = QueryRequest("", project=name.project, default_dataset=name.parent)
        path = [name.project, name.dataset, name.routine]
        check_routine(Context(self._engine, request, ScriptState()), body, path)


def _name(project: str, dataset: str, routine: Any) -> RoutineName:
    if not isinstance(routine, str) or not _ROUTINE_ID.fullmatch(routine):
        raise BigQueryError(
            f'Invalid routine ID "{routine}". Routine IDs must be alphanumeric (plus underscores) '
            "and must be at most 256 characters long."
        )
    return RoutineName(project, dataset, routine)


def _shown(resource: dict[str, Any]) -> dict[str, Any]:
    return {**resource, "etag": etag(resource)}
