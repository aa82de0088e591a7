"""Payloads drawn from a JSON Schema: valid ones, and ones that break it."""

from __future__ import annotations

import itertools
import json
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from ml_api_kit.errors import SchemaError
from ml_api_kit.loadtest.draft7 import to_draft7
from ml_api_kit.loadtest.mutations import MUTATIONS, mutate
from ml_api_kit.loadtest.references import check_references
from ml_api_kit.loadtest.schema_file import load_schema

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

_MOST_FAULTS = 3
_ATTEMPTS_PER_PAYLOAD = 50


@dataclass(frozen=True, slots=True)
class Payloads:
    """Request bodies ready to send, JSON in UTF-8: valid ones, and ones that break the schema."""

    valid: tuple[bytes, ...]
    invalid: tuple[bytes, ...]


def read_payloads(
    path: Path,
    *,
    count: int,
    invalid_count: int,
    seed: int,
    known: Sequence[Any] | None = None,
) -> Payloads:
    """`count` valid and `invalid_count` invalid bodies for the request schema in the file `path`.

    The valid ones are drawn, or those `known` where they are given, all of them.

    Raises SchemaError: when the schema cannot be read, matches nothing, or matches everything while
    `invalid_count` is above 0, or when a known body breaks it.
    """
    schema = load_schema(path)
    is_valid = _validity_check(schema)
    valid = draw_payloads(schema, count, seed=seed) if known is None else list(known)
    broken = next((place for place, body in enumerate(valid) if not is_valid(body)), None)
    if broken is not None:
        raise SchemaError(f"The known body {broken} breaks the schema {path}: mend one of them.")
    invalid = _spoiled(valid, is_valid, invalid_count, seed=seed)
    return Payloads(tuple(map(_to_body, valid)), tuple(map(_to_body, invalid)))


def draw_payloads(schema: dict[str, Any], count: int, *, seed: int) -> list[Any]:
    """`count` JSON values that match `schema`, the same ones for the same seed.

    The values are small to moderate in size, and of all sorts that the schema allows. A schema that
    matches fewer than `count` values has them repeated in turn. Texts have no NUL character.

    Raises SchemaError: when the schema is not valid, matches nothing that can be found, or refers
    to itself, which hypothesis-jsonschema cannot draw from.

    >>> draw_payloads({"const": 3}, 2, seed=0)
    [3, 3]
    """
    is_valid = _validity_check(schema)
    with warnings.catch_warnings():
        # What hypothesis warns of (its speed, a pattern it cannot read) concerns its own tests;
        # what is drawn is held against the schema below.
        warnings.simplefilter("ignore")
        drawn = _draw(_strategy(schema).filter(is_valid), count, seed=seed)
    return list(itertools.islice(itertools.cycle(drawn), count))


def draw_invalid_payloads(schema: dict[str, Any], count: int, *, seed: int) -> list[Any]:
    """`count` JSON values that break `schema`, in one to three places, the same per seed.

    Each is a valid value with a property dropped or added, a type changed, bounds left, or a wrong
    item put in, and was found invalid by the reference validator.

    Raises SchemaError: as `draw_payloads` does, and when no value that breaks the schema is found.

    >>> values = draw_invalid_payloads({"type": "integer", "minimum": 0}, 20, seed=0)
    >>> any(isinstance(value, int) and value >= 0 and value is not True for value in values)
    False
    """
    valid = draw_payloads(schema, min(count, 50), seed=seed)
    return _spoiled(valid, _validity_check(schema), count, seed=seed)


def _validity_check(schema: dict[str, Any]) -> Callable[[Any], bool]:
    import jsonschema

    validator_class = jsonschema.validators.validator_for(
        schema, default=jsonschema.Draft202012Validator
    )
    try:
        validator_class.check_schema(schema)
    except jsonschema.SchemaError as error:
        raise SchemaError(
            f"The schema is not valid at {error.json_path}: {error.message}."
        ) from error
    is_valid: Callable[[Any], bool] = validator_class(schema).is_valid
    return is_valid


def _strategy(schema: dict[str, Any]) -> SearchStrategy[Any]:
    from hypothesis_jsonschema import from_schema

    check_references(schema)
    strategy: SearchStrategy[Any] = from_schema(to_draft7(schema), allow_x00=False)
    return strategy


def _draw(strategy: SearchStrategy[Any], count: int, *, seed: int) -> list[Any]:
    import hypothesis
    from hypothesis.errors import HypothesisException, Unsatisfiable

    drawn: list[Any] = []

    # `@given` and not `.example()`: only the former takes a seed.
    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(strategy)
    def collect(value: Any) -> None:
        drawn.append(value)

    try:
        collect()
    except Unsatisfiable as error:
        raise SchemaError(f"No value was found that matches the schema: {error}") from error
    except HypothesisException as error:
        raise SchemaError(f"The schema cannot be drawn from: {error}") from error
    return drawn


def _spoiled(
    valid: Sequence[Any], is_valid: Callable[[Any], bool], count: int, *, seed: int
) -> list[Any]:
    random = Random(seed)
    invalid: list[Any] = []
    attempts = itertools.count()
    while len(invalid) < count:
        if next(attempts) >= count * _ATTEMPTS_PER_PAYLOAD:
            raise SchemaError(
                "No payload was found that breaks the schema; make it say what it does not allow, "
                "or set invalid_share to 0."
            )
        value = random.choice(valid)
        for fault in range(random.randint(1, _MOST_FAULTS)):
            # The first fault goes through all kinds in turn, so that none is missing.
            which = len(invalid) % len(MUTATIONS) if fault == 0 else random.randrange(99)
            mutation, is_for = MUTATIONS[which % len(MUTATIONS)]
            value = mutate(value, mutation, is_for, random)
        if not is_valid(value):
            invalid.append(value)
    return invalid


def _to_body(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
