import hashlib
import stat
import subprocess
import sys
from pathlib import Path

MLAPI = [sys.executable, "-m", "ml_api_kit.cli"]


def new_token(path: Path) -> subprocess.CompletedProcess[str]:
    command = [*MLAPI, "token", "new", "--env-file", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_token_new_writes_a_token_and_its_hash_that_only_the_owner_may_read(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    done = new_token(path)
    assert done.returncode == 0
    values = dict(line.split("=", 1) for line in path.read_text().splitlines())
    hashed = hashlib.sha256(values["API_TOKEN"].encode()).hexdigest()
    assert values["MLAPI_TOKEN_HASHES"] == hashed
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert values["API_TOKEN"] not in done.stdout


def test_token_new_without_the_folder_is_said_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "none" / ".env"
    done = new_token(path)
    assert done.returncode == 2
    assert done.stderr == (
        f"Error: --env-file is {str(path)!r}; set it to a file in a folder you may write to"
        " (No such file or directory).\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_token_new_leaves_an_existing_file_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("MINE=1\n")
    done = new_token(path)
    assert done.returncode == 2
    assert "left as it is" in done.stderr
    assert path.read_text() == "MINE=1\n"
