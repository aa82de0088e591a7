"""A call that was begun."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ml_api_kit.research.record.tape import Value


@dataclass(slots=True)
class Pending:
    """A call that was begun.

    Attributes:
        number: the number of the expression.
        function: what is called.
        receiver: the value whose method it is.
        name: the function's name.
        state: a copy of the receiver as it was, where the call may change it.
        replacement: what is called in its place; it gives the same result.
        detail: what the replacement found out.
        is_user_function: whether the function is the code's own, told statement by statement.
    """

    number: int
    function: Any
    receiver: Value | None
    name: str = ""
    state: Any = None
    replacement: Callable[..., Any] | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    is_user_function: bool = False
