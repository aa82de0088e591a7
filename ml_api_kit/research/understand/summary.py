"""The report as a person reads it in a terminal."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ml_api_kit.research.understand.category import Category

_LABEL = 15
_SHOWN_IDIOMS = 4
_SHOWN_PLACES = 3
_LONGEST_BAR = 24
_PATHS = {
    "python": "plain Python, without pandas",
    "pandas": "pandas",
    "batch": "none; it answers for its whole data",
}


def format_report(report: Mapping[str, Any], *, width: int = 88) -> str:
    """The report in lines of at most `width` columns, as far as names and code allow it."""
    lines = [f"{report['file']}: {len(report['statements'])} statements", ""]
    lines += _categories(report["statements"], width)
    lines.append("")
    if report["static"]:
        lines += _wrapped(_not_run(report), width, first="", rest="")
        for claim in report["claims_not_made"]:
            lines += _wrapped(claim, width, first="  - ", rest="    ")
    else:
        lines += _found(report, width)
    lines += _left_out(report, width)
    lines += ["", *_idioms(report["idioms"], width)]
    lines += ["", *_smells(report["smells"], width)]
    return "\n".join(lines)


def _categories(statements: Sequence[Mapping[str, Any]], width: int) -> Iterator[str]:
    counts = Counter(one["category"] for one in statements)
    most = max(counts.values(), default=1)
    longest = min(_LONGEST_BAR, max(width - _LONGEST_BAR - 40, 0))
    for category in Category:
        cells = [one["cell"] for one in statements if one["category"] == category]
        bar = "█" * max(round(counts[category] / most * longest), min(counts[category], 1))
        head = f"  {category:{_LABEL}}{counts[category]:4}  {bar:{longest}}  "
        listed = f"cells {_ranges(sorted(set(cells)))}" if cells else ""
        fitting = textwrap.shorten(listed, max(width - len(head), 12), placeholder=" …")
        yield f"{head}{fitting}".rstrip()


def _not_run(report: Mapping[str, Any]) -> str:
    if report["refused"]:
        return f"{report['refused']} What therefore cannot be said:"
    return "Not run. What cannot be said without running it:"


def _ranges(numbers: Sequence[int]) -> str:
    """Numbers in words: `1-3, 7`.

    >>> _ranges([1, 2, 3, 7])
    '1-3, 7'
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _found(report: Mapping[str, Any], width: int) -> Iterator[str]:
    yield from _labelled("reads", ", ".join(report["inputs"]) or "no file", width)
    for model in report["models"]:
        target = f" of {model['target']}" if model["target"] else ""
        served = ", served" if model["is_served"] else ""
        what = f"{model['variable']}: {model['class']}{target}, cell {model['cell']}{served}"
        yield from _labelled("model", what, width)
    asked = ", ".join(column["name"] for column in report["request"])
    method = "POST" if asked else "GET"
    yield from _labelled("API", f"{method} {report['endpoint']}", width)
    yield from _labelled("  asks", asked or "nothing: it answers for its own data", width)
    answers = ", ".join(column["name"] for column in report["outputs"])
    yield from _labelled("  answers", answers or "what the code ends in", width)
    path = _PATHS.get(report["request_path"], "none")
    yield from _labelled("request path", path, width)
    golden = report["golden"]
    if golden:
        equal = f"{golden['equal']:,} of {golden['rows']:,} rows as the code did"
        yield from _labelled("  answered", equal, width)
    for one in report["reasons"]:
        yield from _labelled("fell short", f"{one['what']}: {one['why']}", width)


def _left_out(report: Mapping[str, Any], width: int) -> Iterator[str]:
    """What the code installs, and which of its lines are no Python."""
    if report["requirements"]:
        yield from _labelled("installs", ", ".join(report["requirements"]), width)
    for note in report["notes"][:_SHOWN_PLACES]:
        yield from _labelled("not read", note, width)
    if len(report["notes"]) > _SHOWN_PLACES:
        more = f"and {len(report['notes']) - _SHOWN_PLACES} more: see --html or --json"
        yield from _labelled("", more, width)


def _idioms(idioms: Sequence[Mapping[str, Any]], width: int) -> Iterator[str]:
    if not idioms:
        yield "pandas: none on the way to the model."
        return
    counts = Counter(one["fate"] for one in idioms)
    said = (
        f"pandas: {counts['replaced']} replaced by plain Python, {counts['goes']} not needed for a"
        f" request, {counts['stays']} stay"
    )
    yield from _wrapped(said, width, first="", rest="  ")
    told = [one for one in idioms if one["fate"] != "goes"]
    for one in told[:_SHOWN_IDIOMS]:
        yield f"  cell {one['cell']}, line {one['line']}"
        yield _code(one["frozen"] or one["pandas"], width, "    ")
        if one["replacement"]:
            yield _code(one["replacement"], width, "  → ")
        else:
            yield from _wrapped(f"stays: {one['reason']}", width, first="    ", rest="    ")
    if len(told) > _SHOWN_IDIOMS:
        yield f"  and {len(told) - _SHOWN_IDIOMS} more: see --html or --json"


def _smells(smells: Sequence[Mapping[str, Any]], width: int) -> Iterator[str]:
    if not smells:
        yield "No smells found."
        return
    yield f"Smells: {len(smells)}"
    for name in dict.fromkeys(one["id"] for one in smells):
        same = [one for one in smells if one["id"] == name]
        yield f"  {name}"
        for one in same[:_SHOWN_PLACES]:
            where = f"cell {one['cell']}, line {one['line']}: {one['what']}"
            yield from _wrapped(where, width, first="    ", rest="      ")
        if len(same) > _SHOWN_PLACES:
            yield f"    and {len(same) - _SHOWN_PLACES} more places"
        yield from _wrapped(same[0]["advice"], width, first="    → ", rest="      ")


def _labelled(label: str, text: str, width: int) -> Iterable[str]:
    return _wrapped(text, width, first=f"  {label:{_LABEL}}", rest=" " * (_LABEL + 2))


def _wrapped(text: str, width: int, *, first: str, rest: str) -> list[str]:
    return textwrap.wrap(
        " ".join(text.split()),
        width,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _code(source: str, width: int, indent: str) -> str:
    """Code on one line, cut off where the line ends."""
    line = indent + " ".join(source.split())
    return line if len(line) <= width else f"{line[: width - 1]}…"
