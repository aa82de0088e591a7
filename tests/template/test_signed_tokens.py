"""A baked project lets signed tokens in by its settings alone."""

import json
import re
import time
from pathlib import Path

import pytest

from ml_api_kit.project import bake_project
from tests.decorators.tokens.issuer import SECRET, certificate, claims, rsa_key, sign
from tests.decorators.tokens.key_server import KeyServer, key_server
from tests.template.serving import ENDPOINT, TOKEN, Api, served, start_in_vain

GOOD = b'{"students": [{"student_id": "ada", "item_1": 1}]}'
AUDIENCE, ISSUER = "student-api", "me"
JWTS = {
    "MLAPI_TOKEN_HASHES": "",
    "MLAPI_JWT_SECRET": SECRET,
    "MLAPI_JWT_AUDIENCE": AUDIENCE,
    "MLAPI_JWT_ISSUER": ISSUER,
}
ACCOUNT = "caller@project.iam.gserviceaccount.com"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bake_project("student-api", output_folder=tmp_path_factory.mktemp("api"), answers={})


def status_with(api: Api, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    return api.ask(ENDPOINT, body=GOOD, headers=headers)[0]


def hs256(**changes: object) -> str:
    said = claims(iss=ISSUER, aud=AUDIENCE, **changes)
    return sign(said, SECRET.encode(), algorithm="HS256")


def test_a_jwt_is_let_in_and_nothing_else_is(project: Path) -> None:
    with served(project, **JWTS) as api:
        assert status_with(api, hs256()) == 200
        assert status_with(api, hs256(exp=time.time() - 3600)) == 401
        other = claims(iss=ISSUER, aud="another-api")
        assert status_with(api, sign(other, SECRET.encode(), algorithm="HS256")) == 401
        assert status_with(api, TOKEN) == 401


def test_a_token_of_google_is_let_in_beside_a_hash(project: Path) -> None:
    with key_server() as keys:
        keys.serve(json.dumps({"one": certificate(rsa_key())}))
        with served(project, **google_settings(keys)) as api:
            said = claims(iss="https://accounts.google.com", aud=AUDIENCE, email_verified=True)
            known, other = said | {"email": ACCOUNT}, said | {"email": "eve@example.com"}
            assert status_with(api, sign(known, rsa_key(), algorithm="RS256", kid="one")) == 200
            assert status_with(api, sign(other, rsa_key(), algorithm="RS256", kid="one")) == 401
            assert status_with(api, TOKEN) == 200


def google_settings(keys: KeyServer) -> dict[str, str]:
    return {
        "MLAPI_GOOGLE_AUDIENCE": AUDIENCE,
        "MLAPI_GOOGLE_ACCOUNTS": ACCOUNT,
        "MLAPI_GOOGLE_CERTS_URL": keys.url,
    }


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"MLAPI_TOKEN_HASHES": ""}, "Error: MLAPI_TOKEN_HASHES is"),
        ({"MLAPI_JWT_SECERT": SECRET}, "unset it, and set MLAPI_JWT_SECRET"),
        ({**JWTS, "MLAPI_JWT_AUDIENCE": ""}, "Error: MLAPI_JWT_AUDIENCE is"),
    ],
    ids=["nobody", "misspelt", "no audience"],
)
def test_settings_of_tokens_that_are_amiss_end_the_start_in_one_sentence(
    project: Path, variables: dict[str, str], said: str
) -> None:
    done = start_in_vain(project, **variables)
    assert said in done.stdout
    assert SECRET not in done.stdout
    assert "Traceback" not in done.stdout
    assert done.returncode == 1


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_what_checks_signed_tokens_is_locked(project: Path, lock: str) -> None:
    locked = re.findall(r"^([a-z0-9-]+)==", (project / lock).read_text(), flags=re.MULTILINE)
    assert {"joserfc", "cryptography", "google-auth"} <= set(locked)
