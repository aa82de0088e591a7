"""The names of the settings of tokens."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from ml_api_kit.errors import SettingsError

HASHES = "MLAPI_TOKEN_HASHES"
SECRET = "MLAPI_JWT_SECRET"
PUBLIC_KEY = "MLAPI_JWT_PUBLIC_KEY"
KEY_SET_FILE = "MLAPI_JWT_KEY_SET_FILE"
KEY_SET_URL = "MLAPI_JWT_KEY_SET_URL"
AUDIENCE = "MLAPI_JWT_AUDIENCE"
ISSUER = "MLAPI_JWT_ISSUER"
LEEWAY = "MLAPI_JWT_LEEWAY_S"
SCOPE_CLAIM = "MLAPI_JWT_SCOPE_CLAIM"
TYPE = "MLAPI_JWT_TYPE"
GOOGLE_AUDIENCE = "MLAPI_GOOGLE_AUDIENCE"
GOOGLE_ACCOUNTS = "MLAPI_GOOGLE_ACCOUNTS"
GOOGLE_CERTS_URL = "MLAPI_GOOGLE_CERTS_URL"
MAX_AGE = "MLAPI_KEYS_MAX_AGE_S"
MAX_STALE = "MLAPI_KEYS_MAX_STALE_S"
RETRY = "MLAPI_KEYS_RETRY_S"

#: Where the keys of JWTs come from: one of these.
KEY_PLACES = (SECRET, PUBLIC_KEY, KEY_SET_FILE, KEY_SET_URL)
#: Every setting of tokens.
TOKEN_SETTINGS = (
    HASHES,
    *KEY_PLACES,
    AUDIENCE,
    ISSUER,
    LEEWAY,
    SCOPE_CLAIM,
    TYPE,
    GOOGLE_AUDIENCE,
    GOOGLE_ACCOUNTS,
    GOOGLE_CERTS_URL,
    MAX_AGE,
    MAX_STALE,
    RETRY,
)

_PREFIXES = ("MLAPI_TOKEN_", "MLAPI_JWT_", "MLAPI_GOOGLE_", "MLAPI_KEYS_")


def token_config(environ: Mapping[str, str]) -> dict[str, str]:
    """The settings of tokens in `environ`, such as `os.environ`, for `app.config`.

    >>> token_config({"MLAPI_JWT_AUDIENCE": "shop", "MLAPI_JWT_ISSUER": "", "HOME": "/"})
    {'MLAPI_JWT_AUDIENCE': 'shop'}
    """
    check_names(environ)
    return {name: environ[name] for name in TOKEN_SETTINGS if environ.get(name)}


def check_names(config: Mapping[str, Any]) -> None:
    """Nothing, where every setting in `config` that begins as those of tokens do is one.

    Raises SettingsError: when one is not; it is probably misspelt, and would change nothing.
    """
    for name in config:
        if name.startswith(_PREFIXES) and name not in TOKEN_SETTINGS:
            close = get_close_matches(name, TOKEN_SETTINGS, n=1)
            wanted = f"nothing: unset it, and set {close[0]}" if close else "nothing: unset it"
            raise SettingsError(name, "(a setting that is not known)", wanted)
