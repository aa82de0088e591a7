"""The part of a huge value that its violations are reported from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

MAX_PARTS = 10_000

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The first parts of a value, and the containers that lost some of theirs.

    Attributes:
        value: the value, with arrays and objects cut short.
        cut: the paths of those that were cut, and of all that they lie in.
    """

    value: Any
    cut: frozenset[Path]

    def holds(self, path: Sequence[str | int]) -> bool:
        """True where what is wrong at `path` of the excerpt is wrong in the whole value too."""
        return tuple(path) not in self.cut


def take_excerpt(value: object, *, max_parts: int = MAX_PARTS) -> Excerpt | None:
    """The first `max_parts` parts of `value`, breadth first; None where it has no more than those.

    An array keeps its first items and an object its first properties, so that a path into the
    excerpt leads to the same place in the value.

    >>> take_excerpt([1, 2, 3], max_parts=10) is None
    True
    >>> take_excerpt({"rows": [1, 2, 3, 4]}, max_parts=3).value
    {'rows': [1, 2]}
    """
    left = max_parts
    cut: set[Path] = set()
    root: list[Any] = [None]
    waiting: list[tuple[Any, Any, str | int, Path]] = [(value, root, 0, ())]
    for source, into, key, path in waiting:  # grows while it is walked: breadth first
        if not isinstance(source, dict | list):
            into[key] = source
            continue
        kept = min(len(source), left)
        left -= kept
        if kept < len(source):
            cut.update(path[:length] for length in range(len(path) + 1))
        copy: Any = {} if isinstance(source, dict) else [None] * kept
        into[key] = copy
        pairs = source.items() if isinstance(source, dict) else enumerate(source)
        waiting.extend(
            (part, copy, name, (*path, name))
            for (name, part), _ in zip(pairs, range(kept), strict=False)
        )
    return Excerpt(root[0], frozenset(cut)) if cut else None
