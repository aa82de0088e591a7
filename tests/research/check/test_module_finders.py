"""In processes of their own, since what they change stays changed."""

import subprocess
import sys
from pathlib import Path

import pytest


def said_by(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


HIDE = "from ml_api_kit.research.check.module_finders import hide_library; hide_library('pandas')\n"


@pytest.mark.parametrize("statement", ["import pandas", "from pandas.api import types"])
def test_a_hidden_library_cannot_be_imported(statement: str) -> None:
    program = f"try:\n {statement}\nexcept ModuleNotFoundError as error: print(error.name)"
    assert said_by(HIDE + program) == "pandas"


def test_a_library_that_works_without_the_hidden_one_does() -> None:
    program = (
        "from sklearn.linear_model import LinearRegression\n"
        "print(LinearRegression().fit([[0.0], [1.0]], [1.0, 3.0]).predict([[2.0]]).round(6))"
    )
    assert said_by(HIDE + program) == "[5.]"


def test_a_library_that_was_imported_is_not_hidden() -> None:
    program = f"import pandas\ntry:\n {HIDE.strip()}\nexcept RuntimeError as error: print(error)"
    assert "was imported already" in said_by(program.replace("; ", "\n "))


def test_modules_come_from_other_files(tmp_path: Path) -> None:
    files = {"b.txt": "from json.made import one as two\n", "a.txt": "one = 1\n"}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    program = (
        "from pathlib import Path\n"
        "from ml_api_kit.research.check.module_finders import import_in_place\n"
        f"import_in_place({{'json.asked': Path({str(tmp_path / 'b.txt')!r}),"
        f" 'json.made': Path({str(tmp_path / 'a.txt')!r})}})\n"
        "from json.asked import two\nprint(two)"
    )
    assert said_by(program) == "1"
