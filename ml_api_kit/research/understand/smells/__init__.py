"""What in research code would be trouble in production: where, why, and what to do."""

from ml_api_kit.research.understand.smells.registry import (
    Smell,
    SmellRule,
    find_smell_rules,
    find_smells,
)

__all__ = ["Smell", "SmellRule", "find_smell_rules", "find_smells"]
