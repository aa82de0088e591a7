"""URIs of Cloud Storage, and methods that take one in place of a bucket and a path."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any, TypeVar, cast

from ml_api_kit.errors import DataAccessError

_SCHEME = "gs://"
Method = TypeVar("Method", bound=Callable[..., Any])


def to_uri(bucket: str, path: str) -> str:
    """The `gs://` URI of an object.

    >>> to_uri("exams", "2020/answers.csv")
    'gs://exams/2020/answers.csv'
    """
    return f"gs://{bucket}/{path}"


def split_uri(uri: str) -> tuple[str, str]:
    """The bucket and the path of a URI, the path empty where it names the bucket alone.

    Raises DataAccessError: when it names no bucket.

    >>> split_uri("gs://exams/2026/answers.csv.gz")
    ('exams', '2026/answers.csv.gz')
    """
    bucket, _, path = uri.removeprefix(_SCHEME).partition("/")
    if not uri.startswith(_SCHEME) or not bucket:
        raise DataAccessError(f"{uri!r} is no URI of Cloud Storage; write gs://bucket/path.")
    return bucket, path


def takes_uri(method: Method) -> Method:
    """`method`, whose first two arguments may also be one: the URI of both."""
    parameters = signature(method)
    takes_path = "path" in parameters.parameters

    def fits(*arguments: Any, **options: Any) -> bool:
        try:
            parameters.bind(*arguments, **options)
        except TypeError:
            return False
        return True

    @wraps(method)
    def called(self: Any, bucket: str, *arguments: Any, **options: Any) -> Any:
        if not isinstance(bucket, str) or not bucket:
            raise DataAccessError(
                f"bucket is {bucket!r}; give the name of a bucket, or a gs:// URI."
            )
        if bucket.startswith(_SCHEME):
            uri, (bucket, path) = bucket, split_uri(bucket)
            if not fits(self, bucket, path, *arguments, **options) and fits(
                self, bucket, *arguments, **options
            ):
                raise DataAccessError(
                    f"{uri} names the bucket and the path, and another path follows; leave one out."
                )
            arguments = (path, *arguments)
        if takes_path:
            _check_path(bucket, arguments[0] if arguments else options.get("path", ""))
        return method(self, bucket, *arguments, **options)

    return cast(Method, called)


def _check_path(bucket: str, path: object) -> None:
    if not isinstance(path, str) or not path:
        raise DataAccessError(
            f"path is {path!r}; give that of an object in gs://{bucket}, such as a/b.csv."
        )
    if path.startswith(_SCHEME):
        raise DataAccessError(
            f"path is {path!r}, a URI of its own; give it alone, without the bucket {bucket!r}."
        )
