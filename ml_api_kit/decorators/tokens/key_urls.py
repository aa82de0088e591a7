"""Addresses that keys may be fetched from."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit


def check_key_url(url: str) -> None:
    """Nothing, where keys may be fetched from `url`: by HTTPS, or from this very machine.

    Raises ValueError: when they may not.

    >>> check_key_url("https://issuer.example/keys")
    >>> check_key_url("http://127.0.0.1:8001/keys")
    """
    parts = urlsplit(url)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_here(parts.hostname))
    if not is_safe or not parts.hostname or parts.username or parts.fragment:
        raise ValueError("must start with https:// (http:// only on this machine), without a user")


def is_here(host: str | None) -> bool:
    """Whether `host` is this machine, whatever names say.

    >>> is_here("localhost"), is_here("::1"), is_here("127.0.0.1.example")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:  # a name, and not the one of this machine
        return False
