"""Forms of macros for types that DuckDB would take for those of a parameter, and BigQuery does not.

DuckDB takes a JSON for a text, and a DATE for a TIMESTAMP, where no form says otherwise. So a macro
gets a form that fails for each of these, but for NULL, which has no type of its own. A function of
text that is one of BYTES too does without, and takes a JSON for a text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ml_api_kit.gcp_accessor.local.bigquery.library.macro_files import MacroForm

# The types that DuckDB would take for the one of a parameter; for a JSON it takes all others.
_TAKEN = {"VARCHAR": ("JSON",), "TIMESTAMPTZ": ("DATE", "TIMESTAMP")}


def strict_forms(name: str, forms: tuple[MacroForm, ...]) -> Iterator[MacroForm]:
    """The forms that fail, for each parameter of each form."""
    present = {form.types for form in forms}
    for form in forms:
        for place, wanted in enumerate(form.types):
            for given in _TAKEN.get(wanted, ()):
                types = (*form.types[:place], given, *form.types[place + 1 :])
                if types in present or (given == "JSON" and not _is_text(forms, form, place)):
                    continue
                present.add(types)
                yield _failing(name, form, place, types)


def _is_text(forms: tuple[MacroForm, ...], form: MacroForm, place: int) -> bool:
    """Whether all forms with as many parameters have a text there.

    DuckDB would choose neither a form for another type nor that for JSON, which takes all types.
    """
    alike = (other for other in forms if len(other.types) == len(form.types))
    return all(other.types[place] == "VARCHAR" for other in alike)


def _failing(name: str, form: MacroForm, place: int, types: tuple[str, ...]) -> MacroForm:
    parameter, wanted = form.parameters[place], form.types[place]
    function = name.removeprefix("bq_").upper()
    message = f"No matching signature for function {function} for the types of its arguments"
    answer = form.over(types, lambda _, given: f"CAST({given} AS {wanted})").body
    check = f"{parameter} IS NULL OR CAST(py_error('{message}') AS BOOLEAN)"
    return form.over(types, lambda _, given: given, body=f"CASE WHEN {check} THEN {answer} END")
