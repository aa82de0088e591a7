"""Rewrites pandas into plain Python over rows, rule by rule."""

from ml_api_kit.research.refactor.engine import refactor_module
from ml_api_kit.research.refactor.outcome import (
    Refactored,
    RefactoredFunction,
    RefactoredStatement,
)
from ml_api_kit.research.refactor.registry import Rule, find_rules

__all__ = [
    "Refactored",
    "RefactoredFunction",
    "RefactoredStatement",
    "Rule",
    "find_rules",
    "refactor_module",
]
