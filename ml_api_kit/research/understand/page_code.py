"""Code as HTML: the notebook's cells with the category of each statement, and what was found."""

from __future__ import annotations

import html
import io
import keyword
import re
import tokenize
from collections.abc import Mapping, Sequence
from typing import Any

from ml_api_kit.research.source.code import ResearchCode
from ml_api_kit.research.understand.smells.secrets import masked

_LONGEST_NOTE = 4000
_LONGEST_CODE = 8000
_HEADING = re.compile(r"^#{1,6} +(.+)$", re.MULTILINE)


def to_listing(code: ResearchCode, report: Mapping[str, Any]) -> str:
    """Every cell of the notebook, its notes between them."""
    by_cell: dict[int, list[tuple[int, Mapping[str, Any]]]] = {}
    for number, one in enumerate(report["statements"]):
        by_cell.setdefault(one["cell"], []).append((number, one))
    parts: list[str] = []
    for cell in code.cells:
        smells = [one for one in report["smells"] if one["cell"] == cell.number]
        if cell.kind == "markdown":
            parts.append(f"<div class='note'>{_note(cell.text)}</div>")
        elif cell.number in by_cell or smells:
            parts.append(f"<div class='cell' id='cell{cell.number}'>Cell {cell.number}</div>")
            parts += _cell(by_cell.get(cell.number, []), smells)
    return "\n".join(parts)


def highlighted(source: str) -> str:
    """Python code as HTML, its words, texts, numbers and comments marked.

    Code that is cut off somewhere is shown as it is.

    >>> highlighted("x = '<b>'")
    "x = <span class='str'>&#x27;&lt;b&gt;&#x27;</span>"
    """
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):
        return html.escape(source)
    lines = source.splitlines(keepends=True)
    parts: list[str] = []
    line, column = 1, 0
    for token in tokens:
        kind = _kind(token)
        if kind is None:
            continue
        parts.append(html.escape(_between(lines, (line, column), token.start)))
        parts.append(f"<span class='{kind}'>{html.escape(token.string)}</span>")
        line, column = token.end
    return "".join(parts) + html.escape(_between(lines, (line, column), (len(lines) + 1, 0)))


def _kind(token: tokenize.TokenInfo) -> str | None:
    if token.type == tokenize.NAME and keyword.iskeyword(token.string):
        return "kw"
    return {tokenize.STRING: "str", tokenize.NUMBER: "num", tokenize.COMMENT: "com"}.get(token.type)


def _between(lines: Sequence[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    """The text between two places, lines counted from 1."""
    if start[0] == end[0] <= len(lines):
        return lines[start[0] - 1][start[1] : end[1]]
    first = lines[start[0] - 1][start[1] :] if start[0] <= len(lines) else ""
    last = lines[end[0] - 1][: end[1]] if end[0] <= len(lines) else ""
    return first + "".join(lines[start[0] : end[0] - 1]) + last


def _cell(
    statements: Sequence[tuple[int, Mapping[str, Any]]], smells: Sequence[Mapping[str, Any]]
) -> list[str]:
    """A cell's statements, each smell behind the one that it is of."""
    parts: list[str] = []
    told: set[int] = set()
    for number, one in statements:
        here = [
            place
            for place, smell in enumerate(smells)
            if smell["line"] <= one["lines"][1] and place not in told
        ]
        parts.append(_statement(number, one) + "".join(_here(smells[place]) for place in here))
        told |= set(here)
    return parts + [_here(smell) for place, smell in enumerate(smells) if place not in told]


def _statement(number: int, one: Mapping[str, Any]) -> str:
    needed = "; the model needs it" if one.get("is_needed") else ""
    return (
        f"<div class='statement c-{one['category']}' id='s{number}'>"
        f"<span class='tag'>{one['category']}</span> "
        f"<span class='why'>{html.escape(one['reason'])}{needed}</span>"
        f"<pre><code>{highlighted(_cut(one['source']))}</code></pre></div>"
    )


def _cut(source: str) -> str:
    """Code without its end, where it is so long that it must be data."""
    if len(source) <= _LONGEST_CODE:
        return source
    left = len(source) - _LONGEST_CODE
    return f"{source[:_LONGEST_CODE]}\n# … and {left:,} more characters"


def _here(smell: Mapping[str, Any]) -> str:
    return (
        f"<p class='here'><b>⚠ {smell['id']}</b>, line {smell['line']}: "
        f"{to_html(smell['what'])}</p>"
    )


def to_html(sentence: str) -> str:
    """A sentence as HTML, what stands in backquotes as code."""
    parts = re.split(r"`([^`]*)`", sentence)
    return "".join(
        f"<code>{html.escape(part)}</code>" if place % 2 else html.escape(part)
        for place, part in enumerate(parts)
    )


def _note(text: str) -> str:
    """A note of the notebook, its headings in bold; nothing else of its markup means anything."""
    shown = html.escape(masked(text[:_LONGEST_NOTE]))
    return _HEADING.sub(r"<b>\1</b>", shown.strip())
