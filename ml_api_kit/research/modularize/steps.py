"""The lines of a request path as functions with names a person would choose.

Lines of one cell become one function where they take one table in and give one out; what does not
stays in `preprocess` itself, in its place.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from dataclasses import dataclass

from ml_api_kit import preprocessing as verbs
from ml_api_kit.research.modularize.path import Line, RequestPath

_VERBS = (
    (re.compile(r"\.fillna\("), "fill"),
    (re.compile(r"get_dummies\("), "one_hot_encode"),
    (re.compile(r"_codes\b|\.map\(|\.replace\("), "encode"),
    (re.compile(r"\.rename\("), "rename"),
    (re.compile(r"\.astype\(|to_datetime\(|to_numeric\("), "convert"),
    (re.compile(r"\.transform\("), "transform"),
    (re.compile(r"\.str\."), "clean"),
    (re.compile(r"\bcut\("), "bin"),
)
_NOUN = re.compile(r"[^0-9a-z]+")
# What tells apart the second of one name: `scaler_2`.
_NUMBER = re.compile(r"_\d+$")


@dataclass(frozen=True, slots=True)
class Step:
    """A function of the request path, or lines that stay in `preprocess`.

    Attributes:
        name: the function's name; empty where the lines stay.
        lines: what it does.
        takes: the variable it takes.
        gives: the variable it gives.
        frozen: what was learned and it is given.
        kinds: the annotations of what it takes and of what it gives.
    """

    name: str
    lines: tuple[Line, ...]
    takes: str
    gives: str
    frozen: tuple[str, ...]
    kinds: tuple[str, str] = ("Any", "Any")


def to_steps(path: RequestPath) -> list[Step]:
    """The steps of a path, in order; the last line, which picks the features, stays apart."""
    groups: list[list[Line]] = []
    for line in path.lines[:-1]:
        if groups and _belongs(groups[-1], line):
            groups[-1].append(line)
        else:
            groups.append([line])
    taken: Counter[str] = Counter()
    return [_step(path, group, taken) for group in groups]


def _belongs(group: list[Line], line: Line) -> bool:
    return line.statement == group[-1].statement or (
        _verb(line.text) == _verb(group[-1].text) and line.writes == group[-1].writes
    )


def _step(path: RequestPath, group: list[Line], taken: Counter[str]) -> Step:
    first = path.lines.index(group[0])
    after = path.lines[first + len(group) :]
    written: list[str] = []
    read: list[str] = []
    for line in group:
        read += [name for name in line.reads if name not in written and name not in read]
        written += [line.writes] if line.writes not in written else []
    later = {name for line in after for name in line.reads}
    given = [name for name in written if name in later]
    frozen = tuple(dict.fromkeys(name for line in group for name in line.frozen))
    if len(read) != 1 or len(given) != 1:
        return Step("", tuple(group), "", "", frozen)
    name = _function_name(group)
    if name in verbs.__all__:
        name = f"{name}_step"
    taken[name] += 1
    unique = name if taken[name] == 1 else f"{name}_{taken[name]}"
    takes = next(line.kinds[read[0]] for line in group if read[0] in line.kinds)
    gives = next(line.gives for line in reversed(group) if line.writes == given[0])
    return Step(unique, tuple(group), read[0], given[0], frozen, (takes, gives))


def _verb(text: str) -> str:
    for pattern, verb in _VERBS:
        if pattern.search(text):
            return verb
    return "select" if re.fullmatch(r"\w+ = \w+\[\[.*\]\]", text, re.DOTALL) else "add"


def _function_name(group: list[Line]) -> str:
    verb = _verb(group[0].text)
    nouns = list(dict.fromkeys(noun for line in group for noun in _nouns(line.text)))
    if verb == "transform" and not nouns:
        learned = dict.fromkeys(_NUMBER.sub("", name) for line in group for name in line.frozen)
        return "_".join(["apply", *list(learned)[:2]])
    if verb == "select":
        return "choose_columns"
    if not nouns and verb == "add":
        return f"compute_{noun_of(group[-1].writes)}"
    if not nouns or len(nouns) > 2:
        return f"{verb}_columns" if len(nouns) > 2 or verb != "add" else "add_columns"
    return f"{verb}_{'_and_'.join(nouns)}"


def columns_of(text: str) -> list[str]:
    """The columns that a line is about: those it stores, else those it names."""
    tree = ast.parse(text).body[0]
    if isinstance(tree, ast.Assign) and isinstance(tree.targets[0], ast.Subscript):
        key = tree.targets[0].slice
        parts = key.elts if isinstance(key, ast.Tuple | ast.List) else [key]
        named = [part.value for part in parts if isinstance(part, ast.Constant)]
    else:
        named = [
            key.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Dict)
            for key in node.keys
            if isinstance(key, ast.Constant)
        ][:3]
    return [name for name in named if isinstance(name, str) and noun_of(name)]


def _nouns(text: str) -> list[str]:
    return [noun_of(name) for name in columns_of(text)]


def noun_of(text: str) -> str:
    """A column's name as a part of a function's.

    >>> noun_of("Selling Price")
    'selling_price'
    """
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text)
    return _NOUN.sub("_", spaced.lower()).strip("_")
