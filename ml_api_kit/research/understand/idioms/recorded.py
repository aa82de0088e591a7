"""The idioms of a request path that was recorded, rewritten, and tried on all golden rows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ml_api_kit.research.source.code import ResearchCode
from ml_api_kit.research.understand.idioms.idiom import Idiom

_FROZEN = re.compile(r"frozen\[['\"](\w+)['\"]\]")


def recorded_idioms(code: ResearchCode, interface: Mapping[str, Any]) -> tuple[Idiom, ...]:
    """Every statement behind the request path, in the order of the code.

    `interface` is what `convert` found. A statement that ran as several lines, as a loop does, is
    there once for each.
    """
    if not interface.get("has_row_path"):
        return ()
    became = {
        _plain(statement["before"]): statement
        for function in interface.get("functions", ())
        for statement in function["statements"]
    }
    lines = [line for line in interface["path"] if line["statement"] >= 0]
    found = [
        idiom for line in lines for idiom in _line(code, line, became.get(_plain(line["text"])))
    ]
    found += _gone(code, interface, {line["statement"] for line in lines})
    return tuple(sorted(dict.fromkeys(found), key=lambda one: (one.cell, one.line)))


def _line(
    code: ResearchCode, line: Mapping[str, Any], became: Mapping[str, Any] | None
) -> Iterator[Idiom]:
    """What became of one line; nothing where it works on no table, or is the same on rows."""
    if became is None or _is_unchanged(became):
        return
    statement = code.statements[line["statement"]]
    # A loop's line is one of those in it, `line` counts in the cell.
    yield Idiom(
        cell=statement.cell,
        line=max(statement.line, min(line["line"], statement.last_line)),
        pandas=statement.text,
        frozen=line["text"],
        replacement=became["after"],
        rules=tuple(became["rules"]),
        reason=became["reason"],
    )


def _is_unchanged(became: Mapping[str, Any]) -> bool:
    after = became["after"]
    return after is not None and _plain(after) == _plain(became["before"])


def _gone(
    code: ResearchCode, interface: Mapping[str, Any], with_lines: set[int]
) -> Iterator[Idiom]:
    """The statements behind the request path of which nothing is left there."""
    for number in interface["statements_behind"]:
        statement = code.statements[number]
        is_source = statement.text[:500] == interface["source"]["text"]
        if number not in with_lines and not is_source:
            yield Idiom.gone(statement)


def _plain(text: str) -> str:
    """A statement without what its place in the module adds to it."""
    return _FROZEN.sub(r"\1", ast.unparse(ast.parse(text)))
