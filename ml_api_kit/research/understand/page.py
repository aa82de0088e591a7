"""The report as one page of HTML that needs nothing else, and runs nothing."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Mapping
from typing import Any

from ml_api_kit.research.source.code import ResearchCode
from ml_api_kit.research.understand.drawing import to_list, to_svg
from ml_api_kit.research.understand.evidence import Evidence
from ml_api_kit.research.understand.graph import to_graph
from ml_api_kit.research.understand.page_code import to_html, to_listing
from ml_api_kit.research.understand.page_sections import to_api, to_idioms, to_smells
from ml_api_kit.research.understand.page_style import COLOURS, to_style

_SECTIONS = {
    "api": "The API",
    "smells": "Smells",
    "pandas": "pandas and Python",
    "flow": "How the data flows",
    "code": "The code",
}


def to_page(code: ResearchCode, report: Mapping[str, Any]) -> str:
    """The page: the API, the smells, pandas beside Python, the dataflow, and the code.

    Everything of the notebook is text in it; a policy in its head forbids scripts and loading.
    """
    graph = to_graph(report["statements"], Evidence(code).edges)
    name = html.escape(report["file"])
    parts = [
        "<!doctype html>",
        "<html lang='en'><head><meta charset='utf-8'>",
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        "<meta name='viewport' content='width=device-width, initial-scale=1'>",
        f"<title>{name}, understood</title><style>{to_style()}</style></head><body>",
        f"<header><h1>{name}</h1>{_shares(report)}{_contents()}</header><main>",
        to_api(report),
        to_smells(report["smells"]),
        to_idioms(report),
        "<h2 id='flow'>How the data flows</h2>",
        f"<p class='muted'>{html.escape(graph.left_out)}</p>" if graph.left_out else "",
        to_svg(graph),
        f"<details><summary>The same in words</summary><div class='wide'>{to_list(graph)}</div>"
        "</details>"
        if graph.boxes
        else "",
        "<h2 id='code'>The code</h2>",
        "<form><label><input type='checkbox' id='hide-exploration'> hide exploration</label>"
        "<label><input type='checkbox' id='hide-support'> hide support</label></form>",
        _left_out(report),
        to_listing(code, report),
        "</main></body></html>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _shares(report: Mapping[str, Any]) -> str:
    """How many statements are of which category."""
    counts = Counter(one["category"] for one in report["statements"])
    bars = "".join(
        f"<span class='c-{name}' style='flex: {counts[name]}'></span>"
        for name in COLOURS
        if counts[name]
    )
    legend = "".join(
        f"<li class='c-{name}'><span class='tag'>{name}</span> {counts[name]}</li>"
        for name in COLOURS
    )
    total = len(report["statements"])
    return (
        f"<p class='muted'>{total} statements, by what they are for</p>"
        f"<div class='shares' aria-hidden='true'>{bars}</div><ul class='legend'>{legend}</ul>"
    )


def _left_out(report: Mapping[str, Any]) -> str:
    """What the code installs, and which of its lines are no Python."""
    parts = [f"It installs {', '.join(report['requirements'])}."] if report["requirements"] else []
    parts += [f"{note[:1].upper()}{note[1:]}" for note in report["notes"]]
    items = "".join(f"<li>{to_html(one)}</li>" for one in parts)
    return f"<ul class='muted'>{items}</ul>" if items else ""


def _contents() -> str:
    links = "".join(f"<li><a href='#{name}'>{said}</a></li>" for name, said in _SECTIONS.items())
    return f"<nav aria-label='Contents'><ul>{links}</ul></nav>"
