from __future__ import annotations

import logging
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from ml_api_kit.decorators import ApiGuards, TokenChecker, token_required
from ml_api_kit.decorators.tokens.clock import Clock
from ml_api_kit.decorators.tokens.key_document import MAX_DOCUMENT_BYTES
from ml_api_kit.errors import KeysUnavailableError, UnauthorizedError
from tests.decorators.tokens.issuer import (
    AUDIENCE,
    ISSUER,
    Time,
    claims,
    ec_key,
    jwk,
    key_set,
    rsa_key,
    sign,
)
from tests.decorators.tokens.key_server import KeyServer

OLD, NEW = jwk(rsa_key(), kid="old"), jwk(ec_key(), kid="new")


def old_token() -> str:
    return "Bearer " + sign(claims(), rsa_key(), algorithm="RS256", kid="old")


def new_token() -> str:
    return "Bearer " + sign(claims(), ec_key(), algorithm="ES256", kid="new")


def checker(keys: KeyServer, elapsed: Time, **config: Any) -> TokenChecker:
    settings = {
        "MLAPI_JWT_KEY_SET_URL": keys.url,
        "MLAPI_JWT_AUDIENCE": AUDIENCE,
        "MLAPI_JWT_ISSUER": ISSUER,
        "MLAPI_KEYS_MAX_AGE_S": 600,
        "MLAPI_KEYS_MAX_STALE_S": "3600",
        "MLAPI_KEYS_RETRY_S": 30,
        **config,
    }
    return TokenChecker(settings, clock=Clock(elapsed_s=elapsed))


def test_keys_are_fetched_with_the_first_token_and_kept(keys: KeyServer, elapsed: Time) -> None:
    keys.serve(key_set(OLD))
    tokens = checker(keys, elapsed)
    assert keys.paths == []
    for _ in range(5):
        assert tokens.check(old_token()).subject == "client-1"
        elapsed.now += 100
    assert keys.paths == ["/keys"]
    elapsed.now += 100
    assert tokens.check(old_token())
    assert len(keys.paths) == 2


def test_new_key_is_fetched_when_a_token_names_it(keys: KeyServer, elapsed: Time) -> None:
    keys.serve(key_set(OLD))
    tokens = checker(keys, elapsed)
    assert tokens.check(old_token())
    keys.serve(key_set(OLD, NEW))
    assert tokens.check(new_token())
    assert tokens.check(old_token())
    assert len(keys.paths) == 2


def test_unknown_keys_cause_one_request_in_an_interval(keys: KeyServer, elapsed: Time) -> None:
    keys.serve(key_set(OLD))
    tokens = checker(keys, elapsed)
    assert tokens.check(old_token())
    for number in range(50):
        forged = sign(claims(), rsa_key(1), algorithm="RS256", kid=f"random-{number}")
        with pytest.raises(UnauthorizedError, match="not known"):
            tokens.check(f"Bearer {forged}")
    assert len(keys.paths) == 2
    elapsed.now += 31
    with pytest.raises(UnauthorizedError):
        tokens.check(new_token())
    assert len(keys.paths) == 3


def test_key_that_was_withdrawn_is_not_good_any_more(keys: KeyServer, elapsed: Time) -> None:
    keys.serve(key_set(OLD, NEW))
    tokens = checker(keys, elapsed)
    token = old_token()
    assert tokens.check(token)
    assert tokens.check(token)  # from what was kept of the first check
    keys.serve(key_set(NEW))
    elapsed.now += 601
    with pytest.raises(UnauthorizedError, match="not known"):
        tokens.check(token)
    assert tokens.check(new_token())


def test_withdrawal_is_seen_when_an_unknown_key_renews_them(keys: KeyServer, elapsed: Time) -> None:
    keys.serve(key_set(OLD))
    tokens = checker(keys, elapsed)
    token = old_token()
    assert tokens.check(token)
    keys.serve(key_set(NEW))
    assert tokens.check(new_token())
    with pytest.raises(UnauthorizedError):
        tokens.check(token)


def test_stale_keys_are_used_within_their_bound_and_then_no_more(
    keys: KeyServer, elapsed: Time, caplog: pytest.LogCaptureFixture
) -> None:
    keys.serve(key_set(OLD))
    tokens = checker(keys, elapsed)
    token = old_token()
    assert tokens.check(token)
    keys.fail()
    elapsed.now += 601
    for _ in range(5):
        assert tokens.check(token)
    assert len(keys.paths) == 2, "one attempt in an interval"
    assert "could not be read: it answered 500" in caplog.text
    elapsed.now += 3590
    assert tokens.check(old_token())
    elapsed.now += 20
    for each in (token, old_token()):
        with pytest.raises(KeysUnavailableError) as caught:
            tokens.check(each)
        assert "answered 500" in str(caught.value.__cause__)
    keys.serve(key_set(OLD))
    elapsed.now += 31
    assert tokens.check(token)


def test_unknown_key_is_refused_while_the_url_is_down(keys: KeyServer, elapsed: Time) -> None:
    keys.serve(key_set(OLD))
    tokens = checker(keys, elapsed)
    assert tokens.check(old_token())
    keys.fail()
    with pytest.raises(UnauthorizedError, match="not known"):
        tokens.check(new_token())
    assert tokens.check(old_token())


def test_without_any_keys_the_answer_is_503_and_the_log_says_why(
    keys: KeyServer, elapsed: Time, caplog: pytest.LogCaptureFixture
) -> None:
    keys.fail(404)
    app = Flask("down")
    app.config.update(
        MLAPI_JWT_KEY_SET_URL=keys.url, MLAPI_JWT_AUDIENCE=AUDIENCE, MLAPI_JWT_ISSUER=ISSUER
    )
    app.add_url_rule("/", view_func=token_required(lambda: {}), endpoint="view")
    ApiGuards(app)
    answered = app.test_client().get("/", headers={"Authorization": old_token()})
    assert answered.status_code == 503
    assert answered.json is not None
    assert answered.json["detail"].startswith("Tokens cannot be checked at the moment")
    assert keys.url not in answered.text
    assert keys.url in caplog.text
    assert "it answered 404" in caplog.text
    assert app.test_client().get("/").status_code == 401


@pytest.mark.parametrize(
    "document",
    [
        "",
        "[]",
        "{}",
        '{"keys": {}}',
        "not JSON",
        "[" * 100_000,
        key_set(jwk(b"a secret that is long enough for HS256", kid="old")),
        key_set(jwk(rsa_key(2, 1024), kid="old")),
        key_set({**OLD, "use": "enc"}),
        key_set({**OLD, "alg": "RS512"}),
        key_set({**OLD, "n": "!"}),
        key_set({**OLD, "kid": 7}),
        key_set({**OLD, "d": "AQAB"}),
        key_set(*[{**OLD, "kid": str(number)} for number in range(65)]),
        key_set(OLD) + " " * MAX_DOCUMENT_BYTES,
    ],
    ids=range(15),
)
def test_document_that_is_no_usable_key_set_is_no_key_set(
    document: str, keys: KeyServer, elapsed: Time, caplog: pytest.LogCaptureFixture
) -> None:
    keys.serve(document)
    with pytest.raises(KeysUnavailableError):
        checker(keys, elapsed).check(old_token())
    assert "could not be read" in caplog.text


def test_empty_set_is_a_set_in_which_no_key_is_good_any_more(
    keys: KeyServer, elapsed: Time
) -> None:
    keys.serve(key_set(OLD))
    tokens = checker(keys, elapsed)
    assert tokens.check(old_token())
    keys.serve('{"keys": []}')
    elapsed.now += 600
    with pytest.raises(UnauthorizedError, match="not known"):
        tokens.check(old_token())


def test_keys_that_cannot_be_used_are_left_out_and_logged(
    keys: KeyServer, elapsed: Time, caplog: pytest.LogCaptureFixture
) -> None:
    weak = jwk(rsa_key(2, 1024), kid="weak")
    other = {"kty": "OKP", "crv": "Ed25519", "x": "AA", "kid": "other"}
    keys.serve(key_set(weak, other, OLD, 7))  # type: ignore[arg-type]
    tokens = checker(keys, elapsed)
    assert tokens.check(old_token())
    assert "key 1 has 1024 bits, and 2048 are needed" in caplog.text
    with pytest.raises(UnauthorizedError):
        tokens.check("Bearer " + sign(claims(), rsa_key(2, 1024), algorithm="RS256", kid="weak"))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_is_not_followed(status: int, keys: KeyServer, elapsed: Time) -> None:
    keys.serve(key_set(OLD))
    keys.status = status
    keys.headers = {"Location": "/elsewhere"}
    with pytest.raises(KeysUnavailableError):
        checker(keys, elapsed).check(old_token())
    assert keys.paths == ["/keys"]


def test_addresses_in_the_header_are_not_followed(keys: KeyServer, elapsed: Time) -> None:
    keys.serve(key_set(OLD))
    tokens = checker(keys, elapsed)
    mine = key_set(jwk(rsa_key(1), kid="old"))
    address = keys.url.replace("/keys", "/mine")
    for header in ({"jku": address}, {"x5u": address}, {"jwk": mine}):
        forged = sign(claims(), rsa_key(1), algorithm="RS256", kid="old", **header)
        with pytest.raises(UnauthorizedError):
            tokens.check(f"Bearer {forged}")
    assert set(keys.paths) == {"/keys"}


def test_many_threads_fetch_the_keys_once(keys: KeyServer, elapsed: Time) -> None:
    keys.serve(key_set(OLD, NEW))
    keys.delay_s = 0.2
    tokens = checker(keys, elapsed)
    subjects: list[str | None] = []
    threads = [
        threading.Thread(target=lambda: subjects.append(tokens.check(old_token()).subject))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert subjects == ["client-1"] * 8
    assert keys.paths == ["/keys"]


def test_others_go_on_with_the_old_keys_while_one_fetches(keys: KeyServer, elapsed: Time) -> None:
    keys.serve(key_set(OLD))
    tokens = checker(keys, elapsed)
    token = old_token()
    assert tokens.check(token)
    elapsed.now += 601
    keys.delay_s = 1.0
    fetching = threading.Thread(target=lambda: tokens.check(token))
    fetching.start()
    while len(keys.paths) < 2:
        time.sleep(0.005)
    assert tokens.check(token)
    assert fetching.is_alive(), "the other thread is still waiting for its answer"
    fetching.join()


def test_token_without_a_key_id_is_tried_with_the_keys_of_its_algorithm(
    keys: KeyServer, elapsed: Time
) -> None:
    keys.serve(key_set(OLD, NEW))
    tokens = checker(keys, elapsed)
    assert tokens.check("Bearer " + sign(claims(), ec_key(), algorithm="ES256"))
    with pytest.raises(UnauthorizedError, match="signature"):
        tokens.check("Bearer " + sign(claims(), ec_key(1), algorithm="ES256"))


def test_nothing_is_logged_of_a_token(
    keys: KeyServer, elapsed: Time, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    keys.fail()
    token = old_token()
    with pytest.raises(KeysUnavailableError):
        checker(keys, elapsed).check(token)
    assert token.rpartition(".")[2] not in caplog.text
