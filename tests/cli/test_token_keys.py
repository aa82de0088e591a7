from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import jwt
import pytest

from ml_api_kit.decorators import TokenChecker
from ml_api_kit.errors import UnauthorizedError

MLAPI = [sys.executable, "-m", "ml_api_kit.cli", "token"]
NO_PRIVATE_KEYS = [
    '{"kty": "oct", "k": "AAAA"}',
    '{"kty": "EC", "crv": "P-256", "x": "AAAA", "y": "AAAA", "d": "AAAA"}',
    '{"kty": "EC", "crv": "P-384", "x": "AAAA", "y": "AAAA", "d": "AAAA"}',
    '{"kty": "RSA", "n": "8AAA", "e": "AQAB", "d": "AAAA"}',
]
WHO = ["--audience", "shop", "--issuer", "me", "--subject", "ann"]


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [*MLAPI, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def checker(key_set: Path) -> TokenChecker:
    return TokenChecker(
        {
            "MLAPI_JWT_KEY_SET_FILE": key_set,
            "MLAPI_JWT_AUDIENCE": "shop",
            "MLAPI_JWT_ISSUER": "me",
        }
    )


def ok(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_token_signed_with_a_new_key_is_good_where_its_key_set_is(
    algorithm: str, tmp_path: Path
) -> None:
    private, public = tmp_path / "private.json", tmp_path / "keys.json"
    told = ok(run("key", private, "--key-set", public, "--algorithm", algorithm))
    assert f"MLAPI_JWT_KEY_SET_FILE={public}" in told
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    [key] = json.loads(public.read_text())["keys"]
    assert not {"d", "p", "q", "dp", "dq", "qi", "k"} & set(key)
    signed = ok(run("sign", private, *WHO, "--scope", "read", "--scope", "write")).strip()
    verified = checker(public).check(f"Bearer {signed}", scopes=("read", "write"))
    assert verified.subject == "ann"
    assert verified.claims["exp"] - verified.claims["iat"] == 3600


def test_token_says_what_type_it_is(tmp_path: Path) -> None:
    private = tmp_path / "private.json"
    ok(run("key", private, "--key-set", tmp_path / "keys.json"))
    signed = ok(run("sign", private, *WHO)), ok(run("sign", private, *WHO, "--type", "at+jwt"))
    assert [jwt.get_unverified_header(each.strip())["typ"] for each in signed] == ["JWT", "at+jwt"]


def test_another_library_finds_the_token_good(tmp_path: Path) -> None:
    private, public = tmp_path / "private.json", tmp_path / "keys.json"
    ok(run("key", private, "--key-set", public))
    signed = ok(run("sign", private, *WHO, "--lifetime-s", "60")).strip()
    keys = jwt.PyJWKSet.from_json(public.read_text())
    key = keys[jwt.get_unverified_header(signed)["kid"]]
    said: dict[str, Any] = jwt.decode(signed, key, algorithms=["ES256"], audience="shop")
    assert (said["iss"], said["sub"]) == ("me", "ann")


def test_second_key_is_added_for_rotation(tmp_path: Path) -> None:
    public = tmp_path / "keys.json"
    tokens = []
    for name in ("old.json", "new.json"):
        ok(run("key", tmp_path / name, "--key-set", public))
        public.chmod(0o644)
        tokens.append(ok(run("sign", tmp_path / name, *WHO)).strip())
    assert stat.S_IMODE(public.stat().st_mode) == 0o644
    both = checker(public)
    assert [both.check(f"Bearer {one}").subject for one in tokens] == ["ann", "ann"]
    kept = json.loads(public.read_text())["keys"][1:]
    public.write_text(json.dumps({"keys": kept}))
    with pytest.raises(UnauthorizedError):
        checker(public).check(f"Bearer {tokens[0]}")
    assert checker(public).check(f"Bearer {tokens[1]}")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["keys.json", "new.json", "old.json"]


def test_private_key_that_exists_is_left_as_it_is(tmp_path: Path) -> None:
    private, public = tmp_path / "private.json", tmp_path / "keys.json"
    private.write_text("mine")
    done = run("key", private, "--key-set", public)
    assert done.returncode == 2
    assert "left as it is" in done.stderr
    assert private.read_text() == "mine"
    assert not public.exists()


@pytest.mark.parametrize("text", ["{}", "x", '{"keys": [7]}'])
def test_key_set_that_is_none_is_left_as_it_is(text: str, tmp_path: Path) -> None:
    private, public = tmp_path / "private.json", tmp_path / "keys.json"
    public.write_text(text)
    done = run("key", private, "--key-set", public)
    assert done.returncode == 2
    assert done.stderr.startswith("Error: --key-set is ")
    assert public.read_text() == text
    assert not private.exists()


def test_file_that_is_no_private_key_signs_nothing(tmp_path: Path) -> None:
    private, public = tmp_path / "private.json", tmp_path / "keys.json"
    ok(run("key", private, "--key-set", public))
    [key] = json.loads(public.read_text())["keys"]
    for text in (json.dumps(key), public.read_text(), "x", "[]", *NO_PRIVATE_KEYS):
        private.write_text(text)
        done = run("sign", private, *WHO)
        assert done.returncode == 2
        assert done.stderr.startswith("Error: PRIVATE_KEY is ")
        assert done.stdout == ""
    done = run("sign", tmp_path / "none.json", *WHO)
    assert done.returncode == 2
    assert "a file that you may read (No such file or directory)" in done.stderr
