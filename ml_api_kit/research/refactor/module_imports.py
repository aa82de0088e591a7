"""The imports of a module whose functions were rewritten."""

from __future__ import annotations

import re

import libcst as cst
from libcst import matchers as m


def with_imports(text: str, needed: set[str]) -> str:
    """The module with the imports that it needs, and without those it needs no more."""
    for alias, line in (("pd", "import pandas as pd"), ("np", "import numpy as np")):
        without = text.replace(f"{line}\n", "", 1)
        if not re.search(rf"\b{alias}\.", _code_only(without)):
            text = without
    code = _code_only(text)
    lines = [
        line
        for pattern, line in (
            (r"\bcalendar\.", "import calendar"),
            (r"\bmath\.", "import math"),
            (r"\bre\.", "import re"),
            (r"\btimedelta\(", "from datetime import timedelta"),
            (r"\bnp\.", "import numpy as np"),
            (r"\bAny\b|\bRow\b", "from typing import Any"),
        )
        if re.search(pattern, code) and f"{line}\n" not in text
    ]
    verbs = sorted(one.partition(":")[2] for one in needed)
    if verbs:
        lines.append(f"from ml_api_kit.preprocessing import {', '.join(verbs)}")
    if re.search(r"\bRow\b", code) and "\nRow = " not in text:
        lines += ["", "Row = dict[str, Any]"]
    return _inserted(text, lines)


def _inserted(text: str, lines: list[str]) -> str:
    """The module with lines behind its last import."""
    if not lines:
        return text
    module = cst.parse_module(text)
    is_import = m.SimpleStatementLine([m.Import() | m.ImportFrom()])
    places = [place for place, one in enumerate(module.body) if m.matches(one, is_import)]
    is_docstring = module.get_docstring() is not None
    after = places[-1] + 1 if places else int(is_docstring)
    added = cst.parse_module("\n".join(lines) + "\n").body
    return module.with_changes(body=[*module.body[:after], *added, *module.body[after:]]).code


def _code_only(text: str) -> str:
    """The text without docstrings and comments, to look for names in."""
    return re.sub(r'"""(?:.|\n)*?"""|#.*', "", text)
