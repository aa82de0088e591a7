"""Guards of a request, for any Flask app: stackable in any order, cheap, and strict."""

from ml_api_kit.decorators.bearer import check_bearer, hash_token
from ml_api_kit.decorators.extension import ApiGuards
from ml_api_kit.decorators.guards import (
    fast_lane,
    handle_errors,
    rate_limit,
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
from ml_api_kit.decorators.request_counts import count_rows
from ml_api_kit.decorators.request_ids import request_id
from ml_api_kit.decorators.request_values import (
    request_headers,
    request_json,
    request_path,
    request_query,
    request_token,
)
from ml_api_kit.decorators.tokens import TokenChecker, VerifiedToken, token_config
from ml_api_kit.decorators.view_guards import ViewGuards, guards_of

__all__ = [
    "ApiGuards",
    "Problem",
    "TokenChecker",
    "VerifiedToken",
    "ViewGuards",
    "check_bearer",
    "check_media_type",
    "count_rows",
    "decode_json",
    "fast_lane",
    "guards_of",
    "handle_errors",
    "hash_token",
    "rate_limit",
    "request_headers",
    "request_id",
    "request_json",
    "request_path",
    "request_query",
    "request_token",
    "to_problem",
    "token_config",
    "token_required",
    "validate_headers",
    "validate_json",
    "validate_path",
    "validate_query",
    "validate_response",
    "validate_schema",
]
