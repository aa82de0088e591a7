"""The parts of a huge value that its violations are reported from, one after the other."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

MAX_PARTS = 1_000

# How deep in objects the list is looked for that makes a value huge.
_LIST_DEPTH = 4

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Some parts of a value, and the containers that lost some of theirs.

    Attributes:
        value: the value, with arrays and objects cut short.
        cut: the paths of those that were cut.
        around: the paths of those that they lie in, and their own.
        list_path: the path of the list that only a span of items is left of; None where there is
            none.
        first: the index of the first of these items in the whole value.
    """

    value: Any
    cut: frozenset[Path] = frozenset()
    around: frozenset[Path] = frozenset()
    list_path: Path | None = None
    first: int = 0

    def holds(self, path: Sequence[str | int], *, is_of_names: bool = False) -> bool:
        """True where what is wrong at `path` of the excerpt is wrong in the whole value too.

        What `is_of_names` depends on nothing but the names of an object's properties. Of the
        excerpts of one value only the first tells of what lies outside of its list.
        """
        is_told_before = self.first > 0 and not self._is_in_list(path)
        lost = self.cut if is_of_names else self.around
        return not is_told_before and tuple(path) not in lost

    def is_in_whole_item(self, path: Sequence[str | int]) -> bool:
        """True where `path` leads into an item of the list that lost nothing."""
        if self.list_path is None or not self._is_in_list(path):
            return False
        return (*path[: len(self.list_path) + 1],) not in self.around

    def whole_path(self, path: Sequence[str | int]) -> Path:
        """Where `path` of the excerpt leads to in the whole value."""
        if self.list_path is None or not self._is_in_list(path):
            return tuple(path)
        place = len(self.list_path)
        return (*path[:place], int(path[place]) + self.first, *path[place + 1 :])

    def _is_in_list(self, path: Sequence[str | int]) -> bool:
        around = self.list_path
        return around is not None and len(path) > len(around) and (*path[: len(around)],) == around


def take_excerpts(value: object, *, max_parts: int = MAX_PARTS) -> Iterator[Excerpt]:
    """`value` in excerpts of about `max_parts` parts each; as a whole where it has no more.

    The longest list in it, such as the rows of a body, is gone through from its first item to its
    last. What else is too large, an item included, is told by its first parts only.

    >>> [one.value for one in take_excerpts({"rows": [1, 2, 3]}, max_parts=10)]
    [{'rows': [1, 2, 3]}]
    >>> [(one.value, one.first) for one in take_excerpts({"rows": [1, 2, 3]}, max_parts=2)]
    [({'rows': [1, 2]}, 0), ({'rows': [3]}, 2)]
    """
    if _count_parts(value, max_parts) <= max_parts:
        yield Excerpt(value)
        return
    path = _longest_list(value)
    items = _at(value, path) if path is not None else []
    if path is None or len(items) < 2:
        yield first_parts(value, max_parts=max_parts)
        return
    rest = first_parts(_with(value, path, []), max_parts=max_parts)
    for start, stop in _spans(items, max_parts):
        span = first_parts(items[start:stop], max_parts=2 * max_parts)
        cut = rest.cut | {path} | {(*path, *inner) for inner in span.cut}
        yield Excerpt(_with(rest.value, path, span.value), cut, _around(cut), path, start)


def first_parts(value: object, *, max_parts: int) -> Excerpt:
    """The first `max_parts` parts of `value`, breadth first.

    An array keeps its first items and an object its first properties, so that a path into the
    excerpt leads to the same place in the value.

    >>> first_parts({"rows": [1, 2, 3, 4]}, max_parts=3).value
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
            cut.add(path)
        copy: Any = {} if isinstance(source, dict) else [None] * kept
        into[key] = copy
        pairs = source.items() if isinstance(source, dict) else enumerate(source)
        waiting.extend(
            (part, copy, name, (*path, name))
            for (name, part), _ in zip(pairs, range(kept), strict=False)
        )
    return Excerpt(root[0], frozenset(cut), _around(cut))


def _around(cut: Collection[Path]) -> frozenset[Path]:
    return frozenset(path[:length] for path in cut for length in range(len(path) + 1))


def _count_parts(value: object, most: int) -> int:
    """The parts of `value`, or some number above `most` where there are more."""
    waiting, parts = [value], 0
    while waiting and parts <= most:
        part = waiting.pop()
        if isinstance(part, dict | list):
            parts += len(part)
            if parts <= most:
                waiting.extend(part.values() if isinstance(part, dict) else part)
    return parts


def _longest_list(value: object) -> Path | None:
    level: list[tuple[Path, Any]] = [((), value)]
    found: list[tuple[int, Path]] = []
    for _ in range(_LIST_DEPTH):
        found += [(len(part), path) for path, part in level if isinstance(part, list)]
        level = [
            ((*path, name), inner)
            for path, part in level
            if isinstance(part, dict)
            for name, inner in part.items()
            if isinstance(inner, dict | list)
        ]
    return max(found, key=lambda each: each[0])[1] if found else None


def _spans(items: list[Any], max_parts: int) -> Iterator[tuple[int, int]]:
    """Starts and ends of spans of `items` that have about `max_parts` parts, or one item."""
    start, parts = 0, 0
    for index, item in enumerate(items):
        own = 1 + _count_parts(item, max_parts)
        if index > start and parts + own > max_parts:
            yield start, index
            start, parts = index, 0
        parts += own
    yield start, len(items)


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def _with(value: Any, path: Path, part: Any) -> Any:
    """`value` with `part` at `path`, which leads through objects; the value stays as it is."""
    if not path:
        return part
    inner = value.get(path[0]) if isinstance(value, dict) else None
    return {**(value or {}), path[0]: _with(inner, path[1:], part)}
