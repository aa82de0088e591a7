"""Functions that a frame is piped through, called as functions of the frame.

df.pipe(add, by=3)        add(df, by=3)
def add(d, by=1):         def add(d: pd.DataFrame, by=1) -> pd.DataFrame:
"""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from ml_api_kit.research.refactor.scope import Kind, Scope

_PIPED = m.Call(
    func=m.Attribute(attr=m.Name("pipe")),
    args=[m.Arg(m.Name(), keyword=None), m.ZeroOrMore(m.Arg())],
)
_TYPES = {Kind.FRAME: "pd.DataFrame", Kind.COLUMN: "pd.Series", Kind.ARRAY: "np.ndarray"}


def open_pipes(module: cst.Module) -> cst.Module:
    """The module whose own functions are called where they were piped to, and say so."""
    own = {one.name.value for one in module.body if isinstance(one, cst.FunctionDef)}
    opener = _Opener(own)
    opened = module.visit(opener)
    if not opener.piped:
        return module
    body = [
        _annotated(one)
        if isinstance(one, cst.FunctionDef) and one.name.value in opener.piped
        else one
        for one in opened.body
    ]
    return opened.with_changes(body=body)


class _Opener(cst.CSTTransformer):
    def __init__(self, own: set[str]) -> None:
        self._own = own
        self.piped: set[str] = set()

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        if not m.matches(updated_node, _PIPED):
            return updated_node
        function = cst.ensure_type(updated_node.args[0].value, cst.Name)
        if function.value not in self._own:
            return updated_node
        self.piped.add(function.value)
        frame = cst.ensure_type(updated_node.func, cst.Attribute).value
        given = [updated_node.args[0].with_changes(value=frame), *updated_node.args[1:]]
        return updated_node.with_changes(func=function, args=given)


def _annotated(function: cst.FunctionDef) -> cst.FunctionDef:
    """A function of a frame with the types that it takes and gives."""
    if not function.params.params or function.params.params[0].annotation is not None:
        return function
    first, *others = function.params.params
    typed = first.with_changes(annotation=_annotation(Kind.FRAME))
    made = function.with_changes(params=function.params.with_changes(params=[typed, *others]))
    kind = _given(function, first.name.value)
    return made if kind is Kind.OTHER else made.with_changes(returns=_annotation(kind))


def _given(function: cst.FunctionDef, parameter: str) -> Kind:
    """What a function of a frame returns at its end."""
    returned = m.findall(function, m.Return(value=m.DoNotCare()))
    last = cst.ensure_type(returned[-1], cst.Return).value if returned else None
    if last is None:
        return Kind.OTHER
    # A variable is taken for the frame that the function works on.
    is_variable = isinstance(last, cst.Name)
    return Kind.FRAME if is_variable else Scope({parameter: Kind.FRAME}).kind(last)


def _annotation(kind: Kind) -> cst.Annotation:
    return cst.Annotation(cst.parse_expression(_TYPES[kind]))
