"""Docstrings of the functions of a request path: what they do, from where, with types and units."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from typing import Any

from ml_api_kit.research.modularize.steps import Step, columns_of, noun_of
from ml_api_kit.research.source.code import ResearchCode

_WIDTH = 92
_MOST_NAMED = 5
_LONGEST_COMMENT = 400
# Rows of tables, pictures and tags, which say nothing in a line of text.
_NO_SENTENCE = ("|", "![", "<", "---")
_UNITS = {
    **{"mm": "mm", "cm": "cm", "km": "km", "miles": "miles", "ft": "ft", "inch": "inches"},
    **{"kg": "kg", "mg": "mg", "g": "g", "lb": "lb", "lbs": "lb"},
    **{"s": "s", "ms": "ms", "sec": "s", "minutes": "minutes", "hours": "h", "days": "days"},
    **{"years": "years", "usd": "USD", "eur": "EUR", "gbp": "GBP", "inr": "INR", "pct": "%"},
    **{"percent": "%", "celsius": "°C", "sqft": "square feet", "sqm": "m²", "m2": "m²"},
    **{"mpg": "miles per gallon", "kmpl": "km per litre", "hp": "hp", "cc": "cm³"},
}
_SHAPES = {
    "pd.DataFrame": "the rows, [rows, columns]",
    "pd.Series": "one value for each row, [rows]",
    "list[Any]": "one value for each row, [rows]",
    "np.ndarray": "an array with a row for each row",
}


def write_docstring(
    step: Step, code: ResearchCode, frozen: Mapping[str, Any], *, told: set[int]
) -> str:
    """The docstring of a step in Google's style, with its quotes, as lines from the margin.

    What the markdown above its cell says is carried along once: cells in `told` have been.
    """
    columns = list(dict.fromkeys(name for line in step.lines for name in columns_of(line.text)))
    statement = code.statements[step.lines[0].statement]
    parts = [_summary(step, columns), f"From cell {statement.cell}, line {statement.line}."]
    comment = "\n".join(line for line in statement.comment.splitlines() if "%%" not in line)
    said = [_plain(comment.replace("#", " "))]
    if statement.cell not in told:
        told.add(statement.cell)
        said.insert(0, _plain(_markdown_above(code, statement.cell)))
    parts += [f"The research code says: {one[:_LONGEST_COMMENT]}" for one in said if one]
    body = "\n\n".join(_filled(part) for part in parts)
    takes = _SHAPES.get(step.kinds[0], "what was made so far")
    arguments = [f"{step.takes}: {takes}."]
    arguments += [f"{name} ({_type(frozen.get(name))}): {_learned(name)}" for name in step.frozen]
    listed = "\n".join(_filled(one, indent="    ") for one in arguments)
    returned = textwrap.indent(_filled(_returned(step, columns)), "    ")
    return f'"""{body}\n\nArgs:\n{listed}\n\nReturns:\n{returned}\n"""'


def _markdown_above(code: ResearchCode, cell: int) -> str:
    """What the markdown right above a cell says, its headings as sentences."""
    above = code.cells[cell - 2] if cell > 1 else None
    if above is None or above.kind != "markdown":
        return ""
    lines = [line.strip() for line in above.text.splitlines()]
    lines = [line for line in lines if not line.startswith(_NO_SENTENCE)]
    return " ".join(
        f"{line.lstrip('# ').rstrip('.:')}." if line.startswith("#") else line for line in lines
    )


def _plain(text: str) -> str:
    """Text as it can stand in a docstring."""
    return " ".join(text.split()).replace("\\", " ").replace('"', "'")


def _summary(step: Step, columns: list[str]) -> str:
    """A step in words, as a sentence."""
    named = "_and_".join(noun_of(name) for name in columns)
    for tail in (named, "columns"):
        verb = step.name.removesuffix(f"_{tail}")
        if columns and verb != step.name and verb != "choose":
            return f"{_words(verb)} {_listed([f'`{name}`' for name in columns])}."
    if step.name.startswith("compute_"):
        return f"Compute `{step.gives}`."
    return f"{_words(step.name)}."


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize().replace("One hot", "One-hot")


def _returned(step: Step, columns: list[str]) -> str:
    shape = _SHAPES.get(step.kinds[1], "what comes of it")
    if step.kinds[1] != "pd.DataFrame" or not columns:
        return f"{shape[0].upper()}{shape[1:]}, in the same order."
    return f"The rows in the same order, with {_listed([_with_unit(name) for name in columns])}."


def _with_unit(name: str) -> str:
    unit = unit_of(name)
    return f"`{name}` in {unit}" if unit else f"`{name}`"


def unit_of(name: str) -> str | None:
    """The unit that a column's name ends in or holds; None where it names none.

    >>> unit_of("bill_length_mm"), unit_of("rent_usd_mean"), unit_of("species")
    ('mm', 'USD', None)
    """
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().replace(" ", "_").split("_")
    return next((_UNITS[word] for word in reversed(words[1:]) if word in _UNITS), None)


def _learned(name: str) -> str:
    unit = unit_of(name)
    return f"learned from the training data{f', in {unit}' if unit else ''}."


def _type(value: Any) -> str:
    """The type of a learned value as an annotation."""
    if isinstance(value, dict) and value:
        key, one = next(iter(value.items()))
        return f"dict[{type(key).__name__}, {_type(one)}]"
    if isinstance(value, list) and value:
        return f"list[{_type(value[0])}]"
    shape = getattr(value, "shape", None)
    if shape:
        return f"{type(value).__name__} {list(shape)}"
    return type(value.item() if shape == () else value).__name__


def _listed(names: list[str]) -> str:
    more = len(names) - _MOST_NAMED
    return _plain_list([*names[:_MOST_NAMED], f"{more} more"] if more > 0 else names)


def _plain_list(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _filled(text: str, *, indent: str = "") -> str:
    later = f"{indent}    " if indent else ""
    return textwrap.fill(
        text.replace('"""', "'''"),
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=later,
        break_long_words=False,
    )
