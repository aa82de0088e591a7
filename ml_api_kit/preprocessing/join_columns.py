"""The columns of two tables that are joined: which are the key, and what all are called then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing.rows import to_columns

Names = str | Iterable[str] | None


@dataclass(frozen=True, slots=True)
class JoinColumns:
    """What the columns of two tables are called when they are joined.

    Attributes:
        left: every column of the left table, with its new name.
        right: every column of the right table, with its new name.
        shared: the columns of the key that have one name in both.
        has_new: whether a column may have another name than before.
    """

    left: Mapping[str, str]
    right: Mapping[str, str]
    shared: frozenset[str]
    has_new: bool

    @property
    def left_blank(self) -> dict[str, Any]:
        """What stands for a row of the left table where there is none."""
        return dict.fromkeys(self.left.values())

    @property
    def right_blank(self) -> dict[str, Any]:
        """What stands for a row of the right table where there is none, without the shared key."""
        return {new: None for name, new in self.right.items() if name not in self.shared}


def join_keys(
    on: Names, left_on: Names, right_on: Names, *, indexed: Sequence[str] | None
) -> tuple[list[str], list[str]]:
    """The columns of the key on the left, and those on the right.

    `indexed` are those of an index on the right, which are the key there.

    Raises PreprocessingError: when they are not said, said twice, not as many on both sides, or
        others than those of the index.

    >>> join_keys(None, "school", "id", indexed=None), join_keys(None, None, None, indexed=["id"])
    ((['school'], ['id']), (['id'], ['id']))
    """
    if on is not None:
        if left_on is not None or right_on is not None:
            raise PreprocessingError("on is given, and left_on or right_on too: give one or both.")
        left_on = right_on = to_columns(on)
    left_on = indexed if left_on is None else left_on
    right_on = indexed if right_on is None else right_on
    if left_on is None or right_on is None:
        raise PreprocessingError("Name the columns to join: give on, or both left_on and right_on.")
    left, right = to_columns(left_on), to_columns(right_on)
    if indexed is not None and right != list(indexed):
        raise PreprocessingError(
            f"The right table is indexed by {', '.join(indexed)}, and to be joined by "
            f"{', '.join(right)}. Index it by these."
        )
    if len(left) != len(right):
        raise PreprocessingError(
            f"The key has {len(left)} columns on the left and {len(right)} on the right."
        )
    return left, right


def join_columns(
    left: Sequence[str],
    right: Sequence[str],
    *,
    shared: Iterable[str],
    suffixes: tuple[str, str],
) -> JoinColumns:
    """The new names: with a suffix where both tables have a column that is no `shared` key.

    Raises PreprocessingError: when two columns would have one name.

    >>> join_columns(["id", "n"], ["id", "n"], shared=["id"], suffixes=("", "_right")).right
    {'id': 'id', 'n': 'n_right'}
    """
    keys = frozenset(shared)
    both = set(left) & set(right) - keys
    if not both:
        same = dict(zip(left, left, strict=True)), dict(zip(right, right, strict=True))
        return JoinColumns(*same, keys, has_new=False)
    columns = JoinColumns(
        {name: f"{name}{suffixes[0]}" if name in both else name for name in left},
        {name: f"{name}{suffixes[1]}" if name in both else name for name in right},
        keys,
        has_new=True,
    )
    made = [*columns.left.values(), *(columns.right[name] for name in right if name not in keys)]
    if len(set(made)) != len(made):
        twice = next(name for name in made if made.count(name) > 1)
        raise PreprocessingError(
            f"Two columns would have the name {twice!r}. Give other suffixes, or rename one first."
        )
    return columns


def renamed(rows: Sequence[dict[str, Any]], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The rows with the new names of their columns.

    >>> renamed([{"a": 1}], {"a": "a_x"})
    [{'a_x': 1}]
    """
    return [{names[name]: value for name, value in row.items()} for row in rows]
