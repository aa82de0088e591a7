"""The rules for calls that learn: each file of their folder is one, and knows what it is for."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from ml_api_kit.research.modularize.learned_calls import rules
from ml_api_kit.research.modularize.learned_calls.registry import Rewrite, find_rewrites

_REWRITES = find_rewrites()


def test_every_file_of_the_folder_is_a_rule() -> None:
    files = {path.stem for path in Path(rules.__path__[0]).glob("[!_]*.py")}
    assert [one.id for one in _REWRITES] == sorted(files)


@pytest.mark.parametrize("one", _REWRITES, ids=lambda one: one.id)
def test_rule_names_what_it_rewrites(one: Rewrite) -> None:
    assert bool(one.calls) != bool(one.events)
    module = importlib.import_module(f"{rules.__name__}.{one.id}")
    assert (module.__doc__ or "").splitlines()[0].endswith(".")


def test_events_have_one_rule_alone() -> None:
    events = [event for one in _REWRITES for event in one.events]
    assert sorted(events) == sorted(set(events))


@pytest.mark.parametrize(
    ("call", "rules_found"),
    [
        ("fit_transform", ["fit_transform"]),
        ("transform", ["group_transform", "transform"]),
        ("qcut", ["cut"]),
        ("fillna", []),
    ],
)
def test_calls_have_their_rules(call: str, rules_found: list[str]) -> None:
    assert [one.id for one in _REWRITES if call in one.calls] == rules_found
