"""What the clients need to talk to a server of this machine: no credentials, and no proxy."""

from __future__ import annotations

from typing import Any


def anonymous_transport() -> dict[str, Any]:
    """The arguments `credentials` and `_http` of a google-cloud client without credentials."""
    from google.auth.credentials import AnonymousCredentials
    from google.auth.transport.requests import AuthorizedSession

    credentials = AnonymousCredentials()  # type: ignore[no-untyped-call]
    session = AuthorizedSession(credentials)  # type: ignore[no-untyped-call]
    # A proxy that the environment names for the rest of the world is no way to this machine.
    session.trust_env = False
    return {"credentials": credentials, "_http": session}
