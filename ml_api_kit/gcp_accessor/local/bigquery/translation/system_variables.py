"""`@@name`: what a statement may know of the script, the request and the last error.

Source: https://cloud.google.com/bigquery/docs/reference/system-variables
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryRequest
from ml_api_kit.gcp_accessor.local.bigquery.script_state import ScriptState

_REFUSED = (
    "current_job_id", "last_job_id", "query_label", "reservation", "dataset_kms_key_name",
    "script.bytes_billed", "script.bytes_processed", "script.creation_time", "script.job_id",
    "script.num_child_jobs", "script.slot_ms", "script.project_id",
)  # fmt: skip


def put_system_variables(tree: exp.Expr, request: QueryRequest, state: ScriptState) -> exp.Expr:
    """The tree with each system variable as its value.

    Raises BigQueryError: when there is none of the name.
    """
    root = exp.Paren(this=tree)
    for node in list(root.find_all(exp.Parameter)):
        if not isinstance(node.this, exp.Parameter):
            continue
        whole, parts = _whole(node)
        name = ".".join(parts)
        if name in _VALUES:
            whole.replace(_VALUES[name](request, state))
        elif name in _REFUSED:
            raise unsupported(f"the system variable @@{name}")
        else:
            raise invalid_query(f"Unknown system variable: @@{name}")
    result: exp.Expr = root.this
    result.pop()
    return result


def _whole(node: exp.Expr) -> tuple[exp.Expr, list[str]]:
    whole, parts = node, [node.this.this.name.lower()]
    # Fields of `@@error.stack_trace` would come after the name.
    while isinstance(whole.parent, exp.Dot) and whole.arg_key == "this" and len(parts) < 2:
        whole = whole.parent
        parts.append(whole.expression.name.lower())
    return whole, parts


def _text(value: str | None) -> exp.Expr:
    literal = exp.null() if value is None else exp.Literal.string(value)
    return exp.Cast(this=literal, to=exp.DataType.build("STRING", dialect="bigquery"))


def _number(value: int | None) -> exp.Expr:
    literal = exp.null() if value is None else exp.Literal.number(value)
    return exp.Cast(this=literal, to=exp.DataType.build("INT64", dialect="bigquery"))


def _error_message(_: QueryRequest, state: ScriptState) -> exp.Expr:
    return _text(state.errors[-1].error.message if state.errors else None)


def _error_statement(_: QueryRequest, state: ScriptState) -> exp.Expr:
    return _text(state.errors[-1].statement_text if state.errors else None)


def _error_formatted_stack(_: QueryRequest, state: ScriptState) -> exp.Expr:
    if not state.errors:
        return _text(None)
    lines = [
        f"At {frame.get('location') or ''}[{frame['line']}:{frame['column']}]"
        for frame in state.errors[-1].stack
    ]
    return _text("\n".join(lines))


def _error_stack(_: QueryRequest, state: ScriptState) -> exp.Expr:
    frames = [
        exp.Anonymous(
            this="STRUCT",
            expressions=[
                exp.alias_(_number(frame["line"]), "line"),
                exp.alias_(_number(frame["column"]), "column"),
                exp.alias_(_text(frame.get("filename")), "filename"),
                exp.alias_(_text(frame.get("location")), "location"),
            ],
        )
        for frame in (state.errors[-1].stack if state.errors else ())
    ]
    if not frames:
        raise unsupported("@@error.stack_trace outside of an exception handler")
    return exp.Array(expressions=frames)


def _dataset_id(request: QueryRequest, _: ScriptState) -> exp.Expr:
    return _text(request.default_dataset.dataset if request.default_dataset else None)


def _session_id(_: QueryRequest, state: ScriptState) -> exp.Expr:
    if state.session_id is None:
        raise unsupported("@@session_id outside of a session")
    return _text(state.session_id)


_VALUES: dict[str, Callable[[QueryRequest, ScriptState], exp.Expr]] = {
    "error.message": _error_message,
    "error.statement_text": _error_statement,
    "error.formatted_stack_trace": _error_formatted_stack,
    "error.stack_trace": _error_stack,
    "row_count": lambda _, state: _number(state.row_count),
    "dataset_id": _dataset_id,
    "project_id": lambda request, _: _text(request.project),
    "dataset_project_id": lambda request, _: _text(
        request.default_dataset.project if request.default_dataset else request.project
    ),
    "session_id": _session_id,
    "time_zone": lambda _, __: _text("UTC"),
}
