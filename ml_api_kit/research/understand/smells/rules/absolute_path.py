"""A file is named by where it lies on one machine."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ml_api_kit.research.understand.evidence import Evidence, Place

WHY = "On another machine there is no such file, and the code stops."
ADVICE = "Put the file beside the code, and name it from there."

_ABSOLUTE = re.compile(
    r"^(?:/(?:home|Users|content|kaggle|mnt|data|tmp|root|Volumes|opt|media)/\S"
    r"|~/|[A-Za-z]:[\\/](?![\\/]))"
)


def find(evidence: Evidence) -> Iterator[Place]:
    """Each text in the code that is such a path."""
    for place, tree in enumerate(evidence.trees):
        notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and id(node) not in notes and _is_path(node.value):
                yield evidence.at(place, node, f"`{str(node.value)[:80]}`")


def _is_path(value: object) -> bool:
    return isinstance(value, str) and bool(_ABSOLUTE.match(value)) and "\n" not in value
