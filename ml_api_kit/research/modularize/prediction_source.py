"""The source of a project's `prediction.py`."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ml_api_kit.research.modularize.postprocessing_source import GIVEN, POSTPROCESSING

#: The module that holds the research code's own classes and functions.
ESTIMATORS = "estimators"

_SOURCE = '''"""Prediction: the model of the research code, and what it answers.

{origin}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
{imports}
from ml_api_kit.contract import Artifacts, RowsModel, load_frozen

{own}from {package}.preprocessing import preprocess, {entry}

Row = dict[str, Any]


class {model_class}(RowsModel):
    """Answers the {noun} of rows.

    Attributes:
        estimator: the fitted `{estimator_class}`.
        frozen: what else was learned from the training data, by name.
    """

    def load(self, artifacts: Artifacts) -> None:
        """Take the estimator and what else was learned from the artifacts.

        Args:
            artifacts: the folder that `training.py` wrote, its digests checked.
        """
        self.estimator = artifacts.pickle("estimator.pickle"{code})
        self.frozen: Mapping[str, Any] = load_frozen(artifacts{code})

    def predict(self, rows: Sequence[Row]) -> list[Row]:
        """Compute the answers for rows.

        Args:
            rows: one mapping per row, with the columns that the request's schema names.

        Returns:
            One mapping per row, in order:
{wrapped}
        """
        if not rows:
            return []
        features = {given}
{answering}


def get_{noun}(model: {model_class}, rows: Iterable[Row]) -> list[Row]:
    """Compute the {noun} of rows.

    Args:
        model: the loaded model.
        rows: one mapping per row.

    Returns:
        One answer per row, in order.
    """
    return model.predict(list(rows))
'''


@dataclass(frozen=True, slots=True)
class Answering:
    """How a model answers.

    Attributes:
        name: the column of the answer.
        noun: the plural, of the endpoint.
        model_class: the name of the class.
        estimator_class: the estimator's class, with its module.
        has_probabilities: whether the code asked for probabilities.
        given: what the estimator is given: `numbers`, `objects`, `texts`, or the features `as_is`.
        origin: where the model was fitted, in words.
        has_own_code: whether what was learned is made of the research code's own classes or
            functions, which the module `estimators` holds.
        outputs: the columns of an answer, where the model answers several at once.
        derived: what the code makes of the answers: the `name` of each column, the `method` whose
            answers it is made of, and whether it `is_main`, in place of the model's own.
    """

    name: str
    noun: str
    model_class: str
    estimator_class: str
    has_probabilities: bool
    given: str
    origin: str
    has_own_code: bool = False
    outputs: tuple[str, ...] = ()
    derived: tuple[Mapping[str, Any], ...] = ()

    @property
    def own_name(self) -> str:
        """The column of the model's own answer."""
        is_replaced = any(one["is_main"] for one in self.derived)
        return f"raw_{self.name}" if is_replaced else self.name


def write_prediction(answering: Answering, *, is_plain: bool) -> str:
    """The module's source; `is_plain` where the rows need no frame.

    The package's own name is written as `__package__name__`.
    """
    answers = f"`{answering.name}`"
    lines = ["        answers = _listed(self.estimator.predict(features))"]
    if answering.derived:
        answers, lines = _with_derived(answering)
    elif answering.outputs:
        answers = ", ".join(f"`{one}`" for one in answering.outputs)
        lines = [
            "        answers = np.asarray(self.estimator.predict(features)).tolist()",
            f"        names = {answering.outputs!r}",
            "        return [dict(zip(names, answer, strict=True)) for answer in answers]",
        ]
    elif answering.has_probabilities:
        answers += ", and a `probability_` for each class"
        lines += [
            '        names = [f"probability_{label}" for label in '
            "self.estimator.classes_.tolist()]",
            "        chances = self.estimator.predict_proba(features).tolist()",
            "        return [",
            f'            {{"{answering.name}": answer, **dict(zip(names, row, strict=True))}}',
            "            for answer, row in zip(answers, chances, strict=True)",
            "        ]",
        ]
    else:
        lines.append(f'        return [{{"{answering.name}": answer}} for answer in answers]')
    entry = "to_rows" if is_plain else "to_frame"
    return (
        _SOURCE.format(
            origin=answering.origin,
            imports=_NUMPY if answering.outputs else _IMPORTS[answering.given],
            package="__package__name__",
            entry=entry,
            own=_own_modules(answering),
            code=f", code={ESTIMATORS}" if answering.has_own_code else "",
            model_class=answering.model_class,
            estimator_class=answering.estimator_class,
            wrapped=textwrap.indent(textwrap.fill(f"{answers}.", 84), " " * 12),
            noun=answering.noun,
            given=_GIVEN[answering.given].format(f"preprocess({entry}(rows), self.frozen)"),
            answering="\n".join(lines),
        )
        + _LISTED
    )


def _own_modules(answering: Answering) -> str:
    wanted = {ESTIMATORS: answering.has_own_code, POSTPROCESSING: bool(answering.derived)}
    names = [name for name, is_wanted in wanted.items() if is_wanted]
    return f"from __package__name__ import {', '.join(names)}\n" if names else ""


def _with_derived(answering: Answering) -> tuple[str, list[str]]:
    """The columns that are answered, in words, and the lines that answer them."""
    made = {
        one["name"]: f"{POSTPROCESSING}.make_{one['name']}({GIVEN[one['method']]}, self.frozen)"
        for one in answering.derived
    }
    main = {one["name"]: made.pop(one["name"]) for one in answering.derived if one["is_main"]}
    own = answering.outputs or (answering.own_name,)
    words = ", ".join(f"`{name}`" for name in [*main, *own, *made])
    methods = dict.fromkeys(["predict", *(one["method"] for one in answering.derived)])
    if answering.has_probabilities:
        methods["predict_proba"] = None
        words += ", and a `probability_` for each class"
    lines = [f"        {GIVEN[name]} = self.estimator.{name}(features)" for name in methods]
    lines += [
        "        columns = {",
        *(f'            "{name}": {text},' for name, text in main.items()),
    ]
    if answering.outputs:
        parts = "np.transpose(answers).tolist()"
        lines.append(f"            **dict(zip({own!r}, {parts}, strict=True)),")
    else:
        lines.append(f'            "{own[0]}": _listed(answers),')
    lines += [*(f'            "{name}": {text},' for name, text in made.items()), "        }"]
    if answering.has_probabilities:
        lines += [
            "        for place, label in enumerate(self.estimator.classes_.tolist()):",
            '            columns[f"probability_{label}"] = chances[:, place].tolist()',
        ]
    lines += [
        "        names = tuple(columns)",
        "        by_row = zip(*columns.values(), strict=True)",
        "        return [dict(zip(names, answer, strict=True)) for answer in by_row]",
    ]
    return words, lines


_NUMPY = "\nimport numpy as np"
_IMPORTS = {"numbers": _NUMPY, "objects": _NUMPY, "texts": "", "as_is": ""}
_GIVEN = {
    "numbers": "np.asarray({}, dtype=np.float64)",
    "objects": "np.asarray({}, dtype=object)",
    "texts": "list({})",
    "as_is": "{}",
}
_TABLE = '''"""Prediction: what the research code computes for each row.

{origin}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ml_api_kit.contract import Artifacts, RowsModel, load_frozen

from __package__name__.preprocessing import preprocess, {entry}

Row = dict[str, Any]

#: The columns of an answer, in the order of the computed table.
ANSWERS = {answers!r}


class {model_class}(RowsModel):
    """Computes an answer for each row; nothing in it is fitted to a target.

    Attributes:
        frozen: what was learned from the data, by name.
    """

    def load(self, artifacts: Artifacts) -> None:
        """Take what was learned from the artifacts.

        Args:
            artifacts: the folder that `training.py` wrote, its digests checked.
        """
        self.frozen: Mapping[str, Any] = load_frozen(artifacts)

    def predict(self, rows: Sequence[Row]) -> list[Row]:
        """Compute the answers for rows.

        Args:
            rows: one mapping per row, with the columns that the request's schema names.

        Returns:
            One mapping per row, in order, with the columns of `ANSWERS`.
        """
        if not rows:
            return []
        computed = preprocess({entry}(rows), self.frozen)
        lists = computed.to_numpy().tolist() if hasattr(computed, "to_numpy") else computed
        return [dict(zip(ANSWERS, values, strict=True)) for values in lists]


def get_{noun}(model: {model_class}, rows: Iterable[Row]) -> list[Row]:
    """Compute the {noun} of rows.

    Args:
        model: the loaded model.
        rows: one mapping per row.

    Returns:
        One answer per row, in order.
    """
    return model.predict(list(rows))
'''


def write_table_prediction(interface: dict[str, Any], *, is_plain: bool) -> str:
    """The module's source where there is no model: the computed table is the answer."""
    return _TABLE.format(
        origin=interface["answering"]["origin"],
        entry="to_rows" if is_plain else "to_frame",
        answers=interface["answering"]["answer_names"],
        model_class=interface["model_class"],
        noun=interface["noun"],
    )


_LISTED = '''

def _listed(answers: Any) -> list[Any]:
    """The answers as Python's own values, one for each row."""
    values = getattr(answers, "to_numpy", lambda: answers)()
    return values.reshape(len(values), -1)[:, 0].tolist() if values.ndim > 1 else values.tolist()
'''
