"""What a check found, as one table for people."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from ml_api_kit.research.check.conversion import Conversion

_BEGIN = "<!-- check -->"
_END = "<!-- end of check -->"

_PATHS = {
    "python": "plain Python: works without pandas",
    "pandas": "pandas",
    "batch": "batch only: no single row can be asked for",
}


def conversion_rows(conversion: Conversion) -> list[tuple[str, str]]:
    """The lines of the table: what was looked at, and what was found."""
    return [
        ("statements", _categories(conversion)),
        ("model", _model(conversion.record["model"])),
        ("request path", _PATHS[conversion.request_path]),
        ("golden rows", _golden(conversion)),
        ("largest difference", f"{conversion.golden.largest_relative_difference:.3g} (relative)"),
        ("tests", _tests(conversion)),
        ("one row", _latency(conversion)),
        ("verified", "yes: every golden row is equal over HTTP" if conversion.verified else "NO"),
    ]


def format_table(conversion: Conversion) -> str:
    """The table as text, with what fell short below it."""
    rows = conversion_rows(conversion)
    width = max(len(name) for name, _ in rows)
    lines = [f"  {name:<{width}}  {text}" for name, text in rows]
    if conversion.reasons:
        lines += ["", "What fell short:"]
        lines += [f"- {_reason(reason)}" for reason in conversion.reasons]
    return "\n".join(lines)


def format_markdown(conversion: Conversion) -> str:
    """The table as Markdown."""
    rows = conversion_rows(conversion)
    body = "".join(f"| {name} | {text.replace('|', '&#124;')} |\n" for name, text in rows)
    return f"| looked at | found |\n| --- | --- |\n{body}"


def show_in_readme(project: Path, conversion: Conversion) -> None:
    """Put the table into the project's README, between the two marks that are there for it."""
    readme = project / "README.md"
    text = readme.read_text("utf-8") if readme.is_file() else ""
    before, begins, rest = text.partition(f"{_BEGIN}\n")
    _, ends, after = rest.partition(f"{_END}\n")
    # Whoever took the marks out wants no table.
    if begins and ends:
        readme.write_text(f"{before}{begins}{format_markdown(conversion)}{ends}{after}", "utf-8")


def _categories(conversion: Conversion) -> str:
    counts = Counter(statement["category"] for statement in conversion.record["statements"])
    return ", ".join(f"{count} {category}" for category, count in counts.most_common()) or "none"


def _model(model: Any) -> str:
    return "none" if model is None else f"{model['variable']} ({model['class']})"


def _golden(conversion: Conversion) -> str:
    golden = conversion.golden
    parts = [f"{golden.equal} of {golden.rows} equal"]
    if golden.alone:
        parts.append(f"{golden.alone} of them also alone")
    if golden.rows < golden.recorded:
        parts.append(f"{golden.recorded} were recorded")
    return ", ".join(parts)


def _tests(conversion: Conversion) -> str:
    return f"{conversion.tests.passed} passed, {conversion.tests.failed} failed"


def _latency(conversion: Conversion) -> str:
    before, after = conversion.latency.before_ms, conversion.latency.after_ms
    if after is None:
        return "not measured"
    if before is None:
        return f"{after:.3g} ms"
    ratio = f", {before / after:.1f} times as fast" if after < before else ""
    return f"{before:.3g} ms as in the notebook, {after:.3g} ms now{ratio}"


def _reason(reason: Any) -> str:
    place = ":".join(str(part) for part in (reason.get("file"), reason.get("line")) if part)
    return f"{place + ': ' if place else ''}{reason['what']}: {reason['why']}"
