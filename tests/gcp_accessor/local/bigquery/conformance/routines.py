"""Routines and models."""

import pytest
from google.api_core import exceptions
from google.cloud import bigquery
from google.cloud.bigquery import Routine, RoutineArgument, StandardSqlDataType

from tests.gcp_accessor.local.bigquery.conformance.registry import Place, refused

INT64 = StandardSqlDataType(type_kind=bigquery.StandardSqlTypeNames.INT64)


def models(place: Place) -> None:
    """no models: an empty list, and 404"""
    assert list(place.client.list_models(place.dataset)) == []
    with pytest.raises(exceptions.NotFound, match="Not found: Model local:"):
        place.client.get_model(place.name("none"))
    with pytest.raises(exceptions.NotFound):
        place.client.delete_model(place.name("none"))
    place.client.delete_model(place.name("none"), not_found_ok=True)


def missing(place: Place) -> None:
    """say of a routine that is not there that it is not (404)"""
    assert list(place.client.list_routines(place.dataset)) == []
    with pytest.raises(exceptions.NotFound, match="Not found: Routine local:"):
        place.client.get_routine(place.name("none"))
    place.client.delete_routine(place.name("none"), not_found_ok=True)
    with pytest.raises(exceptions.NotFound, match="Not found: Dataset local:none"):
        list(place.client.list_routines("local.none"))


def _twice(place: Place) -> Routine:
    routine = Routine(place.name("twice"), type_="SCALAR_FUNCTION", language="SQL")
    routine.arguments = [RoutineArgument(name="x", data_type=INT64)]
    routine.return_type, routine.body = INT64, "x * 2"
    routine.description = "the double"
    return routine


def create(place: Place) -> None:
    """functions in SQL: create, get, list, called by queries"""
    made = place.client.create_routine(_twice(place))
    assert (made.body, made.language, made.type_) == ("x * 2", "SQL", "SCALAR_FUNCTION")
    found = place.client.get_routine(place.name("twice"))
    assert (found.return_type, found.description) == (INT64, "the double")
    assert found.arguments[0].name == "x"
    assert found.created <= found.modified
    assert [one.routine_id for one in place.client.list_routines(place.dataset)] == ["twice"]
    assert place.ask(f"SELECT {place.dataset}.twice(21)") == [[42]]
    with pytest.raises(exceptions.Conflict, match="Already Exists: Routine"):
        place.client.create_routine(_twice(place))
    place.client.create_routine(_twice(place), exists_ok=True)


def update(place: Place) -> None:
    """change the body, refuse what somebody else changed (412), delete"""
    routine = place.client.create_routine(_twice(place))
    other = place.client.get_routine(routine.reference)
    routine.body = "x * 3"
    changed = place.client.update_routine(routine, ["body"])
    assert changed.body == "x * 3"
    assert place.ask(f"SELECT {place.dataset}.twice(2)") == [[6]]
    other.body = "x * 4"
    with pytest.raises(exceptions.PreconditionFailed):
        place.client.update_routine(other, ["body"])
    place.client.delete_routine(changed)
    with pytest.raises(exceptions.NotFound, match="Not found: Routine"):
        place.client.get_routine(changed.reference)


def by_sql(place: Place) -> None:
    """made by SQL, seen by the API; procedures"""
    place.ask(f"CREATE FUNCTION {place.dataset}.half(x FLOAT64) RETURNS FLOAT64 AS (x / 2)")
    assert place.client.get_routine(place.name("half")).body == "x / 2"
    place.ask(f"CREATE PROCEDURE {place.dataset}.p() BEGIN SELECT 7; END")
    assert place.client.get_routine(place.name("p")).type_ == "PROCEDURE"
    assert place.ask(f"CALL {place.dataset}.p()") == [[7]]


def wrong(place: Place) -> None:
    """refuse a body that is wrong (400)"""
    routine = _twice(place)
    routine.body = "nope * 2"
    with pytest.raises(exceptions.BadRequest, match="nope"):
        place.client.create_routine(routine)


@refused
def javascript(place: Place) -> None:
    """functions in JavaScript"""
    routine = Routine(place.name("f"), type_="SCALAR_FUNCTION", language="JAVASCRIPT")
    routine.arguments = [RoutineArgument(name="x", data_type=INT64)]
    routine.return_type, routine.body = INT64, "return x"
    place.client.create_routine(routine)
