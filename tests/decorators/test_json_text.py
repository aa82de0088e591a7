from __future__ import annotations

import json
from decimal import Decimal

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ml_api_kit.decorators.json_text import has_altered_number, has_repeated_key, repeated_key

# JSON texts with keys that may be repeated, written as texts so that nothing is lost.
SPACE = st.sampled_from(["", " ", "\n", "\t "])
STRING = st.text('ab:"\\{} ', max_size=4).map(json.dumps)


def object_of(parts: list[tuple[str, str, str]]) -> str:
    return "{" + ",".join(f"{key}{space}:{space}{value}" for key, space, value in parts) + "}"


TEXT = st.recursive(
    STRING | st.sampled_from(["1", "null"]),
    lambda inner: (
        st.lists(st.tuples(STRING, SPACE, inner), max_size=3).map(object_of)
        | st.lists(inner, max_size=3).map(lambda parts: f"[{', '.join(parts)}]")
    ),
    max_leaves=8,
)


def is_repeated(text: str) -> bool:
    found = []

    def look(pairs: list[tuple[str, object]]) -> None:
        found.append(len({key for key, _ in pairs}) < len(pairs))

    json.loads(text, object_pairs_hook=look)
    return any(found)


@given(TEXT)
@example('{"a" :1,"a":":"}')
@example('{"a":1,"a":"\\":"}')
@example('{"a":{"b":1},"a":{"b":1,"c":2}}')
@example('{"a": 1, "\\u0061": 2}')
def test_repeated_keys_are_found_wherever_they_are(text: str) -> None:
    body = text.encode()
    assert has_repeated_key(body, orjson.loads(body)) == is_repeated(text)


def test_repeated_key_is_named() -> None:
    assert repeated_key(b'{"a": [{"b": 1, "c": 2, "b": 3}]}') == "b"
    with pytest.raises(LookupError):
        repeated_key(b'{"a": {"a": 1}}')


@given(st.integers(-(10**25), 10**25) | st.integers(2**63 - 5, 2**64 + 5))
@example(2**64 - 1)
@example(2**64)
@example(-(2**63) - 1)
@example(123456789012345678901)
def test_whole_number_is_altered_where_another_one_is_kept(number: int) -> None:
    for body in (b"%d" % number, b'{"a": [%d]}' % number):
        kept = orjson.loads(body)
        kept = kept if not isinstance(kept, dict) else kept["a"][0]
        is_same = kept == number or Decimal(repr(kept)) == number
        assert has_altered_number(body) != is_same


@pytest.mark.parametrize(
    "body",
    [
        b'"12345678901234567890123"',
        b'{"12345678901234567890123": 1}',
        b"0.12345678901234567890123",
        b"12345678901234567890123.5",
        b"12345678901234567890123e0",
        b"1e12345678901234567890123",
        b"[100000000000000000000, 1700000000000000000]",
    ],
)
def test_other_long_numbers_are_left_alone(body: bytes) -> None:
    assert not has_altered_number(body)
