"""How a Python function becomes a function of the local BigQuery."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from inspect import Parameter, Signature
from typing import Any, TypeVar

Function = Callable[..., Any]
_F = TypeVar("_F", bound=Function)

REFUSAL = "not supported by the local BigQuery: "


class SqlError(Exception):
    """A value that BigQuery's function fails on, with BigQuery's words."""


class Refusal(Exception):
    """A value on which BigQuery's answer is not known to be the one given here."""

    def __init__(self, what: str) -> None:
        """Say what is not supported."""
        super().__init__(REFUSAL + what)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A function with the DuckDB type of its answer."""

    call: Function
    duckdb_type: Any
    has_effects: bool = False


_SCALARS: dict[str, Scalar] = {}
# DuckDB asks every function for its signature, which takes Python longer than the rest of it.
_SIGNATURE = Signature([Parameter("values", Parameter.VAR_POSITIONAL)])


def all_scalars() -> dict[str, Scalar]:
    """The functions of the modules that have been imported, by name."""
    return _SCALARS


def scalar(
    name: str, duckdb_type: str, *, takes_nulls: bool = False, has_effects: bool = False
) -> Callable[[_F], _F]:
    """A decorator: the function is `name` in SQL, and NULL where an argument is NULL.

    With `takes_nulls` it is called for NULLs too, as None; with `has_effects` DuckDB calls it for
    the same values again.
    """

    def register(function: _F) -> _F:
        from duckdb import sqltypes

        kind: Any = sqltypes.SQLNULL if duckdb_type == "NULL" else duckdb_type
        safe_name = f"safe_{name}" if name.startswith("bq_") else f"{name}_safe"
        for spelled, is_safe in ((name, False), (safe_name, True)):
            if spelled in _SCALARS:
                raise ValueError(f"two functions are named {spelled}")
            call = _wrapped(function, takes_nulls=takes_nulls, is_safe=is_safe)
            _SCALARS[spelled] = Scalar(call, kind, has_effects)
        return function

    return register


def _wrapped(function: Function, *, takes_nulls: bool, is_safe: bool) -> Function:
    def call(*values: Any) -> Any:
        if not takes_nulls and None in values:
            return None
        try:
            result = function(*values)
            if result != result:
                # DuckDB would take NaN for NULL.
                raise Refusal("NaN as the answer of this function")
            return result
        except SqlError:
            if is_safe:
                return None
            raise

    call.__signature__ = _SIGNATURE  # type: ignore[attr-defined]
    return call
