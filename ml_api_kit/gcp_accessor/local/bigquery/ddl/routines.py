"""`CREATE FUNCTION`, `CREATE TABLE FUNCTION` and `CREATE PROCEDURE`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.context import Context
from ml_api_kit.gcp_accessor.local.bigquery.ddl.options import evaluate, read_options
from ml_api_kit.gcp_accessor.local.bigquery.ddl.statement import (
    Creation,
    DdlStatement,
    Options,
    read_end,
    refuse_in_transaction,
)
from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.query import QueryResult
from ml_api_kit.gcp_accessor.local.bigquery.scripting.reader import read_block
from ml_api_kit.gcp_accessor.local.bigquery.sql_reader import SqlReader
from ml_api_kit.gcp_accessor.local.bigquery.standard_types import parse_type, type_to_json
from ml_api_kit.gcp_accessor.local.bigquery.tables.view_functions import remake_views
from ml_api_kit.gcp_accessor.local.bigquery.translation.nodes import named
from ml_api_kit.gcp_accessor.local.bigquery.translation.table_parameters import ANY, FIXED, no_rows

_TYPES = {
    "SCALAR_FUNCTION": "CREATE_FUNCTION",
    "AGGREGATE_FUNCTION": "CREATE_FUNCTION",
    "TABLE_VALUED_FUNCTION": "CREATE_TABLE_FUNCTION",
    "PROCEDURE": "CREATE_PROCEDURE",
}
_MODES = ("IN", "OUT", "INOUT")


@dataclass(frozen=True, slots=True)
class CreateRoutine(DdlStatement):
    """A function or procedure, as the REST form of it without its name."""

    creation: Creation = field(default_factory=Creation)
    resource: dict[str, Any] = field(default_factory=dict)
    options: Options = ()

    @property
    def statement_type(self) -> str:
        """`CREATE_FUNCTION`, `CREATE_TABLE_FUNCTION` or `CREATE_PROCEDURE`."""
        return _TYPES[self.resource["routineType"]]

    @property
    def is_temporary(self) -> bool:
        """Whether the routine ends with its script."""
        return self.creation.is_temporary

    def run(self, context: Context) -> QueryResult:
        """The routine that was made, replaced or left as it was."""
        resource = self.resource | self._described(context)
        if self.creation.is_temporary:
            name = self.path[-1].lower()
            if len(self.path) > 1:
                raise invalid_query("A temporary function must have no dataset in its name")
            if name in context.state.functions and not self.creation.is_replacing:
                raise invalid_query(f"Already Exists: Function {self.path[-1]}")
            check_routine(context, resource, self.path)
            context.state.functions[name] = resource
            return QueryResult(self.statement_type, ddl_operation="CREATE")
        refuse_in_transaction(context)
        return self._keep(context, resource)

    def _keep(self, context: Context, resource: dict[str, Any]) -> QueryResult:
        catalog, name = context.database.catalog, context.routine(self.path)
        with context.database.writing_as_read() as cursor:
            catalog.dataset(cursor, name.parent)
            found = catalog.routines.find(cursor, name)
            operation = "CREATE"
            if found is not None and self.creation.is_lenient:
                return QueryResult(self.statement_type, ddl_operation="SKIP", ddl_routine=name)
            check_routine(context, resource, self.path)
            if found is not None and self.creation.is_replacing:
                catalog.routines.drop(cursor, name)
                operation = "REPLACE"
            catalog.routines.create(cursor, name, resource)
            remake_views(context.database, cursor, name.project, name.routine)
        return QueryResult(self.statement_type, ddl_operation=operation, ddl_routine=name)

    def _described(self, context: Context) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in self.options:
            if name == "description":
                found["description"] = evaluate(context, value)
            elif name == "strict_mode":
                found["strictMode"] = evaluate(context, value)
            else:
                raise unsupported(f"the routine option {name}")
        return found


def check_routine(context: Context, resource: dict[str, Any], path: list[str]) -> None:
    """Nothing, when the body of a routine is right as far as it can be told before a call.

    Raises BigQueryError: when it is not, or not supported.
    """
    body = str(resource["definitionBody"])
    if resource["routineType"] == "PROCEDURE":
        read_block(body)
        return
    from ml_api_kit.gcp_accessor.local.bigquery.translation.routines import read_function

    function = read_function(resource, name=".".join(path))
    nulls = list[exp.Expr]()
    for parameter, kind in function.parameters:
        columns = function.tables.get(parameter)
        if columns is None and kind is None:
            # What a template takes is known when it is called.
            return
        if columns is not None:
            nulls.append(no_rows(columns))
        elif kind is not None:
            nulls.append(exp.Cast(this=exp.null(), to=kind.copy()))
    call = exp.Anonymous(this="@checked", expressions=nulls)
    known = dict(context.state.functions)
    context.state.functions["@checked"] = resource
    try:
        if resource["routineType"] == "TABLE_VALUED_FUNCTION":
            source = exp.Table(this=call, alias=exp.TableAlias(this=exp.to_identifier("t")))
            tree = exp.Select(expressions=[exp.Star()], from_=exp.From(this=source))
        else:
            tree = exp.Select(expressions=[named(call, "value")])
        with context.database.reading() as cursor:
            query = context.without_variables().translate(tree)
            context.database.planner.select_sql(cursor, query, is_run=False)
    finally:
        context.state.functions.clear()
        context.state.functions.update(known)


def read_create_function(
    reader: SqlReader, creation: Creation, *, is_aggregate: bool = False
) -> CreateRoutine:
    """The CREATE FUNCTION statement whose name comes next."""
    path = reader.path()
    kind = "AGGREGATE_FUNCTION" if is_aggregate else "SCALAR_FUNCTION"
    resource: dict[str, Any] = {"routineType": kind, "arguments": _read_parameters(reader)}
    if reader.accept("RETURNS"):
        text = reader.until_words(
            "AS", "LANGUAGE", "OPTIONS", "DETERMINISTIC", "NOT", "REMOTE"
        ).text
        resource["returnType"] = type_to_json(parse_type(text))
    _refuse_languages(reader)
    options = read_options(reader)
    reader.expect("AS")
    resource["definitionBody"] = reader.in_parentheses().text
    options += read_options(reader)
    read_end(reader)
    return CreateRoutine(path, creation, resource, options)


def _refuse_languages(reader: SqlReader) -> None:
    if reader.accept("DETERMINISTIC") or reader.accept("NOT", "DETERMINISTIC"):
        pass
    if reader.accept("LANGUAGE"):
        language = reader.name()
        if language.upper() != "SQL":
            raise unsupported(f"functions in {language.upper()}")
    if reader.is_next("REMOTE"):
        raise unsupported("remote functions")


def read_create_table_function(reader: SqlReader, creation: Creation) -> CreateRoutine:
    """The CREATE TABLE FUNCTION statement whose name comes next."""
    path = reader.path()
    resource: dict[str, Any] = {
        "routineType": "TABLE_VALUED_FUNCTION",
        "arguments": _read_parameters(reader, has_tables=True),
    }
    if reader.accept("RETURNS", "TABLE"):
        resource["returnTableType"] = {"columns": _read_table_type(reader)}
    options = read_options(reader)
    reader.expect("AS")
    body = reader.rest()
    inner = SqlReader(body.text)
    is_wrapped = inner.is_next("(") and bool(inner.in_parentheses()) and inner.is_at_end
    resource["definitionBody"] = body.text.strip()[1:-1].strip() if is_wrapped else body.text
    return CreateRoutine(path, creation, resource, options)


def _read_table_type(reader: SqlReader) -> list[dict[str, Any]]:
    """The columns between the signs `<` and `>` that come next."""
    reader.expect("<")
    columns = list[dict[str, Any]]()
    while not reader.is_next(">"):
        name = reader.name()
        text = _read_type_text(reader, ",", ">")
        columns.append({"name": name, "type": type_to_json(parse_type(text))})
        if not reader.accept(","):
            break
    reader.expect(">")
    return columns


def _read_type_text(reader: SqlReader, *ends: str) -> str:
    """The text of a type, whose own signs `<`, `>` and `,` are none of the ends."""
    depth, start = 0, reader.mark()
    while not reader.is_at_end and not (depth == 0 and any(reader.is_next(end) for end in ends)):
        if reader.is_next("("):
            reader.in_parentheses()
            continue
        depth += reader.is_next("<") - reader.is_next(">")
        reader.skip()
    return reader.since(start).text


def read_create_procedure(reader: SqlReader, creation: Creation) -> CreateRoutine:
    """The CREATE PROCEDURE statement whose name comes next."""
    path = reader.path()
    arguments = _read_parameters(reader, has_modes=True)
    if reader.is_next("EXTERNAL") or reader.is_next("WITH", "CONNECTION"):
        raise unsupported("procedures that are not in SQL")
    options = read_options(reader)
    if not reader.is_next("BEGIN"):
        reader.fail(f"Expected keyword BEGIN but got {reader.found()}")
    resource = {
        "routineType": "PROCEDURE",
        "arguments": arguments,
        "definitionBody": reader.rest().text,
    }
    return CreateRoutine(path, creation, resource, options)


def _read_parameters(
    reader: SqlReader, *, has_modes: bool = False, has_tables: bool = False
) -> list[dict[str, Any]]:
    found = list[dict[str, Any]]()
    reader.expect("(")
    while not reader.is_next(")"):
        found.append(_read_parameter(reader, has_modes=has_modes, has_tables=has_tables))
        if not reader.accept(","):
            break
    reader.expect(")")
    names = [item["name"].lower() for item in found]
    for name in names:
        if names.count(name) > 1:
            raise invalid_query(f"Duplicate argument name {name}")
    return found


def _read_parameter(reader: SqlReader, *, has_modes: bool, has_tables: bool) -> dict[str, Any]:
    mode = None
    if has_modes and reader.is_name(skip=1) and any(reader.is_next(word) for word in _MODES):
        mode = reader.accept_any(*_MODES) if reader.is_name(skip=2) else None
    name = reader.name()
    parameter: dict[str, Any] = {"name": name}
    if reader.accept("ANY", "TYPE"):
        parameter["argumentKind"] = "ANY_TYPE"
    elif has_tables and reader.accept("ANY", "TABLE"):
        parameter["argumentKind"] = ANY
    elif has_tables and reader.is_next("TABLE", "<"):
        reader.expect("TABLE")
        parameter |= {"argumentKind": FIXED, "tableType": {"columns": _read_table_type(reader)}}
    elif reader.is_next("TABLE") or reader.is_next("ANY", "TABLE"):
        raise unsupported(f"the parameter {name}, which is a table")
    else:
        text = _read_type_text(reader, ",", ")", "NOT", "DEFAULT")
        parameter["dataType"] = type_to_json(parse_type(text))
    if reader.accept("NOT", "AGGREGATE"):
        parameter["isAggregate"] = False
    if reader.is_next("DEFAULT"):
        raise unsupported(f"a default of the parameter {name}")
    return parameter | ({"mode": mode or "IN"} if has_modes else {})
