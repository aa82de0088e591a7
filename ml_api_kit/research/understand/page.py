"""The report as one page of HTML that needs nothing else."""

from __future__ import annotations

import html
from typing import Any

from ml_api_kit.research.source.code import ResearchCode
from ml_api_kit.research.understand.graph import to_svg

_COLOURS = {
    "preparation": "#2b6cb0",
    "preprocessing": "#2f855a",
    "ml": "#9b2c2c",
    "exploration": "#718096",
    "export": "#b7791f",
    "support": "#553c9a",
}
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 64rem;
  padding: 0 1rem; color: #1a202c; background: #fff; }
h1 { margin-bottom: 0; } h2 { margin-top: 2.5rem; } .muted { color: #4a5568; }
.statement { border-left: 5px solid var(--c); margin: .4rem 0; padding: .1rem 0 .1rem .8rem; }
.statement pre { margin: .2rem 0; overflow-x: auto; font-size: 14px; }
.tag { color: #fff; background: var(--c); border-radius: .3rem; padding: 0 .4rem;
  font-size: 13px; }
.why { font-size: 14px; color: #4a5568; } .cell { margin-top: 1.4rem; font-weight: 600; }
.dim { opacity: .62; } table { border-collapse: collapse; }
td, th { text-align: left; padding: .25rem .8rem .25rem 0; vertical-align: top; }
svg { max-width: 100%; height: auto; } .note { white-space: pre-wrap; color: #4a5568; }
@media (prefers-color-scheme: dark) { body { background: #14181f; color: #e2e8f0; }
  .why, .muted, .note { color: #a0aec0; } }
"""


def to_page(code: ResearchCode, report: dict[str, Any]) -> str:
    """The page: the model, the API, the code with its categories, the dataflow and the smells."""
    parts = [
        "<!doctype html><html lang='en'><meta charset='utf-8'>",
        "<meta name='viewport' content='width=device-width, initial-scale=1'>",
        f"<title>{_text(report['file'])}</title><style>{_STYLE}</style>",
        f"<h1>{_text(report['file'])}</h1>",
        f"<p class='muted'>{len(report['statements'])} statements. {_legend(report)}</p>",
        _api(report),
        _smells(report),
        "<h2>How the data flows</h2>",
        to_svg(code, report, _COLOURS),
        "<h2>The code</h2>",
        *_statements(code, report),
        "</html>",
    ]
    return "\n".join(parts)


def _legend(report: dict[str, Any]) -> str:
    found = [one["category"] for one in report["statements"]]
    return " ".join(
        f"<span class='tag' style='--c:{colour}'>{name} {found.count(name)}</span>"
        for name, colour in _COLOURS.items()
    )


def _api(report: dict[str, Any]) -> str:
    if report["static"]:
        claims = "".join(f"<li>{_text(claim)}</li>" for claim in report["claims_not_made"])
        return f"<h2>Not run</h2><p>Without running it, this is not known:</p><ul>{claims}</ul>"
    models = "".join(
        f"<tr><td><code>{_text(one['variable'])}</code></td><td>{_text(one['class'])}</td>"
        f"<td>{_text(one['target'] or '')}</td><td>cell {one['cell']}</td></tr>"
        for one in report["models"]
    )
    asked = "".join(
        f"<tr><td><code>{_text(one['name'])}</code></td><td>{_text(one['type'])}"
        f"{' or null' if one['nullable'] else ''}</td>"
        f"<td>{_text(', '.join(map(str, one['examples'])))}</td></tr>"
        for one in report["request"]
    )
    answers = ", ".join(f"<code>{_text(one['name'])}</code>" for one in report["outputs"])
    return (
        f"<h2>What the API will look like</h2><p><code>POST {_text(report['endpoint'])}</code> "
        f"answers {answers} for rows of</p><table><tr><th>column<th>type<th>examples</tr>{asked}"
        f"</table><h2>Models</h2><table><tr><th>variable<th>class<th>predicts<th>fitted in</tr>"
        f"{models}</table><p class='muted'>Reads: {_text(', '.join(report['inputs']) or 'no file')}"
        "</p>"
    )


def _smells(report: dict[str, Any]) -> str:
    if not report["smells"]:
        return ""
    rows = "".join(
        f"<tr><td>{_text(one['id'])}</td><td>cell {one['cell']}, line {one['line']}</td>"
        f"<td>{_text(one['what'])}. {_text(one['advice'])}</td></tr>"
        for one in report["smells"]
    )
    return f"<h2>Smells</h2><table>{rows}</table>"


def _statements(code: ResearchCode, report: dict[str, Any]) -> list[str]:
    parts: list[str] = []
    by_cell: dict[int, list[dict[str, Any]]] = {}
    for one in report["statements"]:
        by_cell.setdefault(one["cell"], []).append(one)
    for cell in code.cells:
        if cell.kind == "markdown":
            parts.append(f"<div class='note'>{_text(cell.text[:2000])}</div>")
        elif cell.number in by_cell:
            parts.append(f"<div class='cell'>Cell {cell.number}</div>")
            parts += [_statement(one) for one in by_cell[cell.number]]
    return parts


def _statement(one: dict[str, Any]) -> str:
    dim = " dim" if one["category"] == "exploration" else ""
    needed = ", needed by the model" if one.get("is_needed") else ""
    return (
        f"<div class='statement{dim}' style='--c:{_COLOURS[one['category']]}'>"
        f"<span class='tag'>{one['category']}</span> "
        f"<span class='why'>{_text(one['reason'])}{needed}</span>"
        f"<pre><code>{_text(one['source'])}</code></pre></div>"
    )


def _text(value: object) -> str:
    return html.escape(str(value))
