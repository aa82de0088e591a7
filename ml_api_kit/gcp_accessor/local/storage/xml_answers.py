"""Answers of the XML interface, and what a request of it may ask for.

Source: https://cloud.google.com/storage/docs/xml-api/reference-headers
"""

from __future__ import annotations

from xml.etree import ElementTree

from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.local.storage.wire_errors import StorageApiError, unsupported

_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
_SIGNED = frozenset(("googleaccessid", "expires", "signature", "userproject"))
_HEADERS = frozenset(
    (
        "x-goog-acl",
        "x-goog-api-client",
        "x-goog-api-version",
        "x-goog-content-length-range",
        "x-goog-content-sha256",
        "x-goog-copy-source",
        "x-goog-copy-source-encryption-algorithm",
        "x-goog-copy-source-encryption-key",
        "x-goog-copy-source-encryption-key-sha256",
        "x-goog-copy-source-generation",
        "x-goog-copy-source-if-generation-match",
        "x-goog-copy-source-if-metageneration-match",
        "x-goog-custom-time",
        "x-goog-date",
        "x-goog-encryption-algorithm",
        "x-goog-encryption-key",
        "x-goog-encryption-key-sha256",
        "x-goog-hash",
        "x-goog-if-generation-match",
        "x-goog-if-metageneration-match",
        "x-goog-metadata-directive",
        "x-goog-project-id",
        "x-goog-request-params",
        "x-goog-resumable",
        "x-goog-storage-class",
        "x-goog-user-project",
    )
)


# Source: https://cloud.google.com/storage/docs/xml-api/reference-status
_CODES = {
    400: "InvalidArgument",
    403: "AccessDenied",
    404: "NoSuchKey",
    409: "Conflict",
    412: "PreconditionFailed",
    413: "EntityTooLarge",
    416: "InvalidRange",
    500: "InternalError",
    501: "NotImplemented",
}
_CODES_BY_WORDS = {
    "bucket does not exist": "NoSuchBucket",
    "doesn't match calculated": "BadDigest",
    "is not empty": "BucketNotEmpty",
    "you already own it": "BucketAlreadyOwnedByYou",
    "Invalid bucket name": "InvalidBucketName",
    "The body is not XML": "MalformedXML",
}


def check_known(request: Request, *parameters: str) -> None:
    """Let a request pass that asks for nothing but these parameters of the query.

    Raises StorageApiError: 501 for any other, and for a header of Google's that is not heeded here.
    """
    for name in request.args:
        lower = name.lower()
        if name not in parameters and lower not in _SIGNED and not lower.startswith("x-goog-"):
            raise unsupported(f"the parameter {name[:60]!r} in its XML interface")
    for header in {name for name, _ in request.headers}:
        lower = header.lower()
        is_google = lower.startswith("x-goog-") and not lower.startswith("x-goog-meta-")
        if is_google and lower not in _HEADERS:
            raise unsupported(f"the header {lower[:60]!r} in its XML interface")


def xml_response(
    root: str, children: dict[str, str], *, status: int = 200, namespace: str | None = _NAMESPACE
) -> Response:
    """An element with one level of children, as an answer."""
    element = ElementTree.Element(root, {"xmlns": namespace} if namespace else {})
    for tag, text in children.items():
        add(element, tag, text)
    return xml_document(element, status=status)


def xml_document(element: ElementTree.Element, *, status: int = 200) -> Response:
    """A document, as an answer."""
    body = ElementTree.tostring(element, encoding="utf-8", xml_declaration=True)
    return Response(body, status, content_type="application/xml; charset=UTF-8")


def add(parent: ElementTree.Element, tag: str, text: str) -> None:
    """Put an element of text below `parent`."""
    ElementTree.SubElement(parent, tag).text = text


def error_response(error: StorageApiError) -> Response:
    """A refusal in the form of the XML interface."""
    body = {"Code": _code(error), "Message": error.message}
    return xml_response("Error", body, status=error.status, namespace=None)


def _code(error: StorageApiError) -> str:
    if error.reason[:1].isupper():
        return error.reason
    special = next(
        (code for words, code in _CODES_BY_WORDS.items() if words in error.message), None
    )
    return special or _CODES.get(error.status, error.reason)
