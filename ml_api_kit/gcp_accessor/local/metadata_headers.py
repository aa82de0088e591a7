"""The names of `x-goog-meta-…` headers, whose underscores WSGI would make dashes, or drop.

On the way from the connection to who answers it a `|` stands before what it spells: `|u` for an
underscore, `||` for itself.
"""

from __future__ import annotations

import re

PREFIX = "x-goog-meta-"

_NAME = re.compile(rb"(?i)(\r\nx-goog-meta-)([^:\r\n]+)(?=:)")
_SPELLED = re.compile(r"\|([u|])")


def protected(head: bytes) -> bytes:
    r"""The head of a request with the names of custom metadata in a form that WSGI keeps.

    >>> protected(b"PUT / HTTP/1.1\r\nx-goog-meta-key_a: b_c\r\n")
    b'PUT / HTTP/1.1\r\nx-goog-meta-key|ua: b_c\r\n'
    """
    return _NAME.sub(lambda match: match[1] + _escaped(match[2]), head)


def metadata_key(header: str) -> str:
    """The key of custom metadata, which is in small letters, that a protected header is for.

    >>> metadata_key("X-Goog-Meta-Key|Ua")
    'key_a'
    """
    key = header[len(PREFIX) :].lower()
    return _SPELLED.sub(lambda match: "_" if match[1] == "u" else "|", key)


def _escaped(name: bytes) -> bytes:
    return name.replace(b"|", b"||").replace(b"_", b"|u")
