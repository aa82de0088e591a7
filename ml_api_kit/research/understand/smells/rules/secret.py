"""A password, a key or a token stands in the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ml_api_kit.research.understand.evidence import Evidence, Place
from ml_api_kit.research.understand.smells.secrets import masked, named_secrets

WHY = "Whoever reads the notebook, or its history, can use it."
ADVICE = "Take it out, have its issuer change it, and read it from the environment."


def find(evidence: Evidence) -> Iterator[Place]:
    """Each text that has a secret's form, or is given to what has a secret's name."""
    for place, tree in enumerate(evidence.trees):
        named = {id(one.node): one for one in named_secrets(tree)}
        for one in named.values():
            yield evidence.at(place, one.node, f"`{one.name}` is `{one.start}` in the code")
        for inner in ast.walk(tree):
            if not isinstance(inner, ast.Constant) or not isinstance(inner.value, str):
                continue
            hidden = masked(inner.value)
            if id(inner) not in named and hidden != inner.value:
                yield evidence.at(place, inner, f"`{_around(hidden)}` stands in the code")


def _around(text: str) -> str:
    """The part of a long text where something was hidden."""
    at = max(0, text.find("…") - 40)
    return " ".join(text[at : at + 60].split())
