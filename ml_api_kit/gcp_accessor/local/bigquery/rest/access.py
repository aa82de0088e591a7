"""Policies of access: they are kept and given back, and nobody is ever refused by one."""

from __future__ import annotations

import base64
import uuid
from typing import Any

from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.local.bigquery.engine import Engine
from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, not_found
from ml_api_kit.gcp_accessor.local.bigquery.members import object_member
from ml_api_kit.gcp_accessor.local.bigquery.names import TableName
from ml_api_kit.gcp_accessor.local.bigquery.rest.web import body_object, json_response

_EMPTY = {"version": 1, "etag": "ACAB"}
_METHODS = ("getIamPolicy", "setIamPolicy", "testIamPermissions")


class Access:
    """The handlers of `tables.getIamPolicy` and its kin."""

    def __init__(self, engine: Engine) -> None:
        """Keep the engine."""
        self._engine = engine

    def policy_call(
        self, request: Request, project: str, dataset: str, table: str, method: str
    ) -> Response:
        """The policy of a table, or those of the permissions asked for that one has: all of them.

        Raises BigQueryError: 404, when there is no such table or method; 409, for a policy that was
            read before another one was set.
        """
        name, body = TableName(project, dataset, table), body_object(request)
        if method not in _METHODS:
            raise not_found(f"Method {method}")
        if method == "setIamPolicy":
            return json_response(self._put(name, object_member(body, "policy")))
        with self._engine.reading() as cursor:
            resource = self._engine.catalog.table(cursor, name)
        if method == "testIamPermissions":
            return json_response({"permissions": body.get("permissions") or []})
        return json_response(resource.get("iamPolicy") or _EMPTY)

    def _put(self, name: TableName, policy: dict[str, Any]) -> dict[str, Any]:
        with self._engine.writing() as cursor:
            resource = self._engine.catalog.table(cursor, name)
            known = (resource.get("iamPolicy") or _EMPTY)["etag"]
            if policy.get("etag") not in (None, "", known):
                raise BigQueryError(
                    "There were concurrent policy changes. Please retry the whole "
                    "read-modify-write with exponential backoff.",
                    status=409,
                    reason="aborted",
                )
            etag = base64.b64encode(uuid.uuid4().bytes[:8]).decode()
            kept = {"version": 1, **policy, "etag": etag}
            self._engine.catalog.put_table(cursor, name, {**resource, "iamPolicy": kept})
        return kept
