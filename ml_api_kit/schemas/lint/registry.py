"""The rules, found by walking their folder."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import Any

from ml_api_kit.schemas.lint.finding import LintRule


@cache
def find_lint_rules() -> tuple[LintRule, ...]:
    """Every rule, in the order of their ids.

    >>> find_lint_rules()[0].id
    'S001'
    """
    from ml_api_kit.schemas.lint import rules

    found = []
    for module_info in pkgutil.iter_modules(rules.__path__):
        module: Any = importlib.import_module(f"{rules.__name__}.{module_info.name}")
        found.append(
            LintRule(
                id=module.ID,
                name=module_info.name.replace("_", "-"),
                level=module.LEVEL,
                summary=(module.__doc__ or "").strip().splitlines()[0],
                why=module.WHY,
                mend=module.MEND,
                wrong=module.WRONG,
                right=module.RIGHT,
                find=module.find,
            )
        )
    return tuple(sorted(found, key=lambda rule: rule.id))
