from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ml_api_kit.schemas import CompiledSchema
from ml_api_kit.schemas.excerpt import first_parts, take_excerpts

JSON = st.recursive(
    st.integers(0, 3),
    lambda inner: (
        st.lists(inner, max_size=6) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=30,
)


def at(value: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [path]
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for key, part in inner:
            found += places(part, (*path, key))
    return found


@given(JSON.filter(lambda value: isinstance(value, dict | list)), st.integers(1, 9))
def test_excerpts_are_of_the_value_and_say_what_they_cut(value: Any, max_parts: int) -> None:
    for excerpt in take_excerpts(value, max_parts=max_parts):
        for path in places(excerpt.value):
            whole = at(value, excerpt.whole_path(path))
            if excerpt.holds(path):
                assert at(excerpt.value, path) == whole
            assert type(at(excerpt.value, path)) is type(whole)


def test_first_parts_lose_the_last_ones_and_their_containers() -> None:
    excerpt = first_parts({"a": [1, 2, 3], "b": {"c": 1}}, max_parts=4)
    assert excerpt.value == {"a": [1, 2], "b": {}}
    assert [excerpt.holds(path) for path in ((), ("a",), ("a", 0), ("b",))] == [
        False,
        False,
        True,
        False,
    ]


def test_five_faults_far_apart_in_a_huge_body_are_found() -> None:
    row = {"type": "object", "properties": {f"c{index}": {"type": "integer"} for index in range(9)}}
    schema = CompiledSchema(
        {
            "required": ["key"],
            "properties": {"rows": {"minItems": 30_000, "items": row}, "page": {"type": "integer"}},
        }
    )
    rows = [{f"c{index}": index for index in range(9)} for _ in range(30_000)]
    for index in (0, 99, 7_777, 29_998, 29_999):
        rows[index]["c8"] = "x"  # type: ignore[assignment]
    found = schema.violations({"rows": rows, "page": "x"})
    assert sorted(one.pointer for one in found) == sorted(
        ["", "/page", *(f"/rows/{index}/c8" for index in (0, 99, 7_777, 29_998, 29_999))]
    )


def test_what_hangs_on_the_whole_value_is_not_told_of_a_part() -> None:
    few = {"properties": {"rows": {"maxItems": 9}}}
    schema = CompiledSchema(
        {
            "if": few,
            "then": {"properties": {"page": {"type": "null"}}},
            "properties": {"rows": {"items": {"type": "integer"}}},
        }
    )
    rows: list[Any] = [1] * 2_000
    assert schema.is_valid({"rows": rows, "page": 1})
    rows[1_999] = "x"
    assert [one.pointer for one in schema.violations({"rows": rows, "page": 1})] == ["/rows/1999"]
    assert [one.rule for one in CompiledSchema(few).violations({"rows": rows})] == ["maxItems"]


def test_conditions_of_items_are_told_of_every_item() -> None:
    row = {"if": {"required": ["a"]}, "then": {"properties": {"b": {"type": "integer"}}}}
    schema = CompiledSchema({"properties": {"rows": {"items": row}}})
    rows = [{"a": 1, "b": 1} for _ in range(2_000)]
    for index in (3, 1_000, 1_999):
        rows[index]["b"] = "x"  # type: ignore[assignment]
    assert [one.pointer for one in schema.violations({"rows": rows})] == [
        "/rows/3/b",
        "/rows/1000/b",
        "/rows/1999/b",
    ]
