"""How old keys may get that were fetched."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeyAges:
    """How long fetched keys are used, in seconds.

    Attributes:
        max_age_s: older keys are fetched anew.
        max_stale_s: how much longer they are used while that fails.
        retry_s: the least time between two attempts that failed, and between two that tokens with
            unknown keys cause.
    """

    max_age_s: float = 600
    max_stale_s: float = 3600
    retry_s: float = 30
