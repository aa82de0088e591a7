from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from ml_api_kit.decorators import ApiGuards, TokenChecker, token_config, token_required
from ml_api_kit.errors import SettingsError
from tests.decorators.tokens.issuer import SECRET, ec_key, jwk, key_set, pem, rsa_key

JWT = {"MLAPI_JWT_SECRET": SECRET, "MLAPI_JWT_AUDIENCE": "api"}
URL = {
    "MLAPI_JWT_KEY_SET_URL": "https://issuer.example/keys",
    "MLAPI_JWT_AUDIENCE": "api",
    "MLAPI_JWT_ISSUER": "https://issuer.example",
}
GOOGLE = {"MLAPI_GOOGLE_AUDIENCE": "api", "MLAPI_GOOGLE_ACCOUNTS": "ann@example.com"}


@pytest.mark.parametrize("config", [JWT, URL, GOOGLE, {**URL, **GOOGLE}])
def test_any_one_way_is_enough_for_views_that_need_a_token(config: dict[str, Any]) -> None:
    app = Flask("app")
    app.config.update(config)
    app.add_url_rule("/", view_func=token_required(lambda: ""), endpoint="view")
    ApiGuards(app)
    assert app.test_client().get("/").status_code == 401


@pytest.mark.parametrize(
    ("config", "named", "told"),
    [
        ({**JWT, "MLAPI_JWT_SECRET": "short"}, "MLAPI_JWT_SECRET", "has 5 bytes"),
        ({**JWT, "MLAPI_JWT_SECRET": pem(rsa_key())}, "MLAPI_JWT_SECRET", "another kind"),
        ({**JWT, "MLAPI_JWT_SECRET": key_set(jwk(ec_key()))}, "MLAPI_JWT_SECRET", "another kind"),
        ({**JWT, "MLAPI_JWT_SECRET": SECRET.encode()}, "MLAPI_JWT_SECRET", "a text"),
        ({"MLAPI_JWT_SECRET": SECRET}, "MLAPI_JWT_AUDIENCE", "another API"),
        ({**JWT, **URL}, "MLAPI_JWT_KEY_SET_URL", "one place"),
        ({**URL, "MLAPI_JWT_ISSUER": ""}, "MLAPI_JWT_ISSUER", "may sign more"),
        ({"MLAPI_JWT_AUDIENCE": "api"}, "MLAPI_JWT_KEY_SET_URL", "because MLAPI_JWT_AUDIENCE"),
        ({"MLAPI_JWT_ISSUER": "me"}, "MLAPI_JWT_KEY_SET_URL", "because MLAPI_JWT_ISSUER"),
        ({**JWT, "MLAPI_JWT_LEEWAY_S": "301"}, "MLAPI_JWT_LEEWAY_S", "0 to 300"),
        ({**JWT, "MLAPI_JWT_LEEWAY_S": -1}, "MLAPI_JWT_LEEWAY_S", "0 to 300"),
        ({**JWT, "MLAPI_JWT_LEEWAY_S": "nan"}, "MLAPI_JWT_LEEWAY_S", "0 to 300"),
        ({**JWT, "MLAPI_JWT_LEEWAY_S": True}, "MLAPI_JWT_LEEWAY_S", "0 to 300"),
        ({**JWT, "MLAPI_JWT_SCOPE_CLAIM": 7}, "MLAPI_JWT_SCOPE_CLAIM", "the name of a claim"),
        ({**JWT, "MLAPI_JWT_AUDIENCE": 7}, "MLAPI_JWT_AUDIENCE", "a text or a list"),
        ({**JWT, "MLAPI_JWT_AUDIENCE": [7]}, "MLAPI_JWT_AUDIENCE", "no text"),
        ({**URL, "MLAPI_KEYS_MAX_AGE_S": 0}, "MLAPI_KEYS_MAX_AGE_S", "1 to 86400"),
        ({**URL, "MLAPI_KEYS_MAX_STALE_S": "x"}, "MLAPI_KEYS_MAX_STALE_S", "0 to 604800"),
        ({**URL, "MLAPI_KEYS_RETRY_S": 0}, "MLAPI_KEYS_RETRY_S", "1 to 3600"),
        ({**JWT, "MLAPI_JWT_AUDENCE": "a"}, "MLAPI_JWT_AUDENCE", "set MLAPI_JWT_AUDIENCE"),
        ({"MLAPI_TOKEN_HASH": "a"}, "MLAPI_TOKEN_HASH", "set MLAPI_TOKEN_HASHES"),
        ({"MLAPI_GOOGLE_AUDIENCE": "api"}, "MLAPI_GOOGLE_ACCOUNTS", "anybody"),
        ({"MLAPI_GOOGLE_ACCOUNTS": "a@b.example"}, "MLAPI_GOOGLE_AUDIENCE", "audience"),
        ({**GOOGLE, "MLAPI_GOOGLE_ACCOUNTS": "*@b.example"}, "MLAPI_GOOGLE_ACCOUNTS", "whole"),
        ({**GOOGLE, "MLAPI_GOOGLE_ACCOUNTS": "@b.example"}, "MLAPI_GOOGLE_ACCOUNTS", "whole"),
        ({**GOOGLE, "MLAPI_GOOGLE_CERTS_URL": "http://b.example"}, "MLAPI_GOOGLE_CERTS_URL", "htt"),
    ],
)
def test_setting_that_cannot_be_used_is_refused_at_start_up(
    config: dict[str, Any], named: str, told: str
) -> None:
    app = Flask("app")
    app.config.update(config)
    with pytest.raises(SettingsError, match=re.escape(told)) as caught:
        ApiGuards(app)
    assert str(caught.value).startswith(f"{named} is ")
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://issuer.example/keys",
        "http://127.0.0.1.evil.example/keys",
        "http://localhost.evil.example/keys",
        "https://user:password@issuer.example/keys",
        "https://issuer.example/keys#part",
        "https:///keys",
        "file:///etc/passwd",
        "ftp://issuer.example/keys",
        "issuer.example/keys",
    ],
)
def test_address_that_keys_may_not_come_from_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="must start with https://"):
        TokenChecker({**URL, "MLAPI_JWT_KEY_SET_URL": url})


@pytest.mark.parametrize("host", ["127.0.0.1:81", "localhost", "[::1]:81"])
def test_address_of_this_machine_needs_no_https(host: str) -> None:
    tokens = TokenChecker({**URL, "MLAPI_JWT_KEY_SET_URL": f"http://{host}/keys"})
    assert tokens.kinds == ("a JWT of https://issuer.example for the audience api",)


def private_pem(key: Any) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    made = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return str(made.decode())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "keys, because"),
        ("not PEM", "is no public key in PEM"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "is no public key in PEM"),
        (private_pem(ec_key()), "is a private key"),
        (pem(rsa_key(2, 1024)), "has 1024 bits"),
    ],
)
def test_public_key_that_cannot_be_used_is_refused_and_not_shown(text: str, told: str) -> None:
    config = {"MLAPI_JWT_PUBLIC_KEY": text, "MLAPI_JWT_AUDIENCE": "api"}
    with pytest.raises(SettingsError, match=told) as caught:
        TokenChecker(config)
    assert "BEGIN" not in str(caught.value)


def test_public_key_of_another_kind_is_refused() -> None:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519

    for key in (ed25519.Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP384R1())):
        with pytest.raises(SettingsError, match="neither an RSA key nor one of the curve P-256"):
            TokenChecker({"MLAPI_JWT_PUBLIC_KEY": pem(key), "MLAPI_JWT_AUDIENCE": "api"})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "No such file"),
        ("not JSON", "JSON Web Key Set"),
        ("[]", 'is no key set, which is an object with the member "keys"'),
        (key_set({"kty": "OKP"}), "holds no key that can be used"),
        (key_set(jwk(b"short")), "key 1 has 5 bytes, and 32 are needed"),
        (key_set(jwk(ec_key()), jwk(rsa_key(2, 1024))), "key 2 has 1024 bits"),
        (key_set(jwk(ec_key()), {**jwk(ec_key()), "d": "AAAA"}), "key 2 is private"),
        (key_set(jwk(ec_key()), {**jwk(ec_key()), "x": "!"}), "key 2 is malformed"),
        (key_set(jwk(ec_key()), {**jwk(ec_key()), "x": 7}), "key 2 is malformed"),
        (key_set(jwk(ec_key()), {**jwk(ec_key()), "y": None}), "key 2 is malformed"),
        (key_set(jwk(ec_key()), {"kty": "RSA", "n": "A" * 400}), "key 2 has 0 bits"),
    ],
)
def test_key_set_file_that_cannot_be_used_is_refused(
    text: str | None, told: str, tmp_path: Path
) -> None:
    path = tmp_path / "keys.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(SettingsError, match=re.escape(told)) as caught:
        TokenChecker({"MLAPI_JWT_KEY_SET_FILE": path, "MLAPI_JWT_AUDIENCE": "api"})
    assert str(path) in str(caught.value)


def test_settings_of_the_environment_are_those_of_tokens() -> None:
    environ = {**URL, **GOOGLE, "MLAPI_LOCAL_FOLDER": "x", "HOME": "/", "MLAPI_JWT_LEEWAY_S": ""}
    assert token_config(environ) == {**URL, **GOOGLE}
    with pytest.raises(SettingsError, match="MLAPI_JWT_LEEWAY_S"):
        token_config({"MLAPI_JWT_LEEWAY": "5"})


@pytest.mark.parametrize(
    ("config", "module", "named"),
    [
        (JWT, "joserfc", "MLAPI_JWT_AUDIENCE"),
        (GOOGLE, "google.oauth2", "MLAPI_GOOGLE_AUDIENCE"),
        (GOOGLE, "joserfc", "MLAPI_GOOGLE_AUDIENCE"),
    ],
)
def test_library_that_is_not_installed_is_said_at_start_up(
    config: dict[str, Any], module: str, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(SettingsError, match=re.escape("install ml-api-kit[jwt]")) as caught:
        TokenChecker(config)
    assert str(caught.value).startswith(f"{named} is ")


def test_hashes_alone_import_no_library_for_signed_tokens() -> None:
    code = (
        "import sys; from ml_api_kit.decorators import TokenChecker, hash_token;"
        "TokenChecker({'MLAPI_TOKEN_HASHES': hash_token('a')}).check('Bearer a');"
        "print([m for m in ('joserfc', 'cryptography', 'google.auth') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
