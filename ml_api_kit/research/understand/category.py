"""The categories of statements."""

from __future__ import annotations

from enum import StrEnum


class Category(StrEnum):
    """What a statement is for."""

    PREPARATION = "preparation"
    PREPROCESSING = "preprocessing"
    ML = "ml"
    EXPLORATION = "exploration"
    EXPORT = "export"
    SUPPORT = "support"
