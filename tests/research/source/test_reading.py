"""Notebooks and scripts as statements with true lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ml_api_kit.errors import NotebookError
from ml_api_kit.research.source.magics import to_python
from ml_api_kit.research.source.reading import read_research_code
from tests.research.notebooks import write_notebook


def test_statements_have_the_lines_of_their_cell(tmp_path: Path) -> None:
    path = write_notebook(
        tmp_path, "%matplotlib inline\n# the data\nx = [\n    1,\n]", "y = 2; z = 3"
    )
    code = read_research_code(path)
    assert [(one.cell, one.line, one.last_line, one.text) for one in code.statements] == [
        (1, 3, 5, "x = [\n    1,\n]"),
        (2, 1, 1, "y = 2"),
        (2, 1, 1, "z = 3"),
    ]
    assert code.statements[0].comment == "# the data"
    assert code.statements[0].to_json()["cell_index"] == 0


def test_markdown_cells_count(tmp_path: Path) -> None:
    document = {
        "nbformat": 4,
        "metadata": {},
        "cells": [
            {"cell_type": "markdown", "source": ["# Title"]},
            {"cell_type": "code", "source": ["x = 1\n", "y = 2"], "execution_count": 3},
        ],
    }
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps(document))
    code = read_research_code(path)
    assert [one.cell for one in code.statements] == [2, 2]
    assert code.execution_counts == {2: 3}


def test_notebook_of_version_3(tmp_path: Path) -> None:
    cells = [{"cell_type": "code", "input": ["a = 1"], "prompt_number": 1, "outputs": []}]
    path = tmp_path / "old.ipynb"
    path.write_text(json.dumps({"nbformat": 3, "metadata": {}, "worksheets": [{"cells": cells}]}))
    assert [one.text for one in read_research_code(path).statements] == ["a = 1"]


def test_percent_script_has_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("# %% [markdown]\n# Title\n# %%\nx = 1\n# %%\ny = 2\n")
    code = read_research_code(path)
    assert [(one.cell, one.line, one.text) for one in code.statements] == [
        (2, 2, "x = 1"),
        (3, 2, "y = 2"),
    ]


def test_plain_script_is_one_cell(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("import os\n\nx = 1\n")
    assert [(one.cell, one.line) for one in read_research_code(path).statements] == [(1, 1), (1, 3)]


def test_run_reads_the_script_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text("a = 1\nb = 2\n")
    path = write_notebook(tmp_path, "%run other.py\nc = 3")
    assert [one.text for one in read_research_code(path).statements] == ["a = 1", "b = 2", "c = 3"]


@pytest.mark.parametrize(
    ("cell", "plain"),
    [
        ("%%time\nx = 1", "\nx = 1"),
        ("%time x = f()", "x = f()"),
        ("!ls -l\nx = 1", "\nx = 1"),
        ("if a:\n    !ls\ny = 1", "if a:\n    pass\ny = 1"),
        ("files = !ls", "files = []"),
        ("df.head?", ""),
        ("%%bash\nls", "\n"),
        ("x = 10 % 3", "x = 10 % 3"),
        ("x = (10\n     % y)", "x = (10\n     % y)"),
        ('t = """\n%not a magic\n!nor this\n"""', 't = """\n%not a magic\n!nor this\n"""'),
        ("a != b", "a != b"),
    ],
)
def test_magics_become_plain_python_of_as_many_lines(cell: str, plain: str) -> None:
    assert to_python(cell).text == plain


def test_magics_without_their_sign_are_known_as_ipython_knows_them() -> None:
    made = to_python("pip install seaborn\ncd data\nls = [pip\n  install]\npip = 1")
    assert made.requirements == ["seaborn"]
    assert [line for line, _ in made.notes] == [2]
    assert made.text.splitlines()[2:] == ["ls = [pip", "  install]", "pip = 1"]


def test_installs_become_requirements_and_the_rest_is_noted(tmp_path: Path) -> None:
    path = write_notebook(tmp_path, "!pip install -q seaborn==0.13\n%pip install shap\n!ls\nx = 1")
    code = read_research_code(path)
    assert code.requirements == ("seaborn==0.13", "shap")
    assert code.notes == ("cell 1, line 3: the shell line `!ls` was left out.",)


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"cells": 1}', '{"cells": [1]}'])
def test_what_is_no_notebook_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(text)
    with pytest.raises(NotebookError, match="is no notebook"):
        read_research_code(path)


def test_missing_file_and_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NotebookError, match="There is no file"):
        read_research_code(tmp_path / "nothing.ipynb")
    with pytest.raises(NotebookError, match="is a folder"):
        read_research_code(tmp_path)


def test_script_is_read_in_the_encoding_that_it_declares(tmp_path: Path) -> None:
    path = tmp_path / "latin.py"
    path.write_bytes(b"# -*- coding: latin-1 -*-\r\nx = 'caf\xe9'\r\n")
    assert read_research_code(path).statements[0].text == "x = 'café'"


def test_run_reads_the_code_of_a_notebook_too(tmp_path: Path) -> None:
    write_notebook(tmp_path, "import os", "y = 2", name="inner.ipynb")
    path = write_notebook(tmp_path, "%run inner.ipynb", "z = y")
    code = read_research_code(path)
    assert [one.text for one in code.statements] == ["import os", "y = 2", "z = y"]
    assert [one.cell for one in code.statements] == [1, 1, 2]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "a.py",
            b"x = 'caf\xe9'",
            r"is not text in UTF-8 \(byte 8\): save it as UTF-8, or declare",
        ),
        ("a.py", b"# coding: klingon\nx = 1", "declares an unknown encoding"),
        ("a.ipynb", b'{"cells": ["\xe9"]}', "is not text in UTF-8"),
        ("a.ipynb", b'{"nbformat": 9, "cells": []}', "nbformat 9: 3 and 4 are known"),
    ],
)
def test_what_cannot_be_read_is_refused(
    name: str, content: bytes, said: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(NotebookError, match=said):
        read_research_code(path)
