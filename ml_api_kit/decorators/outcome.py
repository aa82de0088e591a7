"""What became of a request before Flask saw it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

#: Where a request keeps its outcome, for its view to give back when Flask calls it.
OUTCOME_KEY = "ml_api_kit.outcome"


@dataclass(slots=True)  # one a request, and a frozen one takes three times as long to make
class Outcome:
    """What a view returned, or the error that ended it or one of its guards."""

    value: Any = None
    error: Exception | None = None

    def give(self) -> Any:
        """The value.

        Raises Exception: the error, where there is one.
        """
        if self.error is not None:
            raise self.error
        return self.value
