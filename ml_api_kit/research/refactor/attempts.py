"""One function rewritten from frames to rows, statement by statement, as far as rules know them."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst
from libcst import matchers as m

from ml_api_kit.research.refactor.frames import FrameTranslator
from ml_api_kit.research.refactor.kinds import parameter_kind, return_kind
from ml_api_kit.research.refactor.normal_form import in_normal_form
from ml_api_kit.research.refactor.outcome import RefactoredFunction, RefactoredStatement
from ml_api_kit.research.refactor.own_functions import IMPORT, without_pandas
from ml_api_kit.research.refactor.registry import find_rules
from ml_api_kit.research.refactor.scope import Kind, LeftAloneError, Scope, code_of
from ml_api_kit.research.refactor.statements import returned_by, rewrite_statement

_STAYS_TOO = "another statement of its function has no rule"
_RETURNS = {Kind.FRAME: "list[Row]", Kind.COLUMN: "list[Any]", Kind.ARRAY: "np.ndarray"}


@dataclass(slots=True)
class Attempt:
    """One function rewritten, or the reason why it is not."""

    name: str
    node: cst.FunctionDef | None
    reason: str | None
    scope: Scope
    takes: Kind
    gives: Kind
    statements: list[RefactoredStatement]

    def outcome(self, refused: str | None) -> RefactoredFunction:
        """What became of the function; `refused` says why its rewritten form is not kept."""
        is_rewritten = self.node is not None and refused is None
        statements = self.statements
        if not is_rewritten:
            why = refused or _STAYS_TOO
            statements = [
                RefactoredStatement(one.before, None, one.reason or why) for one in statements
            ]
        return RefactoredFunction(
            self.name,
            is_rewritten,
            refused or self.reason,
            tuple(dict.fromkeys(self.scope.applied)),
            tuple(statements),
        )


def attempt(
    function: cst.FunctionDef,
    steps: dict[str, Kind],
    tables: frozenset[str],
    times: frozenset[str],
) -> Attempt:
    """A function rewritten as far as rules know its statements.

    `steps` are the functions of the module, with what they give; `tables` the names of dictionaries
    in it, and `times` the columns that hold times.
    """
    takes = parameter_kind(function)
    function = in_normal_form(function)
    learned = {one.name.value for one in function.params.kwonly_params}
    first = function.params.params[0].name.value
    scope = Scope({first: takes}, steps, tables | learned, times)
    translator = FrameTranslator(scope, find_rules())
    assert isinstance(function.body, cst.IndentedBlock)
    body: list[cst.BaseStatement] = []
    seen: list[RefactoredStatement] = []
    gives = return_kind(function)
    rest = list(function.body.body)
    try:
        while rest:
            statement = rest.pop(0)
            returned = returned_by(statement)
            if returned is not None:
                gives = scope.kind(returned)
            body += _seen(statement, translator, seen)
    except LeftAloneError as error:
        seen += [
            RefactoredStatement(code_of(statement).strip(), None, _STAYS_TOO)
            for statement in rest
            if not m.matches(statement, m.SimpleStatementLine([m.Return()]))
        ]
        return Attempt(function.name.value, None, str(error), scope, takes, gives, seen)
    if function.name.value == "preprocess":
        body = _features_as_matrix(body, gives)
    node = _signature(function, takes, gives).with_changes(
        body=function.body.with_changes(body=body)
    )
    # What is left of pandas in the lambdas of a rewritten function is asked of values.
    made, is_asking = without_pandas(node)
    assert isinstance(made, cst.FunctionDef)
    if is_asking:
        scope.imports.add(IMPORT)
    return Attempt(function.name.value, made, None, scope, takes, gives, seen)


def _seen(
    statement: cst.BaseStatement, translator: FrameTranslator, seen: list[RefactoredStatement]
) -> list[cst.BaseStatement]:
    """A statement rewritten, and written down."""
    before = code_of(statement).strip()
    known = len(translator.scope.applied)
    try:
        made = rewrite_statement(statement, translator)
    except LeftAloneError as error:
        seen.append(RefactoredStatement(before, None, str(error)))
        raise
    if made != [statement] and returned_by(statement) is None:
        after = "".join(map(code_of, made)).strip()
        rules = tuple(dict.fromkeys(translator.scope.applied[known:]))
        seen.append(RefactoredStatement(before, after, None, rules))
    return made


def _features_as_matrix(body: list[cst.BaseStatement], gives: Kind) -> list[cst.BaseStatement]:
    """The features are a matrix: a list of values for each row, in the columns' order."""
    if gives is not Kind.FRAME:
        return body
    line = cst.parse_statement("return [list(row.values()) for row in features]\n")
    assert isinstance(line, cst.SimpleStatementLine)
    return [*body[:-1], line]


def _signature(function: cst.FunctionDef, takes: Kind, gives: Kind) -> cst.FunctionDef:
    first = function.params.params[0]
    annotated = first.with_changes(annotation=cst.Annotation(cst.parse_expression(_RETURNS[takes])))
    parameters = function.params.with_changes(params=[annotated, *function.params.params[1:]])
    made = function.with_changes(params=parameters)
    if function.name.value == "preprocess":
        return made.with_changes(returns=cst.Annotation(cst.parse_expression("Any")))
    if gives is Kind.OTHER:
        return made
    return made.with_changes(returns=cst.Annotation(cst.parse_expression(_RETURNS[gives])))
