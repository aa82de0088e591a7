"""Listing."""

import pytest
from google.api_core.exceptions import Conflict
from google.cloud.storage.blob import ObjectContexts, ObjectCustomContextPayload

from tests.gcp_accessor.local.storage.conformance.registry import Place, refused


def _names(place: Place, **options: object) -> list[str]:
    return [blob.name for blob in place.client.list_blobs(place.bucket, **options)]


def _fill(place: Place, *names: str) -> None:
    for name in names:
        place.bucket.blob(name).upload_from_string("x")


def order(place: Place) -> None:
    """in the order of UTF-8"""
    _fill(place, "b", "a/1", "a", "B", "ä", "\U0001f600", "\uffee")
    assert _names(place) == ["B", "a", "a/1", "b", "ä", "\uffee", "\U0001f600"]


def prefixes(place: Place) -> None:
    """by prefix and delimiter"""
    _fill(place, "a/1", "a/b/2", "a/b/3", "c")
    found = place.client.list_blobs(place.bucket, prefix="a/", delimiter="/")
    assert ([blob.name for blob in found], found.prefixes) == (["a/1"], {"a/b/"})
    found = place.client.list_blobs(place.bucket, delimiter="/")
    assert ([blob.name for blob in found], found.prefixes) == (["c"], {"a/"})


def trailing_delimiter(place: Place) -> None:
    """folders as objects (include_trailing_delimiter)"""
    _fill(place, "a/", "a/1")
    assert _names(place, delimiter="/", include_trailing_delimiter=True) == ["a/"]


def offsets(place: Place) -> None:
    """from and up to a name"""
    _fill(place, *"abcd")
    assert _names(place, start_offset="b", end_offset="d") == ["b", "c"]


def globs(place: Place) -> None:
    """by glob"""
    _fill(place, "a/1.csv", "a/b/2.csv", "a/3.json")
    assert _names(place, match_glob="a/*.csv") == ["a/1.csv"]
    assert _names(place, match_glob="**.{csv,json}") == ["a/1.csv", "a/3.json", "a/b/2.csv"]


def pages(place: Place) -> None:
    """in pages, continued by a token"""
    _fill(place, *"abcdefg")
    pages = place.client.list_blobs(place.bucket, page_size=3).pages
    assert [len(list(page)) for page in pages] == [3, 3, 1]
    first = place.client.list_blobs(place.bucket, page_size=3)
    next(first.pages)
    rest = _names(place, page_token=first.next_page_token)
    assert rest == ["d", "e", "f", "g"]
    assert _names(place, max_results=5) == ["a", "b", "c", "d", "e"]


def fields(place: Place) -> None:
    """with selected fields"""
    _fill(place, "a")
    blob = next(iter(place.client.list_blobs(place.bucket, fields="items(name),nextPageToken")))
    assert (blob.name, blob.size) == ("a", None)


def with_versions(place: Place) -> None:
    """with versions"""
    place.bucket.versioning_enabled = True
    place.bucket.patch()
    _fill(place, "a", "a")
    assert _names(place) == ["a"]
    assert _names(place, versions=True) == ["a", "a"]


def contexts(place: Place) -> None:
    """by contexts: with a key, with its value, without"""
    for name, value in (("a", "ml"), ("b", "web"), ("c", None)):
        blob = place.bucket.blob(name)
        if value is not None:
            blob.contexts = ObjectContexts(blob, {"team": ObjectCustomContextPayload(value)})
        blob.upload_from_string("x")
    team = 'contexts."team"'
    assert _names(place, filter_=f'{team}="ml"') == ["a"]
    assert _names(place, filter_=f'-{team}="ml"') == ["b", "c"]
    assert _names(place, filter_=f"{team}:*") == ["a", "b"]
    assert _names(place, filter_=f"-{team}:*") == ["c"]
    assert place.bucket.get_blob("a").contexts["custom"]["team"]["createTime"]


def managed_folders(place: Place) -> None:
    """managed folders among the prefixes, where these are asked for; made, got, deleted"""
    place.bucket.iam_configuration.uniform_bucket_level_access_enabled = True
    place.bucket.patch()
    _fill(place, "a", "b/c", "d/e")
    path = f"/b/{place.bucket.name}/managedFolders"
    for name in ("0", "b/", "x/y/"):
        place.client._post_resource(path, {"name": name})
    for page_size in (None, 1):
        listed = place.bucket.list_blobs(
            delimiter="/", include_folders_as_prefixes=True, page_size=page_size
        )
        assert [blob.name for blob in listed] == ["a"]
        assert listed.prefixes == {"0/", "b/", "d/", "x/"}
    with pytest.raises(Conflict):
        place.client._delete_resource(f"{path}/b%2F")
    place.client._delete_resource(f"{path}/0%2F")
    found = place.client._get_resource(path)["items"]
    assert [folder["name"] for folder in found] == ["b/", "x/y/"]


@refused
def other_filters(place: Place) -> None:
    """by other filters"""
    _names(place, filter_='contexts."a"="b" OR contexts."c"="d"')
