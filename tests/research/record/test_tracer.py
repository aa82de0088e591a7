"""What instrumented code tells: values, what they were made of, and what changed in place."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from ml_api_kit.research.record.known_values import KnownValues
from ml_api_kit.research.record.tape import Binding, Event, Tape
from ml_api_kit.research.record.telling import TRACER
from ml_api_kit.research.record.tracer import Tracer

_FRAME = 'import pandas as pd\ndf = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [4.0, 5.0, 6.0]})\n'


def traced(text: str) -> tuple[Tape, dict[str, Any]]:
    """The tape and the variables after some code ran as one statement of a cell."""
    tracer = Tracer()
    tracer.begin(0)
    namespace: dict[str, Any] = {TRACER: tracer, "__name__": "__main__"}
    exec(compile(tracer.instrumenter.instrument(ast.parse(text)), "<cell 1>", "exec"), namespace)
    return tracer.tape, namespace


def last_of(tape: Tape, variable: str) -> Event:
    """The last event whose value a variable held."""
    found = [one for one in tape.events if one.output and variable in one.output.variables]
    return found[-1]


@pytest.mark.parametrize(
    "text",
    [
        "x = {'a': [1, 2]}\nx['a'][1:] += [3]\ny, x['b'] = x['a'], 5\ndel x['a']\n",
        "def double(n):\n    return n * 2\nx = [double(n) for n in range(3)]\ny = sorted(x)\n",
        "x = 0\nfor y in (1, 2):\n    x += y\nelse:\n    x = -x\n",
    ],
)
def test_traced_code_computes_what_it_did(text: str) -> None:
    plain: dict[str, Any] = {}
    exec(text, plain)
    _, namespace = traced(text)
    assert (namespace["x"], namespace["y"]) == (plain["x"], plain["y"])


def test_made_table_is_a_source_and_its_mean_is_learned() -> None:
    tape, _ = traced(_FRAME + 'm = df["a"].mean()\nX = df[["a"]] - m\n')
    assert [one.rows for one in tape.sources] == [3]
    mean, made = last_of(tape, "m").output, last_of(tape, "X").output
    assert mean is not None
    assert made is not None
    assert (mean.binding, mean.object()) == (Binding.LEARNED, 2.0)
    assert made.binding is Binding.ROWS
    assert made.source is tape.sources[0]


def test_selected_rows_are_placed_in_their_source() -> None:
    tape, _ = traced(_FRAME + 'few = df[df["a"] > 1.5]\n')
    event = last_of(tape, "few")
    assert event.output is not None
    assert event.output.positions is not None
    assert event.output.positions.tolist() == [1, 2]
    assert event.detail["selects"].variables == ["df"]


def test_store_gives_the_frame_a_new_state_and_keeps_the_earlier_one() -> None:
    tape, _ = traced(_FRAME + 'df["c"] = df["a"] * 2\n')
    event = last_of(tape, "df")
    assert (event.kind, event.detail["key"]) == ("store", "c")
    assert event.output is not None
    assert event.output.before is not None
    assert event.output.columns == ("a", "b", "c")
    assert event.output.before.columns == ("a", "b")


def test_function_called_by_a_library_is_a_part_of_its_call() -> None:
    text = "def double(x):\n    y = x * 2\n    return y\n"
    inside, _ = traced(_FRAME + text + "z = double(4)\n")
    outside, _ = traced(_FRAME + text + 'z = df["a"].map(double)\n')
    assert any(one.kind == "inlined" for one in inside.events)
    assert any(one.output and "y" in one.output.variables for one in inside.events)
    assert not any(one.output and "y" in one.output.variables for one in outside.events)


def test_call_that_raised_is_forgotten() -> None:
    tape, namespace = traced("try:\n    int('x')\nexcept ValueError:\n    y = abs(-1)\nz = y + 1\n")
    assert namespace["z"] == 2
    assert [one.function for one in tape.events if one.kind == "call"] == ["builtins.abs"]


def test_object_is_known_in_its_last_state_and_forgotten_when_gone() -> None:
    import numpy as np

    known = KnownValues()
    table = np.arange(3)
    first, last = known.new(table, Binding.ROWS), known.new(table, Binding.ROWS)
    assert known.find(table) is last
    assert known.rows() == [last]
    assert (first.number, last.number) == (0, 1)
    for number in range(100):
        known.new(number, Binding.CONSTANT)
    del table
    assert known.rows() == []
    assert known.find(7) is None
