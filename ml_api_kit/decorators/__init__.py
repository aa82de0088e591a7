"""Guards of a request, for any Flask app: stackable in any order, cheap, and strict."""

from ml_api_kit.decorators.bearer import check_bearer, hash_token
from ml_api_kit.decorators.extension import ApiGuards
from ml_api_kit.decorators.guards import (
    handle_errors,
    token_required,
    validate_headers,
    validate_json,
    validate_path,
    validate_query,
    validate_response,
    validate_schema,
)
from ml_api_kit.decorators.json_body import check_media_type, decode_json
from ml_api_kit.decorators.problem import Problem, to_problem
from ml_api_kit.decorators.request_ids import request_id
from ml_api_kit.decorators.request_values import (
    request_headers,
    request_json,
    request_path,
    request_query,
)
from ml_api_kit.decorators.view_guards import ViewGuards, guards_of

__all__ = [
    "ApiGuards",
    "Problem",
    "ViewGuards",
    "check_bearer",
    "check_media_type",
    "decode_json",
    "guards_of",
    "handle_errors",
    "hash_token",
    "request_headers",
    "request_id",
    "request_json",
    "request_path",
    "request_query",
    "to_problem",
    "token_required",
    "validate_headers",
    "validate_json",
    "validate_path",
    "validate_query",
    "validate_response",
    "validate_schema",
]
