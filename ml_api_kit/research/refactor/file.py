"""A file with everything that is refactored in it.

1. access:    client code becomes accessor calls
2. push-down: what directly follows a query moves into it
3. rows:      functions of a DataFrame become functions of rows
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from ml_api_kit.errors import ResearchError
from ml_api_kit.research.refactor.access import AccessRefactored, refactor_access
from ml_api_kit.research.refactor.access.queried import mentions_google
from ml_api_kit.research.refactor.engine import refactor_module
from ml_api_kit.research.refactor.outcome import Refactored
from ml_api_kit.research.refactor.push_down import PushedDown, push_down
from ml_api_kit.research.refactor.push_down.engine import Types
from ml_api_kit.research.source.magics import to_python
from ml_api_kit.research.source.reading import read_research_code


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file's code.

    Attributes:
        path: the file.
        text: its code; of a notebook that of its cells, each behind a line that names it.
        is_notebook: whether it is a notebook.
    """

    path: Path
    text: str
    is_notebook: bool

    @property
    def has_access(self) -> bool:
        """Whether it may access BigQuery or Cloud Storage."""
        return mentions_google(self.text)


@dataclass(frozen=True, slots=True)
class RefactoredFile:
    """A file after refactoring.

    Attributes:
        text: its code.
        access: what became of its client code.
        pushed: what moved into its queries.
        rows: what became of its functions.
    """

    text: str
    access: AccessRefactored
    pushed: PushedDown
    rows: Refactored


def read_source_file(path: Path) -> SourceFile:
    """The code of a script or a notebook.

    Raises ResearchError: when it cannot be read.
    """
    if path.suffix == ".ipynb":
        cells = [cell for cell in read_research_code(path).cells if cell.kind == "code"]
        texts = [f"# %% cell {cell.number}\n{to_python(cell.text).text}\n" for cell in cells]
        return SourceFile(path, "\n".join(texts), is_notebook=True)
    try:
        return SourceFile(path, path.read_text(encoding="utf-8"), is_notebook=False)
    except (OSError, UnicodeDecodeError) as error:
        raise ResearchError(f"{path} cannot be read: {error}") from error


def refactor_file(source: SourceFile, *, types: Types = lambda _: None) -> RefactoredFile:
    """The file with everything refactored that surely answers the same.

    `types` gives the types of a table's columns, as `push_down` takes them.

    Raises ResearchError: when it is no valid Python.
    """
    try:
        access = refactor_access(source.text)
        pushed = push_down(access.source, types=types)
        rows = refactor_module(pushed.source)
    except SyntaxError as error:
        raise ResearchError(f"{source.path} is no valid Python: {error}") from error
    return RefactoredFile(rows.source, access, pushed, rows)


def original_line(before: str, after: str, line: int) -> int:
    r"""The line of a file that a line of its rewrite comes from.

    >>> original_line("import a\nx = 1\ny = 2", "y = 2", 1)
    3
    """
    old, new = before.split("\n"), after.split("\n")
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if j1 < line <= j2:
            offset = line - j1 - 1
            return i1 + 1 + (offset if tag == "equal" else min(offset, max(i2 - i1 - 1, 0)))
    return len(old)


def where(text: str, line: int, *, is_notebook: bool) -> str:
    r"""The place of a line: in a notebook the cell and the line in it.

    >>> where("# %% cell 3\nx = 1\n", 2, is_notebook=True)
    'cell 3, line 1'
    """
    if not is_notebook:
        return f"line {line}"
    lines = text.split("\n")[:line]
    heads = [number for number, one in enumerate(lines, 1) if one.startswith("# %% cell ")]
    head = heads[-1]
    return f"{lines[head - 1].removeprefix('# %% ')}, line {line - head}"
