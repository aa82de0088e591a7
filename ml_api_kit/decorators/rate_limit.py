"""How often a client may ask: limits read from texts such as `100 per minute`, and kept."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from ml_api_kit.decorators.shared_folder import shared_folder, shared_lock
from ml_api_kit.decorators.window_table import WindowTable
from ml_api_kit.errors import (
    MissingExtraError,
    RateLimitError,
    RatesUnavailableError,
    SettingsError,
)

if TYPE_CHECKING:
    from limits import RateLimitItem
    from limits.strategies import SlidingWindowCounterRateLimiter

UNLIMITED = "unlimited"

#: How long a Redis may take to answer, in seconds.
STORAGE_TIMEOUT_S = 1.0

#: Where a request keeps the headers that tell its client of the limits.
RATE_HEADERS_KEY = "ml_api_kit.rate_headers"

_COUNTED_KEY = "ml_api_kit.rates_counted"
_TOKEN_KEY = "ml_api_kit.token"
_SETTING, _STORAGE_SETTING = "MLAPI_RATE_LIMIT", "MLAPI_RATE_LIMIT_STORAGE"
_EXPECTED = "a limit such as '100 per minute', several apart by semicolons, or 'unlimited'"
_FILE = "rate_limits"


@dataclass(frozen=True, slots=True)
class RateRule:
    """A limit as it is written, and what it is of: the name of a view, or all views (empty)."""

    text: str
    scope: str = ""


@dataclass(frozen=True, slots=True)
class LimitedItem:
    """How often in which time, made ready to be counted.

    Attributes:
        item: the same as the library knows it.
        scope: what is counted together.
        amount: how often.
        length_s: in which time.
        label: the name of the time, quoted as headers want it.
        key: what the keys of its clients begin with.
    """

    item: RateLimitItem
    scope: str
    amount: int
    length_s: int
    label: str
    key: str


#: Counts a client's visit where it may come and the last argument says so. Whether it may, how
#: often it came in the window of time before, how much of this window is left, and how often it
#: came in this one.
Visit = Callable[[LimitedItem, str, bool], tuple[bool, int, float, int]]


@dataclass(frozen=True, slots=True)
class RateLimit:
    """A limit, ready to be held to.

    Attributes:
        items: how often in which time; all of them hold.
        scope: what is counted together.
        visit: what counts.
        policy: the header that says the limits.
    """

    items: tuple[LimitedItem, ...]
    scope: str
    visit: Visit
    policy: str

    def check(self, environ: dict[str, Any], *, is_known: bool) -> None:
        """Nothing, where the client of the request in `environ` may ask, which is counted.

        `is_known` says that its token was checked; it is then known by that, else by its address.

        Where a request passes the limit twice, such as that of the application in a class-based
        view and in its method, it counts once.

        Raises RateLimitError: when it asked too often.
        Raises RatesUnavailableError: when what counts does not answer.
        """
        counted: set[str] = environ.setdefault(_COUNTED_KEY, set())
        if self.scope in counted:
            return
        counted.add(self.scope)
        client = client_of(environ, is_known=is_known)
        told, wait_s = [], 0
        for item in self.items:
            may, before, left_s, count = self.visit(item, client, wait_s == 0)
            used = before * left_s / item.length_s + count
            left = math.floor(item.amount - used)
            free_s = 0
            if left < 1:
                free_s = math.ceil(
                    seconds_until_free(
                        before, count, left_s=left_s, length_s=item.length_s, limit=item.amount
                    )
                )
            if not may:
                wait_s = max(wait_s, 1, free_s)
            told.append(f"{item.label};r={max(0, left)};t={free_s}")
        headers = (("RateLimit-Policy", self.policy), ("RateLimit", ", ".join(told)))
        environ[RATE_HEADERS_KEY] = headers
        if wait_s:
            raise RateLimitError(
                " and ".join(str(item.item) for item in self.items), wait_s, headers=headers
            )


class RateLimits:
    """The limits of one application, made from its configuration.

    Raises SettingsError: when a setting cannot be used.
    """

    def __init__(self, config: Mapping[str, Any]) -> None:
        """Read `MLAPI_RATE_LIMIT` and its storage; what counts is made when there is a limit."""
        self._config = config
        text = config.get(_SETTING)
        if text is not None and not isinstance(text, str):
            raise SettingsError(_SETTING, text, _EXPECTED)
        self._default = RateRule(text or UNLIMITED)
        if text and text != UNLIMITED:
            parse_limits(text, name=_SETTING)
        if config.get(_STORAGE_SETTING):
            # No Redis is asked yet; an address that cannot be used is told now.
            _storage_limiter(config[_STORAGE_SETTING])

    def of(self, rule: RateRule | None) -> RateLimit | None:
        """The limit that `rule` stands for, the application's own where it is None.

        None where there is none.

        Raises SettingsError: when it, or the storage, cannot be used.
        """
        text, scope = (rule.text, rule.scope) if rule is not None else (self._default.text, "")
        if text == UNLIMITED:
            return None
        name = "rate_limit" if rule is not None else _SETTING
        items = tuple(_limited(item, scope) for item in parse_limits(text, name=name))
        policy = ", ".join(f"{item.label};q={item.amount};w={item.length_s}" for item in items)
        return RateLimit(items, scope, self._visit, policy)

    @cached_property
    def _visit(self) -> Visit:
        address = self._config.get(_STORAGE_SETTING)
        if address:
            return partial(_visit_storage, _storage_limiter(address))
        folder = shared_folder(self._config)
        lock = shared_lock(self._config)
        return partial(_visit_table, WindowTable(folder / _FILE if folder else None, lock=lock))


def _storage_limiter(address: str) -> SlidingWindowCounterRateLimiter:
    from limits.errors import ConfigurationError
    from limits.storage import storage_from_string
    from limits.strategies import SlidingWindowCounterRateLimiter

    try:
        storage: Any = storage_from_string(address, wrap_exceptions=True, **_options(address))
    except ConfigurationError:
        raise SettingsError(  # from None: the address may hold a password
            _STORAGE_SETTING,
            "(an address that is not shown)",
            "the address of a storage that the library limits knows and whose client is"
            " installed, such as redis://host:6379",
        ) from None
    return SlidingWindowCounterRateLimiter(storage)


def _options(address: str) -> dict[str, float]:
    # Without them a Redis that hangs would hold every thread; what the address says goes first.
    is_redis = address.startswith(("redis:", "rediss:", "redis+unix:"))
    names = ("socket_timeout", "socket_connect_timeout") if is_redis else ()
    return dict.fromkeys(names, STORAGE_TIMEOUT_S)


def parse_limits(text: str, *, name: str) -> tuple[RateLimitItem, ...]:
    """The limits that `text` names, such as `10 per second; 1000 per hour`.

    Raises SettingsError: when it names none; `name` is where it stands.
    Raises MissingExtraError: when the library limits is not installed.

    >>> [item.amount for item in parse_limits("10 per second; 1000 per hour", name="rate_limit")]
    [10, 1000]
    """
    try:
        from limits import parse_many
    except ImportError as error:
        raise MissingExtraError("A rate limit", "serve") from error

    try:
        items = tuple(parse_many(text))
    except ValueError:
        items = ()
    if not items or any(item.amount < 1 for item in items):
        raise SettingsError(name, text, _EXPECTED)
    return items


def seconds_until_free(
    before: int, count: int, *, left_s: float, length_s: int, limit: int
) -> float:
    """How long until one more is let in, where `left_s` of this window is left; 0 if it is now.

    The window before counts as far as it lies within `length_s` of the moment.

    >>> seconds_until_free(0, 2, left_s=0.5, length_s=1, limit=2)
    1.0
    """
    if count < limit:
        if before * left_s / length_s + count + 1 <= limit:
            return 0.0
        return left_s - (limit - 1 - count) * length_s / before
    return left_s + length_s - (limit - 1) * length_s / count


def client_of(environ: Mapping[str, Any], *, is_known: bool) -> str:
    """Who asks: by what its token says of it, by the token's hash, or by its address.

    >>> client_of({"REMOTE_ADDR": "192.0.2.7"}, is_known=False)
    'address 192.0.2.7'
    """
    if is_known:
        subject = getattr(environ.get(_TOKEN_KEY), "subject", None)
        if subject:
            return f"subject {subject}"
        header = environ.get("HTTP_AUTHORIZATION", "").encode("latin-1", "replace")
        return f"token {sha256(header).hexdigest()[:32]}"
    return f"address {environ.get('REMOTE_ADDR', '')}"


def _limited(item: RateLimitItem, scope: str) -> LimitedItem:
    label = f'"{item.GRANULARITY.name}"'
    key = item.key_for(scope) + "/"
    return LimitedItem(item, scope, item.amount, item.get_expiry(), label, key)


def _visit_table(
    table: WindowTable, item: LimitedItem, client: str, counts: bool
) -> tuple[bool, int, float, int]:
    now_s, length_s = time.time(), item.length_s
    may, before, count = table.visit(
        item.key + client,
        length_s=length_s,
        now_s=now_s,
        limit=item.amount,
        amount=1 if counts else 0,
    )
    return may and counts, before, length_s - now_s % length_s, count


def _visit_storage(
    limiter: SlidingWindowCounterRateLimiter, item: LimitedItem, client: str, counts: bool
) -> tuple[bool, int, float, int]:
    from limits.errors import StorageError

    storage: Any = limiter.storage
    try:
        may = counts and limiter.hit(item.item, item.scope, client)
        before, left_s, count, _ = storage.get_sliding_window(
            item.item.key_for(item.scope, client), item.length_s
        )
    except StorageError as error:
        raise RatesUnavailableError from error
    # Some storages do not tell of a window in which nobody came.
    return may, before, left_s if before else item.length_s, count
