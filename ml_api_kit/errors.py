"""The error tree: one root, and each class also the nearest builtin.

    MlApiError
    ├── SettingsError            (ValueError)         a setting that cannot be used
    ├── RequestError             (ValueError)         the client's request is at fault
    │   ├── MalformedJsonError                        400
    │   ├── UnauthorizedError    (PermissionError)    401
    │   ├── InsufficientScopeError (PermissionError)  403, a token without a scope that is needed
    │   ├── PayloadTooLargeError                      413
    │   ├── UnsupportedMediaTypeError                 415
    │   ├── RateLimitError                            429, with how long to wait
    │   └── SchemaViolationError                      422, with every violation
    ├── SchemaError              (ValueError)         a JSON Schema that cannot be used
    ├── ResponseSchemaError      (ValueError)         an answer breaks its own schema; tests, debug
    ├── MissingExtraError        (ImportError)        a part of the package is not installed
    ├── NotReadyError                                 503, a readiness check failed
    ├── KeysUnavailableError                          503, keys that tokens are checked by are away
    ├── RatesUnavailableError                         503, what counts requests is away
    ├── ServerStartError         (OSError)            the server could not start
    ├── ArtifactError            (ValueError)         a model's artifacts are missing or altered
    ├── ModelInputError          (ValueError)         422, what a model cannot answer
    ├── ContractError            (AssertionError)     a model that breaks its contract
    ├── DataAccessError          (OSError)            the data source failed
    │   ├── CredentialsError     (PermissionError)    no usable credentials, or none allowed
    │   ├── DataNotFoundError    (LookupError)        no such dataset, table, bucket or object
    │   ├── PreconditionError                         somebody else wrote in between
    │   ├── QueryError           (ValueError)         the query is wrong, or not supported locally
    │   └── LocalServerError                          the local servers did not start or answer
    ├── PreprocessingError       (ValueError)         rows that a verb cannot work on
    ├── ResearchError            (ValueError)         research code that cannot be used
    │   ├── NotebookError                             no notebook, no code, a syntax error
    │   ├── NotebookFailedError  (RuntimeError)       it raised, or its process died
    │   ├── NotebookLimitError   (RuntimeError)       it took too long, or too much memory
    │   └── ConversionError                           a part that has no known place in an API
    ├── LoadTestError            (RuntimeError)       a load test could not be run to its end
    │   └── LoadTestInterruptedError                  Ctrl-C or a termination ended it
    └── ProjectError             (ValueError)         a project that cannot be made or used
        ├── FolderExistsError    (FileExistsError)
        └── ProjectNameError

Every class carries the status an API answers with (`http_status`), the status a command exits with
(`exit_code`), and builds its own sentence: what, where, what was found, what to do next.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


class MlApiError(Exception):
    """The root of every error that this package raises on purpose."""

    http_status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 1
    title: ClassVar[str] = "Internal Server Error"
    #: Whether a client may read the message of an error that is the server's fault.
    is_public: ClassVar[bool] = False


class SettingsError(MlApiError, ValueError):
    """A setting that cannot be used: which, what it holds, and what it may hold."""

    exit_code = 2

    def __init__(self, name: str, found: object, expected: str) -> None:
        """Say that the setting `name` holds `found` where `expected` is needed."""
        state = "not set" if found is None else repr(found)
        super().__init__(f"{name} is {state}; set it to {expected}.")


class RequestError(MlApiError, ValueError):
    """The request is at fault: nothing the server does can answer it as it is."""

    http_status = 400
    title = "Bad Request"


class MalformedJsonError(RequestError):
    """The body is absent, or is not one JSON value."""


class UnauthorizedError(RequestError, PermissionError):
    """The request carries no token, or one that is not known."""

    http_status = 401
    title = "Unauthorized"

    def __init__(self, message: str, *, is_token_given: bool = True) -> None:
        """Say `message`, and whether the request carried a token at all."""
        super().__init__(message)
        self.is_token_given = is_token_given


class InsufficientScopeError(RequestError, PermissionError):
    """The token is good, and lacks a scope that the view needs."""

    http_status = 403
    title = "Forbidden"

    def __init__(self, needed: tuple[str, ...]) -> None:
        """Say which scopes are `needed`."""
        super().__init__(
            f"The token lacks a scope; this needs {', '.join(needed)}. Ask the operator for a token"
            " with it."
        )
        self.needed = needed


class PayloadTooLargeError(RequestError):
    """The body is larger than the application accepts."""

    http_status = 413
    title = "Content Too Large"

    def __init__(self, limit_bytes: int) -> None:
        """Say that the body is larger than `limit_bytes`."""
        super().__init__(f"The body is larger than the {limit_bytes} bytes accepted here.")


class UnsupportedMediaTypeError(RequestError):
    """The body is declared to be something other than JSON in UTF-8."""

    http_status = 415
    title = "Unsupported Media Type"


class RateLimitError(RequestError):
    """The client asked too often."""

    http_status = 429
    title = "Too Many Requests"

    def __init__(
        self, limit: str, retry_after_s: int, *, headers: tuple[tuple[str, str], ...] = ()
    ) -> None:
        """Say that more than `limit` is refused, and for how long; keep the `headers` of it."""
        seconds = "1 second" if retry_after_s == 1 else f"{retry_after_s} seconds"
        super().__init__(f"Too many requests: {limit} are let in. Ask again in {seconds}.")
        self.retry_after_s = retry_after_s
        self.headers = headers


@dataclass(frozen=True, slots=True)
class Violation:
    """One place where a value breaks its schema.

    `pointer` is a JSON Pointer (RFC 6901) to the place, `""` for the whole value; `rule` the JSON
    Schema keyword that was broken; `detail` a sentence that does not repeat the value.
    """

    pointer: str
    rule: str
    detail: str


class SchemaViolationError(RequestError):
    """A value that breaks its schema, with every violation."""

    http_status = 422
    title = "Unprocessable Content"

    def __init__(
        self, violations: tuple[Violation, ...], *, subject: str = "body", has_more: bool = False
    ) -> None:
        """Say how many `violations` the `subject` has, or that it `has_more`; keep them."""
        places = "one place" if len(violations) == 1 else f"{len(violations)} places"
        listed = f"more than {places}, the first of which are" if has_more else f"{places},"
        verb = "do not match their" if subject.endswith("s") else "does not match its"
        super().__init__(f"The {subject} {verb} schema in {listed} listed in errors.")
        self.violations = violations
        self.subject = subject


class SchemaError(MlApiError, ValueError):
    """A JSON Schema that cannot be used: which file, where in it, and why."""

    exit_code = 2


class ResponseSchemaError(MlApiError, ValueError):
    """An answer breaks the schema that its view declares: which view, which status, where."""

    def __init__(self, view: str, status: int, violations: tuple[Violation, ...]) -> None:
        """Say where the answer of `view` with `status` breaks its schema."""
        places = "; ".join(f"{v.pointer or 'the whole answer'} {v.detail}" for v in violations[:5])
        super().__init__(
            f"The {status} answer of {view} does not match its schema: {places}. Mend the view or"
            " the schema named in its validate_response."
        )
        self.violations = violations


_PROJECT_EXTRAS = ("gcp", "jwt", "load")


class MissingExtraError(MlApiError, ImportError):
    """A command or a class needs an extra of this package: which, and how to get it."""

    exit_code = 2

    def __init__(self, command: str, extra: str) -> None:
        """Say that `command` needs the extra `extra`."""
        project = "in a project use its own .venv/bin, which `make` fills with all it needs, or "
        super().__init__(
            f"{command} needs more than is installed here:"
            f" {project if extra in _PROJECT_EXTRAS else ''}install ml-api-kit[{extra}]."
        )


class NotReadyError(MlApiError):
    """The application is not ready to answer: which of its checks failed."""

    http_status = 503
    title = "Service Unavailable"
    is_public = True

    def __init__(self, failed: tuple[str, ...]) -> None:
        """Say which checks `failed`."""
        super().__init__(f"Not ready: {', '.join(failed)}.")


class KeysUnavailableError(MlApiError):
    """The keys that tokens are checked by cannot be fetched, or are older than they may be."""

    http_status = 503
    title = "Service Unavailable"
    is_public = True

    def __init__(self) -> None:
        """Say that tokens cannot be checked now; which URL failed, and why, is the cause's part."""
        super().__init__("Tokens cannot be checked at the moment; try again in a minute.")


class RatesUnavailableError(MlApiError):
    """The storage in which requests are counted for rate limits does not answer."""

    http_status = 503
    title = "Service Unavailable"
    is_public = True

    def __init__(self) -> None:
        """Say that requests cannot be counted now; what failed is the cause's part."""
        super().__init__("Requests cannot be counted at the moment; try again in a minute.")


class ServerStartError(MlApiError, OSError):
    """The server could not start: which address, and why."""


class ArtifactError(MlApiError, ValueError):
    """A model's artifacts are missing, altered or unreadable: which file, how to make it anew."""


class ModelInputError(MlApiError, ValueError):
    """Rows or tensors that a model cannot answer: which row, which column, what was found."""

    http_status = 422
    title = "Unprocessable Content"


class ContractError(MlApiError, AssertionError):
    """A model that does not do what every model must: what differs first, and where."""


class DataAccessError(MlApiError, OSError):
    """The data source failed: which project, dataset, table, bucket or object, and what to do."""

    http_status = 502
    title = "Bad Gateway"


class CredentialsError(DataAccessError, PermissionError):
    """There are no usable credentials, or none that a setting allows to be used."""

    exit_code = 2


class DataNotFoundError(DataAccessError, LookupError):
    """There is no such project, dataset, table, bucket or object."""


class PreconditionError(DataAccessError):
    """The object changed between reading and writing it; nothing was written."""


class QueryError(DataAccessError, ValueError):
    """The query is wrong, costs more than is allowed, or is not supported by the local BigQuery."""


class LocalServerError(DataAccessError):
    """The local BigQuery and Cloud Storage did not start, stop or answer."""


class PreprocessingError(MlApiError, ValueError):
    """Rows that a verb cannot work on: which row, which column, what was found."""


class ResearchError(MlApiError, ValueError):
    """Research code that cannot be used: which cell and line, and what to do."""

    exit_code = 2


class NotebookError(ResearchError):
    """The file is no notebook or script, holds no code, or has a syntax error."""


class NotebookFailedError(ResearchError, RuntimeError):
    """The research code raised an error, or ended its process: which cell and line."""


class NotebookLimitError(ResearchError, RuntimeError):
    """The research code took more time or memory than it was allowed: which cell and line."""


class ConversionError(ResearchError):
    """Research code, or a part of it, that has no known place in an API: what, where and why."""


class LoadTestError(MlApiError, RuntimeError):
    """A load test could not be run to its end: the server or locust failed, with its last words."""

    exit_code = 2


class LoadTestInterruptedError(LoadTestError):
    """Ctrl-C or a termination signal ended the load test; nothing it started is left running."""

    exit_code = 130


class ProjectError(MlApiError, ValueError):
    """A project that cannot be made or used; nothing was left behind."""

    exit_code = 2


class FolderExistsError(ProjectError, FileExistsError):
    """The folder that the project would be made in exists already."""


class ProjectNameError(ProjectError):
    """A project name from which no Python package can be named."""
