"""Where the boxes of a graph are drawn: in layers from top to bottom, few lines crossing.

1. layers:  a box is below all that it reads of, and no layer has more boxes than fit a page
2. bends:   lines over several layers have a point in each, one for all lines of a box
3. order:   in each layer by where the neighbours are, a few times down and up
4. places:  as far to the left as leaves no two on top of each other, then under their neighbours
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

BOX_WIDTH, BOX_HEIGHT = 236, 50
_BEND_WIDTH, _GAP_X, _GAP_Y, _MARGIN = 14, 18, 34, 6
_WIDEST = 4
_SWEEPS = 6
_BOX_WEIGHT = 8.0

# A box is its number; a bend is the box whose lines it is of, with the layer.
Node = int | tuple[int, int]


@dataclass(frozen=True, slots=True)
class Layout:
    """The drawing's measures.

    Attributes:
        corners: the left upper corner of each box.
        lines: for each arrow, a maker and a reader, the points it goes through, top to bottom.
        width: of the whole.
        height: of the whole.
    """

    corners: dict[int, tuple[float, float]]
    lines: dict[tuple[int, int], list[tuple[float, float]]]
    width: float
    height: float


def lay_out(count: int, arrows: Sequence[tuple[int, int]]) -> Layout:
    """The places of `count` boxes, numbered from 0, with `arrows` from lower to higher numbers.

    >>> layout = lay_out(2, [(0, 1)])
    >>> layout.corners[0][1] < layout.corners[1][1]
    True
    """
    layer_of = _layers(count, arrows)
    chains = {arrow: _chain(arrow, layer_of) for arrow in arrows}
    rows = _rows(count, layer_of, chains.values())
    above, below = _neighbours(chains.values())
    for _ in range(_SWEEPS):
        _sort(rows, above)
        _sort(rows[::-1], below)
    centres = _centres(rows, above, below)
    left = min(centres[node] - _width(node) / 2 for row in rows for node in row) - _MARGIN
    right = max(centres[node] + _width(node) / 2 for row in rows for node in row) + _MARGIN
    tops = {number: _MARGIN + number * (BOX_HEIGHT + _GAP_Y) for number in range(len(rows))}
    corners = {
        box: (centres[box] - BOX_WIDTH / 2 - left, float(tops[layer_of[box]]))
        for box in range(count)
    }
    lines = {
        arrow: [point for node in chain for point in _points(node, centres, left, layer_of, tops)]
        for arrow, chain in chains.items()
    }
    # A line leaves its first box below, and enters its last one above.
    lines = {arrow: points[1:-1] for arrow, points in lines.items()}
    return Layout(corners, lines, right - left, tops[len(rows) - 1] + BOX_HEIGHT + _MARGIN)


def _layers(count: int, arrows: Sequence[tuple[int, int]]) -> list[int]:
    """The layer of each box: below its makers, and where there is room."""
    taken: dict[int, int] = {}
    layer_of: list[int] = []
    for box in range(count):
        layer = max((layer_of[maker] + 1 for maker, reader in arrows if reader == box), default=0)
        while taken.get(layer, 0) >= _WIDEST:
            layer += 1
        taken[layer] = taken.get(layer, 0) + 1
        layer_of.append(layer)
    _sink(layer_of, taken, arrows)
    return _without_gaps(layer_of)


def _sink(layer_of: list[int], taken: dict[int, int], arrows: Sequence[tuple[int, int]]) -> None:
    """Bring a box that reads nothing near to what reads it, where there is room."""
    read = {reader for _, reader in arrows}
    for box, layer in enumerate(layer_of):
        readers = [layer_of[reader] for maker, reader in arrows if maker == box]
        lowest = min(readers, default=layer + 1) - 1
        if box in read or taken.get(lowest, 0) >= _WIDEST:
            continue
        taken[layer] -= 1
        taken[lowest] = taken.get(lowest, 0) + 1
        layer_of[box] = lowest


def _without_gaps(layer_of: list[int]) -> list[int]:
    used = {layer: number for number, layer in enumerate(sorted(set(layer_of)))}
    return [used[layer] for layer in layer_of]


def _chain(arrow: tuple[int, int], layer_of: Sequence[int]) -> list[Node]:
    """The nodes that an arrow goes through, from its maker to its reader."""
    maker, reader = arrow
    bends = [(maker, layer) for layer in range(layer_of[maker] + 1, layer_of[reader])]
    return [maker, *bends, reader]


def _rows(count: int, layer_of: Sequence[int], chains: Iterable[list[Node]]) -> list[list[Node]]:
    rows: list[list[Node]] = [[] for _ in range(max(layer_of) + 1)]
    for box in range(count):
        rows[layer_of[box]].append(box)
    for node in dict.fromkeys(node for chain in chains for node in chain):
        if isinstance(node, tuple):
            rows[node[1]].append(node)
    return rows


def _neighbours(
    chains: Iterable[list[Node]],
) -> tuple[dict[Node, list[Node]], dict[Node, list[Node]]]:
    above: dict[Node, list[Node]] = {}
    below: dict[Node, list[Node]] = {}
    for chain in chains:
        for one, other in pairwise(chain):
            if one not in above.setdefault(other, []):
                above[other].append(one)
                below.setdefault(one, []).append(other)
    return above, below


def _sort(rows: Sequence[list[Node]], beside: Mapping[Node, list[Node]]) -> None:
    """Order every row but the first by where each node's neighbours are in the row before."""
    for before, row in pairwise(rows):
        order = {node: number / len(before) for number, node in enumerate(before)}
        own = {node: number / len(row) for number, node in enumerate(row)}
        row.sort(key=lambda node: _mean(order, beside.get(node, ()), own[node]))


def _mean(order: Mapping[Node, float], nodes: Sequence[Node], otherwise: float) -> float:
    """The mean place of nodes; a box counts for more than a bend, which keeps chains straight."""
    known = [(order[node], _weight(node)) for node in nodes if node in order]
    total = sum(weight for _, weight in known)
    return sum(place * weight for place, weight in known) / total if known else otherwise


def _weight(node: Node) -> float:
    return _BOX_WEIGHT if isinstance(node, int) else 1.0


def _centres(
    rows: Sequence[list[Node]],
    above: Mapping[Node, list[Node]],
    below: Mapping[Node, list[Node]],
) -> dict[Node, float]:
    """The horizontal middle of each node; none leaves the width of a full row."""
    room = max(*(_packed(row) for row in rows), _packed([0] * _WIDEST))
    centres: dict[Node, float] = {}
    for row in rows:
        _place(row, centres, dict.fromkeys(row, room / 2), room)
    for _ in range(_SWEEPS):
        for order, beside in ((rows, above), (rows[::-1], below)):
            for row in order:
                wanted = {node: _mean(centres, beside.get(node, ()), centres[node]) for node in row}
                _place(row, centres, wanted, room)
    return centres


def _packed(row: Sequence[Node]) -> float:
    """The width of a row without more space than there must be."""
    return sum(map(_width, row)) + _GAP_X * (len(row) - 1)


def _place(
    row: Sequence[Node], centres: dict[Node, float], wanted: Mapping[Node, float], room: float
) -> None:
    """Put a row's nodes near where they are wanted, in their order and clear of each other."""
    placed = _pushed([wanted[node] for node in row], row, float("-inf"))
    # Who was pushed was pushed to the right: the row as a whole goes back by as much.
    excess = sum(one - wanted[node] for one, node in zip(placed, row, strict=True)) / len(row)
    placed = [one - excess for one in placed]
    mirrored = _pushed([room - one for one in reversed(placed)], row[::-1], 0.0)
    placed = _pushed([room - one for one in reversed(mirrored)], row, 0.0)
    centres |= dict(zip(row, placed, strict=True))


def _pushed(wanted: Sequence[float], row: Sequence[Node], left: float) -> list[float]:
    """Places not less than wanted, clear of each other and of what is left of `left`."""
    placed: list[float] = []
    for centre, node in zip(wanted, row, strict=True):
        half = _width(node) / 2
        placed.append(max(centre, left + half))
        left = placed[-1] + half + _GAP_X
    return placed


def _width(node: Node) -> float:
    return BOX_WIDTH if isinstance(node, int) else _BEND_WIDTH


def _points(
    node: Node,
    centres: Mapping[Node, float],
    left: float,
    layer_of: Sequence[int],
    tops: Mapping[int, float],
) -> list[tuple[float, float]]:
    """Where lines enter a node and where they leave it."""
    layer = layer_of[node] if isinstance(node, int) else node[1]
    x, top = centres[node] - left, tops[layer]
    return [(x, top), (x, top + BOX_HEIGHT)]
