"""Reads a credentials file as far as it takes to say what is wrong with it, never what it holds."""

from __future__ import annotations

import codecs
import json
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ml_api_kit.errors import CredentialsError

_MEND = "Let GOOGLE_APPLICATION_CREDENTIALS name the JSON file of a service account, or unset it."
_NEW_KEY = (
    "Make a new key, `gcloud iam service-accounts keys create FILE --iam-account=EMAIL`, and let"
    " GOOGLE_APPLICATION_CREDENTIALS name its file."
)
_LOGIN = "Log in again: gcloud auth application-default login."
# What Google's library needs of each type of file.
_NEEDED = {
    "service_account": ("client_email", "token_uri", "private_key"),
    "authorized_user": ("client_id", "client_secret", "refresh_token"),
    "external_account": ("audience", "subject_token_type", "token_url", "credential_source"),
    "external_account_authorized_user": (),
    "impersonated_service_account": ("service_account_impersonation_url", "source_credentials"),
    "gdch_service_account": (),
}


def project_in(path: Path) -> str | None:
    """The project that a credentials file names, or None.

    Raises CredentialsError: when it cannot be read, or Google's library could not use it.
    """
    values = _read(path)
    project = values.get("project_id") or values.get("quota_project_id")
    where = f"{path}, for project {str(project)!r}," if project else f"{path}"
    kind = values["type"]
    if not isinstance(kind, str) or kind not in _NEEDED:
        raise CredentialsError(
            f'{where} has a "type" of credentials that Google\'s library does not know. {_MEND}'
        )
    mend = _NEW_KEY if kind == "service_account" else _LOGIN
    lacking = [name for name in _NEEDED[kind] if not values.get(name)]
    if lacking:
        raise CredentialsError(f"{where} lacks {', '.join(lacking)}. {mend}")
    if kind == "service_account":
        _check_key(values, where)
    return str(project) if project else None


def load_login(path: Path, scopes: Sequence[str], *, login: str) -> Any:
    """The credentials in a file, for `scopes`; `login` is what errors call them.

    Raises CredentialsError: when Google's library cannot make any of them.
    """
    import google.auth
    from google.auth.exceptions import GoogleAuthError

    load: Any = google.auth.load_credentials_from_file
    try:
        with warnings.catch_warnings():
            # It warns of files that strangers sent; this one was named by a setting.
            warnings.simplefilter("ignore", DeprecationWarning)
            credentials, _ = load(str(path), scopes=list(scopes))
    except (GoogleAuthError, ValueError, TypeError, AttributeError, KeyError) as error:
        # Members of another kind than the library expects fail in its own code.
        raise CredentialsError(
            f"Google's library cannot use {login} ({type(error).__name__}): a member of the file is"
            f" missing or of another kind. {_LOGIN} {_MEND}"
        ) from error
    return credentials


def _read(path: Path) -> Mapping[str, Any]:
    try:
        raw = path.read_bytes()
        values = json.loads(raw)
    except OSError as error:
        raise CredentialsError(f"{path} cannot be read ({error.strerror}). {_MEND}") from error
    except ValueError as error:
        raise CredentialsError(f"{path} is not JSON. {_MEND}") from error
    if raw.startswith(codecs.BOM_UTF8) or b"\0" in raw:
        raise CredentialsError(
            f"{path} is not plain UTF-8, which Google's library needs: it begins with a byte order"
            " mark, or is UTF-16. Save it anew without."
        )
    if not isinstance(values, dict) or "type" not in values:
        raise CredentialsError(f'{path} holds no credentials: there is no "type" in it. {_MEND}')
    return values


def _check_key(values: Mapping[str, Any], where: str) -> None:
    """Nothing, when the private key can be read. What the library says of it is not passed on."""
    from google.oauth2 import service_account

    reader: Any = service_account.Credentials
    is_readable = isinstance(values["private_key"], str)
    if is_readable:
        try:
            # A key of another kind is only found out by signing.
            reader.from_service_account_info(values).sign_bytes(b"")
        except Exception:  # noqa: BLE001 - each reader of keys has errors of its own
            is_readable = False
    if not is_readable:
        raise CredentialsError(
            f"{where} holds a private_key that cannot be read: it is cut off, damaged or of another"
            f" kind. {_NEW_KEY}"
        )
