"""The bounds leave nothing between them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from ml_api_kit.schemas.lint.conjuncts import conjuncts
from ml_api_kit.schemas.lint.document import SchemaDocument, SchemaNode
from ml_api_kit.schemas.lint.finding import Fault
from ml_api_kit.schemas.lint.shapes import is_number
from ml_api_kit.schemas.lint.words import shown

ID = "S010"
LEVEL = "error"
WHY = "No value lies above the lower bound and below the upper one: everything is refused."
MEND = "Swap the two bounds, or mend the one that is wrong."
WRONG = {"type": "integer", "minimum": 120, "maximum": 1}
RIGHT = {"type": "integer", "minimum": 1, "maximum": 120}

# The number, whether it is itself left out, and the keyword that it stands under.
_Bound = tuple[float, bool, str]

_COUNTS = ("Length", "Items", "Properties", "Contains")


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each pair of bounds that contradict each other."""
    for node in document.nodes:
        if node.has_only_ref:
            continue
        for kind in _COUNTS:
            low, high = node.schema.get(f"min{kind}"), node.schema.get(f"max{kind}")
            if _is_above(low, high):
                yield _fault(node, f"min{kind}", f"max{kind}")
        yield from _numbers(node)
        yield from _parts(document, node)
        yield from _required(node)


def _numbers(node: SchemaNode) -> Iterator[Fault]:
    lows, highs = [*_bounds(node.schema, "inimum")], [*_bounds(node.schema, "aximum")]
    if not lows or not highs:
        return
    low, high = _narrowest(lows, highs)
    if _holds_nothing(low, high, step=1 if node.types == frozenset({"integer"}) else 0):
        yield _fault(node, low[2], high[2])
    elif _holds_nothing(low, high, step=node.schema.get("multipleOf", 0)):
        step = shown(node.schema["multipleOf"])
        what = f"no multiple of {step} lies between {shown(low[0])} and {shown(high[0])}"
        yield Fault((*node.path, "multipleOf"), what, "Widen the bounds, or mend `multipleOf`.")


def _parts(document: SchemaDocument, node: SchemaNode) -> Iterator[Fault]:
    """The bounds that contradict each other from schemas that must hold together."""
    parts = [one for one in conjuncts(document, node) if not one.has_only_ref]
    if len(parts) < 2:
        return
    ends = [([*_bounds(one.schema, "inimum")], [*_bounds(one.schema, "aximum")]) for one in parts]
    yield from _apart(node, ends)
    for kind in _COUNTS[:-1]:  # each `minContains` belongs to a `contains` of its own
        yield from _apart(
            node, [(_counts(one, "min", kind), _counts(one, "max", kind)) for one in parts]
        )


def _apart(node: SchemaNode, ends: list[tuple[list[_Bound], list[_Bound]]]) -> Iterator[Fault]:
    lows, highs = [low for one, _ in ends for low in one], [high for _, one in ends for high in one]
    if not lows or not highs:
        return
    # What one of them says against itself is told there.
    if any(one and other and _holds_nothing(*_narrowest(one, other)) for one, other in ends):
        return
    low, high = _narrowest(lows, highs)
    if _holds_nothing(low, high):
        what = (
            f"`{low[2]}` {shown(low[0])} and `{high[2]}` {shown(high[0])}, which must hold"
            " together, leave nothing between them"
        )
        yield Fault((*node.path, "allOf" if "allOf" in node.schema else "$ref"), what)


def _counts(node: SchemaNode, end: str, kind: str) -> list[_Bound]:
    value: Any = node.schema.get(f"{end}{kind}")
    return [(value, False, f"{end}{kind}")] if is_number(value) else []


def _narrowest(lows: list[_Bound], highs: list[_Bound]) -> tuple[_Bound, _Bound]:
    return max(lows), min(highs, key=lambda bound: (bound[0], not bound[1]))


def _holds_nothing(low: _Bound, high: _Bound, *, step: object = 0) -> bool:
    """True where no number, or with a `step` above 0 no multiple of it, lies between the two."""
    is_open = low[1] or high[1]
    if low[0] > high[0] or (low[0] == high[0] and is_open):
        return True
    if not is_number(step) or step <= 0:  # type: ignore[operator]
        return False
    if math.isinf(low[0]) or math.isinf(high[0]):
        return False  # such as 1e400
    # As they are written: 0.3 is three times 0.1 here, which it is not among floats.
    first, last, one = (Fraction(str(number)) for number in (low[0], high[0], step))
    least = math.floor(first / one) + 1 if low[1] else math.ceil(first / one)
    most = math.ceil(last / one) - 1 if high[1] else math.floor(last / one)
    return least > most


def _bounds(schema: Mapping[str, Any], end: str) -> Iterator[_Bound]:
    plain, exclusive = f"m{end}", f"exclusiveM{end}"
    if is_number(schema.get(plain)):
        yield schema[plain], schema.get(exclusive) is True, plain  # true: as draft 4 writes it
    if is_number(schema.get(exclusive)):
        yield schema[exclusive], True, exclusive


def _required(node: SchemaNode) -> Iterator[Fault]:
    required = node.schema.get("required")
    if isinstance(required, list) and _is_above(len(required), node.schema.get("maxProperties")):
        yield _fault(node, "required", "maxProperties")


def _is_above(low: object, high: object) -> bool:
    return is_number(low) and is_number(high) and low > high  # type: ignore[operator]


def _fault(node: SchemaNode, low: str, high: str) -> Fault:
    first, second = shown(node.schema[low]), shown(node.schema[high])
    what = f"`{low}` {first} and `{high}` {second} leave nothing between them"
    return Fault((*node.path, low), what)
