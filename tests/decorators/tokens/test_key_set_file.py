"""A key set file may change while the application runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ml_api_kit.decorators import TokenChecker
from ml_api_kit.decorators.tokens.clock import Clock
from ml_api_kit.errors import KeysUnavailableError, SettingsError, UnauthorizedError
from tests.decorators.tokens.issuer import (
    AUDIENCE,
    Time,
    claims,
    ec_key,
    jwk,
    key_set,
    rsa_key,
    sign,
)

OLD, NEW = jwk(rsa_key(), kid="old"), jwk(ec_key(), kid="new")
WEAK = jwk(b"too short", kid="weak")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "keys.json"
    path.write_text(key_set(OLD))
    return path


def checker(path: Path, elapsed: Time, **config: Any) -> TokenChecker:
    settings = {"MLAPI_JWT_KEY_SET_FILE": path, "MLAPI_JWT_AUDIENCE": AUDIENCE, **config}
    return TokenChecker(settings, clock=Clock(elapsed_s=elapsed))


def old_token() -> str:
    return "Bearer " + sign(claims(), rsa_key(), algorithm="RS256", kid="old")


def new_token() -> str:
    return "Bearer " + sign(claims(), ec_key(), algorithm="ES256", kid="new")


def test_new_key_is_good_as_soon_as_a_token_names_it(path: Path, elapsed: Time) -> None:
    tokens = checker(path, elapsed)
    with pytest.raises(UnauthorizedError, match="not known"):
        tokens.check(new_token())
    path.write_text(key_set(OLD, NEW))
    elapsed.now += 1
    assert tokens.check(new_token())
    assert tokens.check(old_token())


def test_key_that_was_taken_out_is_not_good_a_second_later(path: Path, elapsed: Time) -> None:
    path.write_text(key_set(OLD, NEW))
    tokens, token = checker(path, elapsed), old_token()
    assert tokens.check(token)
    assert tokens.check(token)  # from what was kept of the first check
    path.write_text(key_set(NEW))
    elapsed.now += 1
    with pytest.raises(UnauthorizedError, match="not known"):
        tokens.check(token)
    assert tokens.check(new_token())


def test_last_key_that_was_taken_out_is_not_good_a_second_later(path: Path, elapsed: Time) -> None:
    tokens, token = checker(path, elapsed), old_token()
    assert tokens.check(token)
    path.write_text('{"keys": []}')
    elapsed.now += 1
    for each in (token, new_token()):
        with pytest.raises(UnauthorizedError, match="not known"):
            tokens.check(each)
    with pytest.raises(UnauthorizedError, match="HS256, RS256, ES256"):
        tokens.check("Bearer " + sign(claims(), b"0" * 64, algorithm="HS512", signed_as="HS256"))
    with pytest.raises(UnauthorizedError, match="not known"):
        checker(path, elapsed).check(token)
    path.write_text(key_set(NEW))
    elapsed.now += 1
    assert tokens.check(new_token())


def test_file_that_is_exchanged_as_a_whole_is_read_anew(path: Path, elapsed: Time) -> None:
    """As a link that is led elsewhere, which is how secrets are mounted."""
    first, second = path.with_name("first.json"), path.with_name("second.json")
    first.write_text(key_set(OLD))
    second.write_text(key_set(NEW))
    link = path.with_name("link.json")
    link.symlink_to(first)
    tokens = checker(link, elapsed)
    assert tokens.check(old_token())
    link.unlink()
    link.symlink_to(second)
    elapsed.now += 1
    assert tokens.check(new_token())


def test_file_that_stays_the_same_leaves_what_was_kept(path: Path, elapsed: Time) -> None:
    tokens, token = checker(path, elapsed), old_token()
    first = tokens.check(token)
    path.write_text(key_set(OLD))
    elapsed.now += 10
    assert tokens.check(token) is first


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (key_set(OLD)[:-9], "unexpected end of data"),
        ("", "empty"),
        ("{}", "is no key set"),
        (key_set(WEAK), "holds no key that can be used"),
        (key_set(NEW, WEAK), "key 2 has 9 bytes, and 32 are needed"),
        (None, "No such file"),
    ],
    ids=["half", "empty", "another document", "no good key", "weak key", "gone"],
)
def test_broken_file_leaves_the_last_good_keys_for_a_bounded_time(
    path: Path, elapsed: Time, text: str | None, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    tokens = checker(path, elapsed, MLAPI_KEYS_MAX_STALE_S=100)
    path.unlink()
    if text is not None:
        path.write_text(text)
    for _ in range(5):
        elapsed.now += 2
        assert tokens.check(old_token())
        with pytest.raises(UnauthorizedError, match="not known"):
            tokens.check(new_token())
    assert [told in each.getMessage() for each in caplog.records] == [True], "told once"
    elapsed.now += 91
    with pytest.raises(KeysUnavailableError):
        tokens.check(old_token())
    assert len(caplog.records) == 2, "told again after a while"
    path.write_text(key_set(NEW))
    elapsed.now += 1
    assert tokens.check(new_token())
    with pytest.raises(UnauthorizedError):
        tokens.check(old_token())


def test_file_that_is_broken_at_the_start_ends_the_start(path: Path, elapsed: Time) -> None:
    path.write_text(key_set(OLD, WEAK))
    with pytest.raises(SettingsError, match="key 2 has 9 bytes, and 32 are needed"):
        checker(path, elapsed)


def test_two_secrets_are_rotated_in_a_file(path: Path, elapsed: Time) -> None:
    first, second = b"1" * 32, b"2" * 32
    path.write_text(key_set(jwk(first, kid="1")))
    tokens = checker(path, elapsed)

    def token(key: bytes, kid: str | None) -> str:
        header = {"kid": kid} if kid else {}
        return "Bearer " + sign(claims(), key, algorithm="HS256", **header)

    assert tokens.check(token(first, "1"))
    path.write_text(key_set(jwk(first, kid="1"), jwk(second, kid="2")))
    elapsed.now += 1
    for key, kid in [(first, "1"), (second, "2"), (first, None), (second, None)]:
        assert tokens.check(token(key, kid))
    with pytest.raises(UnauthorizedError, match="signature is wrong"):
        tokens.check(token(second, "1"))
    path.write_text(key_set(jwk(second, kid="2")))
    elapsed.now += 1
    assert tokens.check(token(second, "2"))
    for kid in ("1", None):
        with pytest.raises(UnauthorizedError):
            tokens.check(token(first, kid))
