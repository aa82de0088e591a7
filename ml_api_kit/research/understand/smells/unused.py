"""Which statements make something that nothing else reads."""

from __future__ import annotations

import ast

from ml_api_kit.research.understand.dataflow import walk_now
from ml_api_kit.research.understand.evidence import Evidence
from ml_api_kit.research.understand.names import full_name

# What is done for more than its value: files, pictures, models, answers.
_EFFECTS = ("fit", "predict", "save", "dump", "write", "download", "seed", "plot", "show", "train")
_DRAWING = ("matplotlib", "seaborn", "plotly", "bokeh", "altair")


def unused_statements(evidence: Evidence) -> set[int]:
    """The plain assignments that nothing reads, or that only such ones read.

    What draws, writes, fits or answers is used by being done, and the last cell's variables may be
    what the code is for: these do not count.
    """
    last_cell = evidence.code.statements[-1].cell
    candidates = {
        place
        for place, tree in enumerate(evidence.trees)
        if _is_plain_assignment(evidence, tree.body[0])
        and evidence.code.statements[place].cell != last_cell
    }
    readers: dict[int, set[int]] = {}
    for edge in evidence.edges:
        readers.setdefault(edge.maker, set()).add(edge.reader)
    unused: set[int] = set()
    while True:
        more = {place for place in candidates - unused if readers.get(place, set()) <= unused}
        if not more:
            return unused
        unused |= more


def _is_plain_assignment(evidence: Evidence, node: ast.stmt) -> bool:
    if not isinstance(node, ast.Assign) or len(node.targets) != 1:
        return False
    target = node.targets[0]
    if not isinstance(target, ast.Name) or target.id.startswith("_"):
        return False
    return not any(_has_effect(evidence, inner) for inner in walk_now(node.value))


def _has_effect(evidence: Evidence, node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return isinstance(node, ast.Await | ast.NamedExpr)
    name = full_name(node.func, evidence.aliases)
    is_drawing = name.startswith(_DRAWING) or name.rpartition(".")[2] in ("hist", "boxplot")
    return is_drawing or any(word in name.lower() for word in _EFFECTS)
