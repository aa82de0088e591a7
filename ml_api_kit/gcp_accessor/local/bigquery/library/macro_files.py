"""The macros of the folder `macros`, read from their files.

Each statement is one line: `CREATE OR REPLACE MACRO name(a TYPE, b) AS body, (c) AS body;`. The
types are DuckDB's, but for BIGNUMERIC.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ml_api_kit.gcp_accessor.local.bigquery.library.mixed_forms import Convert, mixed_forms
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.kinds import BIGNUMERIC
from ml_api_kit.gcp_accessor.local.bigquery.library.strict_forms import strict_forms

HEAD = "CREATE OR REPLACE MACRO "
_FORM = re.compile(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\) AS ")
# Their macros are functions of BigQuery, and take the types alone that their forms have.
_STRICT_FILES = ("dates.sql", "encodings.sql", "strings.sql")
_QUOTED = re.compile(r"'(?:[^']|'')*'")
_WORD = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|\.?\b[A-Za-z_]\w*\b")


@dataclass(frozen=True, slots=True)
class MacroForm:
    """One form of a macro: its parameters, their types or "" where any will do, and its body."""

    parameters: tuple[str, ...]
    types: tuple[str, ...]
    body: str

    def to_sql(self) -> str:
        """The form as it stands in CREATE MACRO."""
        typed = (f"{n} {t}".strip() for n, t in zip(self.parameters, self.all_types, strict=True))
        return f"({', '.join(typed)}) AS {self.body}"

    @property
    def all_types(self) -> tuple[str, ...]:
        """The type of each parameter."""
        return self.types or ("",) * len(self.parameters)

    def over(self, types: tuple[str, ...], convert: Convert, body: str | None = None) -> MacroForm:
        """The form over other types, with its body or another; `convert` where types differ."""
        changed = {
            name: convert(new, name)
            for name, new, old in zip(self.parameters, types, self.types, strict=True)
            if new != old
        }
        put = _WORD.sub(lambda match: changed.get(match[0], match[0]), self.body)
        return MacroForm(self.parameters, types, put if body is None else body)

    def with_witnesses(self) -> MacroForm:
        """The form with a typed witness before each parameter, whose own type is cast to."""
        types = dict(zip(self.parameters, self.all_types, strict=True))

        def cast(match: re.Match[str]) -> str:
            kind = types.get(match[0], "")
            return f"CAST({match[0]} AS {kind})" if kind else match[0]

        witnesses = tuple(f"{name}_w" for name in self.parameters)
        untyped = ("",) * len(self.parameters)
        return MacroForm(
            (*witnesses, *self.parameters),
            (*self.all_types, *untyped),
            _WORD.sub(cast, self.body),
        )


class Macros(Mapping[str, tuple[MacroForm, ...]]):
    """The forms of every macro, by its name; those of each are read when they are asked for."""

    def __init__(self, lines: Mapping[str, str], strict: Collection[str]) -> None:
        """Read them from the line of each; the `strict` take the types of their forms alone."""
        self._lines = lines
        self._strict = strict
        self._forms: dict[str, tuple[MacroForm, ...]] = {}

    def __getitem__(self, name: str) -> tuple[MacroForm, ...]:
        """The forms of a macro, with those over mixtures of types that its line does not have."""
        if name not in self._forms:
            forms = _forms(_WORD.sub(_spelled, self._lines[name]))
            strict = strict_forms(name, forms) if name in self._strict else ()
            self._forms[name] = (*forms, *mixed_forms(name, forms), *strict)
        return self._forms[name]

    def __iter__(self) -> Iterator[str]:
        """The names."""
        return iter(self._lines)

    def __len__(self) -> int:
        """The number of macros."""
        return len(self._lines)

    def is_overloaded(self, name: str) -> bool:
        """Whether there is a macro of the name whose forms differ in the types they take."""
        first = _FORM.match(self._lines.get(name, ""))
        return first is not None and any(" " in part for part in _parameters(first[1]))


@cache
def load_macros() -> Macros:
    """All macros.

    Raises ValueError: when two statements make the same macro.
    """
    folder = files(__package__).joinpath("macros")
    scripts = [entry for entry in folder.iterdir() if entry.name.endswith(".sql")]
    found: dict[str, str] = {}
    strict: set[str] = set()
    for script in sorted(scripts, key=lambda entry: entry.name):
        for line in script.read_text(encoding="utf-8").splitlines():
            if not line.startswith(HEAD):
                continue
            name = line[len(HEAD) : line.index("(")]
            if name in found:
                raise ValueError(f"{script.name} makes {name}, which is there already")
            found[name] = line[line.index("(") :].rstrip(";")
            if script.name in _STRICT_FILES:
                strict.add(name)
    return Macros(found, strict)


@cache
def macros_of(file_name: str) -> frozenset[str]:
    """The names of the macros that a file of the folder makes."""
    text = files(__package__).joinpath("macros", file_name).read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if line.startswith(HEAD))
    return frozenset(line[len(HEAD) : line.index("(")] for line in lines)


def _spelled(word: re.Match[str]) -> str:
    return BIGNUMERIC if word[0] == "BIGNUMERIC" else word[0]


def _forms(text: str) -> tuple[MacroForm, ...]:
    bare = _QUOTED.sub(lambda match: "'" * len(match[0]), text)
    starts = [m for m in _FORM.finditer(text) if m.start() == 0 or _is_between(bare, m.start())]
    forms = []
    for position, match in enumerate(starts):
        end = starts[position + 1].start() if position + 1 < len(starts) else len(text)
        body = text[match.end() : end].rstrip().rstrip(",")
        parameters = _parameters(match[1])
        names = tuple(part.partition(" ")[0] for part in parameters)
        types = tuple(part.partition(" ")[2] for part in parameters)
        forms.append(MacroForm(names, types if any(types) else (), body))
    return tuple(forms)


def _parameters(text: str) -> list[str]:
    return [part.strip() for part in re.split(r",(?![^(]*\))", text) if part.strip()]


def _is_between(text: str, at: int) -> bool:
    """Whether the place is in no parentheses and behind a comma."""
    return text[:at].rstrip().endswith(",") and text.count("(", 0, at) == text.count(")", 0, at)
