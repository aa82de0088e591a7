"""`codes, uniques = pd.factorize(df["sex"])` as `df["sex"].map(sex_codes)`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from ml_api_kit.errors import ConversionError
from ml_api_kit.research.modularize.learned_calls.naming import column_of
from ml_api_kit.research.modularize.learned_calls.tables import mapped, to_plain_scalar
from ml_api_kit.research.modularize.sites import argument
from ml_api_kit.research.record.tape import Event, Value

if TYPE_CHECKING:
    from ml_api_kit.research.modularize.path.expressions import Expressions

EVENTS = ("element",)


def rewrite(of: Expressions, event: Event, value: Value) -> ast.expr | None:
    """The codes from the frozen values; None where the values are not known.

    Raises ConversionError: when it is a member of what another call gave.
    """
    called: Event = event.detail["of"]
    if called.function.endswith("factorize") and event.detail["place"] == 0:
        given_value = argument(of.tape, called, 0, "values")
        uniques = _member(called, 1)
        if given_value is None or uniques is None:
            return None
        given = of.reference(given_value)
        table = {to_plain_scalar(one): code for code, one in enumerate(list(uniques))}
        return mapped(of, given, table, f"{column_of(given) or 'label'}_codes", value)
    raise ConversionError(
        f"`{ast.unparse(of.tape.expressions[event.node])}` gives several values of the rows, "
        "which has no known place in a row's path."
    )


def _member(called: Event, place: int) -> Any:
    out = None if called.output is None else called.output.object()
    return out[place] if isinstance(out, tuple | list) and len(out) > place else None
