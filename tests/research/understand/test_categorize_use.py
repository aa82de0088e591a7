"""Who reads what."""

from __future__ import annotations

import ast

import pytest

from ml_api_kit.research.understand.use import Use, readers, use_of


def use(source: str) -> Use:
    return use_of(ast.parse(source))


@pytest.mark.parametrize(
    ("source", "reads"),
    [
        ("def f(x):\n    y = x + k\n    return y", {"k"}),
        ("g = lambda x: x * k", {"k"}),
        ("a = {n: [v for v in n] for n in rows}", {"rows"}),
        ("class A(Base):\n    size = k", {"Base", "k"}),
        ("x += 1", {"x"}),
    ],
)
def test_names_of_inner_scopes_are_no_reads(source: str, reads: set[str]) -> None:
    assert use(source).reads == reads


@pytest.mark.parametrize(
    ("source", "changes"),
    [
        ("df['a'] = 1", {"df"}),
        ("df.loc[0, 'a'] = 1", {"df"}),
        ("del df['a']", {"df"}),
        ("df.drop('a', inplace=True)", {"df"}),
        ("model.fit(X, y)", {"model"}),
        ("def f():\n    global n\n    n = 1", {"n"}),
        ("def f(df):\n    df['a'] = 1", set()),
    ],
)
def test_what_a_statement_changes(source: str, changes: set[str]) -> None:
    assert use(source).changes == changes


def test_a_loop_defines_what_it_counts_with() -> None:
    found = use("for i in rows:\n    total = i")
    assert (found.defines, found.counts) == ({"i", "total"}, {"i"})


def test_readers_end_where_a_name_is_defined_anew() -> None:
    uses = [use(one) for one in ("a = 1", "b = a", "a = 2", "c = a")]
    assert readers(uses, 0) == [1]
