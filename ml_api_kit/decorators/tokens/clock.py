"""The time, as the checks of tokens read it; a test may have it pass faster."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """Two clocks.

    Attributes:
        now_s: seconds since 1970, for what a token says of its own time.
        elapsed_s: seconds since some moment; it never goes back, and measures how old keys are.
    """

    now_s: Callable[[], float] = time.time
    elapsed_s: Callable[[], float] = time.monotonic
