"""Where each value of a JSON text stands, by line and column."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from dataclasses import dataclass, field

from ml_api_kit.schemas.lint.document import Path

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


@dataclass(frozen=True, slots=True)
class Positions:
    """The places of a JSON text.

    Attributes:
        offsets: the offset of every value by its path; of a member that of its key.
        repeated: the paths of the keys that their object has several times.
        line_starts: the offsets at which the lines start.
    """

    offsets: dict[Path, int]
    repeated: tuple[Path, ...]
    line_starts: tuple[int, ...]

    def line_and_column(self, path: Path) -> tuple[int, int]:
        r"""The line and column, both from 1, of `path`, or of the nearest place around it.

        >>> find_positions('{"a":\n [1, 2]}').line_and_column(("a", 1))
        (2, 6)
        """
        while path not in self.offsets:
            path = path[:-1]
        offset = self.offsets[path]
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1


@dataclass(slots=True)
class _Open:
    """An array or object that has not ended yet."""

    path: Path
    is_object: bool
    index: int = 0
    key: str | None = None
    seen: set[str] = field(default_factory=set)

    def inner(self) -> Path:
        return (*self.path, self.key or "") if self.is_object else (*self.path, self.index)


def find_positions(text: str) -> Positions:
    """The places of all values in `text`, which is JSON.

    >>> find_positions('{"a": 1, "a": 2}').repeated
    (('a',),)
    """
    offsets: dict[Path, int] = {}
    repeated: list[Path] = []
    stack: list[_Open] = []
    for token in _TOKEN.finditer(text):
        word, top = token[0], stack[-1] if stack else None
        if word in "]}":
            stack.pop()
        elif word == ",":
            if top is not None:
                top.index, top.key = top.index + 1, None
        elif top is not None and top.is_object and top.key is None:
            _take_key(top, json.loads(word), token.start(), offsets, repeated)
        elif word != ":":
            path = top.inner() if top is not None else ()
            offsets.setdefault(path, token.start())
            if word in "[{":
                stack.append(_Open(path, word == "{"))
    starts = (0, *(match.end() for match in re.finditer("\n", text)))
    return Positions(offsets, tuple(repeated), starts)


def _take_key(
    top: _Open, key: str, offset: int, offsets: dict[Path, int], repeated: list[Path]
) -> None:
    top.key = key
    if key in top.seen:
        repeated.append(top.inner())
    top.seen.add(key)
    offsets[top.inner()] = offset
