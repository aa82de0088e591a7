"""A graph as an SVG that takes its colours from the page it stands in."""

from __future__ import annotations

import html
from itertools import pairwise

from ml_api_kit.research.understand.graph import Arrow, Box, Graph
from ml_api_kit.research.understand.layout import BOX_HEIGHT, BOX_WIDTH, Layout, lay_out

_LETTERS = 30
_LISTED = 4
# How much a drawing may be scaled down: its text must stay readable.
_SMALLEST = 0.8


def to_svg(graph: Graph) -> str:
    """The drawing; a sentence where there is nothing to draw.

    Every box is a link to its first statement, `#s3`, and tells its code and variables as a
    title. The same in words is `to_list`.
    """
    if not graph.boxes:
        return "<p class='muted'>No data flows from one statement to another.</p>"
    layout = lay_out(len(graph.boxes), [(arrow.maker, arrow.reader) for arrow in graph.arrows])
    lines = "".join(_line(arrow, graph, layout) for arrow in graph.arrows)
    boxes = "".join(_drawn(box, *layout.corners[number]) for number, box in enumerate(graph.boxes))
    return (
        f"<div class='wide'><svg class='flow' viewBox='0 0 {layout.width:.0f} {layout.height:.0f}' "
        f"width='{layout.width:.0f}' style='min-width: {layout.width * _SMALLEST:.0f}px' "
        "role='group' aria-labelledby='flow-title'>"
        f"<title id='flow-title'>How data flows between {len(graph.boxes)} boxes of code</title>"
        "<defs><marker id='tip' viewBox='0 0 8 8' refX='7' refY='4' markerWidth='7' "
        "markerHeight='7' orient='auto'><path class='tip' d='M0 0L8 4L0 8z'/></marker></defs>"
        f"{lines}{boxes}</svg></div>"
    )


def to_list(graph: Graph) -> str:
    """The graph as a table, for those who do not see it, and for print."""
    rows = []
    for number, box in enumerate(graph.boxes):
        read = [arrow for arrow in graph.arrows if arrow.reader == number]
        origins = "; ".join(
            f"{', '.join(arrow.names)} of {where(graph.boxes[arrow.maker])}" for arrow in read
        )
        rows.append(
            f"<tr><td><a href='#s{box.places[0]}'>{_text(where(box))}</a></td>"
            f"<td>{_text(box.category)}</td><td>{_text(origins or 'nothing')}</td>"
            f"<td>{_text(', '.join(box.makes) or 'nothing that is read')}</td></tr>"
        )
    return (
        "<table><thead><tr><th scope='col'>where<th scope='col'>category"
        "<th scope='col'>reads<th scope='col'>makes</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def where(box: Box) -> str:
    """The cells of a box in words."""
    if len(box.cells) == 1:
        return f"cell {box.cells[0]}"
    return f"cells {box.cells[0]} to {box.cells[-1]}"


def _drawn(box: Box, x: float, y: float) -> str:
    what = " ".join(box.source.split()) if len(box.places) == 1 else _summary(box)
    title = f"{where(box)}, {box.category}\n{box.source[:600]}"
    return (
        f"<a href='#s{box.places[0]}' class='box c-{box.category}'>"
        f"<title>{_text(title)}</title>"
        f"<rect class='paper' x='{x:.1f}' y='{y:.1f}' width='{BOX_WIDTH}' height='{BOX_HEIGHT}' "
        "rx='6'/>"
        f"<rect class='bar' x='{x:.1f}' y='{y:.1f}' width='6' height='{BOX_HEIGHT}' rx='3'/>"
        f"<text class='head' x='{x + 15:.1f}' y='{y + 19:.1f}'>{_text(where(box))} "
        f"<tspan class='of'>{_text(box.category)}</tspan></text>"
        f"<text class='code' x='{x + 15:.1f}' y='{y + 38:.1f}'>{_text(_shortened(what))}</text></a>"
    )


def _summary(box: Box) -> str:
    made = ", ".join(box.makes[:_LISTED])
    return f"{len(box.places)} statements" + (f": {made}" if made else "")


def _shortened(text: str) -> str:
    return text if len(text) <= _LETTERS else f"{text[: _LETTERS - 1]}…"


def _line(arrow: Arrow, graph: Graph, layout: Layout) -> str:
    points = layout.lines[arrow.maker, arrow.reader]
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for number, ((x, y), (to_x, to_y)) in enumerate(pairwise(points)):
        if number % 2:  # straight through the layer
            path += f"L{to_x:.1f} {to_y:.1f}"
        else:
            middle = (y + to_y) / 2
            path += f"C{x:.1f} {middle:.1f} {to_x:.1f} {middle:.1f} {to_x:.1f} {to_y:.1f}"
    maker, reader = graph.boxes[arrow.maker], graph.boxes[arrow.reader]
    title = f"{', '.join(arrow.names)}: from {where(maker)} to {where(reader)}"
    return (
        f"<path class='line' d='{path}' marker-end='url(#tip)'><title>{_text(title)}</title></path>"
    )


def _text(value: object) -> str:
    return html.escape(str(value))
