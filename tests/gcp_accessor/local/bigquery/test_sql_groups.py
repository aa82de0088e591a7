"""Each group of functions BigQuery documents: no answer is wrong, and the docs say which are."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from ml_api_kit.gcp_accessor.local.bigquery import Engine
from tests.gcp_accessor.local.bigquery.sql.groups import (
    FAILED,
    RIGHT,
    WRONG,
    comparable,
    group_names,
    outcome,
    read_group,
)
from tests.gcp_accessor.local.bigquery.sql.report import TABLE_FILE, table_text

Outcomes = Callable[[str], list[tuple[str, str, str]]]


@pytest.fixture(scope="module")
def sql_engine() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(Path(folder), project="local")
        yield engine
        engine.close()


@pytest.fixture(scope="module")
def outcomes(sql_engine: Engine) -> Outcomes:
    """Gives the queries of a group with their outcomes; each group is run once."""

    @cache
    def of_group(group: str) -> list[tuple[str, str, str]]:
        return [(item.query, *outcome(sql_engine, item)) for item in read_group(group)]

    return of_group


@pytest.mark.parametrize("group", group_names())
def test_no_answer_of_the_group_is_wrong(outcomes: Outcomes, group: str) -> None:
    assert outcomes(group)
    assert [item for item in outcomes(group) if item[1] in (WRONG, FAILED)] == []


def test_nearly_all_answers_are_right_as_the_docs_say(outcomes: Outcomes) -> None:
    counts = {group: Counter(item[1] for item in outcomes(group)) for group in group_names()}
    right = sum(counts[group][RIGHT] for group in counts)
    assert right / sum(sum(count.values()) for count in counts.values()) >= 0.97
    assert table_text(counts) in TABLE_FILE.read_text(encoding="utf-8"), (
        "make it anew: python -m tests.gcp_accessor.local.bigquery.sql.report"
    )


@pytest.mark.parametrize("group", group_names())
def test_each_query_has_one_recorded_answer(group: str) -> None:
    recorded = read_group(group)
    assert len({item.query for item in recorded}) == len(recorded)
    for item in recorded:
        assert (item.error is None) != (item.rows is None)


@pytest.fixture(scope="module")
def evaluator() -> Any:
    if find_spec("zetasql") is None:
        pytest.skip("the package zetasql is not installed")
    from ml_api_kit.gcp_accessor.googlesql import Evaluator

    return Evaluator()


@pytest.mark.parametrize("group", group_names())
def test_recorded_answers_are_those_of_the_evaluator(evaluator: Any, group: str) -> None:
    from ml_api_kit.gcp_accessor.googlesql import GoogleSqlError

    # Each query takes the evaluator a twentieth of a second: a few of each group are enough here.
    chosen = [item for item in read_group(group) if item.source == "evaluator"][::12]
    for item in chosen:
        if item.error is not None:
            with pytest.raises(GoogleSqlError) as failure:
                evaluator.evaluate(item.sql)
            assert failure.value.message.splitlines()[0] == item.error, item.query
            continue
        answer = evaluator.evaluate(item.sql)
        assert item.rows is not None, item.query
        assert item.types is not None
        rows = [comparable(row, item.types) for row in answer.rows]
        assert rows == [comparable(row, item.types) for row in item.rows], item.query
