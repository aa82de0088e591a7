"""`df["a"].str.strip()` and the other text methods: each text by Python's own methods."""

from __future__ import annotations

import re

import libcst as cst
from libcst import matchers as m

from ml_api_kit.research.refactor.columns import ColumnTranslator
from ml_api_kit.research.refactor.scope import (
    LeftAloneError,
    arguments,
    code_of,
    subscript_key,
    text_of,
)

LEAVES_ALONE = "splitting into columns, and options that change what a method does."

_SAME = {
    "lower",
    "upper",
    "strip",
    "lstrip",
    "rstrip",
    "title",
    "capitalize",
    "zfill",
    "swapcase",
    "casefold",
    "find",
    "rfind",
    "removeprefix",
    "removesuffix",
    "ljust",
    "rjust",
    "center",
}
_TESTS = {
    "startswith",
    "endswith",
    "isdigit",
    "isalpha",
    "isalnum",
    "isnumeric",
    "isdecimal",
    "isspace",
    "islower",
    "isupper",
    "istitle",
}
_SEARCHES = {"contains": "search", "match": "match", "fullmatch": "fullmatch"}


def column(node: cst.BaseExpression, of: ColumnTranslator) -> str | None:
    """The expression for one row; None where this is another idiom."""
    if isinstance(node, cst.Subscript):
        return _item(node, of)
    if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Attribute):
        return None
    accessor, name = node.func.value, node.func.attr.value
    if not _is_accessor(accessor):
        return None
    assert isinstance(accessor, cst.Attribute)
    placed, named = arguments(node)
    # A missing text is no text that begins with anything: pandas answers False.
    missing = ", missing=False" if name in _TESTS | set(_SEARCHES) else ""
    if "na" in named:
        missing = f", missing={code_of(named.pop('na'))}"
    made = _made(name, placed, named)
    if made is None:
        raise LeftAloneError(f"`{code_of(node)}`: {LEAVES_ALONE}")
    return _for_text(made, of.value(accessor.value), of, missing)


def _made(
    name: str, placed: list[cst.BaseExpression], named: dict[str, cst.BaseExpression]
) -> str | None:
    """The expression of one text."""
    given = ", ".join(code_of(one) for one in placed)
    if name in _SAME | _TESTS and not named:
        return f"text.{name}({given})"
    if name in _SEARCHES:
        return _searched(name, placed, named)
    if name == "len":
        return "len(text)"
    if name == "split":
        return _split(placed, named)
    if name in ("rsplit", "join") and len(placed) == 1 and not named:
        return f"text.rsplit({given})" if name == "rsplit" else f"{given}.join(text)"
    if name == "get" and len(placed) == 1:
        return f"text[{given}]"
    if name == "slice":
        return _sliced(placed, named)
    if name in ("count", "findall") and len(placed) == 1 and not named:
        found = f"re.findall({given}, text)"
        return f"len({found})" if name == "count" else found
    if name == "replace":
        return _replaced(placed, named)
    return None


def _is_accessor(node: cst.BaseExpression) -> bool:
    return m.matches(node, m.Attribute(attr=m.Name("str")))


def _item(node: cst.Subscript, of: ColumnTranslator) -> str | None:
    """`.str[0]`, or the first column of `.str.split(",", expand=True)`."""
    key = subscript_key(node)
    inner = code_of(key) if key is not None else code_of(node.slice[0].slice)
    if _is_accessor(node.value):
        assert isinstance(node.value, cst.Attribute)
        return _for_text(f"text[{inner}]", of.value(node.value.value), of)
    if not m.matches(node.value, _SPLIT):
        return None
    call = cst.ensure_type(node.value, cst.Call)
    placed, named = arguments(call)
    is_expanded = code_of(named.pop("expand")) == "True" if "expand" in named else False
    made = _split(placed, named)
    if not is_expanded or made is None or not isinstance(key, cst.Integer):
        raise LeftAloneError(f"`{code_of(node)}`: {LEAVES_ALONE}")
    accessor = cst.ensure_type(cst.ensure_type(call.func, cst.Attribute).value, cst.Attribute)
    return _for_text(f"{made}[{inner}]", of.value(accessor.value), of)


_SPLIT = m.Call(func=m.Attribute(value=m.Attribute(attr=m.Name("str")), attr=m.Name("split")))


def _split(placed: list[cst.BaseExpression], named: dict[str, cst.BaseExpression]) -> str | None:
    given = dict(zip(("pat",), placed, strict=False)) | named
    most = f", {code_of(given['n'])}" if "n" in given else ""
    if set(given) - {"pat", "n"} or len(placed) > 1:
        return None
    if "pat" not in given:
        return f"text.split(maxsplit={most[2:]})" if most else "text.split()"
    pattern = text_of(given["pat"])
    if pattern is None:
        return None
    # pandas reads a pattern of more than one letter as a regular expression.
    if len(pattern) == 1 or re.escape(pattern) == pattern.replace(" ", "\\ "):
        return f"text.split({code_of(given['pat'])}{most})"
    return f"re.split({code_of(given['pat'])}, text{most.replace(', ', ', maxsplit=')})"


def _sliced(placed: list[cst.BaseExpression], named: dict[str, cst.BaseExpression]) -> str:
    given = dict(zip(("start", "stop", "step"), placed, strict=False)) | named
    parts = [code_of(given[one]) if one in given else "" for one in ("start", "stop", "step")]
    return f"text[{':'.join(parts[:2])}{f':{parts[2]}' if parts[2] else ''}]"


def _replaced(placed: list[cst.BaseExpression], named: dict[str, cst.BaseExpression]) -> str | None:
    is_pattern = "regex" in named and code_of(named["regex"]) == "True"
    if len(placed) != 2 or set(named) - {"regex"}:
        return None
    old, new = (code_of(one) for one in placed)
    return f"re.sub({old}, {new}, text)" if is_pattern else f"text.replace({old}, {new})"


def _searched(
    name: str, placed: list[cst.BaseExpression], named: dict[str, cst.BaseExpression]
) -> str | None:
    if len(placed) != 1 or set(named) - {"regex", "case", "flags"}:
        return None
    given = code_of(placed[0])
    if "regex" in named and code_of(named["regex"]) == "False":
        return f"{given} in text" if set(named) == {"regex"} else None
    flags = f", {code_of(named['flags'])}" if "flags" in named else ""
    if "case" in named and code_of(named["case"]) == "False":
        flags = f"{flags} | re.IGNORECASE" if flags else ", re.IGNORECASE"
    return f"re.{_SEARCHES[name]}({given}, text{flags}) is not None"


def _for_text(made: str, value: str, of: ColumnTranslator, missing: str = "") -> str:
    """A missing text stays missing."""
    of.scope.imports.add("ml_api_kit.preprocessing:for_text")
    return f"for_text(lambda text: {made}, {value}{missing})"
