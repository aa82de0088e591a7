"""No file of the repository names the machine it was written on, or where packages came from."""

import re
import subprocess
from pathlib import Path

from tests.docs.pages import REPOSITORY

# Folders of one machine, at the start of a path; `/tmp` and the like are the same everywhere, and
# `/home/me` is nobody's.
FOLDERS = re.compile(rb"(?<![\w.~/:}-])/(?:home/(?!me\b)|Users/|root/|work/|mnt/|media/)[\w.-]")
# Indexes of packages: who installs chooses one, the repository does not.
HOSTS = re.compile(
    rb"(?:index-url|extra-index|find-links)[ =]|\b(?:py(?:pi|thonhosted)|artifactory|nexus|devpi)\."
)


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, check=True
    ).stdout.decode()
    # A file that is removed and not yet committed is still listed.
    return [path for name in listed.split("\0") if name and (path := REPOSITORY / name).is_file()]


def test_patterns_find_what_they_are_for() -> None:
    # Put together here, so that this file does not name one either.
    assert FOLDERS.search(b"cd " + b"/".join([b"", b"home", b"ada", b"api"]))
    assert FOLDERS.search(b"(" + b"/".join([b"", b"root", b".cache"]))
    assert not FOLDERS.search(b"/home/me/.config")
    assert not FOLDERS.search(b"demo/work/api and https://example.org/home/x")
    assert HOSTS.search(b"https://" + b".".join([b"pypi", b"org"]))
    assert HOSTS.search(b"-".join([b"--index", b"url https://example.org"]))
    assert not HOSTS.search(b"an index of happiness.")


def test_files_name_no_machine() -> None:
    found = [
        f"{path.relative_to(REPOSITORY)}: {match[0].decode()}"
        for path in tracked_files()
        for pattern in (FOLDERS, HOSTS)
        if (match := pattern.search(path.read_bytes()))
    ]
    assert found == []
