"""The settings of signed tokens, read once and checked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ml_api_kit.decorators.tokens.grants import entries_of, parse_grant
from ml_api_kit.decorators.tokens.key_ages import KeyAges
from ml_api_kit.decorators.tokens.key_urls import check_key_url
from ml_api_kit.decorators.tokens.setting_names import (
    AUDIENCE,
    GOOGLE_ACCOUNTS,
    GOOGLE_AUDIENCE,
    GOOGLE_CERTS_URL,
    ISSUER,
    KEY_PLACES,
    KEY_SET_URL,
    LEEWAY,
    MAX_AGE,
    MAX_STALE,
    RETRY,
    SCOPE_CLAIM,
    TYPE,
)
from ml_api_kit.errors import SettingsError

_CERTS_OF_GOOGLE = "https://www.googleapis.com/oauth2/v1/certs"


@dataclass(frozen=True, slots=True)
class JwtSettings:
    """What a JWT must say, beside being signed by a known key.

    Attributes:
        audiences: one of them is in `aud`.
        issuers: one of them is `iss`; where there are none, it is not looked at.
        leeway_s: how far the clocks of issuer and API may be apart, in seconds.
        scope_claim: the claim that holds the scopes, in one text or a list.
        types: one of them is `typ` in the header, without `application/` and in small letters;
            where there are none, it is not looked at.
    """

    audiences: tuple[str, ...]
    issuers: tuple[str, ...]
    leeway_s: int
    scope_claim: str
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoogleSettings:
    """What an identity token of Google must say.

    Attributes:
        audiences: one of them is `aud`.
        accounts: the scopes of every account that is let in, by its address.
        certs_url: where the certificates of Google's keys are.
        leeway_s: how far the clocks of Google and API may be apart, in seconds.
    """

    audiences: tuple[str, ...]
    accounts: Mapping[str, frozenset[str]]
    certs_url: str
    leeway_s: int


def jwt_settings(config: Mapping[str, Any]) -> JwtSettings | None:
    """What `config` asks of JWTs, or None where it names no keys for them.

    Raises SettingsError: when a setting cannot be used, is missing, or has no keys to go with.
    """
    audiences, issuers = _several(config, AUDIENCE), _several(config, ISSUER)
    claim = config.get(SCOPE_CLAIM) or "scope"
    if not isinstance(claim, str):
        raise SettingsError(SCOPE_CLAIM, claim, "the name of a claim, such as scp or roles")
    if not any(config.get(name) for name in KEY_PLACES):
        for name in (AUDIENCE, ISSUER, SCOPE_CLAIM, TYPE):
            if config.get(name):
                expected = f"the address of the keys, because {name} is set; or unset that"
                raise SettingsError(KEY_SET_URL, None, expected)
        return None
    if not audiences:
        raise SettingsError(
            AUDIENCE,
            None,
            "the name of this API in the claim aud of its tokens: without it, a token that the"
            " same issuer made for another API would be good here",
        )
    if config.get(KEY_SET_URL) and not issuers:
        raise SettingsError(
            ISSUER,
            None,
            f"the claim iss of the tokens whose keys are at {KEY_SET_URL}, which may sign more",
        )
    types = tuple(media_type_of(each) for each in _several(config, TYPE))
    return JwtSettings(audiences, issuers, leeway_s(config), claim, types)


def media_type_of(kind: str) -> str:
    """The media type that `kind`, a `typ` of a header, stands for, without `application/`.

    Source: RFC 7515, section 4.1.9.

    >>> media_type_of("application/at+JWT"), media_type_of("JWT")
    ('at+jwt', 'jwt')
    """
    return kind.lower().removeprefix("application/")


def google_settings(config: Mapping[str, Any]) -> GoogleSettings | None:
    """What `config` asks of Google's identity tokens, or None where it lets none in.

    Raises SettingsError: when a setting cannot be used, or another is missing beside it.
    """
    audiences = _several(config, GOOGLE_AUDIENCE)
    listed = config.get(GOOGLE_ACCOUNTS)
    entries = entries_of(listed, name=GOOGLE_ACCOUNTS, expected="addresses") if listed else []
    if not audiences and not entries:
        return None
    if not audiences:
        raise SettingsError(
            GOOGLE_AUDIENCE, None, "the audience that clients ask Google for, such as the API's URL"
        )
    if not entries:
        raise SettingsError(
            GOOGLE_ACCOUNTS,
            None,
            "the addresses of the accounts that are let in: anybody with a Google account gets a"
            " token for any audience",
        )
    return GoogleSettings(audiences, _accounts(entries), _certs_url(config), leeway_s(config))


def key_ages(config: Mapping[str, Any]) -> KeyAges:
    """How long fetched keys are used, as `config` says.

    Raises SettingsError: when a setting cannot be used.
    """
    default = KeyAges()
    return KeyAges(
        max_age_s=_seconds(config, MAX_AGE, default.max_age_s, least=1, most=86_400),
        max_stale_s=_seconds(config, MAX_STALE, default.max_stale_s, least=0, most=604_800),
        retry_s=_seconds(config, RETRY, default.retry_s, least=1, most=3600),
    )


def leeway_s(config: Mapping[str, Any]) -> int:
    """How far clocks may be apart, in whole seconds.

    Raises SettingsError: when it is not 0 to 300.
    """
    return int(_seconds(config, LEEWAY, 30, least=0, most=300))


def _several(config: Mapping[str, Any], name: str) -> tuple[str, ...]:
    setting = config.get(name)
    return tuple(entries_of(setting, name=name, expected="texts")) if setting else ()


def _accounts(entries: list[str]) -> dict[str, frozenset[str]]:
    accounts: dict[str, frozenset[str]] = {}
    for entry in entries:
        address, scopes = parse_grant(entry, name=GOOGLE_ACCOUNTS)
        name, _, domain = address.partition("@")
        if not name or not domain or "*" in address:
            raise SettingsError(GOOGLE_ACCOUNTS, entry, "whole addresses, such as ann@example.com")
        accounts[address.lower()] = scopes
    return accounts


def _certs_url(config: Mapping[str, Any]) -> str:
    url = config.get(GOOGLE_CERTS_URL) or _CERTS_OF_GOOGLE
    if not isinstance(url, str):
        raise SettingsError(GOOGLE_CERTS_URL, url, "a text")
    try:
        check_key_url(url)
    except ValueError as error:
        raise SettingsError(GOOGLE_CERTS_URL, url, f"an address that {error}") from error
    return url


def _seconds(
    config: Mapping[str, Any], name: str, default: float, *, least: float, most: float
) -> float:
    value = config.get(name)
    if value is None or value == "":
        return default
    try:
        seconds = float(value) if not isinstance(value, bool) else math.nan
    except (TypeError, ValueError):
        seconds = math.nan
    if not least <= seconds <= most:
        raise SettingsError(name, value, f"a number of seconds, {least:g} to {most:g}")
    return seconds
