"""The names of a module's columns that hold times."""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from ml_api_kit.research.refactor.scope import code_of, subscript_key, text_of


def time_columns(module: cst.Module) -> frozenset[str]:
    """The columns that are read as times, or into which `pd.to_datetime` is stored."""
    found = m.findall(module, m.DictElement(key=m.SimpleString(), value=m.SimpleString()))
    read = {
        text_of(one.key)
        for one in found
        if isinstance(one, cst.DictElement) and "datetime64" in code_of(one.value)
    }
    stored = {_stored(one) for one in m.findall(module, _STORED) if isinstance(one, cst.Assign)}
    return frozenset(one for one in read | stored if one is not None)


def _stored(node: cst.Assign) -> str | None:
    target = node.targets[0].target
    return text_of(subscript_key(target)) if isinstance(target, cst.Subscript) else None


_STORED = m.Assign(
    targets=[m.AssignTarget(m.Subscript())],
    value=m.Call(func=m.Attribute(value=m.Name("pd"), attr=m.Name("to_datetime"))),
)
