"""Understands research code: what each statement is for, and why."""

from ml_api_kit.research.understand.categorize import Understood, categorize, categorize_snippet
from ml_api_kit.research.understand.category import Category

__all__ = ["Category", "Understood", "categorize", "categorize_snippet"]
