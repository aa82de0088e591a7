"""A JSON document read from its text as far as a path needs it, with what BigQuery forgives.

Strings may stand in single quotes and hold line breaks, a comma may stand before a closing bracket,
a value that is missing is null, and what comes behind the part that is looked for may be anything.
A name that is there twice is kept twice. A document without any of that is read by Python's parser.
Source: google/zetasql, `common/json_parser.cc`, whose parser reads JSON in a STRING.
"""

from __future__ import annotations

import re
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.json_values import Raw, parse_unique

MISSING = object()
Step = str | int

_SPACE = re.compile(r"[ \t\n\v\f\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_BAD_TAIL = re.compile(r"\.|[eE]")
_PLAIN = {quote: re.compile(rf"[^\\{quote}]*") for quote in "\"'"}
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([0-7]{1,3})|([^ux]))", re.DOTALL)
_CONTROLS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_WORDS = {"true": True, "false": False, "null": None}
# What Python's parser takes for something else: half of a pair of characters, and a zero's sign.
_OTHERWISE = re.compile(r"\\ud[89a-f]|-0(?![.\d])", re.IGNORECASE)


class Members(list[tuple[str, Any]]):
    """The members of an object in which a name is there twice."""


def find(text: str, path: tuple[Step, ...]) -> Any:
    """What the path leads to in the document; MISSING where it leads nowhere.

    Of a name that is there twice the first counts, unless the path does not go on in it. Up to what
    is looked for the text must be one that BigQuery reads; otherwise nothing is found.
    """
    try:
        return follow(_parsed(text), path)
    except (ValueError, RecursionError):
        pass
    try:
        return _Reader(text).find(path)
    except (ValueError, RecursionError):
        return MISSING


def _parsed(text: str) -> Any:
    if _OTHERWISE.search(text):
        raise ValueError(text)
    return parse_unique(text)


def follow(document: Any, path: tuple[Step, ...]) -> Any:
    """What the path leads to in a document that has been read; MISSING where it leads nowhere."""
    for step in path:
        if isinstance(document, dict):
            document = document.get(str(step), MISSING)
        elif isinstance(document, list) and isinstance(step, int):
            document = document[step] if step < len(document) else MISSING
        else:
            return MISSING
    return document


class _Reader:
    """A reader of one text; each method fails with ValueError where it is not as it must be."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def find(self, path: tuple[Step, ...]) -> Any:
        """What the path leads to from here; what is passed over is read."""
        if not path:
            return self.value()
        opening = self._next()
        if opening == "{":
            return self._find_member(path)
        if opening == "[" and isinstance(path[0], int):
            return self._find_element(path[0], path[1:])
        self.value()
        return MISSING

    def _find_member(self, path: tuple[Step, ...]) -> Any:
        for name in self._names():
            found = self.find(path[1:]) if name == str(path[0]) else self._passed()
            if found is not MISSING:
                return found
        return MISSING

    def _find_element(self, place: int, path: tuple[Step, ...]) -> Any:
        for index, _ in enumerate(self._entries("]")):
            found = self.find(path) if index == place else self._passed()
            if found is not MISSING:
                return found
        return MISSING

    def _passed(self) -> object:
        self.value()
        return MISSING

    def value(self) -> Any:
        """The value that comes next."""
        first = self._next()
        if first == "{":
            members = Members((name, self.value()) for name in self._names())
            unique = dict(members)
            return unique if len(unique) == len(members) else members
        if first == "[":
            return [self.value() for _ in self._entries("]")]
        if first in ("'", '"'):
            return self._string()
        if first in (",", "]"):
            return None
        for word, meant in _WORDS.items():
            if self._text.startswith(word, self._at):
                self._at += len(word)
                return meant
        return self._number()

    def _names(self) -> Any:
        for _ in self._entries("}"):
            if self._next() not in ("'", '"'):
                raise ValueError("a name")
            name = self._string()
            self._expect(":")
            yield name

    def _entries(self, closing: str) -> Any:
        """Once for each entry between the brackets, which is read meanwhile."""
        self._at += 1
        while self._next() != closing:
            yield
            if self._next() == closing:
                break
            self._expect(",")
        self._at += 1

    def _number(self) -> Any:
        match = _NUMBER.match(self._text, self._at)
        if match is None or _BAD_TAIL.match(self._text, match.end()):
            raise ValueError("a value")
        self._at = match.end()
        return Raw(match[0])

    def _string(self) -> str:
        quote = self._text[self._at]
        self._at += 1
        parts = list[str]()
        while True:
            plain = _PLAIN[quote].match(self._text, self._at)
            assert plain is not None
            parts.append(plain[0])
            self._at = plain.end()
            if self._text.startswith(quote, self._at):
                self._at += 1
                return "".join(parts)
            parts.append(self._escaped())

    def _escaped(self) -> str:
        match = _ESCAPE.match(self._text, self._at)
        if match is None:
            raise ValueError("an escape")
        self._at = match.end()
        if match[4] is not None:
            return _CONTROLS.get(match[4], match[4])
        digits, base = (match[3], 8) if match[3] else (match[1] or match[2], 16)
        code = int(digits, base)
        return "\ufffd" if 0xD800 <= code < 0xE000 else chr(code)

    def _next(self) -> str:
        """The first letter of what comes next; nothing at the end."""
        match = _SPACE.match(self._text, self._at)
        assert match is not None
        self._at = match.end()
        return self._text[self._at : self._at + 1]

    def _expect(self, letter: str) -> None:
        if self._next() != letter:
            raise ValueError(letter)
        self._at += 1
