"""Signed requests."""

import datetime
from functools import cache
from typing import Any

import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
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
    """signed URLs for reading (V2, V4), until they end; signatures are not verified"""
    place.bucket.blob("a b/ü").upload_from_string("x")
    for version in ("v2", "v4"):
        url = _signed(place, place.bucket.blob("a b/ü"), version=version)
        assert requests.get(url).text == "x"
    past = datetime.datetime.now(datetime.UTC) - _MINUTE
    ended = _signed(place, place.bucket.blob("a b/ü"), version="v2", expiration=past)
    assert requests.get(ended).status_code == 400


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
