"""`mlapi token`: bearer tokens for the APIs that ask for one."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import click

from ml_api_kit.errors import SettingsError

HASHES_VARIABLE = "MLAPI_TOKEN_HASHES"
TOKEN_VARIABLE = "API_TOKEN"


@click.group()
def token() -> None:
    """Make bearer tokens for an API."""


@token.command()
@click.option(
    "--env-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the token and its hash to this file, for a machine that is client and API at once.",
)
def new(*, env_file: Path | None) -> None:
    """Print a new token, once, and the hash that an API knows it by.

    Give the token to a client, and the hash to the API. The token is kept nowhere, unless
    --env-file says where.
    """
    from ml_api_kit.decorators import hash_token  # imports Flask, which other commands need not

    made = secrets.token_urlsafe(32)
    hashed = hash_token(made)
    if env_file is not None:
        _write_env_file(env_file, f"{TOKEN_VARIABLE}={made}\n{HASHES_VARIABLE}={hashed}\n")
        click.echo(f"Wrote a new token and its hash to {env_file}, which only you may read.")
        return
    click.echo(f"Token, for the client (shown only now):\n{made}\n")
    click.echo("Setting, for the API (several hashes stand apart by commas):")
    click.echo(f"{HASHES_VARIABLE}={hashed}")


def _write_env_file(path: Path, text: str) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise SettingsError(
            "--env-file", str(path), "a file that does not exist yet; this one was left as it is"
        ) from error
    except OSError as error:
        raise SettingsError(
            "--env-file", str(path), f"a file in a folder you may write to ({error.strerror})"
        ) from error
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
