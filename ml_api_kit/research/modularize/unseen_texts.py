"""Which columns may hold a text that was never seen: those whose encoder was told to take one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

_TAKING = ("ignore", "infrequent_if_exist", "warn", "use_encoded_value")


def open_columns(estimators: Iterable[Any], texts: dict[str, set[str]]) -> set[str]:
    """The columns, each given with its distinct texts, that an encoder takes any text of.

    It is told by what an encoder learned: one that was fitted to a column has no other categories
    than those of the column, such as `OneHotEncoder(handle_unknown="ignore")`.
    """
    taking: list[set[str]] = []
    strict: list[set[str]] = []
    for encoder in _encoders(estimators):
        learned = [
            {one for one in categories.tolist() if isinstance(one, str)}
            for categories in encoder.categories_
        ]
        (taking if encoder.handle_unknown in _TAKING else strict).extend(learned)
    return {
        name
        for name, distinct in texts.items()
        if _has(taking, distinct) and not _has(strict, distinct)
    }


def _has(learned: list[set[str]], distinct: set[str]) -> bool:
    return any(categories and categories <= distinct for categories in learned)


def _encoders(estimators: Iterable[Any]) -> Iterator[Any]:
    """The fitted encoders that estimators are made of."""
    stack, seen = list(estimators), set()
    while stack:
        part = stack.pop()
        if id(part) in seen or isinstance(part, str | bytes | int | float | type(None)):
            continue
        seen.add(id(part))
        if isinstance(part, dict):
            stack += part.values()
        elif isinstance(part, list | tuple | set):
            stack += part
        elif hasattr(part, "get_params") and hasattr(part, "__dict__"):
            if isinstance(getattr(part, "categories_", None), list) and hasattr(
                part, "handle_unknown"
            ):
                yield part
            stack += vars(part).values()
