"""Who writes: one at a time, and how often there was something to keep."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


@dataclass(slots=True)
class Writes:
    """The lock that each writer holds, and the number of changes that were kept so far."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    count: int = 0
