"""Buckets."""

import pytest
from google.api_core.exceptions import BadRequest, Conflict, NotFound, PreconditionFailed

from tests.gcp_accessor.local.storage.conformance.registry import Place, refused


def create_and_get(place: Place) -> None:
    """create, get, look up"""
    found = place.client.get_bucket(place.bucket.name)
    assert found.time_created
    assert found.generation
    assert found.metageneration == 1
    assert place.client.lookup_bucket("no-such-bucket") is None
    with pytest.raises(NotFound):
        place.client.get_bucket("no-such-bucket")


def create_twice(place: Place) -> None:
    """refuse a name that is taken"""
    with pytest.raises(Conflict):
        place.client.create_bucket(place.bucket.name)


def names(place: Place) -> None:
    """refuse a name that is not allowed"""
    for name in ("ab", "Upper", "goog-mine", "my-google-data", "a..b", "192.168.1.1", "x" * 64):
        with pytest.raises(BadRequest):
            place.client.create_bucket(name)


def locations(place: Place) -> None:
    """regions, dual-regions and multi-regions"""
    name = place.bucket.name
    region = place.client.create_bucket(f"{name}-r", location="europe-west3")
    assert (region.location, region.location_type) == ("EUROPE-WEST3", "region")
    places = ["US-EAST1", "US-WEST1"]
    dual = place.client.create_bucket(f"{name}-d", location="US", data_locations=places)
    assert (dual.location_type, dual.data_locations) == ("dual-region", places)
    assert place.bucket.location_type == "multi-region"


def default_class(place: Place) -> None:
    """a default storage class for new objects"""
    bucket = place.client.bucket(f"{place.bucket.name}-cold")
    bucket.storage_class = "COLDLINE"
    place.client.create_bucket(bucket)
    bucket.blob("a").upload_from_string("x")
    assert bucket.get_blob("a").storage_class == "COLDLINE"


def wrong_class(place: Place) -> None:
    """refuse a storage class that is none"""
    place.bucket._patch_property("storageClass", "LUKEWARM")
    with pytest.raises(BadRequest):
        place.bucket.patch()


def labels(place: Place) -> None:
    """set and remove labels"""
    place.bucket.labels = {"team": "exams", "year": "2026"}
    place.bucket.patch()
    bucket = place.client.get_bucket(place.bucket.name)
    bucket.labels = {"team": "exams"}
    bucket.patch()
    assert place.client.get_bucket(place.bucket.name).labels == {"team": "exams"}


def keep_settings(place: Place) -> None:
    """keep CORS, website, logging, autoclass and requester-pays settings, without effect"""
    bucket = place.bucket
    bucket.cors = [{"origin": ["*"], "method": ["GET"], "maxAgeSeconds": 60}]
    bucket.configure_website("index.html", "404.html")
    bucket.enable_logging("logs", "prefix")
    bucket.autoclass_enabled = bucket.requester_pays = True
    bucket.patch()
    found = place.client.get_bucket(bucket.name)
    assert found.cors == bucket.cors
    assert found.get_logging() == {"logBucket": "logs", "logObjectPrefix": "prefix"}
    assert found.autoclass_enabled
    assert found.requester_pays


def keep_enforcement(place: Place) -> None:
    """keep the enforcement of kinds of encryption, with its time, without effect"""
    configs = {
        "googleManagedEncryptionEnforcementConfig": {"restrictionMode": "FullyRestricted"},
        "customerManagedEncryptionEnforcementConfig": {"restrictionMode": "NotRestricted"},
    }
    for _ in range(2):
        place.bucket._patch_property("encryption", configs)
        place.bucket.patch()
    found = place.client.get_bucket(place.bucket.name)._properties["encryption"]
    google = found.pop("googleManagedEncryptionEnforcementConfig")
    assert google.pop("effectiveTime").endswith("Z")
    assert google == {"restrictionMode": "FullyRestricted"}
    assert found == {
        "customerManagedEncryptionEnforcementConfig": {"restrictionMode": "NotRestricted"}
    }


def impossible_settings(place: Place) -> None:
    """refuse labels, lifecycle rules, versioning and locations that are none"""
    for key, value in (
        ("labels", {"Upper": "x"}),
        ("lifecycle", {"rule": [{"action": {"type": "Explode"}, "condition": {"age": 1}}]}),
        ("versioning", "yes"),
        ("rpo", "SOON"),
    ):
        bucket = place.client.bucket(place.bucket.name)
        bucket._patch_property(key, value)
        with pytest.raises(BadRequest):
            bucket.patch()
    with pytest.raises(BadRequest):
        place.client.create_bucket(f"{place.bucket.name}-n", location="NOWHERE-1")


def lifecycle(place: Place) -> None:
    """keep lifecycle rules, without effect"""
    place.bucket.add_lifecycle_delete_rule(age=2)
    place.bucket.add_lifecycle_set_storage_class_rule("COLDLINE", age=3)
    place.bucket.patch()
    assert len(list(place.client.get_bucket(place.bucket.name).lifecycle_rules)) == 2
    place.bucket.clear_lifecycle_rules()
    place.bucket.patch()
    assert list(place.client.get_bucket(place.bucket.name).lifecycle_rules) == []


def conditions(place: Place) -> None:
    """change under a condition on the metageneration"""
    place.bucket.labels = {"a": "b"}
    with pytest.raises(PreconditionFailed):
        place.bucket.patch(if_metageneration_match=9)
    place.bucket.patch(if_metageneration_match=1)


def list_buckets(place: Place) -> None:
    """list by prefix, in pages, with selected fields"""
    names = [f"{place.bucket.name}-{number}" for number in range(3)]
    for name in names:
        place.client.create_bucket(name)
    prefix = f"{place.bucket.name}-"
    found = place.client.list_buckets(prefix=prefix, page_size=2)
    assert [bucket.name for bucket in found] == names
    chosen = place.client.list_buckets(prefix=prefix, fields="items(name),nextPageToken")
    assert [(bucket.name, bucket.location) for bucket in chosen] == [(one, None) for one in names]


def delete(place: Place) -> None:
    """delete, also with what is in it; refuse one that is not empty"""
    place.bucket.blob("a").upload_from_string("x")
    with pytest.raises(Conflict, match="not empty"):
        place.bucket.delete()
    place.bucket.delete(force=True)
    assert not place.bucket.exists()


def hierarchy(place: Place) -> None:
    """a hierarchical namespace, with uniform access alone"""
    bucket = place.client.bucket(f"{place.bucket.name}-h")
    bucket.hierarchical_namespace_enabled = True
    with pytest.raises(BadRequest, match="uniform"):
        place.client.create_bucket(bucket)
    bucket.iam_configuration.uniform_bucket_level_access_enabled = True
    place.client.create_bucket(bucket)
    assert place.client.get_bucket(bucket.name).hierarchical_namespace_enabled
    bucket.blob("a/b").upload_from_string("x")
    found = place.client.list_blobs(bucket, delimiter="/")
    assert (list(found), found.prefixes) == ([], {"a/"})


@refused
def folders(place: Place) -> None:
    """the folders of a hierarchical namespace"""
    bucket = place.client.bucket(f"{place.bucket.name}-f")
    bucket.hierarchical_namespace_enabled = True
    bucket.iam_configuration.uniform_bucket_level_access_enabled = True
    place.client.create_bucket(bucket)
    list(place.client.list_blobs(bucket, delimiter="/", include_folders_as_prefixes=True))
