from __future__ import annotations

import pytest
from flask import Flask

from ml_api_kit.decorators import ApiGuards, check_bearer, hash_token
from ml_api_kit.decorators.tokens.hashed_tokens import parse_hashes
from ml_api_kit.errors import SettingsError, UnauthorizedError

HASHES = [bytes.fromhex(hash_token(token)) for token in ("new-token", "old-token")]


@pytest.mark.parametrize("header", ["Bearer new-token", "bearer old-token", "BEARER  new-token"])
def test_token_of_any_hash_is_accepted(header: str) -> None:
    check_bearer(header, HASHES)


@pytest.mark.parametrize("header", [None, ""])
def test_no_token_is_told_apart(header: str | None) -> None:
    with pytest.raises(UnauthorizedError) as caught:
        check_bearer(header, HASHES)
    assert not caught.value.is_token_given


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        "Bearer new-token ",
        "Bearer new-token\n",
        "Bearer new-token, Bearer x",
        "Bearer \xff\xfe",
        "Bearer " + "a" * 100_000,
        "Basic bmV3LXRva2Vu",
        "new-token",
        "Bearer " + hash_token("new-token"),
        "Bearer =",
    ],
)
def test_wrong_or_malformed_token_is_refused(header: str) -> None:
    with pytest.raises(UnauthorizedError) as caught:
        check_bearer(header, HASHES)
    assert caught.value.is_token_given
    assert "wrong" not in str(caught.value)


def test_no_hash_accepts_no_token() -> None:
    with pytest.raises(UnauthorizedError):
        check_bearer("Bearer anything", ())


def test_hashes_are_read_from_text_or_list() -> None:
    first, second = hash_token("a"), hash_token("b").upper()
    expected = (bytes.fromhex(first), bytes.fromhex(second))
    for setting in (f" {first},\n{second} ", (first, second)):
        assert tuple(one.digest for one in parse_hashes(setting)) == expected
    assert parse_hashes("") == ()


@pytest.mark.parametrize("entry", [None, 0, False, b"", 7, b"a" * 64])
def test_entry_that_is_no_text_is_refused(entry: object) -> None:
    with pytest.raises(SettingsError, match="MLAPI_TOKEN_HASHES"):
        parse_hashes([hash_token("a"), entry])  # type: ignore[list-item]


@pytest.mark.parametrize("setting", [7, 0, False, b"plain-token", b"", {}, {"plain-token": 1}])
def test_setting_that_is_neither_text_nor_list_is_refused(setting: object) -> None:
    app = Flask(__name__)
    app.config["MLAPI_TOKEN_HASHES"] = setting
    with pytest.raises(SettingsError, match="a text or a list of SHA-256 hashes") as caught:
        ApiGuards(app)
    assert "plain-token" not in str(caught.value)


def test_token_in_place_of_its_hash_is_refused_and_not_shown() -> None:
    with pytest.raises(SettingsError, match="mlapi token new") as caught:
        parse_hashes("a-plain-token")
    assert "a-plain-token" not in str(caught.value)
