"""Understands research code: what each statement is for, and why."""

from ml_api_kit.research.understand.categorize import Understood, categorize
from ml_api_kit.research.understand.category import Category
from ml_api_kit.research.understand.cells import (
    UnderstoodCell,
    categorize_cells,
    categorize_snippet,
)

__all__ = [
    "Category",
    "Understood",
    "UnderstoodCell",
    "categorize",
    "categorize_cells",
    "categorize_snippet",
]
