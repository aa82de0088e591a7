"""Texts put together of Python values: f-strings, `format`, `%` and `+`."""

from __future__ import annotations

import ast
import re
import string
from dataclasses import dataclass

from ml_api_kit.research.refactor.access.code import Code


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A Python value within a text.

    Attributes:
        value: its expression.
        code: what makes the text of it, as code without braces.
        is_formatted: whether a conversion or a format says how it becomes text.
    """

    value: ast.expr
    code: str
    is_formatted: bool = False

    @property
    def braced(self) -> str:
        """It as a part of an f-string."""
        return "{" + self.code + "}"

    @property
    def text(self) -> str:
        """The expression of its text, as code."""
        return f'f"{self.braced}"' if self.is_formatted else f"str({self.code})"


_Part = str | Placeholder
_FIRST_MARK = 0xF0000
_MARKS = re.compile("[\U000f0000-\U000fffff]")


@dataclass(frozen=True, slots=True)
class Template:
    """A text with Python values in it.

    Attributes:
        text: the text, with a mark of one character for each value.
        values: the values; `mark` tells which one a mark stands for.
    """

    text: str
    values: tuple[Placeholder, ...]

    def at(self, mark: str) -> Placeholder:
        """The value that a mark stands for."""
        return self.values[ord(mark) - _FIRST_MARK]

    def marks(self, text: str | None = None) -> list[re.Match[str]]:
        """The marks in a part of the text, in order; in all of it when left out."""
        return list(_MARKS.finditer(self.text if text is None else text))

    def literal(self, text: str, *, is_multiline: bool) -> str | None:
        """A part of the text as a string literal, an f-string where values are left.

        None where no literal can hold them.
        """
        holders = [self.at(one[0]).code for one in self.marks(text)]
        # Before Python 3.12 a value in an f-string may have neither its quotes nor a backslash.
        if any("\\" in one or "\n" in one or '"""' in one for one in holders):
            return None
        quote = '"""' if is_multiline or any('"' in one for one in holders) else '"'
        body = text.replace("{", "{{").replace("}", "}}") if holders else text
        body = _escaped(body.replace("\\", "\\\\"), quote)
        body = _MARKS.sub(lambda mark: self.at(mark[0]).braced, body)
        return f"{'f' if holders else ''}{quote}{body}{quote}"


def _escaped(body: str, quote: str) -> str:
    if quote == '"""':
        body = body.replace('"""', '\\"\\"\\"')
        return body[:-1] + '\\"' if body.endswith('"') else body
    escapes = {'"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return "".join(escapes.get(character, character) for character in body)


def template_of(code: Code, node: ast.expr) -> Template | None:
    """The template that an expression is; None where it is no text that can be told."""
    parts = _parts(code, node)
    if parts is None:
        return None
    values = tuple(part for part in parts if isinstance(part, Placeholder))
    marks = iter(range(_FIRST_MARK, _FIRST_MARK + len(values)))
    return Template(
        "".join(part if isinstance(part, str) else chr(next(marks)) for part in parts), values
    )


def _parts(code: Code, node: ast.expr) -> list[_Part] | None:
    match node:
        case ast.Constant(value=str() as text):
            return [text]
        case ast.JoinedStr(values=values):
            return [part for one in values for part in _of_f_string(one)]
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            before, behind = _parts(code, left), _parts(code, right)
            if before is not None and behind is not None:
                return before + behind
            if before is None and behind is None:
                return None
            return (before or [_of_value(left)]) + (behind or [_of_value(right)])
        case ast.BinOp(left=ast.Constant(value=str() as text), op=ast.Mod(), right=right):
            return _of_percent(text, right)
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str() as text), attr="format")):
            return _of_format(text, node)
    return None


def _of_f_string(node: ast.expr) -> list[_Part]:
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    assert isinstance(node, ast.FormattedValue)
    is_formatted = node.conversion != -1 or node.format_spec is not None
    written = ast.unparse(ast.JoinedStr([node]))
    inner = written[3:-2] if is_formatted else ast.unparse(node.value)
    return [Placeholder(node.value, inner, is_formatted)]


def _of_value(node: ast.expr) -> Placeholder:
    """A value that is added to texts; `str(x)` is x, as in an f-string."""
    match node:
        case ast.Call(func=ast.Name(id="str"), args=[inner], keywords=[]):
            return Placeholder(inner, ast.unparse(inner))
    return Placeholder(node, ast.unparse(node))


def _of_percent(text: str, right: ast.expr) -> list[_Part] | None:
    values = list(right.elts) if isinstance(right, ast.Tuple) else [right]
    pieces = text.replace("%%", "\0").split("%")
    if len(pieces) != len(values) + 1 or isinstance(right, ast.Dict):
        return None
    parts: list[_Part] = [pieces[0].replace("\0", "%")]
    for value, piece in zip(values, pieces[1:], strict=True):
        if piece[:1] not in ("s", "d"):
            return None
        parts += [Placeholder(value, ast.unparse(value)), piece[1:].replace("\0", "%")]
    return parts


def _of_format(text: str, call: ast.Call) -> list[_Part] | None:
    named = {one.arg: one.value for one in call.keywords}
    parts: list[_Part] = []
    place = 0
    try:
        fields = list(string.Formatter().parse(text))
    except ValueError:
        return None
    for before, name, spec, conversion in fields:
        parts.append(before)
        if name is None:
            continue
        if spec or conversion:
            return None
        key = name or str(place)
        place += 1
        if key.isdecimal() and int(key) < len(call.args):
            value = call.args[int(key)]
        elif key in named:
            value = named[key]
        else:
            return None
        parts.append(Placeholder(value, ast.unparse(value)))
    return parts
