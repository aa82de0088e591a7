"""What is told of each statement of a refactored function."""

from __future__ import annotations

from ml_api_kit.research.refactor import refactor_module

MODULE = '''\
import pandas as pd


def fill(df: pd.DataFrame) -> pd.DataFrame:
    """Fill."""
    df["a"] = df["a"].fillna(0)
    {line}
    df["c"] = df["b"] + 1
    return df


def preprocess(df: pd.DataFrame, frozen) -> pd.DataFrame:
    """Make the features."""
    df = fill(df)
    features = {features}
    return features
'''
FIRST = 'df["a"] = df["a"].fillna(0)'
LAST = 'df["c"] = df["b"] + 1'
KNOWN = 'df["b"] = df["a"] * 2'
UNKNOWN = 'df["b"] = df["a"].rolling(2).mean()'
PLAIN = 'df[["a", "b"]]'


def test_every_statement_on_frames_is_told_with_its_rules() -> None:
    made = refactor_module(MODULE.format(line=KNOWN, features=PLAIN))
    fill, preprocess = made.functions
    assert [one.before for one in fill.statements] == [FIRST, KNOWN, LAST]
    assert all(one.after and one.after in made.source for one in fill.statements)
    assert fill.statements[0].rules == ("fillna", "store_column")
    assert [one.before for one in preprocess.statements] == [f"features = {PLAIN}"]


def test_statement_without_a_rule_keeps_its_function_with_the_reasons() -> None:
    made = refactor_module(MODULE.format(line=UNKNOWN, features=PLAIN))
    first, second, third = made.functions[0].statements
    assert (first.before, second.before, third.before) == (FIRST, UNKNOWN, LAST)
    assert (first.after, second.after, third.after) == (None, None, None)
    assert first.reason == third.reason == "another statement of its function has no rule"
    assert "rolling" in str(second.reason)


def test_where_the_whole_stays_no_function_is_said_to_be_rewritten() -> None:
    source = MODULE.format(line=KNOWN, features="df.rolling(2).mean()")
    made = refactor_module(source)
    assert made.source == source
    assert not any(one.is_rewritten for one in made.functions)
    assert all(one.after is None for each in made.functions for one in each.statements)


def test_refused_rewrite_is_told_with_why() -> None:
    made = refactor_module(
        MODULE.format(line=KNOWN, features=PLAIN), accepts=lambda _: "the answers differ"
    )
    reasons = {one.reason for each in made.functions for one in each.statements}
    assert reasons == {"the answers differ"}
