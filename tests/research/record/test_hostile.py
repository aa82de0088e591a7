"""Code that fails, never ends, or does harm: one sentence, and nothing is left or lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.research.notebooks import notebook_text

_SIX = ["x = 1"] * 6


def _new(folder: Path, text: str, *options: str) -> subprocess.CompletedProcess[str]:
    """What `mlapi new --from` says of a notebook with this text."""
    code = folder / "code"
    code.mkdir()
    (code / "data.csv").write_text("a,b\n1,2\n")
    (code / "research.ipynb").write_text(text)
    command = [sys.executable, "-m", "ml_api_kit.cli", "new", "made-api", "--from"]
    return subprocess.run(
        [*command, str(code / "research.ipynb"), *options],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


_CASES = {
    "no_json": ("hello {", "is not JSON"),
    "no_cells": ("[]", "has no list of cells"),
    "outputs_only": (notebook_text(""), "holds no code"),
    "syntax_error": (notebook_text(*_SIX, "y = (1,\nprint(2"), "cell 7, line"),
    "python_2": (notebook_text("x = 1", 'print "a"'), "It looks like Python 2"),
    "raises": (notebook_text("x = 1", "y = 2\n\nz = x / 0"), "cell 2, line 3: ZeroDivisionError"),
    "exits": (notebook_text("import os\nos._exit(0)"), "cell 1, line 2: the process ended there"),
    "kills_itself": (
        notebook_text("import os, signal", "os.kill(os.getpid(), signal.SIGKILL)"),
        "cell 2, line 1: the process ended there (signal 9)",
    ),
    "segfaults": (
        notebook_text("import ctypes", "ctypes.string_at(0)"),
        "cell 2, line 1: the process ended",
    ),
    "quits": (notebook_text("import sys\nsys.exit()"), "cell 1, line 2: it ends the process"),
    "interrupts_itself": (
        notebook_text("raise KeyboardInterrupt"),
        "cell 1, line 1: KeyboardInterrupt.",
    ),
    "asks": (notebook_text("x = 1", "n = input()"), "cell 2, line 1: it asks for input"),
    "connects": (
        notebook_text('import socket\nsocket.create_connection(("127.0.0.1", 9))'),
        "would use the network",
    ),
    "has_no_credentials": (
        notebook_text("from google.auth.exceptions import *\nraise DefaultCredentialsError"),
        "line 2: it asks for Google's credentials, and there are none. Set the variables",
    ),
    "starts_programs": (
        notebook_text('import subprocess\nsubprocess.run(["rm", "x"])'),
        "would start another program ('rm')",
    ),
    "eats_memory": (
        notebook_text("import numpy as np", "a = np.ones(10_000_000_000)"),
        "cell 2, line 1: it needs more memory",
    ),
    "fills_the_disk": (
        notebook_text('file = open("big", "wb")\nfile.truncate(10**13)'),
        "cell 1, line 2: OSError: [Errno 27] File too large",
    ),
    "has_no_result": (notebook_text("x = 1"), "makes nothing that an API could answer"),
}


@pytest.mark.parametrize("case", _CASES)
def test_hostile_notebook_ends_in_one_sentence_and_leaves_nothing(
    case: str, tmp_path: Path
) -> None:
    text, said = _CASES[case]
    done = _new(tmp_path, text)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr.strip().splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["code"]
    assert (tmp_path / "code" / "data.csv").read_text() == "a,b\n1,2\n"


def test_endless_notebook_is_ended_at_its_limit(tmp_path: Path) -> None:
    text = notebook_text(
        "import subprocess, sys",
        f"child = {sys.executable!r}",
        'subprocess.Popen([child, "-c", "import time; time.sleep(777.25)"])',
        "while True:\n    pass",
    )
    done = _new(tmp_path, text, "--timeout", "2")
    assert done.returncode == 2
    assert "cell 4, line 1: still running after 2 s" in done.stderr
    left = [one for one in psutil.process_iter(["cmdline"]) if "777.25" in str(one.info["cmdline"])]
    assert left == []


_LEAVES_ITS_SESSION = """
import os, time
if os.fork() == 0:
    os.setsid()
    open("left", "w").close()
    time.sleep(600)
while True:
    time.sleep(1)
"""


@pytest.mark.parametrize("ends", ["time is up", "parent killed"])
def test_process_that_leaves_its_session_is_ended(ends: str, tmp_path: Path) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    path = tmp_path / "research.py"
    path.write_text(_LEAVES_ITS_SESSION)
    command = [sys.executable, "-m", "ml_api_kit.cli", "understand", str(path)]
    process = subprocess.Popen(
        [*command, "--timeout", "5" if ends == "time is up" else "60"],
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(folder)},
        stderr=subprocess.PIPE,
    )
    started: list[psutil.Process] = []
    try:
        while not list(folder.rglob("left")):
            assert process.poll() is None
            time.sleep(0.02)
        started = psutil.Process(process.pid).children(recursive=True)
        ended = started
        if ends == "parent killed":
            process.kill()
            ended = started[:1]  # What that one started nobody is left to look for.
        process.communicate(timeout=30)
        _, left = psutil.wait_procs(ended, timeout=10)
        assert left == []
    finally:
        process.kill()
        for one in started:
            if one.is_running():
                one.kill()


def test_run_whose_terminal_is_closed_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    path = tmp_path / "code" / "research.ipynb"
    path.parent.mkdir()
    path.write_text(notebook_text('open("begun", "w").close()\nwhile True:\n    pass'))
    process = subprocess.Popen(
        [sys.executable, "-m", "ml_api_kit.cli", "new", "made-api", "--from", str(path)],
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(folder)},
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
    )
    try:
        while not list(folder.rglob("begun")):
            assert process.poll() is None
            time.sleep(0.02)
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGHUP)
        _, said = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 129
    assert "Traceback" not in said
    assert children
    assert not any(child.is_running() for child in children)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("harm", ["os.remove(path)", 'open(path, "w")', "shutil.rmtree(folder)"])
def test_notebook_cannot_harm_what_lies_outside_its_copy(harm: str, tmp_path: Path) -> None:
    victim = tmp_path / "precious" / "file.txt"
    victim.parent.mkdir()
    victim.write_text("kept")
    code = f"import os, shutil\npath = {str(victim)!r}\nfolder = {str(victim.parent)!r}\n{harm}"
    done = _new(tmp_path, notebook_text(code))
    assert done.returncode == 2
    assert "cell 1, line 4: it would" in done.stderr
    assert "outside its folder" in done.stderr
    assert victim.read_text() == "kept"


def test_notebook_beside_the_temporary_folder_is_copied_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "code" / "temporary"
    monkeypatch.setenv("TMPDIR", str(temporary))
    (tmp_path / "code").mkdir()
    temporary.mkdir()
    (tmp_path / "code" / "research.ipynb").write_text(notebook_text("1 / 0"))
    done = subprocess.run(
        [sys.executable, "-m", "ml_api_kit.cli", "understand", "research.ipynb"],
        cwd=tmp_path / "code",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "cell 1, line 1: ZeroDivisionError" in done.stderr
    assert list(temporary.iterdir()) == []


def test_notebook_that_overwrites_its_data_leaves_the_users_file(tmp_path: Path) -> None:
    text = notebook_text('open("data.csv", "w").write("gone")', "1 / 0")
    assert _new(tmp_path, text).returncode == 2
    assert (tmp_path / "code" / "data.csv").read_text() == "a,b\n1,2\n"
