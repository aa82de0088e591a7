from __future__ import annotations

import re

from click.testing import CliRunner

from ml_api_kit.cli.token import token
from ml_api_kit.decorators import check_bearer


def new() -> tuple[str, str]:
    result = CliRunner().invoke(token, ["new"])
    assert result.exit_code == 0
    setting = re.search(r"^MLAPI_TOKEN_HASHES=([0-9a-f]{64})$", result.output, re.M)
    made = re.search(r"^([A-Za-z0-9_-]{43})$", result.output, re.M)
    assert setting
    assert made
    return made[1], setting[1]


def test_new_token_is_known_by_its_hash() -> None:
    made, digest = new()
    check_bearer(f"Bearer {made}", [bytes.fromhex(digest)])


def test_new_token_is_another_every_time() -> None:
    assert new() != new()
