"""Signed requests."""

import datetime
import hashlib
import hmac
from functools import cache
from typing import Any
from urllib.parse import urlencode

import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.cloud import storage
from google.oauth2 import service_account

from tests.gcp_accessor.local.storage.conformance.registry import Place

_MINUTE = datetime.timedelta(minutes=1)


@cache
def _signer() -> Any:
    key = rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return service_account.Credentials.from_service_account_info(
        {
            "client_email": "signer@local.iam.gserviceaccount.com",
            "private_key": key.decode(),
            "token_uri": "http://127.0.0.1:9/",
        }
    )


def _signed(place: Place, target: Any, **options: Any) -> str:
    options = {"version": "v4", "expiration": _MINUTE, **options}
    return str(
        target.generate_signed_url(credentials=_signer(), api_access_endpoint=place.url, **options)
    )


def signed_download(place: Place) -> None:
    """signed URLs for reading (V2, V4), until they end; signatures by RSA keys are not verified"""
    place.bucket.blob("a b/ü").upload_from_string("x")
    for version in ("v2", "v4"):
        url = _signed(place, place.bucket.blob("a b/ü"), version=version)
        assert requests.get(url).text == "x"
    past = datetime.datetime.now(datetime.UTC) - _MINUTE
    ended = _signed(place, place.bucket.blob("a b/ü"), version="v2", expiration=past)
    assert requests.get(ended).status_code == 400


def signed_by_hmac(place: Place) -> None:
    """URLs signed by an HMAC key that was made here, whose signature is verified"""
    place.bucket.blob("a b").upload_from_string("text")
    key, secret = place.client.create_hmac_key("signer@local.iam.gserviceaccount.com")
    for used, status in ((secret, 200), ("another", 403)):
        url = _signed_by(key.access_id, used, place, f"/{place.bucket.name}/a%20b")
        assert requests.get(url).status_code == status
    key.state = "INACTIVE"
    key.update()
    url = _signed_by(key.access_id, secret, place, f"/{place.bucket.name}/a%20b")
    assert requests.get(url).status_code == 403


def _signed_by(access_id: str, secret: str, place: Place, path: str) -> str:
    time = datetime.datetime.now(datetime.UTC).strftime("%Y%m%dT%H%M%SZ")
    scope = (time[:8], "auto", "storage", "goog4_request")
    algorithm = "GOOG4-HMAC-SHA256"
    query = urlencode(
        {
            "X-Goog-Algorithm": algorithm,
            "X-Goog-Credential": "/".join((access_id, *scope)),
            "X-Goog-Date": time,
            "X-Goog-Expires": "60",
            "X-Goog-SignedHeaders": "host",
        }
    )
    host = place.url.partition("//")[2]
    canonical = f"GET\n{path}\n{query}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    signed = f"GOOG4{secret}".encode()
    for part in (*scope, "\n".join((algorithm, time, "/".join(scope), digest))):
        signed = hmac.digest(signed, part.encode(), "sha256")
    return f"{place.url}{path}?{query}&X-Goog-Signature={signed.hex()}"


def signed_upload(place: Place) -> None:
    """signed URLs for writing, at once and resumable"""
    url = _signed(place, place.bucket.blob("a"), method="PUT", content_type="text/plain")
    assert requests.put(url, data="x", headers={"Content-Type": "text/plain"}).status_code == 200
    assert place.bucket.get_blob("a").content_type == "text/plain"
    begun = requests.post(
        _signed(place, place.bucket.blob("b"), method="RESUMABLE"),
        headers={"x-goog-resumable": "start"},
    )
    assert begun.status_code == 201
    assert requests.put(begun.headers["Location"], data="y").status_code == 200
    assert place.bucket.blob("b").download_as_text() == "y"


def signed_delete_and_list(place: Place) -> None:
    """signed URLs for deleting and listing"""
    place.bucket.blob("a").upload_from_string("x")
    assert "<Key>a</Key>" in requests.get(_signed(place, place.bucket)).text
    url = _signed(place, place.bucket.blob("a"), method="DELETE")
    assert requests.delete(url).status_code == 204
    assert not place.bucket.blob("a").exists()


def signed_options(place: Place) -> None:
    """signed URLs that name the answer's type and the upload's size"""
    place.bucket.blob("a").upload_from_string("x")
    url = _signed(
        place,
        place.bucket.blob("a"),
        response_type="text/csv",
        response_disposition="attachment; filename=a.csv",
    )
    headers = requests.get(url).headers
    assert (headers["Content-Type"], headers["Content-Disposition"]) == (
        "text/csv",
        "attachment; filename=a.csv",
    )
    length = {"x-goog-content-length-range": "0,3"}
    url = _signed(place, place.bucket.blob("b"), method="PUT", headers=length)
    assert requests.put(url, data="four", headers=length).status_code == 400
    assert requests.put(url, data="two", headers=length).status_code == 200


def forms(place: Place) -> None:
    """forms with a policy (POST, V4), held to its conditions and its time, not to its signature"""
    made = place.client.generate_signed_post_policy_v4(
        place.bucket.name,
        "up/a.txt",
        expiration=_MINUTE,
        conditions=[["content-length-range", 0, 5], ["starts-with", "$x-goog-meta-by", "a"]],
        fields={"Content-Type": "text/plain", "success_action_status": "201"},
        credentials=_signer(),
    )

    def sent(data: bytes, **fields: str) -> int:
        body = {**made["fields"], "x-goog-meta-by": "ada", **fields}
        return requests.post(made["url"], data=body, files={"file": ("a.txt", data)}).status_code

    assert sent(b"hello") == 201
    blob = place.bucket.get_blob("up/a.txt")
    assert (blob.content_type, blob.metadata) == ("text/plain", {"by": "ada"})
    assert sent(b"too long") == 400
    assert sent(b"x", key="elsewhere") == 403
    assert sent(b"x", **{"x-goog-meta-by": "bob"}) == 403
    assert sent(b"x", **{"Cache-Control": "no-store"}) == 403
    assert sent(b"x", **{"x-goog-random": "1"}) == 400


def old_forms(place: Place) -> None:
    """forms with a policy (POST, V2), until it is over"""
    bucket = place.client.bucket(place.bucket.name)
    client = storage.Client(
        "local", credentials=_signer(), client_options={"api_endpoint": place.url}
    )
    past = datetime.datetime.now(datetime.UTC) - _MINUTE
    for expiration, status in ((None, 204), (past, 403)):
        conditions: list[Any] = [["starts-with", "$key", "up/"]]
        fields = bucket.generate_upload_policy(conditions, expiration, client=client)
        body, files = {**fields, "key": "up/${filename}"}, {"file": ("a", b"x")}
        answer = requests.post(f"{place.url}/{bucket.name}", data=body, files=files)
        assert answer.status_code == status
    assert bucket.blob("up/a").exists()
    client.close()
