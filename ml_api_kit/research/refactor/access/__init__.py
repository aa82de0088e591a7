"""Rewrites hand-written client code for BigQuery and Cloud Storage into accessor calls."""

from ml_api_kit.research.refactor.access.engine import (
    AccessRefactored,
    AppliedRule,
    LeftPlace,
    refactor_access,
)
from ml_api_kit.research.refactor.access.registry import AccessRule, find_access_rules

__all__ = [
    "AccessRefactored",
    "AccessRule",
    "AppliedRule",
    "LeftPlace",
    "find_access_rules",
    "refactor_access",
]
