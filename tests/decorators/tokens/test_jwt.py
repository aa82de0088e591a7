from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from ml_api_kit.decorators import TokenChecker, hash_token
from ml_api_kit.errors import InsufficientScopeError, UnauthorizedError
from tests.decorators.tokens.issuer import (
    AUDIENCE,
    ISSUER,
    SECRET,
    claims,
    ec_key,
    encode,
    encode_json,
    jwk,
    key_set,
    pem,
    rsa_key,
    sign,
    signature,
)

BASE = {"MLAPI_JWT_AUDIENCE": AUDIENCE, "MLAPI_JWT_ISSUER": ISSUER}
KEYS = {"HS256": SECRET.encode(), "RS256": rsa_key(), "ES256": ec_key()}
CONFIGS = {
    "HS256": {**BASE, "MLAPI_JWT_SECRET": SECRET},
    "RS256": {**BASE, "MLAPI_JWT_PUBLIC_KEY": pem(rsa_key())},
    "ES256": {**BASE, "MLAPI_JWT_PUBLIC_KEY": pem(ec_key())},
}


def check(config: dict[str, Any], token: str, **options: Any) -> Any:
    return TokenChecker(config).check(f"Bearer {token}", **options)


def refused(config: dict[str, Any], token: str) -> str:
    """What a client is told, whose token is refused the first and the second time."""
    tokens = TokenChecker(config)
    told = []
    for _ in range(2):
        with pytest.raises(UnauthorizedError) as caught:
            tokens.check(f"Bearer {token}")
        assert caught.value.is_token_given
        told.append(str(caught.value))
    assert told[0] == told[1]
    return told[0]


@pytest.mark.parametrize("algorithm", KEYS)
def test_good_token_is_accepted_again_and_again(algorithm: str) -> None:
    tokens = TokenChecker(CONFIGS[algorithm])
    header = "Bearer " + sign(claims(scope="read"), KEYS[algorithm], algorithm=algorithm)
    for _ in range(3):
        verified = tokens.check(header, scopes=("read",))
        assert (verified.kind, verified.subject) == ("jwt", "client-1")
        assert verified.claims["iss"] == ISSUER


@pytest.mark.parametrize("algorithm", KEYS)
def test_changed_token_is_refused(algorithm: str) -> None:
    header, said, signed = sign(claims(), KEYS[algorithm], algorithm=algorithm).split(".")
    other = encode_json(claims(sub="somebody-else"))
    assert "signature is wrong" in refused(CONFIGS[algorithm], f"{header}.{other}.{signed}")
    assert "signature is wrong" in refused(CONFIGS[algorithm], f"{header}.{said}.")
    flipped = ("B" if signed[0] == "A" else "A") + signed[1:]
    assert "signature is wrong" in refused(CONFIGS[algorithm], f"{header}.{said}.{flipped}")


@pytest.mark.parametrize("algorithm", KEYS)
@pytest.mark.parametrize("name", ["none", "None", "NONE", "nOnE", ""])
def test_no_algorithm_is_refused(algorithm: str, name: str) -> None:
    unsigned = f"{encode_json({'alg': name})}.{encode_json(claims())}"
    for signed in ("", encode(b"x"), encode(b"0" * 64)):
        assert "not signed by an algorithm" in refused(CONFIGS[algorithm], f"{unsigned}.{signed}")


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_public_key_is_no_secret(algorithm: str) -> None:
    public = pem(KEYS[algorithm])
    for secret in (
        public,
        public.strip(),
        public.replace("\n", ""),
        json.dumps(jwk(KEYS["RS256"])),
    ):
        forged = sign(claims(), secret.encode(), algorithm="HS256")
        assert "key that is not known" in refused(CONFIGS[algorithm], forged)
        forged = sign(claims(), secret.encode(), algorithm=algorithm, signed_as="HS256")
        assert "signature is wrong" in refused(CONFIGS[algorithm], forged)


def test_key_confusion_in_a_mixed_key_set_is_refused(tmp_path: Path) -> None:
    keys = [jwk(rsa_key(), kid="r"), jwk(ec_key(), kid="e"), jwk(SECRET.encode(), kid="s")]
    (tmp_path / "keys.json").write_text(key_set(*keys))
    config = {**BASE, "MLAPI_JWT_KEY_SET_FILE": tmp_path / "keys.json"}
    for kid, algorithm in (("r", "RS256"), ("e", "ES256"), ("s", "HS256")):
        assert check(config, sign(claims(), KEYS[algorithm], algorithm=algorithm, kid=kid))
    for kid in ("r", "e", None):
        for secret in (pem(rsa_key()), json.dumps(keys[0]), ""):
            forged = sign(claims(), secret.encode() or b"\0", algorithm="HS256", kid=kid)
            assert refused(config, forged)
    assert "not known" in refused(config, sign(claims(), rsa_key(), algorithm="RS256", kid="e"))


@pytest.mark.parametrize("algorithm", ["HS384", "HS512", "RS384", "PS256", "ES384", "EdDSA", "x"])
def test_other_algorithm_is_refused(algorithm: str) -> None:
    token = sign(claims(), SECRET.encode(), algorithm=algorithm, signed_as="HS256")
    assert "which are HS256" in refused(CONFIGS["HS256"], token)


@pytest.mark.parametrize("algorithm", [None, 1, ["HS256"], {"a": 1}, True])
def test_algorithm_that_is_no_text_is_refused(algorithm: Any) -> None:
    token = sign(claims(), SECRET.encode(), algorithm=algorithm, signed_as="HS256")
    assert "malformed" in refused(CONFIGS["HS256"], token)


def test_key_in_the_header_is_not_used() -> None:
    mine = rsa_key(1)
    for header in (
        {"jwk": jwk(mine)},
        {"jwk": jwk(mine, kid="mine"), "kid": "mine"},
        {"x5c": [encode(b"certificate")]},
    ):
        forged = sign(claims(), mine, algorithm="RS256", **header)
        assert "signature is wrong" in refused(CONFIGS["RS256"], forged)
        assert check(CONFIGS["RS256"], sign(claims(), rsa_key(), algorithm="RS256", **header))


def test_unknown_key_id_is_refused(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text(key_set(jwk(rsa_key(), kid="one")))
    config = {**BASE, "MLAPI_JWT_KEY_SET_FILE": str(tmp_path / "keys.json")}
    assert "not known" in refused(config, sign(claims(), rsa_key(), algorithm="RS256", kid="two"))
    for kid in (7, ["one"], {"one": 1}):
        assert "malformed" in refused(config, sign(claims(), rsa_key(), algorithm="RS256", kid=kid))
    for kid in ("../../etc/passwd", "' or 1=1", "o" * 900):
        assert refused(config, sign(claims(), rsa_key(), algorithm="RS256", kid=kid))


def test_two_keys_in_rotation_are_both_good(tmp_path: Path) -> None:
    keys = key_set(jwk(rsa_key(1), kid="old"), jwk(rsa_key(), kid="new"), jwk(ec_key(), kid="ec"))
    (tmp_path / "keys.json").write_text(keys)
    tokens = TokenChecker({**BASE, "MLAPI_JWT_KEY_SET_FILE": tmp_path / "keys.json"})
    for key, kid in ((rsa_key(1), "old"), (rsa_key(), "new"), (rsa_key(1), None)):
        header = {"kid": kid} if kid else {}
        assert tokens.check("Bearer " + sign(claims(), key, algorithm="RS256", **header))
    with pytest.raises(UnauthorizedError):
        tokens.check("Bearer " + sign(claims(), rsa_key(1), algorithm="RS256", kid="new"))


@pytest.mark.parametrize("critical", [["exp"], ["b64"], ["x"], [], "x", None, 7])
def test_critical_header_is_refused(critical: Any) -> None:
    for extra in ({}, {"x": 1}, {"b64": True}):
        token = sign(claims(), SECRET.encode(), algorithm="HS256", crit=critical, **extra)
        assert "critical" in refused(CONFIGS["HS256"], token)


def test_payload_that_is_not_encoded_is_refused() -> None:
    for header in ({"b64": False}, {"b64": False, "crit": ["b64"]}, {"b64": True}):
        assert refused(
            CONFIGS["HS256"], sign(claims(), SECRET.encode(), algorithm="HS256", **header)
        )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"aud": "https://other.example"}, "another audience"),
        ({"aud": ["https://other.example", "https://third.example"]}, "another audience"),
        ({"aud": AUDIENCE + "/"}, "another audience"),
        ({"aud": []}, "another audience"),
        ({"aud": 7}, "another audience"),
        ({"aud": {AUDIENCE: 1}}, "another audience"),
        ({"aud": None}, "lacks a claim that is needed here: aud"),
        ({"iss": "https://other.example"}, "somebody else"),
        ({"iss": [ISSUER]}, "somebody else"),
        ({"iss": None}, "lacks a claim that is needed here: iss"),
        ({"exp": None}, "lacks a claim that is needed here: exp"),
        ({"exp": time.time() - 3600}, "has expired"),
        ({"exp": 0}, "has expired"),
        ({"exp": -1e300}, "has expired"),
        ({"exp": "9999999999"}, "claim exp is not of its type"),
        ({"exp": True}, "claim exp is not of its type"),
        ({"exp": [9999999999]}, "claim exp is not of its type"),
        ({"nbf": time.time() + 3600}, "not valid yet"),
        ({"nbf": "soon"}, "not valid yet"),
        ({"iat": time.time() + 3600}, "issued in the future"),
        ({"sub": 7}, "claim sub is not of its type"),
        ({"scope": {"read": True}}, "holds no scopes"),
        ({"scope": ["read", 1]}, "holds no scopes"),
    ],
)
def test_claim_that_is_wrong_is_named(changes: dict[str, Any], told: str) -> None:
    token = sign(claims(**changes), SECRET.encode(), algorithm="HS256")
    assert told in refused(CONFIGS["HS256"], token)


def test_expiry_that_no_number_can_hold_is_refused() -> None:
    for number in ("1e999", "NaN", "Infinity", "9" * 5000):
        said = json.dumps(claims(exp=0)).replace('"exp": 0', f'"exp": {number}')
        text = f"{encode_json({'alg': 'HS256'})}.{encode(said.encode())}"
        signed = encode(signature(text.encode(), "HS256", SECRET.encode()))
        assert "malformed" in refused(CONFIGS["HS256"], f"{text}.{signed}")


def test_clocks_may_be_apart_by_the_leeway() -> None:
    token = sign(claims(exp=time.time() - 20), SECRET.encode(), algorithm="HS256")
    assert check(CONFIGS["HS256"], token)
    assert "expired" in refused({**CONFIGS["HS256"], "MLAPI_JWT_LEEWAY_S": "0"}, token)
    early = sign(claims(nbf=time.time() + 20), SECRET.encode(), algorithm="HS256")
    assert check(CONFIGS["HS256"], early)
    assert "not valid yet" in refused({**CONFIGS["HS256"], "MLAPI_JWT_LEEWAY_S": 5}, early)


def test_one_of_several_audiences_and_issuers_is_enough() -> None:
    config = {
        **CONFIGS["HS256"],
        "MLAPI_JWT_AUDIENCE": f"other {AUDIENCE}",
        "MLAPI_JWT_ISSUER": ["other", ISSUER],
    }
    assert check(config, sign(claims(aud=["a", AUDIENCE]), SECRET.encode(), algorithm="HS256"))
    assert check(config, sign(claims(iss="other", aud="other"), SECRET.encode(), algorithm="HS256"))


@pytest.mark.parametrize(
    ("claim", "value"),
    [("scope", "write read"), ("scp", "read  write"), ("roles", ["read", "write"])],
)
def test_scopes_are_read_from_the_claim_that_the_setting_names(claim: str, value: Any) -> None:
    config = {**CONFIGS["HS256"], "MLAPI_JWT_SCOPE_CLAIM": claim}
    token = sign(claims(**{claim: value}), SECRET.encode(), algorithm="HS256")
    assert check(config, token, scopes=("read", "write")).scopes == {"read", "write"}
    with pytest.raises(InsufficientScopeError, match="admin"):
        check(config, token, scopes=("read", "admin"))
    other = sign(claims(other="read"), SECRET.encode(), algorithm="HS256")
    with pytest.raises(InsufficientScopeError):
        check(config, other, scopes=("read",))


GOOD = sign(claims(), SECRET.encode(), algorithm="HS256")


@pytest.mark.parametrize(
    "token",
    [
        "..",
        "a.b.c",
        "...",
        GOOD + ".",
        "." + GOOD,
        GOOD + ".a.b",
        GOOD.replace(".", "..", 1),
        GOOD + "=",
        GOOD.replace(".", "=.", 1),
        GOOD + "A",
        GOOD.split(".")[0] + "." + encode(b"[1]") + "." + GOOD.split(".")[2],
        GOOD.split(".")[0] + "." + encode(b"\xff\xfe") + "." + GOOD.split(".")[2],
        encode(b"[]") + "." + GOOD.partition(".")[2],
        encode(b'["alg"]') + "." + GOOD.partition(".")[2],
        encode(b'"alg"') + "." + GOOD.partition(".")[2],
        encode(b"{}") + "." + GOOD.partition(".")[2],
        encode(b"[" * 3000) + "." + GOOD.partition(".")[2],
        encode(b'{"alg":' * 400) + "." + GOOD.partition(".")[2],
        GOOD.split(".")[0] + "." + encode(b"[" * 3000) + "." + GOOD.split(".")[2],
        GOOD + "~",
        GOOD.replace(".", "+.", 1),
    ],
    ids=lambda token: token[:20],
)
def test_malformed_token_is_refused(token: str) -> None:
    assert refused(CONFIGS["HS256"], token)


def test_huge_token_is_refused_before_it_is_read() -> None:
    token = sign(claims(padding="a" * 9000), SECRET.encode(), algorithm="HS256")
    assert "Authorization header is malformed" in refused(CONFIGS["HS256"], token)


def test_no_answer_repeats_the_token() -> None:
    for token in (GOOD + "A", sign(claims(aud="secret-audience"), b"x" * 32, algorithm="HS256")):
        told = refused(CONFIGS["HS256"], token)
        assert not any(part in told for part in token.split("."))
        assert "secret-audience" not in told


def test_hashes_and_jwts_are_good_side_by_side() -> None:
    dotted = "a.token.with-dots"
    config = {**CONFIGS["ES256"], "MLAPI_TOKEN_HASHES": [hash_token("plain"), hash_token(dotted)]}
    tokens = TokenChecker(config)
    assert tokens.check("Bearer plain").kind == "hash"
    assert tokens.check(f"Bearer {dotted}").kind == "hash"
    assert tokens.check("Bearer " + sign(claims(), ec_key(), algorithm="ES256")).kind == "jwt"
    for wrong in ("guess", "a.b.c", sign(claims(), ec_key(1), algorithm="ES256")):
        with pytest.raises(UnauthorizedError):
            tokens.check(f"Bearer {wrong}")


def test_jwt_is_unknown_where_only_hashes_are_known() -> None:
    assert "not known here" in refused({"MLAPI_TOKEN_HASHES": hash_token("a")}, GOOD)
