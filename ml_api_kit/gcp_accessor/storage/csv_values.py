"""Values that `str` does not spell as BigQuery's loads of CSV read them."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Set
from typing import Any

from ml_api_kit.errors import PreprocessingError

_BYTES = (bytes, bytearray, memoryview)
_NESTED = (list, tuple, Mapping, Set)
# By name, since pandas and numpy are never imported for it.
MISSING_TYPES = frozenset({"NAType", "NaTType"})
_ARRAYS = frozenset({"ndarray", "Series", "DataFrame"})


class NestedValueError(PreprocessingError):
    """A value that no cell of a CSV file holds: a list, a mapping, an array."""

    def __init__(self, value: object, column: int) -> None:
        """Keep where it is: the column, counted from 0."""
        super().__init__(
            f"A value of type {type(value).__name__} in column {column + 1}: CSV holds no nested "
            "values. Give its JSON as text, json.dumps(value), or use upload_json_lines."
        )
        self.column = column


def are_plain(kinds: Iterable[type]) -> bool:
    """Whether `str`, and nothing for None, spells all values of these types.

    >>> are_plain({int, str, type(None)}), are_plain({bytes})
    (True, False)
    """
    return not any(_is_special(kind) for kind in kinds)


def text_of(value: Any, column: int) -> str:
    """The text of a value: bytes in base64, what is missing as nothing, the rest as `str` has it.

    Raises NestedValueError: for what CSV cannot hold.

    >>> text_of(b"x", 0), text_of(None, 0), text_of(0.5, 0)
    ('eA==', '', '0.5')
    """
    if value is None or type(value).__name__ in MISSING_TYPES:
        return ""
    if isinstance(value, _BYTES):
        return base64.b64encode(value).decode()
    if isinstance(value, _NESTED) or type(value).__name__ in _ARRAYS:
        raise NestedValueError(value, column)
    text = str(value)
    return "" if text == "NaT" and type(value).__name__ == "datetime64" else text


def _is_special(kind: type) -> bool:
    is_named = kind.__name__ in MISSING_TYPES | _ARRAYS or kind.__name__ == "datetime64"
    return is_named or issubclass(kind, (*_BYTES, *_NESTED))
