"""Keys at a URL: kept for a bounded time, and fetched anew when a token names one not known."""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from ml_api_kit.decorators.tokens.clock import Clock
from ml_api_kit.decorators.tokens.key_ages import KeyAges
from ml_api_kit.decorators.tokens.key_document import fetch_document
from ml_api_kit.errors import KeysUnavailableError

K = TypeVar("K")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Fetched(Generic[K]):
    keys: K
    document: bytes
    at_s: float


class RemoteKeys(Generic[K]):
    """The keys at `url`, as `read` reads them.

    Nothing is fetched before the first token is to be checked. One thread fetches; the others go
    on with the keys that are there. While the same document is fetched, the keys are the same
    object, so that whoever keeps something beside them can see whether they changed.
    """

    def __init__(
        self, url: str, *, read: Callable[[bytes], K], ages: KeyAges, clock: Clock
    ) -> None:
        """Fetch from `url` when needed; `read` makes keys of a document, or raises ValueError."""
        self._url = url
        self._read = read
        self._ages = ages
        self._elapsed_s = clock.elapsed_s
        self._lock = threading.Lock()
        self._fetched: _Fetched[K] | None = None
        self._tried_at_s = self._asked_at_s = -math.inf
        self._cause: Exception | None = None

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
                self._fetch()
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
                self._fetch()
        finally:
            self._lock.release()

    def _fetch(self) -> None:
        self._tried_at_s = self._elapsed_s()
        try:
            document = fetch_document(self._url)
            fetched = self._fetched
            is_same = fetched is not None and fetched.document == document
            keys = fetched.keys if fetched is not None and is_same else self._read(document)
        except (OSError, ValueError) as error:
            # Told when there is nothing left to go on with: `current` raises from it.
            self._cause = error
            _log.warning("The keys at %s could not be fetched: %s", self._url, error)
            return
        self._fetched = _Fetched(keys, document, self._elapsed_s())
