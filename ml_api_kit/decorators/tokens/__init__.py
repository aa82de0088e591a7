"""Tokens: known by their hashes, signed as JWTs, or signed by Google; and what they may be for."""

from ml_api_kit.decorators.tokens.setting_names import token_config
from ml_api_kit.decorators.tokens.token_checker import TokenChecker
from ml_api_kit.decorators.tokens.verified_token import VerifiedToken

__all__ = ["TokenChecker", "VerifiedToken", "token_config"]
