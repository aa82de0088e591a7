"""What the code makes of its model's answers: units turned back, labels, thresholds.

1. found:     the values that follow from the answers alone, and that are named or measured
2. written:   the lines that make them, as for the request path
3. rehearsed: together and alone, against what the code itself had
4. named:     as columns of the answer, beside the model's own

    pred = np.expm1(model.predict(X))           raw_price, and price
    is_risk = model.predict_proba(X)[:, 1] > 0.3    is_risk
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ml_api_kit.errors import ConversionError
from ml_api_kit.research.modularize.answer_ends import answer_ends, not_of_rows
from ml_api_kit.research.modularize.fixed import FixedValues
from ml_api_kit.research.modularize.golden import is_equal, to_list
from ml_api_kit.research.modularize.names import to_identifier
from ml_api_kit.research.modularize.path import Line, RequestPath, write_path
from ml_api_kit.research.modularize.postprocessing_source import (
    GIVEN,
    to_plain_path,
    write_function,
    write_postprocessing,
)
from ml_api_kit.research.modularize.sites import Candidate, Site
from ml_api_kit.research.record.answers import ASKED, MADE
from ml_api_kit.research.record.tape import Binding, Event, Source, Tape, Value
from ml_api_kit.research.source.code import ResearchCode

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ALONE = 3
_LONGEST = 120
_GENERIC = re.compile(r"pred|y_?hat|^y_|^(p|res|results?|out|outputs?|answers?|values?)$")


@dataclass(frozen=True, slots=True)
class DerivedAnswer:
    """A column of the answer that the code makes of what its model answers.

    Attributes:
        name: the column.
        method: what the model is asked: `predict`, `predict_proba` or `decision_function`.
        is_main: whether it takes the place of the model's own answer, which is but on the way.
        value: the column as the code last made it.
        path: the lines that make it.
        values: what the code itself had, by the position of the row in the source.
    """

    name: str
    method: str
    is_main: bool
    value: Value
    path: RequestPath
    values: dict[int, Any]

    def document(self, code: ResearchCode) -> dict[str, Any]:
        """What the module that answers is written from, and the schema of an answer."""
        statement = code.statements[self.path.lines[-1].statement]
        return {
            "name": self.name,
            "method": self.method,
            "is_main": self.is_main,
            "description": f"Made of the model's `{self.method}` in cell {statement.cell} of "
            f"{code.path.name}: `{_shortened(self.path.lines)}`.",
        }


def _shortened(lines: Sequence[Line]) -> str:
    """The lines that make a column, the last of which only names it."""
    last = lines[-1].text.partition(" = ")[2]
    named = {line.writes for line in lines}
    text = "; ".join([*(line.text for line in lines[:-1]), *([] if last in named else [last])])
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def find_derived(
    tape: Tape, candidate: Candidate, fixed: FixedValues, code: ResearchCode, *, name: str
) -> list[DerivedAnswer]:
    """The columns that the code makes of the answers of a model, each rehearsed.

    `fixed` takes what they need beside the answers. `name` is that of the model's own answer.
    """
    found: dict[str, DerivedAnswer] = {}
    excluded = not_of_rows(tape, candidate)
    for site in candidate.sites:
        root = site.event.output
        if site.method not in ASKED or root is None or root.binding is not Binding.ROWS:
            continue
        covered: set[int] = set()
        for end in answer_ends(tape, root, excluded):
            if end.number in covered and not end.is_told:
                continue
            one = _derive(tape, site, end.event, fixed, code, name=end.name)
            if one is not None:
                covered |= end.ancestors
                form = _form(write_function(one.path, code, name="answer", given=GIVEN[one.method]))
                known = found.get(form)
                values = one.values if known is None else {**known.values, **one.values}
                found[form] = replace(one if known is None else known, values=values)
    ordered = sorted(found.values(), key=lambda one: one.value.number)
    return list(_named(ordered, candidate, name))


def with_derived(
    answers: Mapping[int, Mapping[str, Any]], derived: Sequence[DerivedAnswer], name: str
) -> dict[int, dict[str, Any]]:
    """The answers by position, with the columns that the code itself had made of them."""
    is_replaced = any(one.is_main for one in derived)
    own = {name: f"raw_{name}"} if is_replaced else {}
    found = {}
    for position, answer in answers.items():
        made = {one.name: one.values[position] for one in derived if position in one.values}
        main = {name: made.pop(name)} if name in made else {}
        renamed = {own.get(column, column): value for column, value in answer.items()}
        found[position] = {**main, **renamed, **made}
    return found


def _derive(
    tape: Tape, site: Site, event: Event, fixed: FixedValues, code: ResearchCode, *, name: str
) -> DerivedAnswer | None:
    """The column that an event made; None where it is none, or does not follow row by row."""
    root = site.event.output
    assert root is not None
    value, made = event.output, event.detail[MADE]
    given = site.event.detail["result"]
    if value is None or not _is_column(made) or not _is_aligned(value, root) or not len(given):
        return None
    values = to_list(made)
    if any(_are_equal(values, known) for known in _columns(given)):
        return None
    try:
        written = write_path(tape, value, fixed, start=Source(root, given, len(given)))
    except ConversionError:
        return None
    for path in (to_plain_path(written), written):
        function = write_function(path, code, name="answer", given=GIVEN[site.method])
        if _is_rehearsed(write_postprocessing([function], fixed, code), fixed, given, values):
            places = [] if root.positions is None else root.positions.tolist()
            known = dict(zip(places, values, strict=False))
            return DerivedAnswer(name or "answer", site.method, False, value, path, known)
    return None


def _is_column(made: Any) -> bool:
    if isinstance(made, list):
        return not any(isinstance(one, list) for one in made)
    shape: tuple[int, ...] = getattr(made, "shape", ())
    is_flat = len(shape) == 1 or (len(shape) == 2 and shape[1] == 1)
    return is_flat and not hasattr(made, "columns")


def _is_aligned(value: Value, root: Value) -> bool:
    """Whether a value has the rows of the answers, in their order."""
    one, other = value.positions, root.positions
    return one is not None and other is not None and one.tolist() == other.tolist()


def _columns(given: Any) -> list[list[Any]]:
    """What a model answered, column by column."""
    import numpy as np

    table: NDArray[Any] = np.asarray(given)
    columns: NDArray[Any] = table.reshape(len(given), -1).T
    return [to_list(column) for column in columns]


def _are_equal(one: list[Any], other: list[Any]) -> bool:
    return len(one) == len(other) and all(map(is_equal, one, other))


def _is_rehearsed(source: str, fixed: FixedValues, given: Any, values: list[Any]) -> bool:
    """Whether a module gives what the code had, for all answers together and for single ones."""
    import numpy as np

    module: dict[str, Any] = {"__name__": "rehearsal"}
    answers: NDArray[Any] = np.asarray(given)
    try:
        exec(compile(source, "<answers>", "exec"), module)
        together = module["make_answer"](answers, fixed.frozen)
        alone = [module["make_answer"](one[None], fixed.frozen)[0] for one in answers[:_ALONE]]
    # Whatever it raises, it is not made of single answers in this way.
    except Exception:  # noqa: BLE001
        return False
    return _are_equal(values, to_list(together)) and _are_equal(values[:_ALONE], to_list(alone))


def _form(source: str) -> str:
    """A function without the names of its variables, which differ for each part of the data."""
    tree = ast.parse(source)
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    stored = [
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]
    names = dict.fromkeys([function.args.args[0].arg, *stored])
    places = {name: f"v{place}" for place, name in enumerate(names)}
    for node in ast.walk(function):
        if isinstance(node, ast.Name):
            node.id = places.get(node.id, node.id)
    return "\n".join(ast.unparse(one) for one in function.body[1:])


def _named(found: list[DerivedAnswer], candidate: Candidate, name: str) -> Iterator[DerivedAnswer]:
    """The columns with their names; the one that is the model's answer put right has its name."""
    labels = hasattr(candidate.estimator, "classes_")
    main = [one for one in found if one.method == "predict" and _is_put_right(one, labels=labels)]
    taken = {name, f"raw_{name}"}
    for one in found:
        is_main = main == [one]
        wanted = name if is_main else to_identifier(one.name)
        if not is_main and _GENERIC.search(wanted):
            wanted = f"final_{name}"
        unique, count = wanted, 1
        while not is_main and unique in taken:
            count += 1
            unique = f"{wanted}_{count}"
        taken.add(unique)
        yield replace(one, name=unique, is_main=is_main)


def _is_put_right(one: DerivedAnswer, *, labels: bool) -> bool:
    """Whether values are what the model means: texts for its labels, or a number for a number."""
    kind = str if labels else float
    return all(isinstance(value, kind) for value in one.values.values())
