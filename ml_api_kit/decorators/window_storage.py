"""The table of windows as a storage of the library `limits`; imported where a limit is set."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from limits.storage import Storage
from limits.storage.base import SlidingWindowCounterSupport

from ml_api_kit.decorators.window_table import WindowTable

if TYPE_CHECKING:
    from ml_api_kit.decorators.rate_limit import LimitedItem


class WindowStorage(Storage, SlidingWindowCounterSupport):
    """Counts in a file that all processes of one machine share, for the sliding window counter.

    `limits` wants of every storage what a fixed window needs, too. That strategy is never used
    here, and what only it would call raises NotImplementedError.
    """

    STORAGE_SCHEME = None

    def __init__(self, path: Path | None) -> None:
        """Use the table in the file `path`, or one in the memory of this process."""
        super().__init__()
        self._table = WindowTable(path)

    @property
    def base_exceptions(self) -> type[Exception]:
        """What goes wrong with a file."""
        return OSError

    def acquire_sliding_window_entry(
        self, key: str, limit: int, expiry: int, amount: int = 1
    ) -> bool:
        """True where `key` may come, which is then counted."""
        return self._table.add(key, length_s=expiry, now_s=time.time(), limit=limit, amount=amount)

    def visit(self, item: LimitedItem, client: str, counts: bool) -> tuple[bool, int, float, int]:
        """What `acquire_sliding_window_entry` and then `get_sliding_window` say, in one look.

        Nothing is acquired where `counts` is False.
        """
        now_s, length_s = time.time(), item.length_s
        may, before, count = self._table.visit(
            item.key + client,
            length_s=length_s,
            now_s=now_s,
            limit=item.amount,
            amount=1 if counts else 0,
        )
        return may and counts, before, length_s - now_s % length_s, count

    def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        """The counts of the window before and of this one, each with its seconds to live."""
        now_s = time.time()
        before, count = self._table.read(key, length_s=expiry, now_s=now_s)
        left_s = expiry - now_s % expiry
        return before, left_s, count, left_s + expiry

    def clear_sliding_window(self, key: str, expiry: int) -> None:
        """Nothing; forgets `key`."""
        self._table.forget(key)

    def check(self) -> bool:
        """True: the table is there."""
        return True

    def reset(self) -> int | None:
        """Forget every key; how many they were is not known."""
        self._table.forget()
        return None

    def clear(self, key: str) -> None:
        """Nothing; forgets `key`."""
        self._table.forget(key)

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Not for this storage."""
        raise NotImplementedError("This storage serves the sliding window counter only.")

    def get(self, key: str) -> int:
        """Not for this storage."""
        raise NotImplementedError("This storage serves the sliding window counter only.")

    def get_expiry(self, key: str) -> float:
        """Not for this storage."""
        raise NotImplementedError("This storage serves the sliding window counter only.")
