"""DuckDB's names of types, read as BigQuery's types."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import Refusal

_SCALARS = {
    "TINYINT": "INT64", "SMALLINT": "INT64", "INTEGER": "INT64", "BIGINT": "INT64",
    "HUGEINT": "INT64", "UBIGINT": "INT64", "INTEGER_LITERAL": "INT64", '"NULL"': "NULL",
    "DOUBLE": "FLOAT64", "FLOAT": "FLOAT64", "VARCHAR": "STRING", "STRING_LITERAL": "STRING",
    "BLOB": "BYTES", "BOOLEAN": "BOOL", "DATE": "DATE", "TIME": "TIME", "TIMESTAMP": "DATETIME",
    "TIMESTAMP WITH TIME ZONE": "TIMESTAMP", "INTERVAL": "INTERVAL", "JSON": "JSON",
    "NULL": "NULL",
}  # fmt: skip

BIGNUMERIC = 'STRUCT("@bignumeric" BIGNUM)'
"""The DuckDB type of BIGNUMERIC: the number times 10^38.

It is within a struct, which DuckDB makes no other number of, nor of another number.
"""


@dataclass(frozen=True, slots=True)
class Kind:
    """A BigQuery type; `fields` are those of a STRUCT, or the one nameless element of an ARRAY."""

    name: str
    fields: tuple[tuple[str, Kind], ...] = ()

    @property
    def element(self) -> Kind:
        """The type of an array's elements."""
        return self.fields[0][1]

    def spelled(self) -> str:
        """The type as SQL has it, such as `ARRAY<STRUCT<a INT64>>`."""
        if self.name == "ARRAY":
            return f"ARRAY<{self.element.spelled()}>"
        if self.name == "STRUCT":
            inner = ", ".join(f"{name} {kind.spelled()}".strip() for name, kind in self.fields)
            return f"STRUCT<{inner}>"
        return "INT64" if self.name == "NULL" else self.name


@lru_cache(maxsize=500)
def kind_of(duckdb_type: str, *, has_geography: bool = False) -> Kind:
    """The BigQuery type for the text of a DuckDB type.

    Raises Refusal: when there is none, or it is GEOGRAPHY, whose values few functions know.
    """
    text = duckdb_type.strip()
    if text.endswith("[]"):
        return Kind("ARRAY", (("", kind_of(text[:-2], has_geography=has_geography)),))
    if text == BIGNUMERIC:
        return Kind("BIGNUMERIC")
    if text.startswith("STRUCT("):
        fields = tuple(_field(part, has_geography) for part in _split(text[7:-1]))
        if [name for name, _ in fields] == ["@range_start", "@range_end"]:
            return Kind(f"RANGE<{fields[0][1].name}>", fields)
        return Kind("STRUCT", fields)
    if text.startswith("DECIMAL"):
        return Kind("NUMERIC")
    if text == "GEOMETRY" and has_geography:
        return Kind("GEOGRAPHY")
    if text not in _SCALARS:
        raise Refusal(f"a value of type {text}")
    return Kind(_SCALARS[text])


def _field(part: str, has_geography: bool) -> tuple[str, Kind]:
    if part.startswith('"'):
        end = 1
        while part[end] != '"' or part[end + 1 : end + 2] == '"':
            end += 2 if part[end] == '"' else 1
        name, rest = part[1:end].replace('""', '"'), part[end + 1 :]
    else:
        name, _, rest = part.partition(" ")
    is_nameless = name.startswith("_field_")
    return "" if is_nameless else name, kind_of(rest, has_geography=has_geography)


def _split(inner: str) -> list[str]:
    """The parts between commas that are in no parentheses and no quotes."""
    parts, depth, is_quoted, start = [], 0, False, 0
    for at, character in enumerate(inner):
        if character == '"':
            is_quoted = not is_quoted
        elif is_quoted:
            continue
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
        elif character == "," and depth == 0:
            parts.append(inner[start:at].strip())
            start = at + 1
    parts.append(inner[start:].strip())
    return parts
