"""A JWT taken apart, before anything in it is believed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from joserfc.errors import JoseError
from joserfc.jws import CompactSignature, JWSRegistry, extract_compact

from ml_api_kit.errors import UnauthorizedError

ISSUE_ANEW = "ask its issuer for another one"


@dataclass(frozen=True, slots=True)
class SignedText:
    """The parts of a JWT whose signature is not checked yet.

    Attributes:
        text: the whole token.
        signed: its parts, as the library that checks signatures keeps them.
        algorithm: the algorithm that its header names.
        key_id: the id of its key, where the header names one.
        type: what kind of JWT its header says it is (`typ`), whatever was written there.
        claims: what it says.
    """

    text: str
    signed: CompactSignature
    algorithm: str
    key_id: str | None
    type: object
    claims: dict[str, Any]


def take_apart(token: str, registry: JWSRegistry) -> SignedText:
    """The parts of `token`.

    Of the header, the algorithm and the id of the key are read. Keys and addresses of keys in it
    (`jwk`, `jku`, `x5c`, `x5u`) are not: who writes a token must not choose what it is checked by.

    Raises UnauthorizedError: when it is no JWT, or its header demands what is not understood.

    Source: RFC 7515, sections 4.1 and 7.1.
    """
    try:
        signed = extract_compact(token.encode(), registry=registry)
        claims = orjson.loads(signed.payload or b"")
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise malformed() from error
    header: Any = signed.protected
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise malformed()
    if "crit" in header or "b64" in header:
        raise UnauthorizedError("The token has critical headers, and none is understood here.")
    algorithm, key_id = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or not isinstance(key_id, str | None):
        raise malformed()
    return SignedText(token, signed, algorithm, key_id, header.get("typ"), claims)


def malformed() -> UnauthorizedError:
    """The error of a token that is no JWT."""
    return UnauthorizedError(f"The token is malformed; {ISSUE_ANEW}.")
