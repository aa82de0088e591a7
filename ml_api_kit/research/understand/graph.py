"""The flow of data between the statements that matter: boxes, and edges between them.

1. shown:   preparation, preprocessing, ml and export; after a run only what the model needs
2. through: what flows through a statement that is not shown flows from the one before it
3. grouped: of large notebooks neighbours of one cell and category are one box, then more of them
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from ml_api_kit.research.understand.dataflow import Edge

_SHOWN = ("preparation", "preprocessing", "ml", "export")
_MANY = 24
_MOST = 40


@dataclass(frozen=True, slots=True)
class Box:
    """One or several statements that are drawn as one.

    Attributes:
        category: what they are for.
        places: their numbers.
        cells: the cells that they stand in.
        source: their code.
        makes: the variables that later boxes read of them.
    """

    category: str
    places: tuple[int, ...]
    cells: tuple[int, ...]
    source: str
    makes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrow:
    """What one box makes and another reads: the places of both, and the variables."""

    maker: int
    reader: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """The drawing's content.

    Attributes:
        boxes: in the order of the code.
        arrows: between their places, always forward.
        left_out: what is not shown, in words; empty where all is.
    """

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    left_out: str = ""


@dataclass(slots=True)
class _Group:
    category: str
    places: list[int] = field(default_factory=list)


def to_graph(statements: Sequence[dict[str, Any]], edges: Sequence[Edge]) -> Graph:
    """The boxes and arrows of a report's `statements`, between which variables flow by `edges`."""
    shown = [place for place, one in enumerate(statements) if _is_shown(one)]
    groups = _grouped(shown, statements)
    owner = {place: number for number, group in enumerate(groups) for place in group.places}
    between: dict[tuple[int, int], set[str]] = {}
    for edge in _through(edges, set(shown)):
        pair = owner[edge.maker], owner[edge.reader]
        if pair[0] != pair[1]:
            between.setdefault(pair, set()).add(edge.name)
    arrows = tuple(Arrow(*pair, tuple(sorted(names))) for pair, names in sorted(between.items()))
    boxes = tuple(
        _box(group, statements, [arrow for arrow in arrows if arrow.maker == number])
        for number, group in enumerate(groups)
    )
    return Graph(boxes, arrows, _left_out(statements, shown, boxes))


def _is_shown(one: dict[str, Any]) -> bool:
    return one["category"] in _SHOWN and one.get("is_needed") is not False


def _through(edges: Sequence[Edge], shown: set[int]) -> list[Edge]:
    """The edges between shown statements; those that lead through others in their place."""
    into: dict[int, list[Edge]] = {}
    for edge in edges:
        into.setdefault(edge.reader, []).append(edge)
    # What each statement stands for: itself where it is shown, else the shown ones behind it.
    stands_for: dict[int, set[int]] = {}
    for place in sorted({place for edge in edges for place in (edge.maker, edge.reader)}):
        behind = [stands_for.get(edge.maker, set()) for edge in into.get(place, ())]
        stands_for[place] = {place} if place in shown else set().union(*behind)
    found = [
        Edge(maker, edge.reader, edge.name)
        for edge in edges
        if edge.reader in shown
        for maker in sorted(stands_for[edge.maker])
    ]
    return list(dict.fromkeys(found))


def _grouped(shown: Sequence[int], statements: Sequence[dict[str, Any]]) -> list[_Group]:
    """The shown statements in groups: each by itself, or fewer where there are many."""
    ways: list[Callable[[int], Any]] = [
        lambda place: place,
        lambda place: (statements[place]["cell"], statements[place]["category"]),
        lambda place: statements[place]["category"],
    ]
    groups: list[_Group] = []
    for way, most in zip(ways, (_MANY, _MOST, _MOST), strict=True):
        groups = [
            _Group(statements[places[0]]["category"], places)
            for places in (list(part) for _, part in groupby(shown, way))
        ]
        if len(groups) <= most:
            return groups
    while len(groups) > _MOST:
        groups = [_merged(groups[start : start + 2]) for start in range(0, len(groups), 2)]
    return groups


def _merged(groups: Sequence[_Group]) -> _Group:
    """Neighbours as one group, of the category that most of them have."""
    category = max(groups, key=lambda one: len(one.places)).category
    return _Group(category, [place for one in groups for place in one.places])


def _box(group: _Group, statements: Sequence[dict[str, Any]], arrows: Sequence[Arrow]) -> Box:
    cells = dict.fromkeys(statements[place]["cell"] for place in group.places)
    source = "\n".join(statements[place]["source"] for place in group.places)
    makes = dict.fromkeys(name for arrow in arrows for name in arrow.names)
    return Box(group.category, tuple(group.places), tuple(cells), source, tuple(makes))


def _left_out(
    statements: Sequence[dict[str, Any]], shown: Sequence[int], boxes: Sequence[Box]
) -> str:
    hidden = [one for place, one in enumerate(statements) if place not in set(shown)]
    parts = [
        f"{count} of {category}"
        for category in ("exploration", "support")
        if (count := sum(one["category"] == category for one in hidden))
    ]
    unneeded = sum(one["category"] in _SHOWN for one in hidden)
    parts += [f"{unneeded} that the model does not need"] if unneeded else []
    said = []
    if parts:
        said.append(f"Not drawn: {', '.join(parts)}.")
    if len(boxes) < len(shown):
        said.append(f"{len(shown)} statements are drawn as {len(boxes)} boxes.")
    return " ".join(said)
