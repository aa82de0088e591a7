import os
import signal
import subprocess
import sys
import time

import pytest

from ml_api_kit.contract import Artifacts, folder_swap, json_artifact, write_artifacts
from ml_api_kit.errors import ArtifactError


def test_new_folder_replaces_the_old_one_whole(tmp_path):
    write_artifacts(tmp_path / "a", {"old.json": json_artifact(1), "both.json": json_artifact(1)})

    write_artifacts(tmp_path / "a", {"both.json": json_artifact(2)})

    assert Artifacts(tmp_path / "a").names == ("both.json",)
    assert Artifacts(tmp_path / "a").json("both.json") == 2
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_folder_is_made_with_its_parents_and_readable_as_others_are(tmp_path):
    write_artifacts(tmp_path / "deep" / "a", {"a.json": json_artifact(1)})
    (tmp_path / "plain").mkdir()

    assert (tmp_path / "deep/a").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_folder_of_something_else_is_left_as_it_is(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")

    with pytest.raises(ArtifactError, match="is not an artifacts folder"):
        write_artifacts(tmp_path, {"a.json": json_artifact(1)})
    with pytest.raises(ArtifactError, match="is not an artifacts folder"):
        write_artifacts(tmp_path / "thesis.txt", {"a.json": json_artifact(1)})

    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_empty_folder_is_filled(tmp_path):
    (tmp_path / "a").mkdir()
    write_artifacts(tmp_path / "a", {"a.json": json_artifact(1)})
    assert Artifacts(tmp_path / "a").json("a.json") == 1


def test_disk_that_fails_while_writing_leaves_the_old_folder(tmp_path, monkeypatch):
    write_artifacts(tmp_path / "a", {"a.json": json_artifact(1)})
    # A disk that fills up cannot be had here without being root; its error can.
    calls = []

    def fail_at_the_second(descriptor):
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail_at_the_second)
    with pytest.raises(OSError, match="No space left"):
        write_artifacts(tmp_path / "a", {"a.json": json_artifact(2), "b.json": json_artifact(2)})

    assert Artifacts(tmp_path / "a").json("a.json") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


WRITE_FOR_EVER = """
import sys
from pathlib import Path
from ml_api_kit.contract import json_artifact, write_artifacts
turn = 0
while True:
    if turn == 1:
        print("ready", flush=True)
    turn += 1
    files = {f"{name}.json": json_artifact([turn] * 500) for name in "abcdef"}
    write_artifacts(Path(sys.argv[1]), files)
"""


def test_writer_killed_at_any_time_leaves_one_whole_folder(tmp_path):
    folder = tmp_path / "a"
    turns = set()
    for delay_ms in (0, 3, 7, 12, 20, 31):
        command = [sys.executable, "-c", WRITE_FOR_EVER, str(folder)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            writer.stdout.readline()
            time.sleep(0.05 + delay_ms / 1000)
            writer.send_signal(signal.SIGKILL)
        artifacts = Artifacts(folder)
        seen = {artifacts.json(name)[0] for name in artifacts.names}
        assert len(seen) == 1
        turns |= seen
    assert max(turns) > 1


def test_exchange_in_two_steps_is_undone_when_the_second_fails(tmp_path):
    place = tmp_path / "place"
    place.mkdir()
    (place / "old").touch()

    with pytest.raises(FileNotFoundError):
        folder_swap._replace_in_two_steps(tmp_path / "not-there", place)

    assert (place / "old").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["place"]


def test_exchange_in_two_steps_ends_as_the_one_in_one_step_does(tmp_path):
    for exchange in (folder_swap.put_in_place, folder_swap._replace_in_two_steps):
        new, place = tmp_path / "new", tmp_path / "place"
        for folder, name in ((new, "after"), (place, "before")):
            folder.mkdir()
            (folder / name).touch()

        exchange(new, place)

        assert [path.name for path in place.iterdir()] == ["after"]
        assert [path.name for path in new.iterdir()] == ["before"]
        for folder in (new, place):
            next(folder.iterdir()).unlink()
            folder.rmdir()
