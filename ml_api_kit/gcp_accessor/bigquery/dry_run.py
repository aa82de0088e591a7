"""What a query would read and cost."""

from __future__ import annotations

from dataclasses import dataclass

_TIB_BYTES = 1 << 40
# BigQuery bills no less than this for a query that reads anything.
_LEAST_BILLED_BYTES = 10 << 20


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a query would read, in bytes, what that would cost, and the columns it would give.

    The price is that of the setting `MLAPI_PRICE_PER_TIB_USD`, for what BigQuery would bill.

    >>> DryRun(1 << 40, ("score",), 6.25).price_usd
    6.25
    """

    size_bytes: int
    columns: tuple[str, ...]
    price_per_tib_usd: float

    @property
    def price_usd(self) -> float:
        """The price in US dollars; 0 for a query that reads nothing."""
        billed = max(self.size_bytes, _LEAST_BILLED_BYTES) if self.size_bytes else 0
        return billed / _TIB_BYTES * self.price_per_tib_usd
