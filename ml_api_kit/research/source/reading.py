"""Reads notebooks (nbformat 3 and 4) and scripts (percent format, or plain) into statements."""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from ml_api_kit.errors import NotebookError
from ml_api_kit.research.source.code import Cell, ResearchCode, Statement
from ml_api_kit.research.source.magics import to_python

_PERCENT = re.compile(r"^#\s*%%")
_LARGEST_BYTES = 200_000_000
_VERSIONS = (3, 4)


def read_research_code(path: Path) -> ResearchCode:
    """A notebook or script as cells and statements.

    Raises NotebookError: when the file is missing, is no notebook or script, holds no code, or has
        a syntax error; the error names the cell and the line.
    """
    content = _read(path)
    if path.suffix.lower() == ".ipynb":
        cells, counts = _notebook_cells(path, _decoded(path, content, "utf-8-sig"))
        kind: Literal["notebook", "script"] = "notebook"
    else:
        cells, counts, kind = _script_cells(_script_text(path, content)), {}, "script"
    code = _from_cells(path, kind, cells, counts, seen=(path.resolve(),))
    if not code.statements:
        raise NotebookError(f"{path} holds no code: there is nothing to make an API of.")
    return code


def _read(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise NotebookError(f"{path} is a folder: name the notebook or script in it.")
        if path.stat().st_size > _LARGEST_BYTES:
            raise NotebookError(
                f"{path} has {path.stat().st_size:,} bytes: clear its outputs, then try again."
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        raise NotebookError(f"There is no file {path}: check the path.") from error
    except OSError as error:
        raise NotebookError(f"{path} cannot be read: {error.strerror}.") from error


def _script_text(path: Path, content: bytes) -> str:
    return _decoded(path, content, _declared_encoding(path, content))


def _declared_encoding(path: Path, content: bytes) -> str:
    """The encoding of a script: the one its first two lines declare, else UTF-8.

    Source: PEP 263, https://peps.python.org/pep-0263/.
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    except SyntaxError as error:
        if "unknown encoding" in str(error):
            raise NotebookError(f"{path} declares an {error}.") from error
        return "utf-8-sig"
    return encoding


def _decoded(path: Path, content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise NotebookError(
            f"{path} is not text in {encoding.removesuffix('-sig').upper()} (byte {error.start}): "
            "save it as UTF-8, or declare its encoding in the first line "
            "(# -*- coding: latin-1 -*-)."
        ) from error


def _notebook_cells(path: Path, text: str) -> tuple[tuple[Cell, ...], dict[int, int | None]]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotebookError(
            f"{path} is no notebook: it is not JSON ({error}). Save it again from Jupyter."
        ) from error
    entries = _cell_entries(path, document)
    cells: list[Cell] = []
    counts: dict[int, int | None] = {}
    for number, entry in enumerate(entries, 1):
        is_code = entry.get("cell_type") == "code" and _is_python(entry)
        cells.append(Cell(number, "code" if is_code else "markdown", _source(path, number, entry)))
        if is_code:
            count = entry.get("execution_count", entry.get("prompt_number"))
            counts[number] = count if isinstance(count, int) else None
    return tuple(cells), counts


def _cell_entries(path: Path, document: Any) -> list[dict[str, Any]]:
    cells: Any = None
    if isinstance(document, dict):
        cells = document.get("cells")
        if cells is None and isinstance(document.get("worksheets"), list):
            cells = [
                cell
                for sheet in document["worksheets"]
                if isinstance(sheet, dict)
                for cell in sheet.get("cells", [])
            ]
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise NotebookError(
            f"{path} is no notebook: it is JSON, but has no list of cells. Save it again from "
            "Jupyter."
        )
    version = document.get("nbformat", 4)
    if version not in _VERSIONS:
        raise NotebookError(
            f"{path} is a notebook of nbformat {version}: 3 and 4 are known. Save it again as one "
            "of those."
        )
    language = _language(document)
    if language not in ("python", ""):
        raise NotebookError(f"{path} is written in {language}: only Python can be converted.")
    return cells


def _language(document: dict[str, Any]) -> str:
    metadata = document.get("metadata")
    kernel = metadata.get("kernelspec") if isinstance(metadata, dict) else None
    language = kernel.get("language") if isinstance(kernel, dict) else None
    return str(language or "").lower()


def _is_python(entry: dict[str, Any]) -> bool:
    return str(entry.get("language", "python")).lower() in ("python", "python3", "ipython")


def _source(path: Path, number: int, entry: dict[str, Any]) -> str:
    source = entry.get("source", entry.get("input", ""))
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        return "".join(source)
    if not isinstance(source, str):
        raise NotebookError(f"{path}, cell {number}: the source is neither text nor lines of text.")
    return source


def _script_cells(text: str) -> tuple[Cell, ...]:
    lines = text.splitlines(keepends=True)
    starts = [place for place, line in enumerate(lines) if _PERCENT.match(line)]
    if not starts:
        return (Cell(1, "code", text),)
    bounds = sorted({0, *starts, len(lines)})
    cells: list[Cell] = []
    for first, end in pairwise(bounds):
        part = "".join(lines[first:end])
        if part.strip():
            is_markdown = "[markdown]" in lines[first] and _PERCENT.match(lines[first])
            cells.append(Cell(len(cells) + 1, "markdown" if is_markdown else "code", part))
    return tuple(cells)


def _from_cells(
    path: Path,
    kind: Literal["notebook", "script"],
    cells: tuple[Cell, ...],
    counts: dict[int, int | None],
    *,
    seen: tuple[Path, ...],
) -> ResearchCode:
    statements: list[Statement] = []
    requirements: list[str] = []
    notes: list[str] = []
    for cell in cells:
        if cell.kind != "code":
            continue
        plain = to_python(cell.text)
        requirements += plain.requirements
        notes += [
            f"cell {cell.number}, line {line}: {what} was left out." for line, what in plain.notes
        ]
        for line, script in plain.scripts.items():
            statements += _included(path, cell, line, script, len(statements), seen)
        statements += _statements(path, cell, plain.text, len(statements))
    return ResearchCode(
        path,
        kind,
        cells,
        tuple(statements),
        tuple(dict.fromkeys(requirements)),
        tuple(notes),
        counts,
    )


def _included_text(path: Path) -> str:
    """The code of a script, or of all code cells of a notebook one below the other."""
    content = _read(path)
    if path.suffix.lower() != ".ipynb":
        return _script_text(path, content)
    cells, _ = _notebook_cells(path, _decoded(path, content, "utf-8-sig"))
    return "\n".join(cell.text for cell in cells if cell.kind == "code")


def _included(
    path: Path, cell: Cell, line: int, script: Path, first: int, seen: tuple[Path, ...]
) -> list[Statement]:
    """The statements of a script that `%run` names, at the place of the magic."""
    target = path.parent / script
    if target.resolve() in seen:
        raise NotebookError(f"{path}, cell {cell.number}, line {line}: %run runs itself.")
    if not target.is_file():
        raise NotebookError(
            f"{path}, cell {cell.number}, line {line}: %run {script} names no file that is there."
        )
    inner = to_python(_included_text(target))
    return [
        Statement(first + place, cell.number, line, line, statement.text, statement.comment)
        for place, statement in enumerate(_statements(target, Cell(1, "code", ""), inner.text, 0))
    ]


def _statements(path: Path, cell: Cell, text: str, first: int) -> list[Statement]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise NotebookError(_syntax_sentence(path, cell, text, error)) from error
    lines = text.splitlines()
    made = []
    end = 0
    for place, node in enumerate(tree.body):
        decorators = getattr(node, "decorator_list", [])
        start = min([node.lineno, *(one.lineno for one in decorators)])
        last = node.end_lineno or start
        source = ast.get_source_segment(text, node) or ""
        if decorators:
            source = "\n".join(lines[start - 1 : last])
        made.append(
            Statement(
                first + place, cell.number, start, last, source, _comment_above(lines, start, end)
            )
        )
        end = last
    return made


def _comment_above(lines: list[str], start: int, end: int) -> str:
    """The comment lines directly above a line, and below the statement before it."""
    found: list[str] = []
    for place in range(start - 2, end - 1, -1):
        if not lines[place].lstrip().startswith("#"):
            break
        found.insert(0, lines[place].strip())
    return "\n".join(found)


def _syntax_sentence(path: Path, cell: Cell, text: str, error: Exception) -> str:
    line = getattr(error, "lineno", None) or 1
    lines = text.splitlines()
    shown = lines[line - 1].strip() if line <= len(lines) else ""
    what = getattr(error, "msg", str(error))
    hint = " It looks like Python 2." if re.match(r"print\s+[^(=]", shown) else ""
    return (
        f"{path}, cell {cell.number}, line {line}: `{shown[:120]}` is no valid Python: {what}."
        f"{hint} Mend the cell, run the notebook once, and try again."
    )
