"""Settings that list who is let in, each with the scopes that it is given."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from ml_api_kit.errors import SettingsError

_SCOPE = re.compile(r"[!#-\[\]-~]+")


def entries_of(setting: object, *, name: str, expected: str) -> list[str]:
    """The texts in `setting`, which is a list of them or one text that holds several.

    In a text they stand apart by commas or white space; empty ones are left out.

    Raises SettingsError: when it is neither. What was found is not shown, because it may be a
    secret that was put there by mistake.

    >>> entries_of("a, b", name="EXAMPLE", expected="texts")
    ['a', 'b']
    """
    if not isinstance(setting, Iterable) or isinstance(setting, bytes | Mapping):
        raise SettingsError(
            name, f"(a {type(setting).__name__})", f"a text or a list of {expected}"
        )
    entries = re.split(r"[\s,]+", setting) if isinstance(setting, str) else [*setting]
    for entry in entries:
        if not isinstance(entry, str):
            raise SettingsError(name, "(an entry that is no text)", expected)
    return [entry for entry in entries if entry]


def parse_grant(entry: str, *, name: str) -> tuple[str, frozenset[str]]:
    """Who `entry` lets in, and the scopes behind the colon: `who` or `who:read+write`.

    A scope that holds a `+` or a comma cannot be given in this way.

    Raises SettingsError: when what is behind the colon are no scopes.

    >>> who, scopes = parse_grant("ann@example.com:read+write", name="EXAMPLE")
    >>> who, sorted(scopes)
    ('ann@example.com', ['read', 'write'])
    """
    who, colon, text = entry.partition(":")
    scopes = text.split("+") if colon else []
    if not all(_SCOPE.fullmatch(scope) for scope in scopes):
        raise SettingsError(
            name,
            "(an entry that is not shown)",
            "entries whose scopes stand behind a colon with + in between, such as …:read+write",
        )
    return who, frozenset(scopes)


def check_scopes(scopes: Collection[str]) -> tuple[str, ...]:
    """The scopes in `scopes`, which a view needs.

    Raises SettingsError: when it is one text, or holds what is no scope.

    Source: RFC 6749, section 3.3.

    >>> check_scopes(["read"])
    ('read',)
    """
    is_several = isinstance(scopes, Collection) and not isinstance(scopes, str | bytes | Mapping)
    if not is_several or not all(isinstance(one, str) and _SCOPE.fullmatch(one) for one in scopes):
        raise SettingsError(
            "scopes of token_required",
            scopes,
            'several scopes without white space or quotes, such as ("read", "write")',
        )
    return tuple(scopes)
