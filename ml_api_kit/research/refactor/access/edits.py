"""Changes of a module's text: parts replaced, statements taken out, imports added."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from ml_api_kit.research.refactor.access.code import Code


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """A part of a text, from `start` to before `end` in characters, and what comes in its place."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Rewrite:
    """What a rule makes of a place.

    Attributes:
        edits: the changes.
        imports: what the new code needs: `module` or `module:name`.
    """

    edits: tuple[Edit, ...]
    imports: tuple[str, ...] = ()


def replaced(code: Code, node: ast.AST, text: str) -> Edit:
    """The edit that puts `text` in the place of a node."""
    start, end = code.span(node)
    return Edit(start, end, text)


def removed(code: Code, statement: ast.AST) -> Edit:
    """The edit that takes a statement out, with its line and the comment behind it.

    A block that has no other statement keeps a `pass`.
    """
    start, end = code.span(statement)
    if code.block_of(statement) == [statement]:
        return Edit(start, end, "pass")
    line_start = code.source.rfind("\n", 0, start) + 1
    line_end = code.source.find("\n", end)
    line_end = len(code.source) if line_end < 0 else line_end
    before, behind = code.source[line_start:start], code.source[end:line_end].strip()
    if before.strip() == "" and (not behind or behind.startswith("#")):
        return Edit(line_start, min(line_end + 1, len(code.source)), "")
    if behind.startswith(";"):
        stop = code.source.index(";", end) + 1
        return Edit(start, stop + len(code.source[stop:]) - len(code.source[stop:].lstrip(" ")), "")
    # The last of several statements on a line: the semicolon before it goes too.
    return Edit(line_start + len(before.rstrip("; ")), end, "")


def applied(source: str, edits: Iterable[Edit]) -> str:
    """The text with the edits made; they must not overlap.

    >>> applied("a + b", [Edit(0, 1, "x"), Edit(4, 5, "y")])
    'x + y'
    """
    for one in sorted(edits, reverse=True):
        source = source[: one.start] + one.text + source[one.end :]
    return source


def with_import(source: str, needed: str) -> str:
    """The module with an import of `module` or `module:name`, where it has none yet.

    It stands behind the imports that the module begins with.
    """
    module, _, name = needed.partition(":")
    tree = ast.parse(source)
    if any(_imports(one, module, name) for one in tree.body):
        return source
    line = f"from {module} import {name}" if name else f"import {module}"
    leading = _leading_imports(tree)
    lines = [f"{text}\n" for text in source.removesuffix("\n").split("\n")]
    if leading is not None:
        at = leading.end_lineno or leading.lineno
        # Another statement on the line of the import may go on in the next one.
        if any(one.lineno == at for one in tree.body if one is not leading):
            at = leading.lineno - 1
        return "".join([*lines[:at], line + "\n", *lines[at:]])
    first = next((one for one in tree.body if not _is_docstring(tree, one)), None)
    at = _top_line(source, first) if first is not None else len(lines)
    return "".join([*lines[:at], line + "\n", *lines[at:]])


def _imports(statement: ast.stmt, module: str, name: str) -> bool:
    if name:
        return (
            isinstance(statement, ast.ImportFrom)
            and statement.module == module
            and any(alias.name == name and alias.asname is None for alias in statement.names)
        )
    return isinstance(statement, ast.Import) and any(
        alias.name == module and alias.asname is None for alias in statement.names
    )


def _leading_imports(tree: ast.Module) -> ast.stmt | None:
    """The last of the imports that a module begins with."""
    found = None
    for statement in tree.body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            found = statement
        elif not _is_docstring(tree, statement):
            break
    return found


def _is_docstring(tree: ast.Module, statement: ast.stmt) -> bool:
    return statement is tree.body[0] and ast.get_docstring(tree, clean=False) is not None


def _top_line(source: str, statement: ast.stmt) -> int:
    """How many lines stand before a statement, its decorators with it."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return min([statement.lineno, *(one.lineno for one in statement.decorator_list)]) - 1
    return statement.lineno - 1


def without_unused_imports(source: str, *, used_before: frozenset[str]) -> str:
    """The module without the imports of Google's clients that its code names no more.

    `used_before` are the names that were read before the rules did their work: what was never read
    stays as it was.
    """
    code = Code(source)
    edits = []
    for statement in code.tree.body:
        if not isinstance(statement, ast.Import | ast.ImportFrom):
            continue
        kept = [one for one in statement.names if not _is_idle(code, statement, one, used_before)]
        if not kept:
            edits.append(removed(code, statement))
        elif len(kept) < len(statement.names):
            made = ast.parse(ast.unparse(statement)).body[0]
            assert isinstance(made, ast.Import | ast.ImportFrom)
            made.names = kept
            edits.append(replaced(code, statement, ast.unparse(made)))
    return applied(source, edits)


_CLIENTS = ("google.cloud", "pandas", "pandas_gbq", "gcsfs")


def _is_idle(
    code: Code,
    statement: ast.Import | ast.ImportFrom,
    alias: ast.alias,
    used_before: frozenset[str],
) -> bool:
    module = statement.module or "" if isinstance(statement, ast.ImportFrom) else alias.name
    name = alias.asname or alias.name.partition(".")[0]
    if not module.startswith(_CLIENTS) or name not in used_before:
        return False
    return not any(
        one.uses for one in code.flow.definitions if one.statement is statement and one.name == name
    )
