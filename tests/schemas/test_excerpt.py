from __future__ import annotations

from ml_api_kit.schemas.excerpt import take_excerpt


def test_small_value_needs_no_excerpt() -> None:
    assert take_excerpt({"a": [1, 2]}, max_parts=3) is None
    assert take_excerpt("text", max_parts=0) is None


def test_excerpt_keeps_first_items_and_knows_what_was_cut() -> None:
    excerpt = take_excerpt({"a": [1, 2, 3], "b": {"c": 1}}, max_parts=4)
    assert excerpt is not None
    assert excerpt.value == {"a": [1, 2], "b": {}}
    assert not excerpt.holds([])
    assert not excerpt.holds(["a"])
    assert not excerpt.holds(["b"])
    assert excerpt.holds(["a", 1])
