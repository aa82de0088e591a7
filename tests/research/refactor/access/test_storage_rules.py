"""Client code of Cloud Storage: what stays, what it becomes, and that both give the same."""
# ruff: noqa: E501

from __future__ import annotations

import gzip
import itertools
from collections.abc import Iterator

import pandas as pd
import pytest

from ml_api_kit.gcp_accessor import GoogleCloudStorageAccessor
from ml_api_kit.gcp_accessor.local.process import LocalServer
from ml_api_kit.settings import Settings
from tests.research.refactor.running import assert_same_result, rewritten, run

_HEAD = "from google.cloud import storage\n\nclient = storage.Client()\n"
_numbers = itertools.count(1)


@pytest.fixture
def bucket(gcp: LocalServer) -> str:
    """A bucket with a few objects."""
    name = f"data-{next(_numbers)}"
    accessor = GoogleCloudStorageAccessor(settings=Settings(storage_emulator=gcp.url))
    accessor.create_bucket(name)
    accessor.upload_bytes(name, "in/a.csv", "name,age\nZoë,3\nBo,\n".encode())
    accessor.upload_bytes(name, "in/b.csv.gz", gzip.compress(b"name,age\nAda,4\n"))
    accessor.upload_bytes(name, "in/c.json", b'{"a": [1, 2]}')
    blob = accessor.client.bucket(name).blob("packed.txt")
    blob.content_encoding = "gzip"
    blob.upload_from_string(gzip.compress(b"packed text"), content_type="text/plain")
    accessor.client.close()
    return name


_SAME = {
    "bytes_chained": 'result = client.bucket("BUCKET").blob("in/a.csv").download_as_bytes()\n',
    "string_in_steps": (
        'bucket = client.get_bucket("BUCKET")\nblob = bucket.blob("in/a.csv")\n'
        'result = blob.download_as_string().decode("utf-8")\n'
    ),
    "packed_bytes": 'result = client.bucket("BUCKET").blob("packed.txt").download_as_bytes()\n',
    "packed_text": 'result = client.bucket("BUCKET").blob("packed.txt").download_as_text()\n',
    "text": 'result = client.bucket("BUCKET").blob("in/a.csv").download_as_text("utf-8")\n'.replace(
        '("utf-8")', '(encoding="utf-8")'
    ),
    "file": (
        'client.bucket("BUCKET").blob("in/a.csv").download_to_filename("a.csv")\n'
        'result = open("a.csv", encoding="utf-8").read()\n'
    ),
    "two_objects_of_a_bucket": (
        'bucket = client.bucket("BUCKET")\n'
        'first = bucket.blob("in/a.csv")\nsecond = bucket.blob("in/c.json")\n'
        "result = first.download_as_bytes() + second.download_as_bytes()\n"
    ),
    "in_a_loop": (
        'bucket = client.bucket("BUCKET")\nresult = []\n'
        'for name in ("in/a.csv", "in/c.json"):\n'
        "    blob = bucket.blob(name)\n    result.append(blob.download_as_bytes())\n"
    ),
    "upload_of_text": (
        'name = "Zoë"\nblob = client.bucket("BUCKET").blob("out/a.txt")\n'
        "blob.upload_from_string(name)\n"
        'result = client.bucket("BUCKET").blob("out/a.txt").download_as_bytes()\n'
    ),
    "upload_of_json": (
        "import json\n\n"
        'client.bucket("BUCKET").blob("o.json").upload_from_string(\n'
        '    json.dumps({"a": 1}), content_type="application/json"\n)\n'
        'result = client.bucket("BUCKET").blob("o.json").download_as_text()\n'
    ),
    "upload_of_a_file": (
        'open("f.csv", "w").write("a,b")\n'
        'client.bucket("BUCKET").blob("f.csv").upload_from_filename("f.csv")\n'
        'result = client.bucket("BUCKET").blob("f.csv").download_as_bytes()\n'
    ),
    "existence": (
        'bucket = client.bucket("BUCKET")\n'
        'result = (bucket.blob("in/a.csv").exists(), bucket.blob("none").exists())\n'
    ),
    "deletion": (
        'blob = client.bucket("BUCKET").blob("gone")\nblob.upload_from_string("x")\n'
        "blob.delete()\nresult = blob.exists()\n"
    ),
    "list": 'result = [blob.name for blob in client.list_blobs("BUCKET", prefix="in/")]\n',
    "list_of_a_bucket": (
        'bucket = client.bucket("BUCKET")\nblobs = bucket.list_blobs()\nresult = []\n'
        "for blob in blobs:\n    if blob.name.endswith('csv'):\n        result.append(blob.name)\n"
    ),
}


@pytest.mark.parametrize("name", _SAME)
def test_accessor_gives_what_the_client_gave(name: str, bucket: str) -> None:
    assert_same_result((_HEAD + _SAME[name]).replace("BUCKET", bucket))


_FRAMES = {
    "csv": 'result = pd.read_csv("gs://BUCKET/in/a.csv")\n',
    "options": 'result = pd.read_csv("gs://BUCKET/in/a.csv", index_col="name", dtype={"age": "f4"})\n',
    "variable": 'path = "gs://BUCKET/in/a.csv"\nresult = pd.read_csv(path)\n',
    "parts": 'b = "BUCKET"\nname = "a"\nresult = pd.read_csv(f"gs://{b}/in/{name}.csv")\n',
    "packed": 'result = pd.read_csv("gs://BUCKET/in/b.csv.gz", nrows=1)\n',
    "json": 'result = pd.read_json("gs://BUCKET/in/c.json")\n',
    "written": (
        'frame = pd.DataFrame({"a": [1, 2], "b": ["x", "ß"]})\n'
        'frame.to_csv("gs://BUCKET/o.csv", index=False, sep=";")\n'
        'result = pd.read_csv("gs://BUCKET/o.csv", sep=";")\n'
    ),
}


@pytest.fixture
def gcsfs_here(bucket: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A bucket that pandas' own way to Cloud Storage reaches too."""
    # What it asks over gRPC about the kind of a bucket no emulator answers; read at its import.
    monkeypatch.setenv("GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT", "false")
    import gcsfs

    gcsfs.GCSFileSystem.clear_instance_cache()
    yield bucket
    gcsfs.GCSFileSystem.clear_instance_cache()


@pytest.mark.parametrize("name", _FRAMES)
def test_frame_of_an_object_is_the_same(name: str, gcsfs_here: str) -> None:
    source = ("import pandas as pd\n\n" + _FRAMES[name]).replace("BUCKET", gcsfs_here)
    made = assert_same_result(source, without='csv("gs://')
    assert made.left == ()


_LEFT = {
    "metadata": (
        'blob = client.bucket("b").blob("n")\nblob.content_encoding = "gzip"\n'
        "blob.upload_from_string('text')\n",
        "`blob.content_encoding` is set in line 5",
    ),
    "unknown_data": (
        'client.bucket("b").blob("n").upload_from_string(unknown())\n',
        "not known to be text or bytes",
    ),
    "part": ('client.bucket("b").blob("n").download_as_bytes(start=3)\n', "start"),
    "list_for_sizes": (
        'print([blob.size for blob in client.list_blobs("b")])\n',
        "for more than its name",
    ),
    "create": ('client.create_bucket("b")\n', "`create_bucket`"),
    "name_may_have_changed": (
        'n = "a"\nblob = client.bucket("b").blob(n)\nn = "b"\nprint(blob.download_as_bytes())\n',
        "may have changed",
    ),
}


@pytest.mark.parametrize("name", _LEFT)
def test_what_is_not_sure_stays_with_the_reason(name: str) -> None:
    text, reason = _LEFT[name]
    made = rewritten(_HEAD + text)
    assert made.source == _HEAD + text
    assert any(reason in one.reason for one in made.left), made.left


_LEFT_FRAMES = {
    "pattern": ('pd.read_csv("gs://b/*.csv")\n', "no single object"),
    "options": ('pd.read_csv("gs://b/a.csv", storage_options={"token": "t"})\n', "storage_options"),
    "ending": ('pd.read_csv(f"gs://b/{name}")\n', "ending"),
    "bucket_and_more": ('pd.read_csv(f"gs://b-{name}/a.csv")\n', "where the bucket ends"),
    "packed_output": ('pd.DataFrame().to_csv("gs://b/a.csv.gz")\n', "packed"),
    "written_file": ('fs.open("b/a.csv", "w")\n', "read alone"),
    "other_call": ('fs.ls("b")\n', "`ls`"),
}


@pytest.mark.parametrize("name", _LEFT_FRAMES)
def test_frames_and_files_that_stay(name: str) -> None:
    text, reason = _LEFT_FRAMES[name]
    source = (
        f"import gcsfs\nimport pandas as pd\n\nname = input()\nfs = gcsfs.GCSFileSystem()\n{text}"
    )
    made = rewritten(source)
    assert made.source == source
    assert any(reason in one.reason for one in made.left), made.left


def test_files_of_pandas_elsewhere_are_nothing_to_tell() -> None:
    source = 'import pandas as pd\n\ndf = pd.read_csv("a.csv")\ndf.to_csv("b.csv")\n'
    made = rewritten(source)
    assert (made.source, made.left) == (source, ())


def test_parquet_goes_there_and_back(bucket: str) -> None:
    # Arrow and pandas' own way to Cloud Storage wait for each other here, so there is no before.
    source = (
        "import pandas as pd\n\n"
        'frame = pd.DataFrame({"a": [1, 2], "b": ["x", None]})\n'
        f'frame.to_parquet("gs://{bucket}/o.parquet")\n'
        f'result = pd.read_parquet("gs://{bucket}/o.parquet")\n'
    )
    made = rewritten(source)
    assert "gs://" not in made.source
    names = run(made.source)
    pd.testing.assert_frame_equal(names["result"], names["frame"])


@pytest.mark.parametrize(
    "reading",
    ['open("BUCKET/in/a.csv", "r") as f', 'open("gs://BUCKET/in/a.csv", mode="rb") as f'],
)
def test_opened_object_is_read_as_a_file(reading: str, gcsfs_here: str) -> None:
    source = (
        f"import gcsfs\n\nfs = gcsfs.GCSFileSystem()\nwith fs.{reading}:\n    result = f.read()\n"
    )
    assert_same_result(source.replace("BUCKET", gcsfs_here), without="gcsfs")
