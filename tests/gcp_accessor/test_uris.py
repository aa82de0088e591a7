from typing import Any

import pytest

from ml_api_kit.errors import DataAccessError, PreconditionError
from ml_api_kit.gcp_accessor.storage import GoogleCloudStorageAccessor
from ml_api_kit.gcp_accessor.storage.uris import split_uri


def test_uri_stands_for_bucket_and_path(storage_client: Any, bucket: Any) -> None:
    accessor: Any = GoogleCloudStorageAccessor(client=storage_client)
    uri = f"gs://{bucket.name}/a/b.csv.gz"
    generation = accessor.upload_csv_gzip(uri, [[1, "x"]], if_generation_match=0)
    with pytest.raises(PreconditionError):
        accessor.upload_csv_gzip(uri, rows=[[2]], if_generation_match=0)
    assert list(accessor.download_csv_gzip(uri)) == [["1", "x"]]
    assert accessor.generation(uri) == accessor.generation(bucket.name, "a/b.csv.gz") == generation
    assert accessor.list_uris(f"gs://{bucket.name}/a/") == [uri]
    assert list(accessor.list_paths(f"gs://{bucket.name}")) == ["a/b.csv.gz"]
    accessor.delete(uri)
    assert not accessor.exists(uri)


@pytest.mark.parametrize("uri", ["gs://", "gs:///path", "s3://bucket/path", "bucket/path"])
def test_uri_without_a_bucket_is_refused(uri: str) -> None:
    with pytest.raises(DataAccessError, match="gs://bucket/path"):
        split_uri(uri)
