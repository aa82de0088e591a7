"""Finds the literal or comment of a text of SQL that is not closed."""

from __future__ import annotations

import re

# Each with what closes it; a raw literal's backslash still keeps a quote from closing it.
_PIECES = re.compile(
    r'''(?P<string>"""|\'\'\'|"|')|(?P<identifier>`)|(?P<comment>/\*)|(?:--|\#)[^\n]*''', re.DOTALL
)
_ENDS = {
    '"': re.compile(r'(?:\\.|[^"\\\n])*"', re.DOTALL),
    "'": re.compile(r"(?:\\.|[^'\\\n])*'", re.DOTALL),
    '"""': re.compile(r'(?:\\.|(?!""")[^\\])*"""', re.DOTALL),
    "'''": re.compile(r"(?:\\.|(?!''')[^\\])*'''", re.DOTALL),
    "`": re.compile(r"(?:\\.|[^`\\\n])*`", re.DOTALL),
    "/*": re.compile(r".*?\*/", re.DOTALL),
}
_WORDS = {
    "string": "Unclosed string literal",
    "identifier": "Unclosed identifier literal",
    "comment": "Unclosed comment",
}


def open_literal(text: str) -> str | None:
    """What is not closed, and where it begins, in the words of GoogleSQL; None for nothing.

    >>> open_literal("SELECT 'abc"), open_literal("SELECT 'a' -- it's")
    ('Unclosed string literal at [1:8]', None)
    """
    place = 0
    while match := _PIECES.search(text, place):
        place = match.end()
        if match.lastgroup is None:
            continue
        end = _ENDS[match[0]].match(text, place)
        if end is None:
            before = text[: match.start()]
            line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
            return f"{_WORDS[match.lastgroup]} at [{line}:{column}]"
        place = end.end()
    return None
