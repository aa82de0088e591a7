"""Moves what pandas does directly behind a query into the query."""

from ml_api_kit.research.refactor.push_down.engine import MovedQuery, PushedDown, push_down
from ml_api_kit.research.refactor.push_down.registry import PushDownRule, find_push_down_rules

__all__ = ["MovedQuery", "PushDownRule", "PushedDown", "find_push_down_rules", "push_down"]
