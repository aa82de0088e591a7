"""Keys at a URL or in a file: kept for a bounded time, and read anew when a token names another."""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from ml_api_kit.decorators.tokens.clock import Clock
from ml_api_kit.decorators.tokens.key_ages import KeyAges
from ml_api_kit.errors import KeysUnavailableError

K = TypeVar("K")

#: How often the same trouble is told, in seconds.
TOLD_AGAIN_S = 30

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Fetched(Generic[K]):
    keys: K
    document: bytes
    at_s: float


class RenewedKeys(Generic[K]):
    """The keys in the document at `place`, which may change.

    Nothing is fetched before the first token is to be checked, or `load` is called. One thread
    fetches; the others go on with the keys that are there. While the same document is fetched, the
    keys are the same object, so that whoever keeps something beside them can see whether they
    changed.
    """

    def __init__(
        self,
        place: str,
        *,
        fetch: Callable[[str], bytes],
        read: Callable[[bytes], K],
        ages: KeyAges,
        clock: Clock,
    ) -> None:
        """Have `fetch` get the document at `place` when needed, and `read` make keys of it.

        `fetch` raises OSError, and `read` ValueError, where that cannot be done.
        """
        self._place = place
        self._fetch = fetch
        self._read = read
        self._ages = ages
        self._elapsed_s = clock.elapsed_s
        self._lock = threading.Lock()
        self._fetched: _Fetched[K] | None = None
        self._tried_at_s = self._asked_at_s = -math.inf
        self._cause: Exception | None = None
        self._told, self._told_at_s = "", -math.inf

    def load(self) -> None:
        """Nothing; fetches the keys now.

        Raises OSError, ValueError: when they cannot be had.
        """
        document = self._fetch(self._place)
        fetched = self._fetched
        is_same = fetched is not None and fetched.document == document
        keys = fetched.keys if fetched is not None and is_same else self._read(document)
        self._fetched = _Fetched(keys, document, self._elapsed_s())

    def current(self) -> K:
        """The keys, which are not older than they may be.

        Raises KeysUnavailableError: when they cannot be fetched, and there are none, or none that
        are young enough.
        """
        fetched = self._fetched
        if fetched is None or self._elapsed_s() - fetched.at_s >= self._ages.max_age_s:
            self._refresh()
            fetched = self._usable()
            if fetched is None:
                raise KeysUnavailableError from self._cause
        return fetched.keys

    def renewed(self) -> K:
        """The keys, fetched anew because a token names one that is not among the current ones.

        That happens at most once in `retry_s`; in between they are the current ones.

        Raises KeysUnavailableError: as `current` does.
        """
        before = self._fetched
        with self._lock:
            is_other = self._fetched is not before  # another thread was quicker
            if not is_other and self._elapsed_s() - self._asked_at_s >= self._ages.retry_s:
                self._asked_at_s = self._elapsed_s()
                self._try()
        return self.current()

    def _usable(self) -> _Fetched[K] | None:
        fetched = self._fetched
        limit_s = self._ages.max_age_s + self._ages.max_stale_s
        is_usable = fetched is not None and self._elapsed_s() - fetched.at_s < limit_s
        return fetched if is_usable else None

    def _refresh(self) -> None:
        before = self._fetched
        if not self._lock.acquire(blocking=self._usable() is None):
            return
        try:
            is_due = self._fetched is before  # no other thread was quicker
            if is_due and self._elapsed_s() - self._tried_at_s >= self._ages.retry_s:
                self._try()
        finally:
            self._lock.release()

    def _try(self) -> None:
        self._tried_at_s = self._elapsed_s()
        try:
            self.load()
        except (OSError, ValueError) as error:
            # Told when there is nothing left to go on with: `current` raises from it.
            self._cause = error
            self._tell(str(error))

    def _tell(self, trouble: str) -> None:
        is_new = trouble != self._told
        if is_new or self._elapsed_s() - self._told_at_s >= TOLD_AGAIN_S:
            self._told, self._told_at_s = trouble, self._elapsed_s()
            _log.warning("The keys at %s could not be read: %s", self._place, trouble)
