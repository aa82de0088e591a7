"""Every verb is measured, and what is measured does the same work. Nothing is timed here."""

import inspect
from dataclasses import replace

import pytest

from ml_api_kit import preprocessing
from tests.bench.verbs import CASES
from tests.bench.verbs.case import check, students
from tests.bench.verbs.pipeline import check_pipelines


def test_every_public_verb_has_its_line():
    names = preprocessing.__all__
    verbs = [name for name in names if inspect.isfunction(getattr(preprocessing, name))]
    assert sorted(case.verb for case in CASES) == sorted(verbs)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.verb)
def test_verb_loop_and_pandas_answer_equally(case):
    for count in (1, 10, 300):
        if count >= case.least_rows:
            check(case, students(count))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.verb)
def test_case_calls_its_verb(case, monkeypatch):
    def refuse(*arguments, **options):
        raise LookupError(case.verb)

    # A case that calls another verb, or none, would print figures under a wrong name.
    monkeypatch.setattr(preprocessing, case.verb, refuse)
    with pytest.raises(LookupError, match=case.verb):
        case.call(case.given(students(10)))


@pytest.mark.parametrize("count", [1, 10, 300])
def test_pipelines_answer_equally(count):
    check_pipelines(students(count))


@pytest.mark.parametrize("name", ["call", "by_hand", "in_pandas"])
def test_check_tells_an_answer_that_is_another(name):
    case = next(case for case in CASES if case.verb == "drop_missing")
    other = replace(case, **{name: lambda rows: rows[1:]})
    check(case, students(20))
    with pytest.raises(SystemExit, match="drop_missing answers otherwise"):
        check(other, students(20))
