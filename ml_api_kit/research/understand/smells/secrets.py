"""Passwords, keys and tokens in code: found by their form or by their name, and hidden."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

_FORMS = re.compile(
    r"(AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|(AIza)[0-9A-Za-z_-]{30,}"
    r"|(gh[pousr]_|github_pat_)[0-9A-Za-z_]{20,}"
    r"|(xox[abprs]-)[0-9A-Za-z-]{10,}"
    r"|\b(sk-)(?:proj-|ant-)?[0-9A-Za-z_-]{20,}"
    r"|\b(hf_)[0-9A-Za-z]{25,}"
    r"|(-----BEGIN [A-Z ]*PRIVATE KEY-----)[^\"']*"
    r"|(Bearer )[0-9A-Za-z._~+/-]{16,}=*"
)
_URL = re.compile(r"(?P<head>\b[a-z][a-z0-9+.-]*://[^\s:/@'\"]*:)(?P<word>[^\s/@'\"{}<>$]+)@")
_FIELD = re.compile(
    r"(?i)(?P<head>\b(?:password|pwd|accountkey|sharedaccesskey)=)(?P<word>[^\s;&'\"{}<>$()]{4,})"
)
_NAME = re.compile(
    r"(?i)(?:^|_|\b)(?:password|passwd|pwd|passphrase|secret|secret_?key|api_?key"
    r"|access_?key|account_?key|private_?key|client_?secret"
    r"|(?:access|auth|bearer|refresh|api|hf|github)_?token|token)$"
)
# What stands where a secret would, and is told from one by its form.
_PLACEHOLDER = re.compile(
    r"(?i)^(?:x+|\*+|\.+|<.*>|\{.*\}|\$.*|your.*|changeme|none|null|todo|test|example.*"
    r"|pass|pwd|password|secret|token|string|text|enter.*|.*\s.*)$",
    re.DOTALL,
)
_SHORTEST = 6


def masked(text: str) -> str:
    """The text with what looks like a secret cut down to how it begins.

    Keys of known issuers, private keys, and passwords in addresses and connection strings.

    >>> masked("postgresql://ann:hunter2@db/cars")
    'postgresql://ann:…@db/cars'
    """
    text = _FORMS.sub(lambda found: next(one for one in found.groups() if one) + "…", text)
    text = _URL.sub(lambda found: _hidden(found, "@"), text)
    return _FIELD.sub(lambda found: _hidden(found, ""), text)


def without_secrets(source: str) -> str:
    """Code with its secrets cut down to how they begin, to be shown to others.

    Code that is no valid Python is looked through for forms alone.

    >>> without_secrets('login(user="ann", password="hunter2222")')
    'login(user="ann", password="hu…")'
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return masked(source)
    shown = source
    for secret in named_secrets(tree):
        literal = ast.get_source_segment(source, secret.node)
        if literal:
            shown = shown.replace(literal, f'"{secret.start}"')
    return masked(shown)


def sentence_without_secrets(sentence: str) -> str:
    """A sentence with code in backquotes, the secrets in both cut down to how they begin.

    >>> sentence_without_secrets('`f(token="t0k3n-4711")` is called')
    '`f(token="t0…")` is called'
    """
    parts = sentence.split("`")
    return "`".join(
        without_secrets(part) if place % 2 else masked(part) for place, part in enumerate(parts)
    )


@dataclass(frozen=True, slots=True)
class NamedSecret:
    """A text that is given to what has a secret's name.

    Attributes:
        name: that name.
        node: where the text stands.
        start: how it begins, which may be shown.
    """

    name: str
    node: ast.Constant
    start: str


def named_secrets(tree: ast.AST) -> Iterator[NamedSecret]:
    """Every text that is given to what has a secret's name."""
    for name, node in _named(tree):
        text = node.value if isinstance(node, ast.Constant) else None
        if not isinstance(node, ast.Constant) or not isinstance(text, str):
            continue
        is_long = len(text) >= _SHORTEST
        if is_long and _NAME.search(name) and not _PLACEHOLDER.match(text):
            yield NamedSecret(name, node, f"{text[:2]}…")


def _hidden(found: re.Match[str], tail: str) -> str:
    return found[0] if _PLACEHOLDER.match(found["word"]) else f"{found['head']}…{tail}"


def _named(tree: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Every value with the name that it is given: variables, keywords, keys and defaults."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            yield from ((_target_name(target), node.value) for target in node.targets)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            yield _target_name(node.target), node.value
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.arg, node.value
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, value
        elif isinstance(node, ast.arguments) and node.defaults:
            last = [*node.posonlyargs, *node.args][-len(node.defaults) :]
            yield from zip((one.arg for one in last), node.defaults, strict=True)


def _target_name(target: ast.expr) -> str:
    if isinstance(target, ast.Name):
        return target.id
    if isinstance(target, ast.Attribute):
        return target.attr
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        return str(target.slice.value)
    return ""
