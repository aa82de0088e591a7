"""Where the keys of JWTs come from, as the settings say: one of four places."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from ml_api_kit.decorators.tokens.clock import Clock
from ml_api_kit.decorators.tokens.jwt_keys import KeySet, public_key, read_key_set, secret_key
from ml_api_kit.decorators.tokens.key_ages import KeyAges
from ml_api_kit.decorators.tokens.key_document import fetch_document
from ml_api_kit.decorators.tokens.key_urls import check_key_url
from ml_api_kit.decorators.tokens.renewed_keys import RenewedKeys
from ml_api_kit.decorators.tokens.setting_names import (
    KEY_PLACES,
    KEY_SET_FILE,
    KEY_SET_URL,
    PUBLIC_KEY,
    SECRET,
)
from ml_api_kit.errors import SettingsError

#: How long the keys of a file are used before it is looked at again, in seconds.
FILE_AGE_S = 1.0

_log = logging.getLogger(__name__)


class KeySource(Protocol):
    """Keys that may change while the application runs."""

    def current(self) -> KeySet:
        """The keys."""

    def renewed(self) -> KeySet:
        """The keys, looked for anew where that is possible."""


class FixedKeys:
    """Keys that are read once, when the application starts."""

    def __init__(self, keys: KeySet) -> None:
        """Keep `keys`."""
        self._keys = keys

    def current(self) -> KeySet:
        """The keys."""
        return self._keys

    def renewed(self) -> KeySet:
        """The keys: there are no others before the next start."""
        return self._keys


def key_source(config: Mapping[str, Any], *, ages: KeyAges, clock: Clock) -> KeySource | None:
    """The keys that `config` names, or None where it names none.

    Raises SettingsError: when it names several places, or keys that cannot be used; a secret that
    was found is not shown.
    """
    given = [name for name in KEY_PLACES if config.get(name)]
    if not given:
        return None
    if len(given) > 1:
        raise SettingsError(
            given[1],
            "(set)",
            f"nothing, or unset {given[0]}: JWTs are checked by the keys of one place, and a key"
            " set holds several keys",
        )
    [name] = given
    if name == KEY_SET_URL:
        return _remote(_text(config, name), ages=ages, clock=clock)
    if name == KEY_SET_FILE:
        return _in_file(_text(config, name), ages=ages, clock=clock)
    return FixedKeys(_fixed(name, _text(config, name)))


def _fixed(name: str, text: str) -> KeySet:
    make, expected = {
        SECRET: (secret_key, "a random text of 32 bytes or more, such as `mlapi token new` prints"),
        PUBLIC_KEY: (public_key, "the public key of RS256 (2048 bits or more) or ES256, in PEM"),
    }[name]
    try:
        return KeySet((make(text),))
    except ValueError as error:
        raise SettingsError(name, f"(not shown; it {error})", expected) from error


def _in_file(path: str, *, ages: KeyAges, clock: Clock) -> RenewedKeys[KeySet]:
    expected = "a file with a JSON Web Key Set; `mlapi token key` makes one"
    keys = RenewedKeys(
        path,
        fetch=_read_file,
        read=_read_whole,
        ages=replace(ages, max_age_s=FILE_AGE_S, retry_s=FILE_AGE_S),
        clock=clock,
    )
    try:
        keys.load()
    except OSError as error:
        raise SettingsError(KEY_SET_FILE, path, f"{expected} ({error.strerror})") from error
    except ValueError as error:
        raise SettingsError(KEY_SET_FILE, path, f"{expected} (this one {error})") from error
    return keys


def _read_file(path: str) -> bytes:
    return Path(path).read_bytes()


def _read_whole(document: bytes) -> KeySet:
    """The keys of a file of one's own, in which a key that cannot be used is a mistake."""
    keys = read_key_set(document, allows_secrets=True)
    if keys.faults:
        raise ValueError(f"cannot be used: {'; '.join(keys.faults)}")
    return keys


def _remote(url: str, *, ages: KeyAges, clock: Clock) -> RenewedKeys[KeySet]:
    def read(document: bytes) -> KeySet:
        keys = read_key_set(document, allows_secrets=False)
        for fault in keys.faults:
            _log.warning("Of the keys at %s, %s; it is not used.", url, fault)
        return keys

    try:
        check_key_url(url)
    except ValueError as error:
        raise SettingsError(KEY_SET_URL, url, f"the address of a key set, which {error}") from error
    return RenewedKeys(url, fetch=fetch_document, read=read, ages=ages, clock=clock)


def _text(config: Mapping[str, Any], name: str) -> str:
    value = config[name]
    if name == KEY_SET_FILE and isinstance(value, Path):
        return str(value)
    if not isinstance(value, str):
        raise SettingsError(name, f"(a {type(value).__name__})", "a text")
    return value
