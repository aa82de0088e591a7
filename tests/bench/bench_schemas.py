"""A body of 1,000 rows held to its schema: CPU time beside jsonschema, per body.

Every variant is asked about the same values in turn, round by round, and has to answer rightly
before it is timed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import jsonschema
import jsonschema_rs
import orjson

from ml_api_kit.decorators import decode_json
from ml_api_kit.errors import SchemaViolationError
from ml_api_kit.schemas import CompiledSchema
from tests.bench.interleave import compare, format_comparisons, interleave

ROUNDS = 7
ROWS = 1_000
OURS = "CompiledSchema.check"

COLUMNS = {
    **{f"number_{index}": {"type": "number", "minimum": 0, "maximum": 1e6} for index in range(10)},
    **{f"text_{index}": {"type": "string", "maxLength": 20} for index in range(3)},
    "count": {"type": ["integer", "null"], "minimum": 0},
    "kind": {"enum": ["north", "south", "east", "west"]},
}
ROW = {
    "type": "object",
    "required": list(COLUMNS),
    "additionalProperties": False,
    "properties": COLUMNS,
}
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["rows"],
    "additionalProperties": False,
    "properties": {
        "rows": {"type": "array", "minItems": 1, "maxItems": ROWS, "items": {"$ref": "#/$defs/row"}}
    },
    "$defs": {"row": ROW},
}


def row(number: int) -> dict[str, Any]:
    return {
        **{f"number_{index}": number * 0.5 + index for index in range(10)},
        **{f"text_{index}": f"text {number}" for index in range(3)},
        "count": number if number % 7 else None,
        "kind": ("north", "south", "east", "west")[number % 4],
    }


def right() -> dict[str, Any]:
    return {"rows": [row(number) for number in range(ROWS)]}


def wrong() -> dict[str, Any]:
    """The same body with five faults, far apart."""
    body = right()
    for number in range(5):
        body["rows"][number * 200 + 99]["number_3"] = "text"
    return body


def is_accepted(check: Callable[[Any], object], value: Any) -> bool:
    try:
        check(value)
    except (SchemaViolationError, jsonschema.ValidationError, jsonschema_rs.ValidationError):
        return False
    return True


def checks() -> dict[str, Callable[[Any], object]]:
    """What is compared, each a function that raises where a body breaks the schema."""
    return {
        OURS: CompiledSchema(SCHEMA).check,
        "jsonschema-rs, compiled": jsonschema_rs.validator_for(
            SCHEMA, validate_formats=True
        ).validate,
        "CompiledSchema made per call": lambda value: CompiledSchema(SCHEMA).check(value),
        "jsonschema, compiled": jsonschema.Draft202012Validator(
            SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
        ).validate,
        "jsonschema.validate per call": lambda value: jsonschema.validate(value, SCHEMA),
    }


def timed(check: Callable[[Any], object], value: Any) -> Callable[[], float]:
    def measure_ms() -> float:
        repeats, spent = 0, 0.0
        while spent < 0.05:
            start = time.process_time()
            is_accepted(check, value)
            spent += time.process_time() - start
            repeats += 1
        return spent / repeats * 1e3

    return measure_ms


def reports() -> dict[str, Callable[[Any], object]]:
    """What names every fault of a body."""
    schema = CompiledSchema(SCHEMA)
    reference = jsonschema.Draft202012Validator(SCHEMA)
    return {
        "CompiledSchema.violations": schema.violations,
        "jsonschema, iter_errors": lambda value: [*reference.iter_errors(value)],
    }


def main() -> None:
    """Print the three comparisons."""
    good, bad = right(), wrong()
    for name, check in checks().items():
        if not is_accepted(check, good) or is_accepted(check, bad):
            raise SystemExit(f"{name} does not answer rightly")
    for name, report in reports().items():
        if len(report(bad)) != 5:  # type: ignore[arg-type]
            raise SystemExit(f"{name} does not name the five faults")
    print(f"A body of {ROWS} rows and {len(COLUMNS)} columns that matches its schema\n")
    _print({name: timed(check, good) for name, check in checks().items()}, baseline=OURS)
    print("\nAll five faults of such a body, named\n")
    _print(
        {name: timed(report, bad) for name, report in reports().items()},
        baseline="CompiledSchema.violations",
    )
    text = orjson.dumps(good)
    print(f"\nThe {len(text):,} bytes of the body read, with what orjson does not look at\n")
    _print(
        {"orjson.loads": timed(orjson.loads, text), "decode_json": timed(decode_json, text)},
        baseline="orjson.loads",
    )


def _print(variants: dict[str, Callable[[], float]], *, baseline: str) -> None:
    measured = interleave(variants, rounds=ROUNDS)
    print(format_comparisons(compare(measured, baseline=baseline), unit="ms"))


if __name__ == "__main__":
    main()
