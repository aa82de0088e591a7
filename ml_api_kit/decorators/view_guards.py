"""What guards a view, as a record that the view carries."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import FunctionType, MappingProxyType
from typing import Any
from weakref import WeakSet

from ml_api_kit.decorators.rate_limit import RateRule
from ml_api_kit.schemas import CompiledSchema

#: A schema of the application's folder by name, or one that was compiled where it was named.
SchemaRef = str | CompiledSchema

GUARDS_ATTRIBUTE = "__ml_api_guards__"

#: The views that the decorators made. A wrapper in between that somebody else made carries the same
#: attribute.
GUARDED: WeakSet[Callable[..., Any]] = WeakSet()

# What is guarded by a function around it: a view, and what the decorators nearer to it made of it.
_INNER: WeakSet[Callable[..., Any]] = WeakSet()
_MADE_FROM = "__ml_api_made_from__"


@dataclass(frozen=True, slots=True, eq=False)
class ViewGuards:
    """The guards of one view.

    Compared by identity, so that a request finds its plan by one look-up.

    Attributes:
        handles_errors: errors are answered as problem documents by the view itself.
        needs_token: a bearer token must be known.
        scopes: what the token must be good for, all of it.
        rate: the limit of how often a client may ask, or None for that of the application.
        reads_json: the body is one JSON value.
        body: the schema of the body, or None.
        fills_defaults: defaults of the body's schema are filled into it.
        query: the schema of the query string, or None.
        path: the schema of the variable parts of the path, or None.
        headers: the schema of the headers, or None.
        responses: the schemas of the answers, by status.
        takes_fast_lane: the view may be answered without Flask's request object.
    """

    handles_errors: bool = False
    needs_token: bool = False
    scopes: tuple[str, ...] = ()
    rate: RateRule | None = None
    reads_json: bool = False
    body: SchemaRef | None = None
    fills_defaults: bool = False
    query: SchemaRef | None = None
    path: SchemaRef | None = None
    headers: SchemaRef | None = None
    responses: Mapping[int, SchemaRef] = field(default_factory=lambda: MappingProxyType({}))
    takes_fast_lane: bool = False


def guards_of(view: Callable[..., Any]) -> ViewGuards:
    """The guards of `view`; those of an unguarded view guard nothing."""
    guards = getattr(view, GUARDS_ATTRIBUTE, None)
    return guards if isinstance(guards, ViewGuards) else ViewGuards()


def note_guarded(wrapper: Callable[..., Any], view: Callable[..., Any]) -> None:
    """Nothing; takes down that `wrapper` guards `view`, which is then not to be routed alone."""
    GUARDED.add(wrapper)
    setattr(wrapper, _MADE_FROM, view)
    # Other callables may not be referred to weakly, and are not what stands below a decorator.
    _INNER.update(each for each in _layers(view) if isinstance(each, FunctionType))


def bypassed_views(views: Iterable[Callable[..., Any]]) -> Iterator[FunctionType]:
    """Those of `views` that have guards above their routes, which are not among `views`.

    None of them is a view that is there with its guards, too, or that its module knows by its name
    without them: one that is guarded in another application.
    """
    views = [*views]
    routed = {id(inner) for view in views for inner in [*_layers(view)][1:]}
    for view in (each for each in views if isinstance(each, FunctionType)):
        is_alone = view in _INNER and id(view) not in routed
        if is_alone and ("<locals>" in view.__qualname__ or _is_around(_known_as(view), view)):
            yield view


def _known_as(view: FunctionType) -> object:
    """What stands in the module of `view` under its name; None where nothing does."""
    known: object = sys.modules.get(view.__module__)
    for name in view.__qualname__.split("."):
        known = getattr(known, name, None)
    return known


def _is_around(outer: object, view: FunctionType) -> bool:
    return callable(outer) and any(layer is view for layer in [*_layers(outer)][1:])


def _layers(view: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """`view`, and every function in it that a decorator was put on."""
    left, seen = [view], set()
    while left:
        layer = left.pop()
        if id(layer) not in seen:
            seen.add(id(layer))
            yield layer
            found = (getattr(layer, name, None) for name in (_MADE_FROM, "__wrapped__"))
            left += [each for each in found if each is not None]


def view_behind(view: Callable[..., Any]) -> Callable[..., Any] | None:
    """The function behind the decorators of `view`, where these are all of this package.

    None where one of somebody else's stands outside of them or between them.
    """
    inner: Callable[..., Any] | None = getattr(view, "__wrapped__", None)
    if view not in GUARDED or inner is None or hasattr(inner, GUARDS_ATTRIBUTE):
        return None
    return inner
