"""JSON Pointers, the way an answer names the place that an error is at."""

from __future__ import annotations

from collections.abc import Iterable

MAX_POINTER_CHARACTERS = 256


def to_pointer(path: Iterable[str | int]) -> str:
    """A JSON Pointer to the place that `path` leads to; `""` is the whole value.

    The keys in a path may come from a client. So that no key is sent back at any length, a pointer
    that would exceed 256 characters ends at the last container that fits.

    Source: RFC 6901, section 3 (`~` is written `~0`, `/` is written `~1`).

    >>> to_pointer(["rows", 3, "a/b"])
    '/rows/3/a~1b'
    """
    pointer = ""
    for step in path:
        text = str(step).replace("~", "~0").replace("/", "~1")
        if len(pointer) + 1 + len(text) > MAX_POINTER_CHARACTERS:
            break
        pointer = f"{pointer}/{text}"
    return pointer
