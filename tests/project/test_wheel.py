import csv
import io
import subprocess
import sys
import time
import zipfile
from base64 import urlsafe_b64encode
from hashlib import sha256
from pathlib import Path

import pytest

from ml_api_kit.project import pack_wheel

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pack_wheel(tmp_path_factory.mktemp("packed"))


def test_pack_wheel_gives_the_files_that_a_build_gives(packed: Path, tmp_path: Path) -> None:
    build = ["build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(REPOSITORY)]
    subprocess.run([sys.executable, "-m", *build], check=True, capture_output=True)
    [built] = tmp_path.glob("*.whl")
    assert packed.name == built.name
    ours, theirs = _contents(packed), _contents(built)
    assert ours.keys() == theirs.keys()
    differing = {name for name, data in ours.items() if data != theirs[name]}
    assert {Path(name).name for name in differing} <= {"WHEEL", "RECORD"}
    assert _recorded(packed).keys() == _recorded(built).keys()


def test_pack_wheel_records_every_file(packed: Path) -> None:
    recorded = _recorded(packed)
    for name, data in _contents(packed).items():
        digest = urlsafe_b64encode(sha256(data).digest()).decode().rstrip("=")
        expected = ["", ""] if name.endswith("/RECORD") else [f"sha256={digest}", str(len(data))]
        assert recorded[name] == expected


def test_pack_wheel_gives_the_same_bytes_later(packed: Path, tmp_path: Path) -> None:
    # Archives keep times in steps of two seconds.
    time.sleep(2.1)
    assert pack_wheel(tmp_path).read_bytes() == packed.read_bytes()


def test_pack_wheel_carries_the_template(packed: Path) -> None:
    names = _contents(packed)
    assert "ml_api_kit/project/template/cookiecutter.json" in names
    assert not [name for name in names if name.endswith(".pyc")]


def _recorded(wheel: Path) -> dict[str, list[str]]:
    [record] = [data for name, data in _contents(wheel).items() if name.endswith("/RECORD")]
    return {name: rest for name, *rest in csv.reader(io.StringIO(record.decode()))}


def _contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
