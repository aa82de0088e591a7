"""Attacks on tokens, over real HTTP against the production server and a server of keys."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ml_api_kit.decorators import hash_token
from tests.decorators.tokens.issuer import (
    AUDIENCE,
    ISSUER,
    claims,
    ec_key,
    encode,
    encode_json,
    jwk,
    key_set,
    pem,
    rsa_key,
    sign,
)
from tests.decorators.tokens.key_server import KeyServer, key_server
from tests.serving.running_server import RunningServer, free_port, start_server

Served = tuple[RunningServer, KeyServer]


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with key_server() as keys:
        keys.serve(key_set(jwk(rsa_key(), kid="rsa"), jwk(ec_key(), kid="ec")))
        running = start_server(
            port=free_port(),
            app="tests.decorators.tokens.token_app:create_app",
            environ={
                "MLAPI_TOKEN_HASHES": hash_token("a-plain-token"),
                "MLAPI_JWT_KEY_SET_URL": keys.url,
                "MLAPI_JWT_AUDIENCE": AUDIENCE,
                "MLAPI_JWT_ISSUER": ISSUER,
                "MLAPI_KEYS_RETRY_S": "1",
            },
        )
        yield running, keys
        running.stop()


def get(
    server: RunningServer, token: str | None, path: str = "/whose"
) -> tuple[int, dict[str, str], bytes]:
    header = f"Authorization: Bearer {token}\r\n" if token is not None else ""
    request = f"GET {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n{header}\r\n"
    return server.send(request.encode())


def good(**changes: Any) -> str:
    return sign(claims(**changes), rsa_key(), algorithm="RS256", kid="rsa")


def rs256(said: dict[str, Any] | None = None, key: Any = None, **header: Any) -> str:
    options = {"algorithm": "RS256", "kid": "rsa", **header}
    return sign(said or claims(), key or rsa_key(), **options)


MINE = rsa_key(1)
ATTACKS = {
    "none": f"{encode_json({'alg': 'none'})}.{encode_json(claims())}.",
    "none with a signature": rs256(algorithm="nOnE", signed_as="RS256"),
    "public key as secret": rs256(key=pem(rsa_key()).encode(), algorithm="HS256"),
    "public key as secret, header RS256": rs256(key=pem(rsa_key()).encode(), signed_as="HS256"),
    "key set as secret": rs256(key=json.dumps(jwk(rsa_key())).encode(), algorithm="HS256"),
    "empty secret": rs256(key=b"\0", algorithm="HS256"),
    "key of another algorithm": rs256(kid="ec"),
    "wrong audience": rs256(claims(aud="https://other.example")),
    "no audience": rs256(claims(aud=None)),
    "wrong issuer": rs256(claims(iss="https://other.example")),
    "expired": rs256(claims(exp=time.time() - 3600)),
    "never expires": rs256(claims(exp=None)),
    "not yet valid": rs256(claims(nbf=time.time() + 3600)),
    "embedded key": rs256(key=MINE, jwk=jwk(MINE)),
    "embedded key with its id": rs256(key=MINE, jwk=jwk(MINE, kid="mine"), kid="mine"),
    "unknown key id": rs256(key=MINE, kid="mine"),
    "own key, known id": rs256(key=MINE),
    "critical header": rs256(crit=["x"], x=1),
    "unencoded payload": rs256(crit=["b64"], b64=False),
    "huge": rs256(claims(padding="a" * 9000)),
    "malformed base64": rs256().replace(".", ".=", 1),
    "deep header": encode(b"[" * 3000) + "." + rs256().partition(".")[2],
    "deep payload": f"{encode_json({'alg': 'RS256', 'kid': 'rsa'})}.{encode(b'[' * 4000)}.AAAA",
    "encrypted": ".".join(["AAAA"] * 5),
    "three dots of nothing": "..",
    "changed payload": rs256().split(".")[0] + f".{encode_json(claims(sub='root'))}.AAAA",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_is_answered_with_401(attack: str, served: Served) -> None:
    server, _ = served
    status, headers, body = get(server, ATTACKS[attack])
    assert status == 401, body
    assert headers["content-type"] == "application/problem+json"
    assert 'error="invalid_token", error_description="The ' in headers["www-authenticate"]
    assert len(body) < 600
    assert get(server, good())[0] == 200


def test_header_that_is_larger_than_any_is_refused(served: Served) -> None:
    server, _ = served
    status, _, body = get(server, "a" * 60_000)
    assert status == 401
    assert len(body) < 600
    assert get(server, good())[0] == 200


def test_addresses_in_the_header_are_not_asked(served: Served) -> None:
    server, keys = served
    for name in ("jku", "x5u"):
        forged = rs256(key=MINE, **{name: keys.url.replace("/keys", "/mine")})
        assert get(server, forged)[0] == 401
    assert set(keys.paths) <= {"/keys"}


def test_good_tokens_of_each_kind_tell_whose_they_are(served: Served) -> None:
    server, _ = served
    status, _, body = get(server, good())
    assert (status, json.loads(body)) == (200, {"kind": "jwt", "subject": "client-1"})
    signed = sign(claims(sub="client-2"), ec_key(), algorithm="ES256", kid="ec")
    assert json.loads(get(server, signed)[2])["subject"] == "client-2"
    assert json.loads(get(server, "a-plain-token")[2])["kind"] == "hash"


def test_missing_scope_is_403_and_missing_token_401(served: Served) -> None:
    server, _ = served
    status, headers, _ = get(server, good(scope="read"), "/write")
    assert status == 403
    assert 'error="insufficient_scope"' in headers["www-authenticate"]
    assert 'scope="write"' in headers["www-authenticate"]
    assert get(server, good(scope="read write"), "/write")[0] == 200
    status, headers, _ = get(server, None, "/write")
    assert (status, headers["www-authenticate"]) == (401, 'Bearer realm="api"')


def test_keys_in_a_file_are_rotated_while_the_server_runs(tmp_path: Path) -> None:
    path, fresh = tmp_path / "keys.json", tmp_path / "fresh.json"
    path.write_text(key_set(jwk(rsa_key(), kid="rsa")))
    server = start_server(
        port=free_port(),
        app="tests.decorators.tokens.token_app:create_app",
        environ={"MLAPI_JWT_KEY_SET_FILE": str(path), "MLAPI_JWT_AUDIENCE": AUDIENCE},
    )
    try:
        es256 = sign(claims(), ec_key(), algorithm="ES256", kid="ec")
        assert [get(server, each)[0] for each in (good(), es256)] == [200, 401]
        for keys, statuses in [
            ([jwk(rsa_key(), kid="rsa"), jwk(ec_key(), kid="ec")], [200, 200]),
            ([jwk(ec_key(), kid="ec")], [401, 200]),
        ]:
            fresh.write_text(key_set(*keys))
            fresh.replace(path)
            deadline = time.monotonic() + 10
            while [get(server, each)[0] for each in (good(), es256)] != statuses:
                assert time.monotonic() < deadline
        path.write_text("no key set")
        assert get(server, es256)[0] == 200
    finally:
        server.stop()


def test_keys_are_rotated_while_the_server_runs(served: Served) -> None:
    server, keys = served
    assert get(server, good())[0] == 200
    fresh = sign(claims(), rsa_key(3), algorithm="RS256", kid="fresh")
    both = key_set(jwk(rsa_key(), kid="rsa"), jwk(ec_key(), kid="ec"), jwk(rsa_key(3), kid="fresh"))
    time.sleep(1.1)  # the least time between two requests for keys that are not known
    keys.serve(both)
    assert get(server, fresh)[0] == 200
    assert get(server, good())[0] == 200
