"""Ways to spoil a JSON value, one fault at a time."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

Mutation = Callable[[Any, Random], Any]
Place = tuple[str | int, ...]

_ONE_OF_EACH_TYPE = (None, True, -1, 0.5, "not what was asked for", ["unexpected"], {"a": "b"})


def drop_property(value: Any, random: Random) -> Any:
    """`value`, an object, without one of its properties."""
    dropped = random.choice(list(value))
    return {name: each for name, each in value.items() if name != dropped}


def add_property(value: Any, random: Random) -> Any:
    """`value`, an object, with a property that nobody asked for."""
    return value | {f"unexpected_{random.randrange(100)}": random.choice(_ONE_OF_EACH_TYPE)}


def change_type(value: Any, random: Random) -> Any:
    """A value of another JSON type."""
    return random.choice([each for each in _ONE_OF_EACH_TYPE if type(each) is not type(value)])


def leave_bounds(value: Any, random: Random) -> Any:
    """A number far out or no longer whole, a text or an array that is empty or too long."""
    if isinstance(value, str):
        return random.choice(("", "x" * 500))
    if isinstance(value, list):
        return random.choice(([], value * 3))
    return random.choice((-1_000_000_000, 1_000_000_000, value + 0.5))


def add_wrong_item(value: Any, random: Random) -> Any:
    """`value`, an array, with one more item, of a type that its others do not have."""
    types = {type(each) for each in value}
    items = [each for each in _ONE_OF_EACH_TYPE if type(each) not in types]
    place = random.randint(0, len(value))
    return [*value[:place], random.choice(items or list(_ONE_OF_EACH_TYPE)), *value[place:]]


MUTATIONS: tuple[tuple[Mutation, Callable[[Any], bool]], ...] = (
    (drop_property, lambda value: isinstance(value, dict) and bool(value)),
    (change_type, lambda value: True),
    (
        leave_bounds,
        lambda value: isinstance(value, int | float | str | list) and not isinstance(value, bool),
    ),
    (add_property, lambda value: isinstance(value, dict)),
    (add_wrong_item, lambda value: isinstance(value, list)),
)


def mutate(value: Any, mutation: Mutation, is_for: Callable[[Any], bool], random: Random) -> Any:
    """A copy of `value` with `mutation` done at one place that it is for; as it was without one.

    >>> mutate([{"a": 1}, 2], drop_property, lambda each: isinstance(each, dict), Random(1))
    [{}, 2]
    """
    places = [place for place, found in _places(value) if is_for(found)]
    if not places:
        return value
    return _with_change(value, random.choice(places), lambda found: mutation(found, random))


def _places(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    yield place, value
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _places(each, (*place, name))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _places(each, (*place, index))


def _with_change(value: Any, place: Place, change: Callable[[Any], Any]) -> Any:
    if not place:
        return change(value)
    changed = copy.copy(value)
    changed[place[0]] = _with_change(value[place[0]], place[1:], change)
    return changed
