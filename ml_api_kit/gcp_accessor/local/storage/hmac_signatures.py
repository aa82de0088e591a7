"""Signatures of URLs by HMAC keys that were made here; who signed by another key is not asked.

Source: https://cloud.google.com/storage/docs/authentication/signatures
"""

from __future__ import annotations

import hashlib
import hmac

from werkzeug.wrappers import Request

from ml_api_kit.gcp_accessor.local.storage.hmac_keys import find_secret
from ml_api_kit.gcp_accessor.local.storage.store import Store
from ml_api_kit.gcp_accessor.local.storage.wire_errors import StorageApiError

_ALGORITHM = "GOOG4-HMAC-SHA256"


def check_signature(store: Store, request: Request, path: str) -> None:
    """Let a request pass whose URL has the signature of its key, or of none that is known here.

    Raises StorageApiError: 403 for another signature, and for a key that is not active.
    """
    query = request.args
    if query.get("X-Goog-Algorithm") != _ALGORITHM or "X-Goog-Signature" not in query:
        return
    access_id, _, scope = query.get("X-Goog-Credential", "").partition("/")
    secret = find_secret(store, access_id)
    if secret is None:
        return
    canonical = hashlib.sha256(_canonical_request(request, path).encode()).hexdigest()
    text = "\n".join((_ALGORITHM, query.get("X-Goog-Date", ""), scope, canonical))
    if not hmac.compare_digest(_signature(secret, scope, text), query["X-Goog-Signature"].lower()):
        raise StorageApiError(
            403,
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. "
            "Check your Google secret key and signing method.",
        )


def _signature(secret: str, scope: str, text: str) -> str:
    key = f"GOOG4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _canonical_request(request: Request, path: str) -> str:
    """Method, path, query, headers, their names, and the digest of the body."""
    pairs = [part if "=" in part else f"{part}=" for part in _query(request).split("&")]
    names = request.args.get("X-Goog-SignedHeaders", "").lower().split(";")
    headers = [f"{name}:{' '.join(request.headers.get(name, '').split())}" for name in names]
    return "\n".join(
        (
            "GET" if request.method == "HEAD" else request.method,
            path,
            "&".join(sorted(p for p in pairs if not p.startswith("X-Goog-Signature="))),
            *headers,
            "",
            ";".join(names),
            request.headers.get("x-goog-content-sha256", "UNSIGNED-PAYLOAD"),
        )
    )


def _query(request: Request) -> str:
    return request.query_string.decode("latin-1")
