import hashlib
import json
import os
import pickle
import shutil
from pathlib import Path

import pytest

from ml_api_kit.contract import (
    Artifact,
    Artifacts,
    json_artifact,
    pickle_artifact,
    write_artifacts,
)
from ml_api_kit.errors import ArtifactError


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "artifacts"
    write_artifacts(
        folder,
        {
            "parameters.json": json_artifact({"mean": 0.1, "names": ["a", "é"], "none": None}),
            "weights.bin": Artifact(b"\x00\x01"),
            "scaler.pickle": pickle_artifact({1, 2}),
        },
    )
    return folder


def edit_manifest(folder, edit):
    path = folder / "manifest.json"
    document = json.loads(path.read_text())
    edit(document)
    path.write_text(json.dumps(document))


def test_artifacts_come_back_as_they_were_written(folder):
    artifacts = Artifacts(folder)

    assert artifacts.json("parameters.json") == {"mean": 0.1, "names": ["a", "é"], "none": None}
    assert artifacts.bytes("weights.bin") == b"\x00\x01"
    assert artifacts.pickle("scaler.pickle") == {1, 2}
    assert artifacts.names == ("parameters.json", "scaler.pickle", "weights.bin")


def test_manifest_holds_size_kind_and_the_sha256_of_the_file(folder):
    document = json.loads((folder / "manifest.json").read_text())

    assert document["format_version"] == 1
    assert document["created_by"].startswith("ml-api-kit ")
    assert document["files"]["weights.bin"] == {
        "sha256": hashlib.sha256(b"\x00\x01").hexdigest(),
        "size_bytes": 2,
        "kind": "bytes",
    }


def test_altered_file_is_refused_with_both_digests_and_the_mend(folder):
    (folder / "weights.bin").write_bytes(b"\x00\x02")

    with pytest.raises(ArtifactError) as caught:
        Artifacts(folder)

    message = str(caught.value)
    assert "weights.bin" in message
    assert hashlib.sha256(b"\x00\x01").hexdigest() in message
    assert hashlib.sha256(b"\x00\x02").hexdigest() in message
    assert "Train the model anew" in message


class Tripwire:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def test_altered_pickle_is_refused_before_it_is_unpickled(folder, tmp_path):
    (folder / "scaler.pickle").write_bytes(pickle.dumps(Tripwire(tmp_path / "sprung")))

    with pytest.raises(ArtifactError, match=r"scaler\.pickle"):
        Artifacts(folder).pickle("scaler.pickle")

    assert not (tmp_path / "sprung").exists()


def test_nothing_is_unpickled_while_another_file_is_altered(folder, tmp_path):
    write_artifacts(
        folder,
        {"a.pickle": pickle_artifact(Tripwire(tmp_path / "sprung")), "z.bin": Artifact(b"z")},
    )
    (folder / "z.bin").write_bytes(b"y")

    with pytest.raises(ArtifactError, match=r"z\.bin"):
        Artifacts(folder).pickle("a.pickle")

    assert not (tmp_path / "sprung").exists()


def test_file_changed_after_the_check_is_read_as_it_was_checked(folder):
    artifacts = Artifacts(folder)
    (folder / "parameters.json").write_text('{"mean": 9}')

    assert artifacts.json("parameters.json")["mean"] == 0.1


def test_missing_file_is_refused_by_name(folder):
    (folder / "weights.bin").unlink()

    with pytest.raises(ArtifactError, match=r"weights\.bin is missing\. Train the model anew"):
        Artifacts(folder)


@pytest.mark.parametrize("stray", ["stray.json", ".hidden", "folder"])
def test_unlisted_file_is_refused_by_name(folder, stray):
    path = folder / stray
    path.mkdir() if stray == "folder" else path.write_text("{}")

    with pytest.raises(ArtifactError, match=f"{stray} is not listed"):
        Artifacts(folder)


def test_missing_folder_and_missing_manifest_are_refused(folder, tmp_path):
    with pytest.raises(ArtifactError, match="There is no artifacts folder"):
        Artifacts(tmp_path / "elsewhere")
    (folder / "manifest.json").unlink()
    with pytest.raises(ArtifactError, match=r"manifest\.json is missing"):
        Artifacts(folder)


@pytest.mark.parametrize(
    "name", ["../outside.json", "/etc/hostname", "a/b", "..", "", "manifest.json"]
)
def test_name_that_leads_elsewhere_is_refused_on_the_way_in_and_out(folder, tmp_path, name):
    (tmp_path / "outside.json").write_text("{}")
    entry = {"sha256": hashlib.sha256(b"{}").hexdigest(), "size_bytes": 2, "kind": "json"}
    edit_manifest(folder, lambda document: document["files"].update({name: entry}))

    with pytest.raises(ArtifactError, match="is not the name of a file"):
        Artifacts(folder)
    with pytest.raises(ArtifactError, match="is not the name of a file"):
        write_artifacts(tmp_path / "new", {name: json_artifact({})})
    assert not (tmp_path / "new").exists()


def test_link_is_refused_even_to_the_same_bytes(folder, tmp_path):
    shutil.move(folder / "weights.bin", tmp_path / "weights.bin")
    (folder / "weights.bin").symlink_to(tmp_path / "weights.bin")

    with pytest.raises(ArtifactError, match=r"weights\.bin .*not a link"):
        Artifacts(folder)


def test_pipe_is_refused_without_waiting_for_a_writer(folder):
    (folder / "weights.bin").unlink()
    os.mkfifo(folder / "weights.bin")

    with pytest.raises(ArtifactError, match=r"weights\.bin is not a plain file"):
        Artifacts(folder)


def test_link_to_the_whole_folder_is_followed(folder, tmp_path):
    (tmp_path / "current").symlink_to(folder)

    write_artifacts(tmp_path / "current", {"a.json": json_artifact(1)})

    assert (tmp_path / "current").is_symlink()
    assert Artifacts(tmp_path / "current").json("a.json") == 1
    assert Artifacts(folder).json("a.json") == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b'{"format_version": 2, "files": {}}',
        b'{"format_version": true, "files": {}}',
        b'{"format_version": 1}',
        b'{"format_version": 1, "files": {"parameters.json": null}}',
        b'{"format_version": 1, "files": {"parameters.json": {"sha256": "0", "size_bytes": 2}}}',
    ],
)
def test_malformed_manifest_is_refused(folder, content):
    (folder / "manifest.json").write_bytes(content)

    with pytest.raises(ArtifactError, match=r"manifest\.json .*Train the model anew"):
        Artifacts(folder)


def test_manifest_entry_of_a_wrong_kind_or_size_is_refused(folder):
    edit_manifest(folder, lambda document: document["files"]["weights.bin"].update(kind="pickled"))
    with pytest.raises(ArtifactError, match=r"needs a sha256, a size_bytes and a kind"):
        Artifacts(folder)


def test_file_is_read_only_as_the_kind_it_was_written_as(folder):
    artifacts = Artifacts(folder)

    with pytest.raises(ArtifactError, match="was written as bytes, and is read as pickle"):
        artifacts.pickle("weights.bin")
    with pytest.raises(ArtifactError, match="was written as pickle, and is read as json"):
        artifacts.json("scaler.pickle")
    with pytest.raises(ArtifactError, match=r"has no artifact 'model\.json'; it has parameters"):
        artifacts.json("model.json")


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ({"a": [1.0, float("nan")]}, r'\["a"\]\[1\]: nan is not a JSON number'),
        (float("inf"), "the top: inf is not a JSON number"),
        ({"a": {1: 2}}, r'\["a"\]: the key 1 is not a string'),
        ([{1, 2}], r"\[0\]: a builtins.set is not a JSON value"),
    ],
)
def test_value_that_json_cannot_hold_is_refused_with_its_place(value, place):
    with pytest.raises(ArtifactError, match=place):
        json_artifact(value)


def test_floats_come_back_to_the_bit(tmp_path):
    floats = [0.1, 1 / 3, 5e-324, 1.7976931348623157e308, -0.0]
    write_artifacts(tmp_path / "a", {"floats.json": json_artifact(floats)})

    found = Artifacts(tmp_path / "a").json("floats.json")

    assert [value.hex() for value in found] == [value.hex() for value in floats]


def test_object_that_cannot_be_pickled_is_refused_with_its_type():
    with pytest.raises(ArtifactError, match="A function cannot be pickled"):
        pickle_artifact(lambda row: row)


def test_pickle_of_a_class_that_is_gone_is_refused(tmp_path):
    gone = Artifact(pickle.dumps(Tripwire(Path("x"))).replace(b"mkdir", b"mkdxr"), "pickle")
    write_artifacts(tmp_path / "a", {"gone.pickle": gone})

    with pytest.raises(ArtifactError, match=r"gone\.pickle cannot be unpickled"):
        Artifacts(tmp_path / "a").pickle("gone.pickle")
