"""The source of a project's `preprocessing.py`, in pandas, from a request path."""

from __future__ import annotations

import textwrap

from ml_api_kit.research.modularize.docstrings import write_docstring
from ml_api_kit.research.modularize.fixed import FixedValues
from ml_api_kit.research.modularize.path import RequestPath
from ml_api_kit.research.modularize.source_table import entry_lines
from ml_api_kit.research.modularize.steps import Step, to_steps
from ml_api_kit.research.source.code import ResearchCode

_HEAD = '''"""Preprocessing: what is done to the rows before the model sees them.

{origin}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

{imports}

#: The columns of a request's row, with the types that the research code read them as.
DTYPES = {dtypes}


def to_frame(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Make of a request's rows the frame that the research code read.

    Args:
        rows: one mapping per row; missing values are None, or not there.

    Returns:
        The frame, with the columns and types of `DTYPES`.
    """
{types_import}    return pd.DataFrame(list(rows), columns=list(DTYPES)).astype(DTYPES)

'''

# Those of Google's client, which are no part of pandas.
_TYPES_OF_QUERIES = frozenset({"dbdate", "dbtime", "dbjson"})
_TYPES_IMPORT = "    import db_dtypes  # noqa: F401, by it pandas knows the types\n\n"


def write_preprocessing(
    path: RequestPath,
    fixed: FixedValues,
    code: ResearchCode,
    *,
    dtypes: dict[str, str],
) -> str:
    """The module's source.

    `dtypes` are the types of the columns that a request must give, by their names.
    """
    steps = to_steps(path)
    imports = {**fixed.own.imports, "pd": "import pandas as pd"}
    if any("np.ndarray" in step.kinds for step in steps):
        imports["np"] = "import numpy as np"
    parts = [
        _HEAD.format(
            origin=f"Written from {code.path.name}; the cells are named in the functions.",
            imports="\n".join(sorted(set(imports.values()))),
            dtypes=repr(dtypes),
            types_import=_TYPES_IMPORT if _TYPES_OF_QUERIES & set(dtypes.values()) else "",
        )
    ]
    parts += [f"\n{source}\n" for source in fixed.own.definitions.values()]
    told: set[int] = set()
    parts += [_function(step, code, fixed, told) for step in steps if step.name]
    parts.append(_preprocess(path, steps))
    return "\n".join(parts)


def _function(step: Step, code: ResearchCode, fixed: FixedValues, told: set[int]) -> str:
    parameters = "".join(f", {name}: Any" for name in step.frozen)
    star = ", *" if step.frozen else ""
    body = "\n".join(f"    {line.text}" for line in step.lines)
    returned = f"    return {step.gives}"
    docstring = textwrap.indent(write_docstring(step, code, fixed.frozen, told=told), "    ")
    return (
        f"\ndef {step.name}({step.takes}: {step.kinds[0]}{star}{parameters}) -> {step.kinds[1]}:\n"
        f"{docstring}\n{body}\n{returned}\n"
    )


def _preprocess(path: RequestPath, steps: list[Step]) -> str:
    lines = entry_lines(path.sources, path.entries)
    for step in steps:
        if not step.name:
            lines += [with_frozen(line.text, line.frozen) for line in step.lines]
            continue
        given = "".join(f", {name}=frozen[{name!r}]" for name in step.frozen)
        lines.append(f"{step.gives} = {step.name}({step.takes}{given})")
    last = path.lines[-1]
    lines.append(with_frozen(last.text, last.frozen))
    body = "\n".join(f"    {line}" for line in lines)
    return (
        "\ndef preprocess(df: pd.DataFrame, frozen: Mapping[str, Any])"
        f" -> {path.lines[-1].gives}:\n"
        '    """Make the model\'s features of raw rows.\n\n'
        "    Args:\n"
        "        df: the rows of a request, with the columns and types of `DTYPES`.\n"
        "        frozen: what was learned from the training data, by name.\n\n"
        "    Returns:\n"
        "        The features, one row for each row of `df`, in their order.\n"
        '    """\n'
        f"{body}\n    return features\n"
    )


def with_frozen(text: str, names: tuple[str, ...]) -> str:
    """A line with its learned values looked up in `frozen`."""
    if not names:
        return text
    import ast

    class Look(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            if node.id in names and isinstance(node.ctx, ast.Load):
                return ast.parse(f"frozen[{node.id!r}]", mode="eval").body
            return node

    return ast.unparse(Look().visit(ast.parse(text)))
