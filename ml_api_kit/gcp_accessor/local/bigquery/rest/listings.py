"""Pages of resources."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Request

from ml_api_kit.gcp_accessor.local.bigquery.page_tokens import page_token, place_of
from ml_api_kit.gcp_accessor.local.bigquery.rest.web import whole_number


def page_of(
    request: Request, listed: list[dict[str, Any]], *, kind: str, member: str
) -> dict[str, Any]:
    """The page of `listed` that the arguments `maxResults` and `pageToken` ask for.

    Raises BigQueryError: 400, when one of them is no whole number, or no token of this list.
    """
    start = place_of(request.args.get("pageToken"), request.path)
    count = whole_number(request.args.get("maxResults"), "maxResults", len(listed)) or len(listed)
    answer: dict[str, Any] = {member: listed[start : start + count]}
    if kind:
        answer["kind"] = kind
    if start + count < len(listed):
        answer["nextPageToken"] = page_token(request.path, start + count)
    return answer


def link(request: Request, path: str) -> str:
    """The address of a resource on this server."""
    return f"{request.host_url}bigquery/v2/{path}"
