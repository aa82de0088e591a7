"""IPython's own syntax in cells: what it means for the code, without running it.

Every line is replaced by exactly one, so that lines keep their numbers.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

from ml_api_kit.research.source.bigquery_magic import bigquery_cell

_INSTALL = re.compile(r"^\s*[!%]\s*(?:\w+\s+-m\s+)?(?:pip3?|conda|mamba|uv pip)\s+install\s+(.*)$")
# What IPython takes as a magic though it has no sign in front; none of it is valid Python.
_AUTOMAGIC = re.compile(
    r"^\s*(?:(?:pip3?|conda|mamba)\s+(?:install|uninstall|list|show|freeze)\b|(?:cd|ls)\s+[-./~\w])"
)
_LINE_MAGIC = re.compile(r"^(\s*)%(\w+)\s*(.*)$")
_SHELL = re.compile(r"^(\s*)!(.*)$")
_ASSIGNED = re.compile(r"^(\s*)([\w,\s]+?)\s*=\s*([!%])(?!=)(.*)$")
_HELP = re.compile(r"^\s*\??[\w.]+\?{1,2}\s*$|^\s*\?{1,2}[\w.]+\s*$")
_CODE_CELL_MAGICS = {"time", "timeit", "capture", "prun", "memit", "python", "python3", "skip"}
_QUIET_MAGICS = {
    "matplotlib",
    "config",
    "load_ext",
    "reload_ext",
    "autoreload",
    "pylab",
    "precision",
    "pdb",
    "xmode",
    "colors",
    "notebook",
    "autosave",
    "pprint",
}


@dataclass(slots=True)
class CellCode:
    """A cell's text as plain Python.

    Attributes:
        text: the code, with as many lines as the cell.
        requirements: what it installs.
        notes: what was left out, each with its line.
        scripts: the scripts that `%run` runs, with their line.
    """

    text: str
    requirements: list[str] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)
    scripts: dict[int, Path] = field(default_factory=dict)


def to_python(text: str) -> CellCode:
    r"""The cell as plain Python; what is no Python is left out and noted.

    >>> to_python("%matplotlib inline\n!pip install seaborn\nx = 1").requirements
    ['seaborn']
    """
    made = CellCode("")
    lines = text.splitlines()
    first = next((place for place, line in enumerate(lines) if line.strip()), None)
    if first is not None and lines[first].lstrip().startswith("%%"):
        name = lines[first].lstrip()[2:].split()[:1]
        asked = bigquery_cell(lines[first:]) if name == ["bigquery"] else None
        if asked is not None:
            made.text = "\n".join([*lines[:first], *asked])
            return made
        if not name or name[0] not in _CODE_CELL_MAGICS:
            made.notes.append((first + 1, f"the cell magic %%{' '.join(name)} and its cell"))
            made.text = "\n" * max(len(lines) - 1, 0)
            return made
        lines[first] = ""
    inside = _lines_inside_strings(lines)
    plain = [
        line if place in inside else _plain_line(line, place + 1, made, lines, inside)
        for place, line in enumerate(lines)
    ]
    made.text = "\n".join(plain)
    return made


def _plain_line(line: str, number: int, made: CellCode, lines: list[str], inside: set[int]) -> str:
    if _AUTOMAGIC.match(line) and _begins_statement(lines, number - 1):
        line = f"{_indent(line)}%{line.strip()}"
    if not re.search(r"[!%?]", line):
        return line
    install = _INSTALL.match(line)
    if install:
        made.requirements += _requirements(install[1])
        return _indent(line) + ("pass" if _indent(line) else "")
    assigned = _ASSIGNED.match(line)
    if assigned:
        made.notes.append((number, f"`{line.strip()}`, whose result the code may need"))
        return f"{assigned[1]}{assigned[2]} = []"
    shell = _SHELL.match(line)
    if shell:
        made.notes.append((number, f"the shell line `{line.strip()}`"))
        return _indent(line) + ("pass" if _indent(line) else "")
    magic = _LINE_MAGIC.match(line)
    if magic and _begins_statement(lines, number - 1):
        return _line_magic(magic, line, number, made)
    if _HELP.match(line):
        made.notes.append((number, f"the help request `{line.strip()}`"))
        return ""
    return line


def _line_magic(magic: re.Match[str], line: str, number: int, made: CellCode) -> str:
    indent, name, rest = magic.groups()
    if name in ("time", "timeit", "prun", "memit"):
        return indent + re.sub(r"^(?:-\w+\s*\d*\s+)*", "", rest)
    if name == "run":
        made.scripts[number] = Path(shlex.split(rest)[0]) if rest.strip() else Path()
        return ""
    if name not in _QUIET_MAGICS:
        made.notes.append((number, f"the magic `{line.strip()}`"))
    return indent + ("pass" if indent else "")


def _begins_statement(lines: list[str], place: int) -> bool:
    """Whether a line is not the continuation of the one before, as in a long modulo."""
    before = next((line.strip() for line in reversed(lines[:place]) if line.strip()), "")
    return not before.endswith((",", "(", "[", "{", "\\", "+", "-", "*", "/", "%", "="))


def _lines_inside_strings(lines: list[str]) -> set[int]:
    """The lines that begin inside a text of several lines."""
    inside: set[int] = set()
    quote = ""
    for place, line in enumerate(lines):
        if quote:
            inside.add(place)
        quote = _open_quote(line, quote)
    return inside


def _open_quote(line: str, quote: str) -> str:
    """The triple quote that is open after a line."""
    place = 0
    while place < len(line):
        if quote:
            end = line.find(quote, place)
            if end < 0:
                return quote
            place, quote = end + 3, ""
            continue
        character = line[place]
        if character == "#":
            return ""
        if line[place : place + 3] in ('"""', "'''"):
            quote, place = line[place : place + 3], place + 3
            continue
        if character in "\"'":
            place += 1
            while place < len(line) and line[place] != character:
                place += 2 if line[place] == "\\" else 1
        place += 1
    return quote


def _requirements(arguments: str) -> list[str]:
    try:
        words = shlex.split(arguments, comments=True)
    except ValueError:
        words = arguments.split()
    return [word for word in words if not word.startswith("-") and not word.endswith(".txt")]


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
