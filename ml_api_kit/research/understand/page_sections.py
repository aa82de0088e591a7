"""The parts of the page before the code: the API, the smells, and pandas beside plain Python."""

from __future__ import annotations

import ast
import html
import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from ml_api_kit.research.understand.page_code import highlighted, to_html

_ALIKE = 3
_PATHS = {
    "python": "plain Python, without pandas",
    "pandas": "pandas, in part or as a whole",
    "batch": "none: it answers for its whole data",
}


def to_api(report: Mapping[str, Any]) -> str:
    """What the API will look like; without a run what is therefore not known."""
    if report["static"]:
        claims = "".join(f"<li>{_text(claim)}</li>" for claim in report["claims_not_made"])
        why = report["refused"] or "The code was not run."
        return (
            f"<h2 id='api'>What the API will look like</h2><p>{_text(why)} Therefore it is not "
            f"known</p><ul>{claims}</ul>"
        )
    method = "POST" if report["request"] else "GET"
    parts = [
        "<h2 id='api'>What the API will look like</h2>",
        f"<p><code>{method} {_text(report['endpoint'])}</code></p>",
        f"<dl>{''.join(f'<dt>{name}</dt><dd>{value}</dd>' for name, value in _facts(report))}</dl>",
    ]
    if report["request"]:
        parts.append(_request(report["request"]))
    if report["models"]:
        parts.append(_models(report["models"]))
    return "".join(parts)


def _facts(report: Mapping[str, Any]) -> list[tuple[str, str]]:
    answers = ", ".join(
        f"<code>{_text(one['name'])}</code> ({_text(one['type'])})" for one in report["outputs"]
    )
    facts = [
        ("answers", answers or "what the code ends in"),
        ("request path", _PATHS.get(report["request_path"], "none")),
        ("reads", _text(", ".join(report["inputs"]) or "no file")),
    ]
    golden = report["golden"]
    if golden:
        equal = f"{golden['equal']:,} of {golden['rows']:,} rows as the notebook did"
        facts.insert(2, ("answered", equal))
    facts += [
        ("fell short", f"{_text(one['what'])}: {_text(one['why'])}") for one in report["reasons"]
    ]
    return facts


def _request(columns: Sequence[Mapping[str, Any]]) -> str:
    first = {one["name"]: next(iter(one["examples"]), None) for one in columns}
    body = json.dumps({"rows": [first]}, indent=2, ensure_ascii=False)
    rows = "".join(
        f"<tr><td><code>{_text(one['name'])}</code></td><td>{_text(one['type'])}"
        f"{' or null' if one['nullable'] else ''}</td>"
        f"<td>{_text(', '.join(json.dumps(value) for value in one['examples']))}</td></tr>"
        for one in columns
    )
    return (
        "<div class='beside'><div class='wide'><h3>A row of a request</h3><table><thead><tr>"
        "<th scope='col'>column<th scope='col'>type<th scope='col'>examples</tr></thead>"
        f"<tbody>{rows}</tbody></table></div><div><h3>A request</h3>"
        f"<pre class='panel'><code>{_text(body)}</code></pre></div></div>"
    )


def _models(models: Sequence[Mapping[str, Any]]) -> str:
    rows = "".join(
        f"<tr><td><code>{_text(one['variable'])}</code></td><td>{_text(one['class'])}</td>"
        f"<td>{_text(one['target'] or '')}</td><td>{'yes' if one['is_served'] else 'no'}</td>"
        f"<td><a href='#cell{one['cell']}'>cell {one['cell']}</a></td></tr>"
        for one in models
    )
    return (
        "<h3>Models</h3><div class='wide'><table><thead><tr><th scope='col'>variable"
        "<th scope='col'>class<th scope='col'>predicts<th scope='col'>served"
        "<th scope='col'>fitted in</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def to_smells(smells: Sequence[Mapping[str, Any]]) -> str:
    """The smells, those of one kind together."""
    if not smells:
        return "<h2 id='smells'>Smells</h2><p>None was found.</p>"
    ordered = sorted(smells, key=lambda one: one["id"])
    kinds = [list(same) for _, same in groupby(ordered, key=lambda one: one["id"])]
    kinds.sort(key=lambda same: (same[0]["cell"], same[0]["line"]))
    return f"<h2 id='smells'>Smells</h2>{''.join(map(_kind, kinds))}"


def _kind(same: Sequence[Mapping[str, Any]]) -> str:
    places = "".join(
        f"<p><a href='#cell{one['cell']}'>cell {one['cell']}, line {one['line']}</a>: "
        f"{to_html(one['what'])}</p>"
        for one in same
    )
    first = same[0]
    return (
        f"<div class='smell'><p class='id'>{_text(first['id'])}</p>{places}"
        f"<p class='muted'>{to_html(first['why'])} {to_html(first['advice'])}</p></div>"
    )


def to_idioms(report: Mapping[str, Any]) -> str:
    """The pandas of the request path, and beside it what takes its place."""
    head = "<h2 id='pandas'>pandas, and what takes its place</h2>"
    idioms = report["idioms"]
    if not idioms:
        return f"{head}<p>No statement on the way to the model works on a table of pandas.</p>"
    counts = {
        fate: sum(one["fate"] == fate for one in idioms) for fate in ("replaced", "goes", "stays")
    }
    said = (
        f"{counts['replaced']} replaced by plain Python, {counts['goes']} not needed for a "
        f"request, {counts['stays']} stay pandas."
    )
    proof = (
        " By the rules alone: whether the answers stay the same is tried when the code is run."
        if report["static"]
        else " Kept is what answers all recorded rows as pandas did."
    )
    groups = groupby(idioms, key=lambda one: (one["cell"], one["pandas"]))
    return f"{head}<p>{said}{proof}</p>{''.join(_idiom(list(same)) for _, same in groups)}"


def _idiom(same: Sequence[Mapping[str, Any]]) -> str:
    """One statement of the notebook, with the lines that it became."""
    first = same[0]
    shown = [one for one in same if one["replacement"]][:_ALIKE] or same[:1]
    rules = ", ".join(dict.fromkeys(rule for one in same for rule in one["rules"]))
    more = f" The first {len(shown)} of {len(same)} lines." if len(same) > len(shown) else ""
    pairs = "".join(_pair(one, with_heads=one is shown[0]) for one in shown)
    if not _is_as_written(shown[0]):
        pairs = f"<pre class='whole'><code>{highlighted(first['pandas'])}</code></pre>{pairs}"
    return (
        f"<div class='idiom'><p><a href='#cell{first['cell']}'>cell {first['cell']}, line "
        f"{first['line']}</a> {_text(f'by {rules}.' if rules else '')}{more}</p>{pairs}</div>"
    )


def _is_as_written(one: Mapping[str, Any]) -> bool:
    """Whether a line of the request path is the notebook's own statement."""
    return one["frozen"] is None or _plain(one["frozen"]) == _plain(one["pandas"])


def _plain(source: str) -> str:
    try:
        return ast.unparse(ast.parse(source))
    except SyntaxError:
        return source


def _pair(one: Mapping[str, Any], *, with_heads: bool) -> str:
    """On the left pandas; on the right what takes its place, or why nothing does."""
    left = one["pandas"] if _is_as_written(one) else one["frozen"]
    right = (
        f"<pre><code>{highlighted(one['replacement'])}</code></pre>"
        if one["replacement"]
        else f"<p class='muted'>{to_html(_sentence(one))}</p>"
    )
    heads = ("<h3>pandas</h3>", "<h3>for the rows of a request</h3>") if with_heads else ("", "")
    return (
        f"<div class='pair'><div>{heads[0]}<pre><code>{highlighted(left)}</code></pre></div>"
        f"<div>{heads[1]}{right}</div></div>"
    )


def _sentence(one: Mapping[str, Any]) -> str:
    return one["reason"] if one["fate"] == "goes" else f"stays pandas: {one['reason']}"


def _text(value: object) -> str:
    return html.escape(str(value))
