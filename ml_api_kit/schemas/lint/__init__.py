"""Schemas that cannot mean what they say: found by rules, each with an id, a reason and a mend."""

from ml_api_kit.schemas.lint.files import lint_files
from ml_api_kit.schemas.lint.finding import Finding, LintRule
from ml_api_kit.schemas.lint.lint import lint_schema, refuse_faults
from ml_api_kit.schemas.lint.registry import find_lint_rules

__all__ = ["Finding", "LintRule", "find_lint_rules", "lint_files", "lint_schema", "refuse_faults"]
