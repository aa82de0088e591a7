"""What is checked of a request, made ready once for each view of each application."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Protocol

from ml_api_kit.decorators.guard_settings import check_guard_names
from ml_api_kit.decorators.json_body import (
    DECODED_LEVELS,
    check_media_type,
    decode_json,
    read_body,
)
from ml_api_kit.decorators.rate_limit import RateLimit, RateLimits
from ml_api_kit.decorators.shared_folder import shared_folder
from ml_api_kit.decorators.tokens import TokenChecker
from ml_api_kit.decorators.tokens.token_checker import require_scopes
from ml_api_kit.decorators.view_guards import SchemaRef, ViewGuards
from ml_api_kit.errors import (
    KeysUnavailableError,
    SchemaError,
    SettingsError,
    UnauthorizedError,
)
from ml_api_kit.schemas import (
    CompiledSchema,
    DefaultFiller,
    HeaderSchema,
    PathSchema,
    QuerySchema,
    SchemaFolder,
)

EXTENSION = "ml_api_guards"
BODY_KEY = "ml_api_kit.json"
QUERY_KEY = "ml_api_kit.query"
TOKEN_KEY = "ml_api_kit.token"
PATH_KEY = "ml_api_kit.path"
HEADERS_KEY = "ml_api_kit.headers"

_ABSENT = object()


@dataclass(frozen=True, slots=True)
class GuardPlan:
    """What the guards of one view check, with everything they need at hand.

    Attributes:
        limit: how often a client may ask, or None.
        tokens: the check of the token, or None where no token is needed.
        scopes: what the token must be good for.
        reads_json: True where the body must be one JSON value.
        body: the compiled schema of the body, or None.
        defaults: what is filled into a body that matches its schema, or None.
        query: the plan to read the query string by, or None.
        path: the plan to read the variable parts of the path by, or None.
        headers: the plan to read the headers by, or None.
        responses: the compiled schemas of the answers, by status.
        max_body_bytes: the largest body that is read.
        max_json_depth: the deepest nesting of arrays and objects.
    """

    limit: RateLimit | None
    tokens: TokenChecker | None
    scopes: tuple[str, ...]
    reads_json: bool
    body: CompiledSchema | None
    defaults: DefaultFiller | None
    query: QuerySchema | None
    path: PathSchema | None
    headers: HeaderSchema | None
    responses: Mapping[int, CompiledSchema]
    max_body_bytes: int
    max_json_depth: int

    def check(self, environ: dict[str, Any], path_values: Mapping[str, Any] | None = None) -> None:
        """Nothing, where the request in `environ` passes; what was read of it is kept there.

        `path_values` are the variable parts of its path, by name. The order is always the same:
        token, rate, scopes, body, body's schema, query string, path, headers. Who has no token that
        is good is held to the rate by its address.

        Raises RequestError: the kind that the first guard to refuse it names.
        """
        if self.tokens is not None:
            try:
                token = self.tokens.check(environ.get("HTTP_AUTHORIZATION"))
            except (UnauthorizedError, KeysUnavailableError):
                if self.limit is not None:
                    self.limit.check(environ, is_known=False)
                raise
            environ[TOKEN_KEY] = token
        if self.limit is not None:
            self.limit.check(environ, is_known=self.tokens is not None)
        if self.scopes:
            require_scopes(environ[TOKEN_KEY], self.scopes)
        if self.reads_json:
            value = environ.get(BODY_KEY, _ABSENT)
            if value is _ABSENT:
                value = environ[BODY_KEY] = self._read_json(environ)
            if self.body is not None:
                self.body.check(value)
                if self.defaults is not None:
                    self.defaults.filled(value)
        if self.query is not None:
            environ[QUERY_KEY] = self.query.read(environ.get("QUERY_STRING", ""))
        if self.path is not None:
            environ[PATH_KEY] = self.path.read(path_values or {})
        if self.headers is not None:
            environ[HEADERS_KEY] = self.headers.read(environ)

    def check_route(self, route: str, names: Collection[str]) -> None:
        """Nothing, where the schema of the path names the variable parts `names` of `route`.

        Raises SchemaError: when it names others, or leaves one out: no path could ever match.
        """
        if self.path is not None and {*self.path.parameters} != {*names}:
            raise SchemaError(
                f"{self.path.compiled.name} describes the parts {sorted(self.path.parameters)} of a"
                f" path, and the route {route} has {sorted(names)}; name the same in both."
            )

    def _read_json(self, environ: dict[str, Any]) -> Any:
        body = self._read_body(environ)
        content_type = environ.get("CONTENT_TYPE")
        if body or content_type:
            check_media_type(content_type, content_encoding=environ.get("HTTP_CONTENT_ENCODING"))
        return decode_json(body, max_depth=self.max_json_depth)

    def _read_body(self, environ: dict[str, Any]) -> bytes:
        stated = environ.get("CONTENT_LENGTH")
        length = int(stated) if stated and stated.isdecimal() else None
        if length is None and not environ.get("wsgi.input_terminated"):
            return b""  # no length and no end to wait for: WSGI then says that there is no body
        # Werkzeug's own reader does the same through several layers, at more than twice the cost.
        body = read_body(environ["wsgi.input"], length=length, limit_bytes=self.max_body_bytes)
        environ["wsgi.input"] = BytesIO(body)  # for whoever reads the request after the guards
        return body


class GuardPlans:
    """The plans of one application, made from its configuration.

    Raises SchemaError: when the schema folder cannot be used.
    Raises SettingsError: when a setting cannot be.
    """

    def __init__(self, config: Mapping[str, Any]) -> None:
        """Compile the schemas and read the settings that `config` names."""
        check_guard_names(config)
        shared_folder(config)  # looked at here, also where nothing is counted yet
        folder = config.get("MLAPI_SCHEMA_FOLDER")
        self.config = config
        self.schemas = SchemaFolder(folder) if folder is not None else None
        self.tokens = TokenChecker(config)
        self.rates = RateLimits(config)
        self.max_body_bytes = _positive(config, "MLAPI_MAX_BODY_BYTES", 1 << 20)
        self.max_json_depth = _positive(config, "MLAPI_MAX_JSON_DEPTH", 64)
        if self.max_json_depth > DECODED_LEVELS:
            raise SettingsError(
                "MLAPI_MAX_JSON_DEPTH",
                self.max_json_depth,
                f"{DECODED_LEVELS} or less: what reads JSON goes no deeper",
            )
        self._plans: dict[ViewGuards, GuardPlan] = {}

    @property
    def checks_responses(self) -> bool:
        """True in tests and in debug mode, where an answer that breaks its schema is an error."""
        return bool(self.config["TESTING"] or self.config["DEBUG"])

    def of(self, guards: ViewGuards) -> GuardPlan:
        """The plan for `guards`, made when it is first asked for.

        Raises SchemaError: when they name a schema that is not there.
        Raises SettingsError: when they need a token and no setting lets anybody in.
        """
        plan = self._plans.get(guards)
        if plan is None:
            plan = self._plans[guards] = self._make(guards)
        return plan

    def schema(self, ref: SchemaRef) -> CompiledSchema:
        """The compiled schema that `ref` stands for."""
        if isinstance(ref, CompiledSchema):
            return ref
        if self.schemas is None:
            raise SchemaError(
                f"A view names the schema {ref!r}, and there is no schema folder; set"
                " MLAPI_SCHEMA_FOLDER to the folder that holds it."
            )
        return self.schemas[ref]

    def _make(self, guards: ViewGuards) -> GuardPlan:
        if guards.needs_token:
            self.tokens.require_any()
        body = None if guards.body is None else self.schema(guards.body)
        documents = {} if self.schemas is None else self.schemas.documents
        return GuardPlan(
            limit=self.rates.of(guards.rate),
            tokens=self.tokens if guards.needs_token else None,
            scopes=guards.scopes,
            reads_json=guards.reads_json,
            body=body,
            defaults=DefaultFiller(body, documents) if body and guards.fills_defaults else None,
            query=None if guards.query is None else QuerySchema(self.schema(guards.query)),
            path=None if guards.path is None else PathSchema(self.schema(guards.path)),
            headers=None if guards.headers is None else HeaderSchema(self.schema(guards.headers)),
            responses={status: self.schema(ref) for status, ref in guards.responses.items()},
            max_body_bytes=self.max_body_bytes,
            max_json_depth=self.max_json_depth,
        )


class HasExtensions(Protocol):
    """An application, as far as its plans are concerned."""

    extensions: dict[str, Any]
    config: Any


def plans_of(app: HasExtensions) -> GuardPlans:
    """The plans of `app`; made from its configuration where `ApiGuards` did not."""
    plans: GuardPlans | None = app.extensions.get(EXTENSION)
    if plans is None:
        plans = app.extensions[EXTENSION] = GuardPlans(app.config)
    return plans


def _positive(config: Mapping[str, Any], name: str, default: int) -> int:
    value = config.get(name, default)
    number = int(value) if isinstance(value, str) and value.isdecimal() else value
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise SettingsError(name, value, "a whole number, 1 or more")
    return number
