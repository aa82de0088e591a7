"""Access."""

import re

import pytest
from google.api_core.exceptions import BadRequest, NotFound, PreconditionFailed

from tests.gcp_accessor.local.storage.conformance.registry import Place


def policy(place: Place) -> None:
    """keep the IAM policy of a bucket, without effect"""
    policy = place.bucket.get_iam_policy(requested_policy_version=3)
    binding = {"role": "roles/storage.objectViewer", "members": {"user:a@example.com"}}
    policy.bindings.append(binding)
    place.bucket.set_iam_policy(policy)
    found = place.bucket.get_iam_policy(requested_policy_version=3).bindings
    assert binding["members"] in [set(one["members"]) for one in found]
    asked = ["storage.objects.get"]
    assert place.bucket.test_iam_permissions(asked) == asked


def uniform_access(place: Place) -> None:
    """keep uniform access and the prevention of public access, without effect"""
    place.bucket.iam_configuration.uniform_bucket_level_access_enabled = True
    place.bucket.iam_configuration.public_access_prevention = "enforced"
    place.bucket.patch()
    found = place.client.get_bucket(place.bucket.name).iam_configuration
    assert found.uniform_bucket_level_access_enabled
    assert found.uniform_bucket_level_access_locked_time
    assert found.public_access_prevention == "enforced"
    place.bucket.iam_configuration.public_access_prevention = "none such"
    with pytest.raises(BadRequest):
        place.bucket.patch()


def service_account_address(place: Place) -> None:
    """the address of the service account"""
    email = place.client.get_service_account_email()
    assert re.fullmatch(r"service-\d+@gs-project-accounts\.iam\.gserviceaccount\.com", email)


def object_policy(place: Place) -> None:
    """keep the IAM policy of an object, without effect"""
    blob = place.bucket.blob("a")
    blob.upload_from_string("x")
    policy = blob.get_iam_policy(requested_policy_version=3)
    binding = {"role": "roles/storage.objectViewer", "members": {"user:a@example.com"}}
    policy.bindings.append(binding)
    blob.set_iam_policy(policy)
    found = blob.get_iam_policy(requested_policy_version=3).bindings
    assert [one["role"] for one in found] == [binding["role"]]
    assert blob.test_iam_permissions(["storage.objects.get"]) == ["storage.objects.get"]


def changed_policy(place: Place) -> None:
    """refuse a policy that was changed since it was read"""
    first = place.bucket.get_iam_policy()
    second = place.bucket.get_iam_policy()
    first["roles/storage.objectViewer"].add("user:a@example.com")
    place.bucket.set_iam_policy(first)
    with pytest.raises(PreconditionFailed):
        place.bucket.set_iam_policy(second)


def hmac_keys(place: Place) -> None:
    """HMAC keys: made, listed, switched off, deleted"""
    email = f"{place.bucket.name}@local.iam.gserviceaccount.com"
    key, secret = place.client.create_hmac_key(email)
    assert len(secret) == 40
    found = place.client.list_hmac_keys(service_account_email=email)
    assert [one.access_id for one in found] == [key.access_id]
    with pytest.raises(BadRequest):
        key.delete()
    key.state = "INACTIVE"
    key.update()
    assert place.client.get_hmac_key_metadata(key.access_id).state == "INACTIVE"
    key.delete()
    assert list(place.client.list_hmac_keys(service_account_email=email)) == []
    deleted = place.client.list_hmac_keys(service_account_email=email, show_deleted_keys=True)
    assert [one.state for one in deleted] == ["DELETED"]


def notifications(place: Place) -> None:
    """keep notifications, without effect"""
    made = place.bucket.notification(
        topic_name="topic",
        topic_project="project",
        event_types=["OBJECT_FINALIZE"],
        blob_name_prefix="a/",
        custom_attributes={"k": "v"},
        payload_format="JSON_API_V1",
    )
    made.create()
    [found] = place.bucket.list_notifications()
    assert (found.topic_name, found.blob_name_prefix) == ("topic", "a/")
    assert place.bucket.get_notification(made.notification_id).custom_attributes == {"k": "v"}
    made.delete()
    assert not made.exists()
    with pytest.raises(NotFound):
        place.bucket.get_notification(made.notification_id)
