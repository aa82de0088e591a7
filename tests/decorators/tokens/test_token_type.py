"""What kind of JWT a token is (`typ`), where the settings ask for one."""

from __future__ import annotations

from typing import Any

import pytest

from ml_api_kit.decorators import TokenChecker
from ml_api_kit.errors import SettingsError, UnauthorizedError
from tests.decorators.tokens.issuer import AUDIENCE, SECRET, claims, sign

CONFIG = {"MLAPI_JWT_SECRET": SECRET, "MLAPI_JWT_AUDIENCE": AUDIENCE}


def token(**header: Any) -> str:
    return "Bearer " + sign(claims(), SECRET.encode(), algorithm="HS256", **header)


@pytest.mark.parametrize("kind", ["at+jwt", "AT+JWT", "application/at+jwt", "Application/at+JWT"])
@pytest.mark.parametrize("setting", ["at+jwt", "application/at+jwt", ["AT+JWT", "logout+jwt"]])
def test_token_of_the_type_is_good(kind: str, setting: str | list[str]) -> None:
    assert TokenChecker({**CONFIG, "MLAPI_JWT_TYPE": setting}).check(token(typ=kind))


@pytest.mark.parametrize(
    "header",
    [{}, {"typ": "JWT"}, {"typ": "id+jwt"}, {"typ": ""}, {"typ": None}, {"typ": "text/at+jwt"}],
    ids=str,
)
def test_token_of_no_or_another_type_is_refused(header: dict[str, Any]) -> None:
    tokens = TokenChecker({**CONFIG, "MLAPI_JWT_TYPE": "at+jwt"})
    with pytest.raises(UnauthorizedError, match=r"type that is accepted here: at\+jwt"):
        tokens.check(token(**header))
    assert tokens.check(token(typ="at+jwt"))


@pytest.mark.parametrize("kind", [["at+jwt"], {"at+jwt": 1}, 1, True])
def test_type_that_is_no_text_is_refused(kind: object) -> None:
    for config in (CONFIG, {**CONFIG, "MLAPI_JWT_TYPE": "at+jwt"}):
        with pytest.raises(UnauthorizedError):
            TokenChecker(config).check(token(typ=kind))


def test_type_is_not_looked_at_where_none_is_asked_for() -> None:
    for kind in ("at+jwt", "JWT", "other"):
        assert TokenChecker(CONFIG).check(token(typ=kind))


def test_type_without_keys_is_refused() -> None:
    with pytest.raises(SettingsError, match="because MLAPI_JWT_TYPE is set"):
        TokenChecker({"MLAPI_JWT_TYPE": "at+jwt"})
