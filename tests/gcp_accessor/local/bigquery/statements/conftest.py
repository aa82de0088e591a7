"""An engine of its own for each test, and one line that runs a statement on it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ml_api_kit.gcp_accessor.local.bigquery import Engine, QueryRequest

Ask = Callable[..., list[list[Any]]]


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Engine]:
    """An empty local BigQuery."""
    engine = Engine(tmp_path, project="local")
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A local BigQuery for statements that leave nothing behind."""
    engine = Engine(tmp_path_factory.mktemp("shared"), project="local")
    yield engine
    engine.close()


@pytest.fixture
def ask(fresh: Engine) -> Ask:
    """The rows that a statement or script answers, in the spelling of the REST answers."""
    return asking(fresh)


@pytest.fixture
def ask_shared(shared: Engine) -> Ask:
    """The same of the engine that all tests share."""
    return asking(shared)


def asking(engine: Engine) -> Ask:
    """What runs a statement on the engine."""

    def run(sql: str, *parameters: dict[str, Any]) -> list[list[Any]]:
        result = engine.run(QueryRequest(sql, parameters=list(parameters)))
        if result.table_sql is None:
            return []
        rows = engine.rows_json(result.table_sql, result.fields, start=0, count=1000)
        return [[_plain(cell) for cell in json.loads(row)["f"]] for row in rows]

    return run


def _plain(cell: dict[str, Any]) -> Any:
    value = cell["v"]
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return tuple(_plain(item) for item in value["f"])
    return value
