"""XML interface."""

from xml.etree import ElementTree

import requests

from tests.gcp_accessor.local.storage.conformance.registry import Place


def objects(place: Place) -> None:
    """objects: put with metadata and conditions, got with a range, asked by HEAD, deleted"""
    url = f"{place.url}/{place.bucket.name}/a%20b"
    headers = {"x-goog-meta-colour": "red", "x-goog-if-generation-match": "0"}
    assert requests.put(url, data=b"0123456789", headers=headers).status_code == 200
    assert requests.put(url, data=b"", headers=headers).status_code == 412
    changed = requests.get(url).headers["Last-Modified"]
    before = "Mon, 01 Jan 2001 00:00:00 GMT"
    for header, time, status in (
        ("If-Modified-Since", changed, 304),
        ("If-Modified-Since", before, 200),
        ("If-Unmodified-Since", changed, 200),
        ("If-Unmodified-Since", before, 412),
    ):
        assert requests.get(url, headers={header: time}).status_code == status
    found = requests.get(url, headers={"Range": "bytes=2-4"})
    assert (found.status_code, found.content) == (206, b"234")
    assert found.headers["x-goog-meta-colour"] == "red"
    asked = requests.head(url)
    assert (asked.headers["Content-Length"], asked.content) == ("10", b"")
    assert asked.headers["Last-Modified"]
    assert requests.delete(url).status_code == 204
    assert ElementTree.fromstring(requests.get(url).content).findtext("Code") == "NoSuchKey"


def copies(place: Place) -> None:
    """copies, with new metadata or the old"""
    blob = place.bucket.blob("a")
    blob.metadata = {"k": "v"}
    blob.upload_from_string("x", content_type="text/csv")
    source = {"x-goog-copy-source": f"/{place.bucket.name}/a"}
    root = f"{place.url}/{place.bucket.name}"
    assert "CopyObjectResult" in requests.put(f"{root}/b", headers=source).text
    new = {**source, "x-goog-metadata-directive": "REPLACE", "Content-Type": "text/plain"}
    assert requests.put(f"{root}/c", headers=new).status_code == 200
    found = [place.bucket.get_blob(name) for name in "bc"]
    assert [one.content_type for one in found] == ["text/csv", "text/plain"]
    assert [one.metadata for one in found] == [{"k": "v"}, None]
    late = {**source, "x-goog-copy-source-if-generation-match": "1"}
    assert requests.put(f"{root}/d", headers=late).status_code == 412


def listing(place: Place) -> None:
    """listing in pages, of both versions"""
    for name in ("a/1", "a/2", "b", "c"):
        place.bucket.blob(name).upload_from_string("x")
    url = f"{place.url}/{place.bucket.name}?delimiter=/&max-keys=1"
    for start, token in (
        ("&marker=", "NextMarker"),
        ("&list-type=2&continuation-token=", "NextContinuationToken"),
    ):
        seen: list[str] = []
        after: str | None = ""
        while after is not None:
            root = ElementTree.fromstring(requests.get(f"{url}{start}{after}").content)
            space = root.tag.partition("}")[0] + "}"
            paths = (f"{space}Contents/{space}Key", f"{space}CommonPrefixes/{space}Prefix")
            seen += [str(one.text) for path in paths for one in root.findall(path)]
            after = root.findtext(f"{space}{token}")
        assert seen == ["a/", "b", "c"]


def buckets(place: Place) -> None:
    """buckets: made, listed, deleted"""
    name = f"{place.bucket.name}-x"
    body = (
        "<CreateBucketConfiguration><LocationConstraint>EU</LocationConstraint>"
        "</CreateBucketConfiguration>"
    )
    assert requests.put(f"{place.url}/{name}", data=body).status_code == 200
    assert place.client.get_bucket(name).location == "EU"
    assert f"<Name>{name}</Name>" in requests.get(place.url).text
    assert requests.delete(f"{place.url}/{name}").status_code == 204
    assert requests.get(f"{place.url}/{name}").status_code == 404


def other_origins(place: Place) -> None:
    """pages of other origins, as the bucket's `cors` lets them"""
    place.bucket.cors = [
        {"origin": ["http://a.test"], "method": ["GET"], "responseHeader": ["X-A"]}
    ]
    place.bucket.patch()
    place.bucket.blob("a").upload_from_string("x")
    url = f"{place.url}/{place.bucket.name}/a"
    allowed = "Access-Control-Allow-Origin"
    asked = {"Origin": "http://a.test", "Access-Control-Request-Method": "GET"}
    answer = requests.options(url, headers={**asked, "Access-Control-Request-Headers": "x-a"})
    assert (answer.status_code, answer.headers[allowed]) == (200, "http://a.test")
    assert answer.headers["Access-Control-Allow-Headers"] == "X-A"
    assert requests.get(url, headers=asked).headers[allowed] == "http://a.test"
    for other in (
        {"Origin": "http://b.test"},
        {"Access-Control-Request-Method": "PUT"},
        {"Access-Control-Request-Headers": "x-b"},
    ):
        assert allowed not in requests.options(url, headers={**asked, **other}).headers


def refusals(place: Place) -> None:
    """refusals, by the codes of this interface"""
    url = f"{place.url}/{place.bucket.name}"
    wrong = {"Content-MD5": "AAAAAAAAAAAAAAAAAAAAAA=="}
    for answer, code in (
        (requests.get(f"{url}/none"), "NoSuchKey"),
        (requests.get(f"{url}-none/a"), "NoSuchBucket"),
        (requests.put(f"{url}/a", data=b"x", headers=wrong), "BadDigest"),
        (requests.put(url), "BucketAlreadyOwnedByYou"),
        (requests.get(f"{url}?max-keys=x"), "InvalidArgument"),
    ):
        assert f"<Code>{code}</Code>" in answer.text
